-- Leaves its formula in the middle, by a coroutine, and comes back to it without end.
return indicator {
  id = "hostile.formula_coroutine", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { f = series "clients.fines" { missing = "zero" } },
  formula = function(ctx)
    local resume = coroutine.wrap(function()
      while true do coroutine.yield(ctx.series("f") + 1) end
    end)
    local s = resume()
    while true do s = resume() end
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
