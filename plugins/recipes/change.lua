-- Une évolution : cette durée comparée à la précédente.
return indicator {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : ce qui est compté, sur quelle durée." },
  unit = "%", decimals = 1, direction = "none", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "À remplir", owner = "À remplir",
  params = { window = param.integer { default = 12, min = 1, max = 36, unit = "mois", label = { fr = "Durée glissante" } } },
  inputs = {
    fines = series "clients.fines" { missing = "skip" },
  },
  formula = change { "fines", over = "window" },
  checks = { check.at_least("value", -100) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "de 40 à 50 : un quart de plus", level = "national", params = { window = 1 },
      given = { ["clients.fines"] = rows [[
        department | period  | value
        75         | 2025-01 | 30
        13         | 2025-01 | 10
        75         | 2025-02 | 35
        13         | 2025-02 | 15
      ]] },
      expect = { { territory = "FR", period = "2025-02", value = 25, numerator = 10, denominator = 40 },
                 { territory = "FR", period = "2025-01", state = "missing" } } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
