-- Participations aux formations depuis le début du plan, en tout et par profession.
return indicator {
  id = "training.participants", api = 1, version = "2.0.0",
  name    = { fr = "Participations aux formations", en = "Participations in training" },
  summary = { fr = "Participations aux sessions de formation cumulées depuis le début du plan, en tout et par profession.",
              en = "Participations in training sessions added up since the plan began, in all and by profession." },
  unit = "participations", decimals = 0, direction = "up", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Remontées mensuelles des services", en = "Monthly returns of the services" } },
  limits  = { fr = "Compte des participations, pas des personnes : qui suit deux sessions compte deux fois.",
              en = "Counts participations, not persons: who attends two sessions counts twice." },
  inputs = {
    participants = series "training.participants" { dims = { "profession" }, missing = "skip" },
    sessions     = series "training.sessions" { dims = { "profession" }, missing = "skip" },
  },
  dims = { "profession" },
  formula = function(ctx)
    local during_plan = ctx.period_end:ge(ctx.plan.start_on)
    local function since_start(name)
      return ctx.series(name):where(during_plan):cumsum{ reset = "never" }
    end
    return { value = since_start("participants"), extra = { sessions = since_start("sessions") } }
  end,
  checks = { check.at_least("value", 0) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "ce qui précède le plan ne compte pas", level = "national", plan = { start_on = "2024-01-01", end_on = "2026-12-31" },
      given = {
        ["training.participants"] = rows [[
          department | period  | profession | value
          75         | 2023-12 | police     | 100
          75         | 2024-01 | police     | 10
          75         | 2024-01 | magistrate | 5
          13         | 2024-02 | police     | 7
          75         | 2024-03 | lawyer     | 1
        ]],
        ["training.sessions"] = rows [[
          department | period  | profession | value
          75         | 2023-12 | police     | 4
          75         | 2024-01 | police     | 1
          75         | 2024-01 | magistrate | 1
          13         | 2024-02 | police     | 1
          75         | 2024-03 | lawyer     | 1
        ]] },
      expect = { { territory = "FR", period = "2024-01", value = 15, extra = { sessions = 2 } },
                 { territory = "FR", period = "2024-02", value = 22, extra = { sessions = 3 } },
                 { territory = "FR", period = "2024-03", value = 23, extra = { sessions = 4 } },
                 { territory = "FR", period = "2024-02", profession = "police", value = 17, extra = { sessions = 2 } },
                 { territory = "FR", period = "2024-01", profession = "magistrate", value = 5, extra = { sessions = 1 } } } },
    { name = "une profession, un département", level = "department",
      given = {
        ["training.participants"] = rows [[
          department | period  | profession | value
          75         | 2024-01 | police     | 10
          75         | 2024-01 | magistrate | 5
          75         | 2024-02 | magistrate | 6
        ]],
        ["training.sessions"] = rows [[
          department | period  | profession | value
          75         | 2024-01 | magistrate | 1
          75         | 2024-02 | magistrate | 1
        ]] },
      expect = { { territory = "75", period = "2024-02", value = 21, extra = { sessions = 2 } },
                 { territory = "75", period = "2024-02", profession = "magistrate", value = 11, extra = { sessions = 2 } },
                 { territory = "75", period = "2024-01", profession = "lawyer", state = "missing" },
                 { territory = "13", period = "2024-02", profession = "magistrate", state = "missing" } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." },
                { "2.0.0", "2026-11-28", fr = "Toutes les professions à la fois, au lieu d’une par paramètre.",
                  en = "All professions at once, in place of one by a parameter." } },
}
