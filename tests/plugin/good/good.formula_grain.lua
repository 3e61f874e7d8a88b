return indicator {
  id = "good.formula_grain", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  params = { window = param.integer { default = 1, min = 1, max = 12 } },
  inputs = {
    g = series "referents.active" { grain = "department", missing = "zero" },
  },
  formula = function(ctx)
    local forces = ctx.series("g"):pick{ force = "police" }:ge(1) & (ctx.series("g"):pick{ force = "gendarmerie" }:ge(1) | ctx.territories():among{ "75" })
    local covered = forces:by("territory"):count()
    local all = forces:by("territory"):size()
    return { value = 100 * covered / all, numerator = covered, denominator = all }
  end,
  tests = {
    { name = "essai", level = "region",
      given = { ["referents.active"] = rows [[
        department | period  | force       | value
        13         | 2025-01 | police      | 2
        13         | 2025-01 | gendarmerie | 1
        06         | 2025-01 | police      | 1
        75         | 2025-01 | police      | 4
      ]] },
      expect = { { territory = "REG-93", period = "2025-01", value = 100 / 6, numerator = 1, denominator = 6 },
        { territory = "REG-11", period = "2025-01", value = 100 / 8, numerator = 1, denominator = 8 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
