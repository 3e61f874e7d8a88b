-- expect V516 11
return indicator {
  id = "v516.value", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "none", kind = "context",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { fines = series "clients.fines" { missing = "na" } },
  compute = function(ctx)
    for _, row in ipairs(ctx.rows("fines")) do
      return row.value * 2
    end
    return missing "not_reported"
  end,
  tests = {
    { name = "un mois", level = "national",
      given = { ["clients.fines"] = rows [[
        department | period  | value
        75         | 2026-03 | 4
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 8 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
