-- Un taux pour 100 000 habitants, avec son intervalle exact à 95 %.
return indicator {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : ce qui est compté, sur quelle durée." },
  unit = "pour 100 000", decimals = 2, direction = "none", kind = "outcome",
  frequency = "month", levels = { "national", "region", "department" },
  author = "À remplir", owner = "À remplir",
  params = { window = param.integer { default = 12, min = 1, max = 36, unit = "mois", label = { fr = "Durée glissante" } } },
  inputs = {
    cases  = series "clients.fines" { missing = "skip" },
    people = reference "population" {},
  },
  formula = rate { "cases", "people", per = 100000, rolling = "window" },
  checks = { check.at_least("value", 0) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "dix pour un million d'habitants", level = "national", params = { window = 1 },
      given = {
        ["clients.fines"] = rows [[
          department | period  | value
          75         | 2025-01 | 6
          13         | 2025-01 | 4
        ]],
        population = rows [[
          department | year | value
          75         | 2025 | 600000
          13         | 2025 | 400000
        ]] },
      expect = { { territory = "FR", period = "2025-01", value = 1, numerator = 10, denominator = 1000000,
                   low = 0.47954, high = 1.83904, tolerance = 1e-4 } } },
    { name = "rien n'est parvenu", level = "department", given = {},
      expect = { { territory = "75", period = "2025-01", state = "missing" } } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
