-- expect V359 10
return indicator {
  id = "v359.formula", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "victimes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    agreements = series "agreements.signed" { missing = "skip" },
    victims = series "victims.identified" { missing = "skip" },
  },
  formula = function(ctx) return ctx.series("victims") end,
  tests = {
    { name = "essai", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | value
        75         | 2025-01 | 12
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 12 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
