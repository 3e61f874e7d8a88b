-- expect V331 17
return indicator {
  id = "v331.department", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    v = series "victims.identified" { where = { age = "minor" }, missing = "skip" },
  },
  compute = function(ctx)
    return 1
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["victims.identified"] = rows [[
        age   | period  | value
        minor | 2025-01 | 3
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
