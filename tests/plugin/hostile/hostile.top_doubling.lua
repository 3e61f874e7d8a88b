-- Doubles a text until memory ends, before describing anything: few steps, so that time does not end first.
local s = "xxxxxxxxxxxxxxxx"
for i = 1, 40 do s = s .. s end
return indicator {}
