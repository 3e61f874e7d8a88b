-- expect V360 15
return indicator {
  id = "v360.semicolon", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = { s = series "clients.fines" { missing = "skip" } },
  formula = function(ctx)
    return ctx.series("s")
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["clients.fines"] = rows [[
        department;period;value
        75;2025-01;1
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
