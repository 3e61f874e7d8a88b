-- Verbalisations de clients : les 12 derniers mois comparés aux 12 précédents.
return indicator {
  id = "clients.fines_trend", api = 1, version = "1.0.0",
  name    = { fr = "Évolution des verbalisations de clients", en = "Change in fines of sex buyers" },
  summary = { fr = "Évolution en % des verbalisations des 12 derniers mois par rapport aux 12 mois précédents.",
              en = "Change in % of the fines of the last 12 months against the 12 months before." },
  unit = "%", decimals = 1, direction = "none", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Remontées mensuelles des services", en = "Monthly returns of the services" } },
  limits  = { fr = "Sans objet sous 20 verbalisations en deux ans : le hasard y fait plus que les services. Un département à zéro n'est pas un département silencieux : le second n'a pas de valeur parce que rien n'est parvenu.",
              en = "Not applicable under 20 fines in two years: chance does more there than the services. A département at zero is not a silent one: the latter has no value because nothing came." },
  inputs = { fines = series "clients.fines" { missing = "skip" } },
  formula = function(ctx)
    local fines = ctx.series("fines")
    local now = fines:rolling(12, { coverage = 0.75 }):sum()
    local before = now:lag(12)
    local enough = (now + before):fill(20):ge(20)   -- le silence n'est pas un petit nombre : il garde sa raison
    return { value = (100 * (now - before) / before):where(enough), numerator = now - before, denominator = before,
             extra = { last_12 = now, slope = stat.theil_sen(fines, 24).slope } }
  end,
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "de 60 à 72 : vingt pour cent de plus", level = "department",
      given = { ["clients.fines"] = rows [[
        department | period  | value
        33         | 2024-01 | 5
        33         | 2024-02 | 5
        33         | 2024-03 | 5
        33         | 2024-04 | 5
        33         | 2024-05 | 5
        33         | 2024-06 | 5
        33         | 2024-07 | 5
        33         | 2024-08 | 5
        33         | 2024-09 | 5
        33         | 2024-10 | 5
        33         | 2024-11 | 5
        33         | 2024-12 | 5
        33         | 2025-01 | 6
        33         | 2025-02 | 6
        33         | 2025-03 | 6
        33         | 2025-04 | 6
        33         | 2025-05 | 6
        33         | 2025-06 | 6
        33         | 2025-07 | 6
        33         | 2025-08 | 6
        33         | 2025-09 | 6
        33         | 2025-10 | 6
        33         | 2025-11 | 6
        33         | 2025-12 | 6
        48         | 2024-01 | 0
        48         | 2024-02 | 0
        48         | 2024-03 | 0
        48         | 2024-04 | 0
        48         | 2024-05 | 0
        48         | 2024-06 | 0
        48         | 2024-07 | 0
        48         | 2024-08 | 0
        48         | 2024-09 | 0
        48         | 2024-10 | 0
        48         | 2024-11 | 0
        48         | 2024-12 | 0
        48         | 2025-01 | 0
        48         | 2025-02 | 0
        48         | 2025-03 | 0
        48         | 2025-04 | 0
        48         | 2025-05 | 0
        48         | 2025-06 | 0
        48         | 2025-07 | 0
        48         | 2025-08 | 0
        48         | 2025-09 | 0
        48         | 2025-10 | 0
        48         | 2025-11 | 0
        48         | 2025-12 | 0
        15         | 2024-01 | 1
        15         | 2024-02 | 1
        15         | 2024-03 | 1
        15         | 2024-04 | 1
        15         | 2024-05 | 1
        15         | 2024-06 | 1
        15         | 2024-07 | 1
        15         | 2024-08 | 1
        15         | 2024-09 | 1
        15         | 2024-10 | 1
        15         | 2024-11 | 1
        15         | 2024-12 | 1
        15         | 2025-01 | 0
        15         | 2025-02 | 0
        15         | 2025-03 | 0
        15         | 2025-04 | 0
        15         | 2025-05 | 0
        15         | 2025-06 | 0
        15         | 2025-07 | 0
        15         | 2025-08 | 0
        15         | 2025-09 | 0
        15         | 2025-10 | 0
        15         | 2025-11 | 0
        15         | 2025-12 | 0
      ]] },
      expect = { { territory = "33", period = "2025-12", value = 20, numerator = 12, denominator = 60,
                   extra = { last_12 = 72, slope = (1 / 21 + 1 / 20) / 2 } },
                 { territory = "48", period = "2025-12", state = "not_applicable" },
                 { territory = "15", period = "2025-12", state = "not_applicable" },
                 { territory = "2A", period = "2025-12", reason = "coverage_below_minimum" } } },
    { name = "deux fois moins au niveau national", level = "national",
      given = { ["clients.fines"] = rows [[
        department | period  | value
        33         | 2024-01 | 10
        33         | 2024-02 | 10
        33         | 2024-03 | 10
        33         | 2024-04 | 10
        33         | 2024-05 | 10
        33         | 2024-06 | 10
        33         | 2024-07 | 10
        33         | 2024-08 | 10
        33         | 2024-09 | 10
        33         | 2024-10 | 10
        33         | 2024-11 | 10
        33         | 2024-12 | 10
        33         | 2025-01 | 4
        33         | 2025-02 | 4
        33         | 2025-03 | 4
        33         | 2025-04 | 4
        33         | 2025-05 | 4
        33         | 2025-06 | 4
        33         | 2025-07 | 4
        33         | 2025-08 | 4
        33         | 2025-09 | 4
        33         | 2025-10 | 4
        33         | 2025-11 | 4
        33         | 2025-12 | 4
        64         | 2024-01 | 2
        64         | 2024-02 | 2
        64         | 2024-03 | 2
        64         | 2024-04 | 2
        64         | 2024-05 | 2
        64         | 2024-06 | 2
        64         | 2024-07 | 2
        64         | 2024-08 | 2
        64         | 2024-09 | 2
        64         | 2024-10 | 2
        64         | 2024-11 | 2
        64         | 2024-12 | 2
        64         | 2025-01 | 2
        64         | 2025-02 | 2
        64         | 2025-03 | 2
        64         | 2025-04 | 2
        64         | 2025-05 | 2
        64         | 2025-06 | 2
        64         | 2025-07 | 2
        64         | 2025-08 | 2
        64         | 2025-09 | 2
        64         | 2025-10 | 2
        64         | 2025-11 | 2
        64         | 2025-12 | 2
      ]] },
      expect = { { territory = "FR", period = "2025-12", value = -50, numerator = -72, denominator = 144 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
