-- Victimes identifiées pour 100 000 habitants, sur 12 mois, avec l'incertitude de si petits nombres.
return indicator {
  id = "victims.per_100k", api = 1, version = "1.0.0",
  name    = { fr = "Victimes identifiées pour 100 000 habitants", en = "Identified victims per 100,000 inhabitants" },
  summary = { fr = "Victimes identifiées sur 12 mois, rapportées à la population, avec un intervalle exact de Poisson à 95 %.",
              en = "Victims identified over 12 months, per inhabitant, with an exact 95 % Poisson interval." },
  unit = "pour 100 000", decimals = 2, direction = "none", kind = "impact",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Remontées mensuelles des services ; Insee, population au 1er janvier", en = "Monthly returns of the services; Insee, population on 1 January" } },
  limits  = { fr = "Mesure l'identification, pas la prévalence. Un territoire n'est signalé (atypical = 1) que hors des limites à 99,8 % d'un graphique en entonnoir, élargies parce que les victimes sont souvent identifiées par groupes.",
              en = "Measures identification, not prevalence. A territory is flagged (atypical = 1) only outside the 99.8 % limits of a funnel plot, widened because victims are often identified in groups." },
  confidentiality = { min = 10, on = { "numerator" } },
  inputs = {
    victims    = series "victims.identified" { missing = "skip" },
    population = reference "population" { year = "start_of_period" },
  },
  formula = function(ctx)
    local victims = ctx.series("victims"):rolling(12, { coverage = 0.75 }):sum()
    local people = ctx.series("population")
    local rate = 100000 * victims / people
    local band = stat.poisson(victims, people, { per = 100000 })
    local funnel = stat.funnel(victims, people, { per = 100000 })
    return { value = rate, numerator = victims, denominator = people, low = band.low, high = band.high,
             extra = { z = funnel.z, atypical = choose(rate:lt(funnel.low) | rate:gt(funnel.high), 1, 0) } }
  end,
  checks = { check.at_least("value", 0) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "dix victimes pour un million d'habitants ; limites de Garwood", level = "department",
      given = {
        ["victims.identified"] = rows [[
          department | period  | value
          69         | 2025-01 | 1
          69         | 2025-02 | 1
          69         | 2025-03 | 1
          69         | 2025-04 | 1
          69         | 2025-05 | 1
          69         | 2025-06 | 1
          69         | 2025-07 | 1
          69         | 2025-08 | 1
          69         | 2025-09 | 2
        ]],
        population = rows [[
          department | year | value
          69         | 2024 | 999000
          69         | 2025 | 1000000
        ]] },
      expect = { { territory = "69", period = "2025-09", value = 1, numerator = 10, denominator = 1000000,
                   low = 0.4795389, high = 1.8390356, tolerance = 1e-6 },
                 { territory = "13", period = "2025-09", reason = "coverage_below_minimum" } } },
    { name = "le national rapporte la somme à la somme", level = "national",
      given = {
        ["victims.identified"] = rows [[
          department | period  | value
          69         | 2025-01 | 30
          13         | 2025-01 | 10
          69         | 2025-02 | 0
          69         | 2025-03 | 0
          69         | 2025-04 | 0
          69         | 2025-05 | 0
          69         | 2025-06 | 0
          69         | 2025-07 | 0
          69         | 2025-08 | 0
          69         | 2025-09 | 0
        ]],
        population = rows [[
          department | year | value
          69         | 2025 | 1000000
          13         | 2025 | 3000000
        ]] },
      expect = { { territory = "FR", period = "2025-09", value = 1, numerator = 40, denominator = 4000000 } } },
    { name = "population inconnue : pas de taux", level = "department",
      given = { ["victims.identified"] = rows [[
        department | period  | value
        69         | 2025-01 | 1
      ]] },
      expect = { { territory = "69", period = "2025-01", state = "missing" } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
