-- An alert that brings its own judge, where only a description is.
return alert {
  id = "hostile.alert_function", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  author = "Anne", owner = "Bureau",
  on = "plan.on_time@1", levels = { "national" },
  when = function() while true do end end,
  tests = { { name = "toujours", values = { 1 }, expect = { "ok" } } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
