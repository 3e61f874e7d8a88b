-- Une phrase : ce que cette alerte surveille, et pourquoi.
return alert {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : ce qui se passe quand elle se lève." },
  author = "À remplir", owner = "À remplir",
  on     = "plan.on_time@1",
  levels = { "national" },
  when        = { below = 50, warning = 60 },
  for_periods = 2,
  resolve     = { above = 55 },
  tests = {
    { name = "deux mois de suite sous la limite", values = { 80, 45, 45, 70 }, expect = { "ok", "warning", "alert", "ok" } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
