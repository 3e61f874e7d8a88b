return indicator {
  id = "good.series_max", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },
  inputs = {
    v = series "victims.identified" { where = { age = "minor" }, missing = "skip", agg = "max" },
    w = series "victims.identified" { where = { age = "minor" }, missing = "skip", agg = "min" },
  },
  compute = function(ctx)
    return 10 * (ctx.rows("v")[1].value or 0) + (ctx.rows("w")[1].value or 0)
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | organisation | age     | value
        75         | 2024-12 | DGPN         | minor   | 1
        75         | 2025-01 | DGPN         | minor   | 3
        75         | 2025-01 | DGGN         | minor   | 2
        75         | 2025-01 | DGPN         | adult   | 7
        75         | 2025-01 | DGGN         | adult   |
        75         | 2025-01 | DGPN         | unknown | 0
        13         | 2024-12 | DGPN         | minor   | 4
        13         | 2024-12 | DGPN         | adult   | 5
        13         | 2024-12 | DGPN         | unknown | 6
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 32 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
