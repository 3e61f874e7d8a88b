-- Takes all memory before describing anything.
local t = {}
for i = 1, 1e9 do t[i] = i .. "x" end
return indicator {}
