return indicator {
  id = "good.reference", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    v = reference "population" { by = "department", year = "start_of_period" },
    w = reference "population" {},
  },
  compute = function(ctx)
    local paris = 0
    for _, v in ipairs(ctx.rows("v")) do
      if v.territory == "75" and v.value then paris = v.value end
    end
    return { value = ctx.rows("w")[1].value or 0, extra = { rows = #ctx.rows("v"), paris = paris } }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { population = rows [[
        department | year | value
        75         | 2024 | 2000
        13         | 2024 | 1000
        13         | 2025 | 1100
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 3100, extra = { rows = 101, paris = 2000 } },
        { territory = "FR", period = "2024-06", value = 3000, extra = { rows = 101, paris = 2000 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
