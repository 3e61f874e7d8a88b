-- Part des réponses attendues dans le mois qui sont parvenues ; « rien de neuf » est une réponse.
return indicator {
  id = "reports.completeness", api = 1, version = "1.0.0",
  name    = { fr = "Complétude des remontées mensuelles", en = "Completeness of the monthly returns" },
  summary = { fr = "Part des réponses attendues dans le mois qui sont parvenues ; « rien de neuf » est une réponse.",
              en = "Share of the returns expected for the month that came; “nothing new” is a return." },
  unit = "%", decimals = 1, direction = "up", kind = "input",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Campagnes de remontée", en = "Reporting campaigns" } },
  limits  = { fr = "Dit que la réponse est venue, pas qu'elle est juste.", en = "Says that the return came, not that it is right." },
  inputs = { expected = roster "monthly_report" {} },
  compute = function(ctx)
    local expected, received = 0, 0
    for _, report in ipairs(ctx.rows("expected")) do
      expected = expected + 1
      if report.received_on then received = received + 1 end
    end
    if expected == 0 then return missing "not_due_yet" end
    return { value = 100 * received / expected, numerator = received, denominator = expected }
  end,
  checks = { check.between("value", 0, 100) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "quatre réponses attendues, trois reçues, dont une en retard", level = "national",
      given = { monthly_report = rows [[
        department | organisation | period  | due_on     | received_on
        75         | DGPN         | 2025-01 | 2025-01-20 | 2025-01-18
        75         | DGGN         | 2025-01 | 2025-01-20 | 2025-01-25
        13         | DGPN         | 2025-01 | 2025-01-20 | 2025-01-20
        13         | DGGN         | 2025-01 | 2025-01-20 |
        13         | DGGN         | 2024-12 | 2024-12-20 | 2024-12-19
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 75, numerator = 3, denominator = 4 } } },
    { name = "chaque département répond de ses services", level = "department",
      given = { monthly_report = rows [[
        department | organisation | period  | due_on     | received_on
        75         | DGPN         | 2025-01 | 2025-01-20 | 2025-01-18
        75         | DGGN         | 2025-01 | 2025-01-20 | 2025-01-25
        13         | DGPN         | 2025-01 | 2025-01-20 | 2025-01-20
        13         | DGGN         | 2025-01 | 2025-01-20 |
      ]] },
      expect = { { territory = "75", period = "2025-01", value = 100, numerator = 2, denominator = 2 },
                 { territory = "13", period = "2025-01", value = 50, numerator = 1, denominator = 2 },
                 { territory = "48", period = "2025-01", reason = "not_due_yet" } } },
    { name = "ce qui arrive après la date d'arrêt n'est pas encore connu", level = "national", as_of = "2025-01-19",
      given = { monthly_report = rows [[
        department | organisation | period  | due_on     | received_on
        75         | DGPN         | 2025-01 | 2025-01-20 | 2025-01-18
        75         | DGGN         | 2025-01 | 2025-01-20 | 2025-01-19
        13         | DGPN         | 2025-01 | 2025-01-20 | 2025-01-20
        13         | DGGN         | 2025-01 | 2025-01-20 |
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 50, numerator = 2, denominator = 4 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
