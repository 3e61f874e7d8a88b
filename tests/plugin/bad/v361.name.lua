-- expect V361 4
return indicator {
  id = "v361.name", api = 1, version = "1.0.0",
  name = { fr = "" }, summary = { fr = "Essai." },
  unit = "%", direction = "up", kind = "output",
  frequency = "month", levels = { "national", "region" },
  author = "Anne", owner = "Bureau",
  params = { window = param.integer { default = 3, min = 1, max = 12 } },
  inputs = { actions = actions { columns = { "status", "progress", "due_on", "blocked" }, missing = "carry" } },
  compute = function(ctx)
    local n = 0
    for _, a in ipairs(ctx.rows("actions")) do n = n + 1 end
    return { value = n, extra = { part = 1 } }
  end,
  tests = {
    { name = "une action", level = "national",
      given = { actions = rows [[
        number | status | progress | due_on     | blocked
        1.1    | done   | 100      | 2026-03-31 | false
        1.2    | done   | 40       | 2026-03-31 | true
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 2, extra = { part = 2 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
