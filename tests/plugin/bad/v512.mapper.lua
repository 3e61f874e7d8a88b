-- expect V512 17
return mapper {
  id = "v512.mapper", api = 1, version = "1.0.0",
  name = { fr = "Lecteur d’essai" }, summary = { fr = "Pour les tests." },
  author = "Tests", owner = "Tests",
  columns = { "Lieu", "Mois", "Nombre" },
  series = { "shelter.requests", "victims.identified" },
  row = function(ctx, r)
    return { series = "shelter.requests", territory = "93", period = "2026-01", value = 3 }
  end,
  tests = {
    { name = "essai",
      given = { sheet = rows [[
        Lieu | Mois    | Nombre
        93   | 2026-01 | 3
      ]] },
      expect = { { series = "shelter.requests", territory = "93", period = "2026-01", value = 4 } } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
