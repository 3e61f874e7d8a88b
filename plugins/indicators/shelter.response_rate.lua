-- Mises à l'abri rapportées aux demandes, sur trois mois.
return indicator {
  id = "shelter.response_rate", api = 1, version = "1.0.0",
  name    = { fr = "Taux de réponse aux demandes de mise à l'abri", en = "Response rate to requests for shelter" },
  summary = { fr = "Sur 3 mois, mises à l'abri rapportées aux demandes reçues.",
              en = "Over 3 months, placements in shelter for each request received." },
  unit = "%", decimals = 1, direction = "up", kind = "outcome",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Remontées mensuelles des associations", en = "Monthly returns of associations" } },
  limits  = { fr = "Peut dépasser 100 % quand des demandes plus anciennes aboutissent (above = 1) : à vérifier auprès de l'association.",
              en = "May pass 100 % when older requests are met (above = 1): to be checked with the association." },
  confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },
  inputs = {
    requests   = series "shelter.requests" { missing = "skip" },
    placements = series "shelter.placements" { missing = "skip" },
  },
  formula = function(ctx)
    local requests = ctx.series("requests"):rolling(3, { coverage = 0.6 }):sum()
    local placements = ctx.series("placements"):rolling(3, { coverage = 0.6 }):sum()
    return { value = 100 * placements / requests, numerator = placements, denominator = requests,
             extra = { unmet = requests - placements, above = choose(placements:gt(requests), 1, 0) } }
  end,
  checks = { check.at_least("value", 0) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "trois mois, dont deux au moins", level = "department",
      given = {
        ["shelter.requests"] = rows [[
          department | period  | value
          75         | 2025-01 | 20
          75         | 2025-02 | 10
          75         | 2025-03 |
          13         | 2025-03 | 10
          48         | 2025-02 | 0
          48         | 2025-03 | 0
          93         | 2025-02 | 4
          93         | 2025-03 | 4
        ]],
        ["shelter.placements"] = rows [[
          department | period  | value
          75         | 2025-01 | 12
          75         | 2025-02 | 9
          75         | 2025-03 |
          13         | 2025-03 | 10
          48         | 2025-02 | 0
          48         | 2025-03 | 0
          93         | 2025-02 | 4
          93         | 2025-03 | 6
        ]] },
      expect = { { territory = "75", period = "2025-03", value = 70, numerator = 21, denominator = 30, extra = { unmet = 9, above = 0 } },
                 { territory = "13", period = "2025-03", reason = "coverage_below_minimum" },
                 { territory = "48", period = "2025-03", reason = "zero_denominator" },
                 { territory = "93", period = "2025-03", value = 125, extra = { unmet = -2, above = 1 } } } },
    { name = "le national est un rapport de sommes", level = "national",
      given = {
        ["shelter.requests"] = rows [[
          department | period  | value
          75         | 2025-01 | 10
          75         | 2025-02 | 0
          13         | 2025-02 | 30
        ]],
        ["shelter.placements"] = rows [[
          department | period  | value
          75         | 2025-01 | 10
          75         | 2025-02 | 0
          13         | 2025-02 | 10
        ]] },
      expect = { { territory = "FR", period = "2025-02", value = 50, numerator = 20, denominator = 40 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
