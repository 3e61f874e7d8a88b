-- expect V336 11
return rule {
  id = "v336.rule_period", api = 1, version = "1.0.0",
  name = { fr = "Règle d’essai" }, summary = { fr = "Pour les tests." },
  author = "Tests", owner = "Tests",
  series = { "clients.fines", "victims.identified" },
  validate = function(ctx)
    return nil
  end,
  tests = {
    { name = "essai", period = "2026-Q1",
      given = { report = rows [[
        series        | value
        clients.fines | 3
      ]] },
      expect = {} },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
