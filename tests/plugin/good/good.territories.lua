-- Rows of a cell: those of its territory, and of its period when the table says.
return indicator {
  id = "good.territories", api = 1, version = "1.2.3",
  name = { fr = "Essai", en = "Trial" }, summary = { fr = "Essai." },
  unit = "%", decimals = 1, direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "number", "territory" }, missing = "carry" } },
  compute = function(ctx)
    return #ctx.rows("actions")
  end,
  tests = {
    { name = "département et région", level = "department",
      given = { actions = rows [[
        number | department | period
        1.1    | 13         | 2026-03
        1.2    | 13         | 2026-04
        1.3    | 83         | 2026-03
        1.4    | 2A         | 2026-03
      ]] },
      expect = { { territory = "13", period = "2026-03", value = 1 }, { territory = "2A", period = "2026-03", value = 1 },
                 { territory = "2B", period = "2026-03", value = 0 } } },
    { name = "région", level = "region",
      given = { actions = rows [[
        number | territory
        1.1    | 13
        1.2    | 83
        1.3    | 2A
      ]] },
      expect = { { territory = "REG-93", period = "2026-03", value = 2 }, { territory = "REG-94", period = "2026-05", value = 1 } } },
    { name = "national", level = "national",
      given = { actions = rows [[
        number | territory
        1.1    | FR
        1.2    |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 2 } } },
  },
  changelog = { { "1.2.3", "2026-01-01", fr = "Corrigé." }, { "1.0.0", "2025-01-01", fr = "Première version." } },
}
