-- Part des actions réalisées à leur échéance d’origine, parmi celles qui étaient dues.
return indicator {
  id = "plan.on_time", api = 1, version = "1.0.0",
  name = { fr = "Actions réalisées dans les délais d’origine", en = "Actions done by their first due date" },
  summary = {
    fr = "Parmi les actions dont l’échéance d’origine est passée, part de celles réalisées à cette échéance ou avant.",
    en = "Of the actions whose first due date has passed, the share done on that date or before.",
  },
  unit = "%", decimals = 1, direction = "up", kind = "outcome",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Vigie", owner = "Vigie",
  sources = { { fr = "Échéances du plan et statuts déclarés", en = "Due dates of the plan and declared statuses" } },
  limits = {
    fr = "L’échéance d’origine compte, même révisée depuis. Une action en retard mais en cours compte comme non tenue. Toutes les actions sont comptées : pas de marge d’erreur.",
    en = "The first due date counts, even if revised since. An action that is late but running counts as not on time. All actions are counted: no margin of error.",
  },
  inputs = { actions = actions { columns = { "initial_due_on", "done_on" }, missing = "carry" } },
  compute = function(ctx)
    local last_day = math.min(ctx.period_end, ctx.as_of)
    local due, on_time = 0, 0
    for _, a in ipairs(ctx.rows("actions")) do
      if a.initial_due_on and a.initial_due_on <= last_day then
        due = due + 1
        if a.done_on and a.done_on <= a.initial_due_on then on_time = on_time + 1 end
      end
    end
    if due == 0 then return missing "not_due_yet" end
    return { value = 100 * on_time / due, numerator = on_time, denominator = due }
  end,
  checks = { check.between("value", 0, 100) },
  chart = { kind = "line", map = true },
  tests = {
    { name = "à l’heure, en retard, en cours", level = "national",
      given = { actions = rows [[
        number | initial_due_on | done_on
        1.1    | 2026-01-31     | 2026-01-31
        1.2    | 2026-01-31     | 2026-02-01
        1.3    | 2026-03-31     |
        1.4    | 2026-04-01     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 100 / 3, numerator = 1, denominator = 3 } } },
    { name = "rien n’était dû", level = "national",
      given = { actions = rows [[
        number | initial_due_on | done_on
        1.1    | 2026-12-31     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", reason = "not_due_yet" } } },
    { name = "aucune action", level = "department",
      given = { actions = rows [[
        number | territory | initial_due_on | done_on
      ]] },
      expect = { { territory = "48", period = "2026-03", reason = "not_due_yet" } } },
    { name = "en avance, et pas encore due : n’entre pas encore", level = "national",
      given = { actions = rows [[
        number | initial_due_on | done_on
        1.1    | 2026-12-31     | 2026-02-01
        1.2    | 2026-02-28     | 2026-02-01
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 100, numerator = 1, denominator = 1 },
                 { territory = "FR", period = "2026-12", value = 100, numerator = 2, denominator = 2 } } },
    { name = "aucune tenue : un vrai zéro", level = "national",
      given = { actions = rows [[
        number | initial_due_on | done_on
        1.1    | 2026-01-31     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 0, numerator = 0, denominator = 1 } } },
    { name = "mois en cours : on s’arrête au jour connu", level = "national", as_of = "2026-03-15",
      given = { actions = rows [[
        number | initial_due_on | done_on
        1.1    | 2026-03-15     | 2026-03-10
        1.2    | 2026-03-16     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 100, denominator = 1 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
