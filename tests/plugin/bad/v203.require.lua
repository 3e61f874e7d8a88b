-- expect V203 2
local json = require "json"
return indicator {}
