-- Functions of Lua over a large text, again and again.
return indicator {
  id = "hostile.upper_big", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx)
    local s = "x"
    for i = 1, 24 do s = s .. s end
    while true do local t = s:upper() t = s:lower() t = s:reverse() end
  end,
  tests = {
    { name = "une action", level = "national",
      given = { actions = rows [[
        number | status
        1.1    | done
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
