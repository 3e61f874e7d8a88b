-- expect V318 8
return indicator {
  id = "v318.params", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "up", kind = "output",
  frequency = "month", levels = { "national", "region" },
  author = "Anne", owner = "Bureau",
  params = { p0 = param.boolean { default = true }, p1 = param.boolean { default = true }, p2 = param.boolean { default = true }, p3 = param.boolean { default = true }, p4 = param.boolean { default = true }, p5 = param.boolean { default = true }, p6 = param.boolean { default = true }, p7 = param.boolean { default = true }, p8 = param.boolean { default = true }, p9 = param.boolean { default = true }, p10 = param.boolean { default = true }, p11 = param.boolean { default = true }, p12 = param.boolean { default = true }, p13 = param.boolean { default = true }, p14 = param.boolean { default = true }, p15 = param.boolean { default = true }, p16 = param.boolean { default = true }, p17 = param.boolean { default = true }, p18 = param.boolean { default = true }, p19 = param.boolean { default = true }, p20 = param.boolean { default = true } },
  inputs = { actions = actions { columns = { "status", "progress", "due_on", "blocked" }, missing = "carry" } },
  compute = function(ctx)
    local n = 0
    for _, a in ipairs(ctx.rows("actions")) do n = n + 1 end
    return n
  end,
  tests = {
    { name = "une action", level = "national",
      given = { actions = rows [[
        number | status | progress | due_on     | blocked
        1.1    | done   | 100      | 2026-03-31 | false
        1.2    | done   | 40       | 2026-03-31 | true
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 2 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
