-- Un rapport : combien de l’un pour cent de l’autre ?
return indicator {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : ce qui est compté, sur quelle durée." },
  unit = "%", decimals = 1, direction = "up", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "À remplir", owner = "À remplir",
  params = { window = param.integer { default = 12, min = 1, max = 36, unit = "mois", label = { fr = "Durée glissante" } } },
  confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },
  inputs = {
    part  = series "hearings.accompanied" { missing = "skip" },
    whole = series "hearings.total" { missing = "skip" },
  },
  formula = ratio { "part", "whole", per = 100, rolling = "window" },
  checks = { check.between("value", 0, 100) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "le national est un rapport de sommes", level = "national", params = { window = 1 },
      given = {
        ["hearings.accompanied"] = rows [[
          department | period  | value
          75         | 2025-01 | 30
          13         | 2025-01 | 10
        ]],
        ["hearings.total"] = rows [[
          department | period  | value
          75         | 2025-01 | 40
          13         | 2025-01 | 40
        ]] },
      expect = { { territory = "FR", period = "2025-01", value = 50, numerator = 40, denominator = 80 } } },
    { name = "rien n'est parvenu", level = "department", params = { window = 1 }, given = {},
      expect = { { territory = "75", period = "2025-01", state = "missing" } } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
