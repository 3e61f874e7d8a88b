-- Forme publique : petits effectifs cachés, les autres arrondis, totaux pris du vrai total, complément caché aussi.
return indicator {
  id = "good.public", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "numerator", "complement", "denominator" } },
  inputs = {
    minors = series "victims.identified" { where = { age = "minor" }, missing = "skip" },
    known  = series "victims.identified" { where = { age = { "minor", "adult" } }, missing = "skip" },
  },
  formula = function(ctx)
    local minors, known = ctx.series("minors"), ctx.series("known")
    return { value = 100 * minors / known, numerator = minors, denominator = known,
             extra = { adults = known - minors, year = ctx.series("minors"):rolling(12, { coverage = 0.1 }):sum() } }
  end,
  tests = {
    { name = "caché, arrondi, zéro", level = "department", audience = "public",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 13
        75         | 2025-01 | adult | 32
        75         | 2025-01 | unknown | 4
        13         | 2025-01 | minor | 7
        13         | 2025-01 | adult | 23
        69         | 2025-01 | minor | 0
        69         | 2025-01 | adult | 41
        59         | 2025-01 | minor | 33
        59         | 2025-01 | adult | 8
      ]] },
      expect = { { territory = "75", period = "2025-01", value = 100 * 15 / 45, numerator = 15, denominator = 45, extra = { adults = 30 } },
                 { territory = "13", period = "2025-01", state = "suppressed", reason = "small_count" },
                 { territory = "69", period = "2025-01", value = 0, numerator = 0, denominator = 40 },
                 { territory = "59", period = "2025-01", state = "suppressed" } } },
    { name = "le total vient du vrai total, ou se cache avec ses parts", level = "national", audience = "public",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 12
        13         | 2025-01 | minor | 12
        69         | 2025-01 | minor | 12
        75         | 2025-01 | adult | 36
        75         | 2025-02 | minor | 12
        13         | 2025-02 | minor | 1
        75         | 2025-02 | adult | 36
      ]] },
      expect = { { territory = "FR", period = "2025-01", numerator = 35, denominator = 70, value = 50 },
                 { territory = "FR", period = "2025-02", state = "suppressed" } } },
    { name = "le même, exact", level = "national",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-02 | minor | 12
        13         | 2025-02 | minor | 1
        75         | 2025-02 | adult | 36
      ]] },
      expect = { { territory = "FR", period = "2025-02", value = 100 * 13 / 49 } } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
