return indicator {
  id = "good.public_strict", api = 1, version = "1.0.0",
  name = { fr = "Essai" },
  summary = { fr = "18, arrondi à 20, reste sous un seuil de 20." }, unit = "victimes", decimals = 0, direction = "none", kind = "impact",
  frequency = "month", levels = { "national", "region", "department" },
  author = "x", owner = "x", sources = { { fr = "x" } }, limits = { fr = "Rien." },
  confidentiality = { min = 20, on = { "numerator" } },
  inputs = { n = series "victims.identified" { missing = "skip" } },
  formula = function(ctx) local n = ctx.series("n") return { value = n } end,
  tests = {
    { name = "18 sous 20", level = "department", audience = "public",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 18
      ]] },
      expect = { { territory = "75", period = "2025-01", state = "suppressed" } } },
    { name = "23 sur 20", level = "department", audience = "public",
      given = { ["victims.identified"] = rows [[
        department | period  | age   | value
        75         | 2025-01 | minor | 23
      ]] },
      expect = { { territory = "75", period = "2025-01", value = 25 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version." } },
}
