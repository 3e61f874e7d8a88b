-- A description with very many fields.
local t = {}
for i = 1, 100000 do t["f" .. i] = i end
return indicator(t)
