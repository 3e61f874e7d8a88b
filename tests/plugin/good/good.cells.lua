return indicator {
  id = "good.cells", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    v = cells {},
  },
  compute = function(ctx)
    return #ctx.rows("v")
  end,
  tests = {
    { name = "essai", level = "national",
      given = { cells = rows [[
        indicator     | territory | period  | state   | provisional | carried
        plan.progress | FR        | 2025-01 | value   | true        | false
        plan.on_time  | FR        | 2025-01 | missing | false       | false
        plan.on_time  | 93        | 2025-01 | value   | false       | true
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 2 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
