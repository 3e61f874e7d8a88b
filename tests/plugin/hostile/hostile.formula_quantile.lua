-- A quantile that is no number: of 0/0.
return indicator {
  id = "hostile.formula_quantile", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { f = series "clients.fines" { grain = "department", missing = "zero" } },
  formula = function(ctx)
    return ctx.series("f"):by("period"):quantile(0 / 0)
  end,
  tests = {
    { name = "une amende", level = "national",
      given = { ["clients.fines"] = rows [[
        department | period  | value
        75         | 2026-03 | 1
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
