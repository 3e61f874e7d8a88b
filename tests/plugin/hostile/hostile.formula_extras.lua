-- A thousand figures beside the value.
return indicator {
  id = "hostile.formula_extras", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { f = series "clients.fines" { missing = "zero" } },
  formula = function(ctx)
    local s, extra = ctx.series("f"), {}
    for i = 1, 300 do extra["k" .. i] = s end
    return { value = s, extra = extra }
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
