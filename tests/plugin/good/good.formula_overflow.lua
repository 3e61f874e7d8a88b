-- What is beyond every number is no value: neither infinity nor a figure that looks like one.
return indicator {
  id = "good.formula_overflow", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "amendes", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { f = series "clients.fines" { missing = "zero" } },
  formula = function(ctx)
    local s = ctx.series("f")
    local huge = s * ctx.const(1e308) * ctx.const(1e308)
    return { value = choose(s:gt(1), huge, s), numerator = huge - huge, extra = { more = huge } }
  end,
  tests = {
    { name = "une amende", level = "national",
      given = { ["clients.fines"] = rows [[
        department | period  | value
        75         | 2026-02 | 2
        75         | 2026-03 | 1
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 1 },
                 { territory = "FR", period = "2026-02", state = "missing", reason = "outside_validity" } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
