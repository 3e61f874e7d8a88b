-- expect V515
return indicator {
  id = "v515.actions", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    fines   = series "clients.fines" { missing = "skip" },
    actions = actions { columns = { "number", "progress", "budget_spent" }, missing = "carry" },
  },
  compute = function(ctx)
    local fines, spent = ctx.rows("fines")[1].value, 0
    for _, a in ipairs(ctx.rows("actions")) do spent = spent + (a.budget_spent or 0) end
    if not fines or fines == 0 or #ctx.rows("actions") == 0 then return missing "not_reported" end
    for _, a in ipairs(ctx.rows("actions")) do if not a.budget_spent then return missing "not_reported" end end
    return fines / spent
  end,
  tests = {
    { name = "essai", level = "national",
      given = {
        ["clients.fines"] = rows [[
          department | period  | value
          75         | 2025-01 | 3
        ]],
        actions = rows [[
          number | progress | budget_spent
          1.1    | 50       | 4
          1.2    | 50       | 2
        ]] },
      expect = { { territory = "FR", period = "2025-01", value = 0.5 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
