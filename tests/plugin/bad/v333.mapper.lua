-- expect V333 15
return mapper {
  id = "v333.mapper", api = 1, version = "1.0.0",
  name = { fr = "Lecteur d’essai" }, summary = { fr = "Pour les tests." },
  author = "Tests", owner = "Tests",
  columns = { "Lieu", "Mois", "Nombre" },
  series = { "shelter.requests", "victims.identified" },
  row = function(ctx, r)
    return nil
  end,
  tests = {
    { name = "essai",
      given = { sheet = rows [[
        Lieu | Mois    | Nombre
        93   | 2026-01
      ]] },
      expect = {} },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
