return rule {
  id = "hostile.rule_control", api = 1, version = "1.0.0",
  name = { fr = "Règle d’essai" }, summary = { fr = "Pour les tests." },
  author = "Tests", owner = "Tests",
  series = { "clients.fines", "victims.identified" },
  validate = function(ctx)
    return warn("clients.fines", { fr = "\27[2J tout va bien \0 niveau=info" })
  end,
  tests = {
    { name = "essai", period = "2026-03",
      given = { report = rows [[
        series        | value
        clients.fines | 3
      ]] },
      expect = {} },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
