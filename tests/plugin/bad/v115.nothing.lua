-- expect V115
local x = 1
