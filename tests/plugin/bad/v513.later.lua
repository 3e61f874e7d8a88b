-- expect V513
-- Dix résultats manquants d'abord : l'attaque porte sur celui qui a une valeur.
-- Ni numérateur ni dénominateur : l'effectif qui reste sort tel quel, même petit.
local expected = {}
for i = 1, 10 do expected[i] = { territory = "13", period = "2025-01", state = "missing" } end
expected[11] = { territory = "75", period = "2025-01", value = 30 }

return indicator {
  id = "v513.later", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "demandes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "value" } },
  inputs = {
    requests   = series "shelter.requests" { missing = "skip" },
    placements = series "shelter.placements" { missing = "skip" },
  },
  compute = function(ctx)
    local asked, placed = ctx.rows("requests")[1].value, ctx.rows("placements")[1].value
    if not asked or not placed then return missing "not_reported" end
    return { value = asked - placed }
  end,
  tests = {
    { name = "ce qui reste", level = "department",
      given = {
        ["shelter.requests"] = rows [[
          department | period  | value
          75         | 2025-01 | 40
        ]],
        ["shelter.placements"] = rows [[
          department | period  | value
          75         | 2025-01 | 10
        ]] },
      expect = expected },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
