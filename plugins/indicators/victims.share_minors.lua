-- Part des mineurs parmi les victimes identifiées dont l'âge est connu, sur une durée glissante.
return indicator {
  id = "victims.share_minors", api = 1, version = "1.0.0",
  name    = { fr = "Part des mineurs parmi les victimes identifiées", en = "Share of minors among identified victims" },
  summary = { fr = "Sur 12 mois, part des victimes identifiées de moins de 18 ans, parmi celles dont l'âge est connu.",
              en = "Over 12 months, share of identified victims under 18, among those whose age is known." },
  unit = "%", decimals = 1, direction = "none", kind = "impact",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Remontées mensuelles des services", en = "Monthly returns of the services" } },
  limits  = { fr = "Mesure l'identification, pas la prévalence : une hausse peut venir d'un meilleur repérage. La part des victimes d'âge inconnu est donnée à côté.",
              en = "Measures identification, not prevalence: a rise may come from better detection. The share of victims of unknown age stands beside." },
  confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },
  params = { window = param.integer { default = 12, min = 1, max = 36, unit = "mois", label = { fr = "Durée glissante", en = "Rolling window" } } },
  inputs = {
    -- complete : un mois où l'une des classes d'âge manque ne compte pas, sinon on lirait 100 %.
    minors = series "victims.identified" { where = { age = "minor" }, missing = "skip", complete = { "age" } },
    known  = series "victims.identified" { where = { age = { "minor", "adult" } }, missing = "skip", complete = { "age" } },
    all    = series "victims.identified" { missing = "skip", complete = { "age" } },
  },
  formula = function(ctx)
    local function total(name)
      return ctx.series(name):rolling(ctx.params.window, { coverage = 0.75 }):sum()
    end
    local minors, known, all = total("minors"), total("known"), total("all")
    ctx.note("{numerator} mineurs sur {denominator} victimes d'âge connu ; âge inconnu : {unknown} %.")
    return { value = 100 * minors / known, numerator = minors, denominator = known,
             extra = { unknown = 100 * (all - known) / all } }
  end,
  checks = { check.between("value", 0, 100) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "le national est un rapport de sommes, pas une moyenne de taux", level = "national", params = { window = 1 },
      given = { ["victims.identified"] = rows [[
        department | period  | age     | value
        75         | 2025-01 | minor   | 10
        75         | 2025-01 | adult   | 30
        75         | 2025-01 | unknown | 15
        13         | 2025-01 | minor   | 10
        13         | 2025-01 | adult   | 10
        13         | 2025-01 | unknown | 5
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 100 * 20 / 60, numerator = 20, denominator = 60,
                   extra = { unknown = 25 } } } },
    { name = "un mois incomplet ne compte pas, un mois à zéro n'a pas de taux", level = "department", params = { window = 1 },
      given = { ["victims.identified"] = rows [[
        department | period  | age     | value
        75         | 2025-01 | minor   | 4
        75         | 2025-01 | adult   |
        75         | 2025-01 | unknown | 0
        13         | 2025-01 | minor   | 0
        13         | 2025-01 | adult   | 0
        13         | 2025-01 | unknown | 2
      ]] },
      expect = { { territory = "75", period = "2025-01", reason = "coverage_below_minimum" },
                 { territory = "13", period = "2025-01", reason = "zero_denominator" } } },
    { name = "douze mois glissants, dont neuf au moins", level = "department",
      given = { ["victims.identified"] = rows [[
        department | period  | age     | value
        59         | 2024-04 | minor   | 1
        59         | 2024-04 | adult   | 1
        59         | 2024-04 | unknown | 0
        59         | 2024-05 | minor   | 1
        59         | 2024-05 | adult   | 1
        59         | 2024-05 | unknown | 0
        59         | 2024-06 | minor   | 1
        59         | 2024-06 | adult   | 1
        59         | 2024-06 | unknown | 0
        59         | 2024-07 | minor   | 1
        59         | 2024-07 | adult   | 1
        59         | 2024-07 | unknown | 0
        59         | 2024-08 | minor   | 1
        59         | 2024-08 | adult   | 1
        59         | 2024-08 | unknown | 0
        59         | 2024-09 | minor   | 1
        59         | 2024-09 | adult   | 1
        59         | 2024-09 | unknown | 0
        59         | 2024-10 | minor   | 1
        59         | 2024-10 | adult   | 1
        59         | 2024-10 | unknown | 0
        59         | 2024-11 | minor   | 1
        59         | 2024-11 | adult   | 1
        59         | 2024-11 | unknown | 0
        59         | 2024-12 | minor   | 1
        59         | 2024-12 | adult   | 10
        59         | 2024-12 | unknown | 1
      ]] },
      expect = { { territory = "59", period = "2024-12", value = 100 * 9 / 27, numerator = 9, denominator = 27 },
                 { territory = "59", period = "2025-03", value = 100 * 9 / 27 },
                 { territory = "59", period = "2025-04", reason = "coverage_below_minimum" } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
