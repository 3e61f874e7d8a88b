return indicator {
  id = "good.series_na", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },
  inputs = {
    v = series "victims.identified" { where = { age = "minor" }, missing = "na", lookback = 2 },
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
    { name = "essai", level = "department",
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
      expect = { { territory = "75", period = "2025-01", value = 5, extra = { n = 2, known = 1, last = 5 } },
        { territory = "13", period = "2025-01", value = 4, extra = { n = 2, known = 1, last = 0 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
