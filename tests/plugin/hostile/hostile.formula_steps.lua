-- Writes the same step without end: known already, so that the graph never grows.
return indicator {
  id = "hostile.formula_steps", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { f = series "clients.fines" { missing = "zero" } },
  formula = function(ctx)
    local s = ctx.series("f")
    local n = 0
    repeat local again = s + 1; n = n + 1 until n < 0
    return s
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
