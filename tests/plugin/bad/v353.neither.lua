-- expect V353 6
return alert {
  id = "v353.neither",
  api = 1, version = "1.0.0", name = { fr = "Essai" }, summary = { fr = "Essai." }, author = "A", owner = "O",
  levels = { "national" }, changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
  on = "plan.on_time@1", when = { warning = 3 },
  tests = { { name = "x", values = { 1 }, expect = { "ok" } } },
}
