-- An alert whose limits are no numbers: nothing is beyond them, or everything is.
return alert {
  id = "hostile.alert_infinity", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  author = "Anne", owner = "Bureau",
  on = "plan.on_time@1", levels = { "national" },
  when = { below = 0 / 0, warning = math.huge },
  tests = { { name = "jamais", values = { 0 / 0, math.huge, 1 }, expect = { "ok", "ok", "ok" } } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
