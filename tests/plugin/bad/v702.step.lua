-- expect V702 10
return indicator {
  id = "v702.step", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "none", kind = "context",
  frequency = "quarter", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = { s = series "clients.fines" { missing = "skip" } },
  formula = function(ctx)
    return ctx.series("s") / ctx.series("s"):to("quarter", "sum")
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["clients.fines"] = rows [[
        department | period | value
        75 | 2025-01 | 1
      ]] },
      expect = { { territory = "FR", period = "2025-Q1", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
