-- expect V511
return indicator {
  id = "v511.zero", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },
  inputs = {
    v = series "victims.identified" { where = { age = "minor" }, missing = "skip" },
  },
  compute = function(ctx)
    local v = ctx.rows("v")[1].value
    if not v then return missing "not_reported" end
    return 3 / v
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 3
        13         | 2025-01 | adult | 4
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
