-- An alert whose test has a million values, each with what it should lead to.
local values, states = {}, {}
for i = 1, 1000000 do values[i], states[i] = i, "ok" end
return alert {
  id = "hostile.alert_flood", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  author = "Anne", owner = "Bureau",
  on = "plan.on_time@1", levels = { "national" },
  when = { below = 0 },
  tests = { { name = "un million", values = values, expect = states } },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
