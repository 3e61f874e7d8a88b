-- expect V302 17
return indicator {
  id = "v302.recipe", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  params = { window = param.integer { default = 1, min = 1, max = 12 } },
  inputs = {
    v = series "victims.identified" { where = { age = "minor" }, missing = "skip" },
    k = series "victims.identified" { where = { age = { "minor", "adult" } }, missing = "skip" },
    w = series "victims.identified" { missing = "skip" },
    pop = reference "population" {},
    actions = actions { columns = { "status", "progress", "weight", "initial_due_on", "done_on", "blocked" }, missing = "carry" },
    blockers = blockers { columns = { "number" } },
  },
  formula = change { "v", numerator = "k" },
  tests = {
    { name = "essai", level = "national",
      given = {  },
      expect = { { territory = "FR", period = "2025-01", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
