return indicator {
  id = "good.formula_dims", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },
  params = { window = param.integer { default = 1, min = 1, max = 12 } },
  inputs = {
    v = series "victims.identified" { where = { age = "minor" }, missing = "skip" },
    k = series "victims.identified" { where = { age = { "minor", "adult" } }, missing = "skip" },
    w = series "victims.identified" { missing = "skip" },
    pop = reference "population" {},
    actions = actions { columns = { "status", "progress", "weight", "initial_due_on", "done_on", "blocked" }, missing = "carry" },
    blockers = blockers { columns = { "number" } },
  },
  formula = function(ctx)
    local w = ctx.series("w")
    local minors, adults = w:pick{ age = "minor" }, w:pick{ age = { "adult" } }
    local known = w:pick{ age = { "minor", "adult" } }:by("territory"):sum()
    return { value = 100 * minors / known, numerator = minors, denominator = known, extra = { adults = adults } }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | age     | value
        75         | 2025-01 | minor   | 3
        75         | 2025-01 | adult   | 7
        13         | 2025-01 | minor   | 2
        13         | 2025-01 | adult   | 8
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 25, numerator = 5, denominator = 20, extra = { adults = 15 } },
        { territory = "FR", period = "2025-01", value = 25, numerator = 5, denominator = 20, extra = { adults = 15 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
