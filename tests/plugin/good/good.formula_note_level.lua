return indicator {
  id = "good.formula_note_level", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "La phrase n’a ses chiffres qu’au niveau national." },
  unit = "amendes", direction = "none", kind = "context",
  frequency = "month", levels = { "department", "national" },
  author = "Anne", owner = "Bureau",
  inputs = { n = series "clients.fines" { missing = "skip" } },
  formula = function(ctx)
    local n = ctx.series("n")
    ctx.note("{numerator} amendes")
    if ctx.level == "national" then return { value = n, numerator = n } end
    return { value = n }
  end,
  tests = {
    { name = "national", level = "national",
      given = { ["clients.fines"] = rows [[
        department | period  | value
        75         | 2025-01 | 18
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 18, numerator = 18 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
