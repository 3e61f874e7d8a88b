-- Au rythme des douze derniers mois, quand le plan serait-il achevé ?
return indicator {
  id = "plan.forecast_end", api = 1, version = "1.0.0",
  name    = { fr = "Fin prévisible du plan", en = "Foreseeable end of the plan" },
  summary = { fr = "Mois d'écart avec la fin prévue (positif : en retard), si l'avancement continue au rythme des 12 derniers mois.",
              en = "Months away from the planned end (positive: late), if progress goes on as in the last 12 months." },
  unit = "mois", decimals = 0, direction = "down", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Avancement déclaré du plan", en = "Declared progress of the plan" } },
  limits  = { fr = "Indicatif : l'avancement ne dépasse pas 100 % et chaque mois ressemble au précédent. Limites de Fieller à 90 %. Pas de valeur sans tendance à la hausse, ni sous neuf mois connus.",
              en = "Indicative: progress is bounded by 100 % and each month resembles the one before. Fieller limits at 90 %. No value without an upward trend, nor under nine known months." },
  inputs = { progress = indicator_value "plan.progress@1" { missing = "skip", lookback = 12 } },
  formula = function(ctx)
    local finish = stat.reach(ctx.series("progress"), 100, { points = 12, min = 9, level = 0.9, direction = "up", from = ctx.plan.end_on })
    return { value = finish.value, low = finish.low, high = finish.high }
  end,
  chart  = { kind = "line", map = false },
  tests  = {
    { name = "deux points par mois, 62 % fin 2025 : dix-neuf mois encore", level = "national", plan = { start_on = "2024-01-01", end_on = "2026-12-31" },
      given = { ["plan.progress"] = rows [[
        territory | period  | value
        FR        | 2025-01 | 40
        FR        | 2025-02 | 42
        FR        | 2025-03 | 44
        FR        | 2025-04 | 46
        FR        | 2025-05 | 48
        FR        | 2025-06 | 50
        FR        | 2025-07 | 52
        FR        | 2025-08 | 54
        FR        | 2025-09 | 56
        FR        | 2025-10 | 58
        FR        | 2025-11 | 60
        FR        | 2025-12 | 62
      ]] },
      expect = { { territory = "FR", period = "2025-12", value = 7, low = 7, high = 7 } } },
    { name = "une autre fin prévue déplace d'autant", level = "national", plan = { start_on = "2024-01-01", end_on = "2027-07-31" },
      given = { ["plan.progress"] = rows [[
        territory | period  | value
        FR        | 2025-01 | 40
        FR        | 2025-02 | 42
        FR        | 2025-03 | 44
        FR        | 2025-04 | 46
        FR        | 2025-05 | 48
        FR        | 2025-06 | 50
        FR        | 2025-07 | 52
        FR        | 2025-08 | 54
        FR        | 2025-09 | 56
        FR        | 2025-10 | 58
        FR        | 2025-11 | 60
        FR        | 2025-12 | 62
      ]] },
      expect = { { territory = "FR", period = "2025-12", value = 0 } } },
    { name = "sans progrès, pas de prévision", level = "national",
      given = { ["plan.progress"] = rows [[
        territory | period  | value
        FR        | 2025-01 | 40
        FR        | 2025-02 | 40
        FR        | 2025-03 | 40
        FR        | 2025-04 | 40
        FR        | 2025-05 | 40
        FR        | 2025-06 | 40
        FR        | 2025-07 | 40
        FR        | 2025-08 | 40
        FR        | 2025-09 | 40
        FR        | 2025-10 | 40
        FR        | 2025-11 | 40
        FR        | 2025-12 | 40
      ]] },
      expect = { { territory = "FR", period = "2025-12", reason = "no_trend" } } },
    { name = "huit mois connus ne suffisent pas", level = "department",
      given = { ["plan.progress"] = rows [[
        territory | period  | value
        93        | 2025-05 | 0
        93        | 2025-06 | 3
        93        | 2025-07 | 6
        93        | 2025-08 | 9
        93        | 2025-09 | 12
        93        | 2025-10 | 15
        93        | 2025-11 | 18
        93        | 2025-12 | 21
      ]] },
      expect = { { territory = "93", period = "2025-12", reason = "too_few_points" } } },
    { name = "achevé : le mois où 100 % a été atteint", level = "national", plan = { start_on = "2024-01-01", end_on = "2026-12-31" },
      given = { ["plan.progress"] = rows [[
        territory | period  | value
        FR        | 2025-01 | 60
        FR        | 2025-02 | 65
        FR        | 2025-03 | 70
        FR        | 2025-04 | 75
        FR        | 2025-05 | 80
        FR        | 2025-06 | 85
        FR        | 2025-07 | 90
        FR        | 2025-08 | 95
        FR        | 2025-09 | 100
        FR        | 2025-10 | 100
        FR        | 2025-11 | 100
        FR        | 2025-12 | 100
      ]] },
      expect = { { territory = "FR", period = "2025-12", value = -15 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
