return indicator {
  id = "good.indicator_value", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    v = indicator_value "plan.progress@1" { missing = "skip", lookback = 3 },
  },
  compute = function(ctx)
    local r = { n = 0, known = 0, sum = 0, last = 0 }
    for _, v in ipairs(ctx.rows("v")) do
      r.n = r.n + 1
      if v.value then r.known = r.known + 1; r.sum = r.sum + v.value end
      if v.value and v.period == ctx.period then r.last = r.last + v.value end
    end
    return { value = r.sum, extra = r }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["plan.progress"] = rows [[
        territory | period  | value
        FR        | 2024-12 | 10
        FR        | 2025-01 | 20
        93        | 2025-01 | 50
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 30, extra = { n = 3, known = 2, last = 20 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
