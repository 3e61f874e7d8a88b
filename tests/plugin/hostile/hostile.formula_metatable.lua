-- Takes what makes a series a series away from it.
return indicator {
  id = "hostile.formula_metatable", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { f = series "clients.fines" { missing = "zero" } },
  formula = function(ctx)
    local s = ctx.series("f")
    setmetatable(s, { __add = function() return 0 end })
    getmetatable(s).__index = function() return s end
    return s + 1
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
