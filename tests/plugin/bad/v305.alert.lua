-- expect V305 7
return alert {
  id = "v305.alert",
  api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai." }, author = "A", owner = "O",
  levels = { "national" }, changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
  on = "plan.on_time@1", when = { below = 5 },
  tests = { { name = "x", values = { 6 }, expect = { "calme" } } },
}
