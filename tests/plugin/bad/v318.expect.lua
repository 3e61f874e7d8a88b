-- expect V318
-- Un résultat attendu de plus que permis.
local expected = {}
for i = 1, 301 do expected[i] = { territory = "FR", period = "2025-01", value = 70 } end

return indicator {
  id = "v318.expect", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "personnes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "value" } },
  inputs = {
    minors = series "victims.identified" { where = { age = "minor" }, missing = "skip" },
    adults = series "victims.identified" { where = { age = "adult" }, missing = "skip" },
  },
  formula = function(ctx)
    return 1 * ctx.series("adults") - 1 * ctx.series("minors")
  end,
  tests = {
    { name = "ce qui reste", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 40
        75         | 2025-01 | adult | 60
        13         | 2025-01 | minor | 10
        13         | 2025-01 | adult | 60
      ]] },
      expect = expected },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
