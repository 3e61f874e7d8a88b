-- A description inside itself.
local t = { id = "hostile.top_cycle" }
t.name = t
return indicator(t)
