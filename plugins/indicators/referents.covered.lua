-- Part des départements où chaque force a un référent actif.
return indicator {
  id = "referents.covered", api = 1, version = "1.0.0",
  name    = { fr = "Départements couverts par des référents", en = "Départements covered by referents" },
  summary = { fr = "Part des départements où la police et la gendarmerie ont chacune au moins un référent actif le dernier jour du mois.",
              en = "Share of départements where police and gendarmerie each have at least one active referent on the last day of the month." },
  unit = "%", decimals = 1, direction = "up", kind = "input",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Remontées mensuelles des services", en = "Monthly returns of the services" } },
  limits  = { fr = "Dit qu'un référent est nommé, pas ce qu'il fait. Un département qui ne transmet rien compte comme non couvert.",
              en = "Says that a referent is appointed, not what they do. A département that reports nothing counts as not covered." },
  params = { exempt = param.departments { default = { "75", "92", "93", "94" },
                                          label = { fr = "Départements sans gendarmerie départementale", en = "Départements without gendarmerie" } } },
  inputs = { referents = series "referents.active" { grain = "department", missing = "zero" } },
  formula = function(ctx)
    local referents = ctx.series("referents")
    local police = referents:pick{ force = "police" }:ge(1)
    local gendarmerie = referents:pick{ force = "gendarmerie" }:ge(1)
    local covered = police & (gendarmerie | ctx.territories():among(ctx.params.exempt))
    local number, all = covered:by("territory"):count(), covered:by("territory"):size()
    return { value = 100 * number / all, numerator = number, denominator = all, extra = { uncovered = all - number } }
  end,
  checks = { check.between("value", 0, 100) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "Paris est exempté de gendarmerie, les autres non", level = "region",
      given = { ["referents.active"] = rows [[
        department | period  | force       | value
        75         | 2025-01 | police      | 4
        77         | 2025-01 | police      | 2
        77         | 2025-01 | gendarmerie | 1
        78         | 2025-01 | police      | 2
        78         | 2025-01 | gendarmerie | 0
        91         | 2025-01 | gendarmerie | 1
      ]] },
      expect = { { territory = "REG-11", period = "2025-01", value = 25, numerator = 2, denominator = 8, extra = { uncovered = 6 } } } },
    { name = "sans exemption, Paris n'est plus couvert", level = "department", params = { exempt = {} },
      given = { ["referents.active"] = rows [[
        department | period  | force       | value
        75         | 2025-01 | police      | 4
        13         | 2025-01 | police      | 1
        13         | 2025-01 | gendarmerie | 1
      ]] },
      expect = { { territory = "75", period = "2025-01", value = 0, numerator = 0, denominator = 1 },
                 { territory = "13", period = "2025-01", value = 100 },
                 { territory = "48", period = "2025-01", value = 0 },
                 { territory = "13", period = "2024-12", reason = "not_reported" } } },
    { name = "au niveau national, cent un départements", level = "national",
      given = { ["referents.active"] = rows [[
        department | period  | force       | value
        13         | 2025-01 | police      | 1
        13         | 2025-01 | gendarmerie | 1
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 100 / 101, numerator = 1, denominator = 101 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
