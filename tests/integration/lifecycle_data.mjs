/* Texts that several tests of the life of plugins try. */

/* The same contract over a sensitive series: minors identified, month by month. */
export const minors = (more = '') => `
return indicator {
  id = "victims.minors", api = 1, version = "1.0.0",
  name = { fr = "Mineurs identifiés" }, summary = { fr = "Nombre de mineurs identifiés." },
  unit = "persons", decimals = 0, direction = "none", kind = "impact",
  frequency = "month", levels = { "national", "department" },
  author = "Cellule d’évaluation", owner = "OCRTEH",
  sources = { { fr = "Remontées" } }, limits = { fr = "Identification, non prévalence." }, ${more}
  inputs = { minors = series "victims.identified" { where = { age = "minor" }, agg = "sum", missing = "skip" } },
  formula = function(ctx)
    local minors = ctx.series("minors")
    return { value = minors, numerator = minors }
  end,
  tests = {
    { name = "deux départements", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 10
        13         | 2025-01 | minor | 5
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 15 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version." } },
}
`;
export const RULE = 'confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },';
