-- Every option of every operator: test_plugins.c looks for each that the annotations propose.
return indicator {
  id = "good.formula_options", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    s = series "clients.fines" { missing = "skip" },
    k = series "clients.operations" { missing = "skip" },
    pop = reference "population" {},
  },
  formula = function(ctx)
    local s, k = ctx.series("s"), ctx.series("k")
    local half = s:rolling(2, { coverage = 0.5 }):sum()
    local year = s:cumsum{ reset = "year" } + s:cumsum{ reset = "never" }
    local quarter = s:to("quarter", "sum", { missing = "skip" })
    local rank = s:rank{ order = "asc", ties = "mean", within = "territory" } + s:rank{ ties = "max" } + s:rank{ ties = "first" }
    local share = s:share_of_total{ within = "territory" }
    local wilson = stat.wilson(k, s, { level = 0.9 })
    local poisson = stat.poisson(k, nil, { level = 0.9, per = 1000 })
    local funnel = stat.funnel(k, ctx.series("pop"), { level = 0.998, per = 100000 })
    local trend = stat.theil_sen(s, 12, { level = 0.9 })
    local goal = stat.reach(s, 100, { points = 12, min = 9, level = 0.9, from = "2026-12", direction = "up" })
    local day = stat.reach(s, 0, { from = ctx.plan.end_on, direction = "down" })
    return { value = half + s:coverage() - s:coverage(), extra = { rank = rank, share = share, goal = goal.value, year = year } }
  end,
  tests = {
    { name = "un mois sur deux suffit", level = "national",
      given = {
        ["clients.fines"] = rows [[
          department | period  | value
          75         | 2026-02 |
          75         | 2026-03 | 4
        ]],
        ["clients.operations"] = rows [[
          department | period  | value
        ]],
        population = rows [[
          department | year | value
        ]] },
      expect = { { territory = "FR", period = "2026-03", value = 4 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
