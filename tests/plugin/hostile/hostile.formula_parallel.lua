-- As many windows of ten years as there may be steps, beside each other.
return indicator {
  id = "hostile.formula_parallel", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { f = series "clients.fines" { grain = "department", missing = "zero" } },
  formula = function(ctx)
    local s, all = ctx.series("f"), 0
    for i = 1, 245 do all = all + s:rolling(120, { coverage = i / 1000 }):median() end
    return all:by("period"):median()
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
