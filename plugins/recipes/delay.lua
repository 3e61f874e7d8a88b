-- Un retard : combien de jours après l’échéance d’origine ?
return indicator {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : ce qui est compté, sur quelle durée." },
  unit = "jours", decimals = 0, direction = "down", kind = "outcome",
  frequency = "month", levels = { "national", "region", "department" },
  author = "À remplir", owner = "À remplir",
  inputs = {
    actions = actions { columns = { "initial_due_on", "done_on" }, missing = "carry" },
  },
  formula = delay { "actions", from = "initial_due_on", to = "done_on", over = "median" },
  checks = { check.at_least("value", 0) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "dix jours de retard, une action à l’heure, une qui court encore", level = "national",
      given = { actions = rows [[
        number | initial_due_on | done_on
        1.1    | 2026-03-01     | 2026-03-11
        1.2    | 2026-03-01     | 2026-03-01
        1.3    | 2026-03-01     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 10, denominator = 3 } } },
    { name = "rien n’est encore dû", level = "national",
      given = { actions = rows [[
        number | initial_due_on | done_on
        1.1    | 2026-12-31     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", state = "not_applicable" } } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
