return indicator {
  id = "good.formula_actions", api = 1, version = "1.0.0",
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
    local a = ctx.actions()
    local told = ~a.progress:is_missing()
    local weights = a.weight:where(told)
    return {
      value = (a.progress * a.weight):where(told):by("territory"):sum() / weights:by("territory"):sum(),
      extra = {
        blocked = a.blocked:by("territory"):count(),
        running = a:where(a.status:eq("in_progress")):by("territory"):size(),
        mean = a.progress:where(told):by("territory"):wmean(a.weight),
        all = a:by("territory"):count(),
      },
    }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { actions = rows [[
        number | status      | progress | weight | initial_due_on | done_on    | blocked
        1.1    | done        | 100      | 1      | 2025-01-01     | 2025-01-11 | false
        1.2    | in_progress | 50       | 3      | 2025-01-11     |            | true
        1.3    | in_progress |          | 3      | 2025-06-01     |            | true
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 62.5, extra = { blocked = 2, running = 2, mean = 62.5, all = 3 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
