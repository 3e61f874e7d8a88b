-- expect V414
return rule {
  id = "v414.validate", api = 1, version = "1.0.0",
  name = { fr = "Règle d’essai" }, summary = { fr = "Pour les tests." },
  author = "Tests", owner = "Tests",
  series = { "clients.fines", "victims.identified" },
  validate = function(ctx)
    local said = {}
    for i = 1, 51 do said[i] = warn("clients.fines", { fr = "Trop" }) end
    return said
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
