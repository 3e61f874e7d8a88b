return indicator {
  id = "good.formula_stats", api = 1, version = "1.0.0",
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
    local s = ctx.series("v")
    local k = ctx.series("k")
    local trend, band, hits = stat.theil_sen(s, 3), stat.funnel(s, k), stat.rate_ratio(s, k)
    ctx.note("{value} en tout")
    return { value = s:cumsum{ reset = "never" }, low = stat.poisson(s).low:clip(0, 99), high = s:rolling(2):max():round(1),
             extra = { slope = trend.slope, z = stat.zscore(s), lag = s:lag(1):fill(7), more = choose(s:between(1, 3), 1, 0) } }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | age     | value
        75         | 2025-01 | minor   | 3
        75         | 2025-01 | adult   | 7
        13         | 2025-01 | minor   | 2
        13         | 2025-01 | adult   | 8
        75         | 2024-11 | minor   | 1
        75         | 2024-12 | minor   | 3
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 9, extra = { slope = 2, lag = 3, more = 0 } },
        { territory = "FR", period = "2024-12", value = 4, extra = { lag = 1, more = 1 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
