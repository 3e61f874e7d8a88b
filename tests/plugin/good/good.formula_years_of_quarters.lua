-- The periods of another indicator are as long as those of its rows, also where nothing is told of them.
return indicator {
  id = "good.formula_years_of_quarters", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "personnes", direction = "none", kind = "context",
  frequency = "year", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { v = indicator_value "essai.quarterly@1" { missing = "skip" } },
  formula = function(ctx) return ctx.series("v"):to("year", "sum") end,
  tests = {
    { name = "quatre trimestres", level = "national",
      given = { ["essai.quarterly"] = rows [[
        territory | period  | value
        FR        | 2025-Q1 | 1
        FR        | 2025-Q2 | 2
        FR        | 2025-Q3 | 4
        FR        | 2025-Q4 | 8
      ]] },
      expect = { { territory = "FR", period = "2025", value = 15 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
