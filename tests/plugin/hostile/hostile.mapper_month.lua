return mapper {
  id = "hostile.mapper_month", api = 1, version = "1.0.0",
  name = { fr = "Lecteur d’essai" }, summary = { fr = "Pour les tests." },
  author = "Tests", owner = "Tests",
  columns = { "Lieu", "Mois", "Nombre" },
  series = { "shelter.requests", "victims.identified" },
  row = function(ctx, r)
    local s = "janvier "
    for i = 1, 20 do s = s .. s end
    while true do ctx.month(s) end
  end,
  tests = {
    { name = "essai",
      given = { sheet = rows [[
        Lieu | Mois    | Nombre
        93   | 2026-01 | 3
      ]] },
      expect = {} },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
