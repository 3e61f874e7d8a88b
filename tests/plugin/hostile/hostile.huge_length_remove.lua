-- A table whose length is 2^62 to remove from.
return indicator {
  id = "hostile.huge_length_remove", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx)
    local t = {}
    for i = 0, 62 do t[1 << i] = 1 end
    t[5] = 1
    table.remove(t, 1)
    return 1
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
