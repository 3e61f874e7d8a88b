-- expect V417
-- D'une formule, chaque effectif est protégé déjà.
return indicator {
  id = "v417.formula", api = 1, version = "1.0.0",
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
    local adults = ctx.series("adults")
    return { value = adults, protects = { adults } }
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
      expect = { { territory = "FR", period = "2025-01", value = 70 } } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
