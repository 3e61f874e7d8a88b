-- expect V511
return rule {
  id = "v511.rule", api = 1, version = "1.0.0",
  name = { fr = "Règle d’essai" }, summary = { fr = "Pour les tests." },
  author = "Tests", owner = "Tests",
  series = { "clients.fines", "victims.identified" },
  validate = function(ctx)
    local n = ctx.value("clients.fines")
    if n and 12 // math.floor(n) > 5 then return warn("clients.fines", { fr = "Peu" }) end
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
