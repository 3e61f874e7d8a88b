-- expect V347 9
return indicator {
  id = "v347.itself", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    v = indicator_value "v347.itself@1" { missing = "skip" },
  },
  compute = function(ctx)
    return 1
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 3
        13         | 2025-01 | adult | 4
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
