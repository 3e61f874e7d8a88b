-- expect V513
-- Le total ne montre rien de petit, un membre si : les deux sont attaqués.
-- Multipliés, ce ne sont plus des effectifs pour le calcul ; pour qui les lit, si.
return indicator {
  id = "v513.member", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "personnes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "value" } },
  inputs = {
    minors = series "victims.identified" { where = { age = "minor" }, dims = { "force" }, missing = "skip" },
    adults = series "victims.identified" { where = { age = "adult" }, dims = { "force" }, missing = "skip" },
  },
  dims = { "force" },
  formula = function(ctx)
    return 1 * ctx.series("adults") - 1 * ctx.series("minors")
  end,
  tests = {
    { name = "ce qui reste", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | force       | age   | value
        75         | 2025-01 | gendarmerie | adult | 60
        13         | 2025-01 | gendarmerie | adult | 60
        75         | 2025-01 | police      | minor | 40
        75         | 2025-01 | police      | adult | 60
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 140 },
                 { territory = "FR", period = "2025-01", force = "police", value = 20 } } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
