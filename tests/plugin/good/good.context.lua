-- What ctx holds.
return indicator {
  id = "good.context", api = 1, version = "1.2.3",
  name = { fr = "Essai", en = "Trial" }, summary = { fr = "Essai." },
  unit = "%", decimals = 1, direction = "none", kind = "context",
  frequency = "quarter", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "number", "status", "due_on", "progress", "blocked", "lead" }, missing = "carry" } },
  compute = function(ctx)
    if not (ctx.period == "2026-Q1") then error("ctx.period == '2026-Q1'") end
    if not (ctx.period_start == ctx.day("2026-01-01")) then error("ctx.period_start == ctx.day('2026-01-01')") end
    if not (ctx.period_end == ctx.day("2026-03-31")) then error("ctx.period_end == ctx.day('2026-03-31')") end
    if not (ctx.territory == "FR") then error("ctx.territory == 'FR'") end
    if not (ctx.level == "national") then error("ctx.level == 'national'") end
    if not (ctx.as_of == ctx.day("2026-02-10")) then error("ctx.as_of == ctx.day('2026-02-10')") end
    if not (ctx.plan.start_on == ctx.day("2024-06-26")) then error("ctx.plan.start_on == ctx.day('2024-06-26')") end
    if not (ctx.plan.end_on == nil) then error("ctx.plan.end_on == nil") end
    if not (ctx.plan.stale_after_days == 30) then error("ctx.plan.stale_after_days == 30") end
    if not (ctx.rows("actions") == ctx.rows("actions")) then error("ctx.rows('actions') == ctx.rows('actions')") end
    for _, a in ipairs(ctx.rows("actions")) do
      if a.number ~= "1.10" and a.number ~= "1.2" then error("number is text") end
      if a.blocked ~= (a.number == "1.10") then error("truth") end
      if a.due_on ~= ctx.day("2026-03-31") then error("day") end
      if a.lead ~= nil then error("empty is missing") end
      if a.progress == 0 and a.number ~= "1.2" then error("zero is zero") end
    end
    return 1
  end,
  tests = {
    { name = "un trimestre", level = "national", as_of = "2026-02-10", plan = { start_on = "2024-06-26", stale_after_days = 30 },
      given = { actions = rows [[
        number | status      | due_on     | progress | blocked | lead
        1.10   | in_progress | 2026-03-31 |          | true    |
        1.2    | in_progress | 2026-03-31 | 0        | false   |
      ]] },
      expect = { { territory = "FR", period = "2026-Q1", value = 1 } } },
  },
  changelog = { { "1.2.3", "2026-01-01", fr = "Corrigé." }, { "1.0.0", "2025-01-01", fr = "Première version." } },
}
