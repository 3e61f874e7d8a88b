-- expect V515
return indicator {
  id = "v515.zero", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    placed = series "clients.fines" { missing = "skip" },
    asked  = series "clients.operations" { missing = "skip" },
  },
  compute = function(ctx)
    local placed, asked = ctx.rows("placed")[1].value, ctx.rows("asked")[1].value
    if not placed or not asked then return missing "not_reported" end
    if placed == 0 then return 0 end
    return 100 * placed / asked
  end,
  tests = {
    { name = "essai", level = "national",
      given = {
        ["clients.fines"] = rows [[
          department | period  | value
          75         | 2025-01 | 3
        ]],
        ["clients.operations"] = rows [[
          department | period  | value
          75         | 2025-01 | 4
        ]] },
      expect = { { territory = "FR", period = "2025-01", value = 75 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
