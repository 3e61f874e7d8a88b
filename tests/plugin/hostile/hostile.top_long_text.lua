-- A text of many megabytes in the description.
local s = "x"
for i = 1, 23 do s = s .. s end
return indicator { id = s }
