-- Retard médian, en jours, des actions dont l’échéance d’origine est passée.
local HORS_PLAN = { dropped = true, carried_over = true }

local function median(list)
  table.sort(list)
  local n = #list
  if n % 2 == 1 then return list[(n + 1) // 2] end
  return (list[n // 2] + list[n // 2 + 1]) / 2
end

return indicator {
  id = "plan.median_delay", api = 1, version = "1.0.0",
  name = { fr = "Retard médian des actions", en = "Median delay of the actions" },
  summary = {
    fr = "Médiane des jours entre l’échéance d’origine et la réalisation (ou la fin de la période, si l’action n’est pas réalisée).",
    en = "Median of the days between the first due date and completion (or the end of the period when not done).",
  },
  unit = "jours", decimals = 0, direction = "down", kind = "outcome",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Vigie", owner = "Vigie",
  sources = { { fr = "Échéances du plan et statuts déclarés", en = "Due dates of the plan and declared statuses" } },
  limits = {
    fr = "Le retard d’une action non réalisée est un minimum : il grandit encore (part dans le complément « unfinished_share »). Une avance compte pour zéro. Les actions abandonnées ou reportées sont écartées : elles n’auront pas de fin.",
    en = "The delay of an unfinished action is a lower bound: it still grows (share in the extra “unfinished_share”). Being early counts as zero. Dropped and carried-over actions are left out: they will have no end.",
  },
  inputs = { actions = actions { columns = { "status", "initial_due_on", "done_on" }, missing = "carry" } },
  compute = function(ctx)
    local last_day = math.min(ctx.period_end, ctx.as_of)
    local delays, unfinished = {}, 0
    for _, a in ipairs(ctx.rows("actions")) do
      if not HORS_PLAN[a.status] and a.initial_due_on and a.initial_due_on <= last_day then
        local finished = a.done_on and a.done_on <= last_day
        local stop = finished and a.done_on or last_day
        if not finished then unfinished = unfinished + 1 end
        table.insert(delays, math.max(0, stop - a.initial_due_on))
      end
    end
    if #delays == 0 then return missing "not_due_yet" end
    return {
      value = median(delays), denominator = #delays,
      extra = { unfinished_share = 100 * unfinished / #delays },
    }
  end,
  checks = { check.at_least("value", 0) },
  chart = { kind = "line", map = true },
  tests = {
    { name = "nombre impair d’actions", level = "national",
      given = { actions = rows [[
        number | status      | initial_due_on | done_on
        1.1    | done        | 2026-01-31     | 2026-02-10
        1.2    | done        | 2026-01-31     | 2026-01-31
        1.3    | in_progress | 2026-03-01     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 10, denominator = 3, extra = { unfinished_share = 100 / 3 } } } },
    { name = "nombre pair : entre les deux du milieu", level = "national",
      given = { actions = rows [[
        number | status | initial_due_on | done_on
        1.1    | done   | 2026-01-01     | 2026-01-11
        1.2    | done   | 2026-01-01     | 2026-01-26
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 17.5, extra = { unfinished_share = 0 } } } },
    { name = "une avance n’efface pas un retard", level = "national",
      given = { actions = rows [[
        number | status | initial_due_on | done_on
        1.1    | done   | 2026-03-01     | 2025-12-01
        1.2    | done   | 2026-03-01     | 2025-12-01
        1.3    | done   | 2026-03-01     | 2026-03-31
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 0 } } },
    { name = "rien n’était dû", level = "national",
      given = { actions = rows [[
        number | status      | initial_due_on | done_on
        1.1    | in_progress | 2026-12-31     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", reason = "not_due_yet" } } },
    { name = "abandonnée et reportée écartées", level = "national",
      given = { actions = rows [[
        number | status       | initial_due_on | done_on
        1.1    | dropped      | 2025-01-01     |
        1.2    | carried_over | 2025-01-01     |
        1.3    | in_progress  | 2026-03-24     |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 7, denominator = 1, extra = { unfinished_share = 100 } } } },
    { name = "le retard d’une action non réalisée grandit", level = "department",
      given = { actions = rows [[
        number | territory | status      | initial_due_on | done_on
        7.2    | 93        | in_progress | 2026-02-28     |
        7.2    | 75        | done        | 2026-02-28     | 2026-02-28
      ]] },
      expect = { { territory = "93", period = "2026-03", value = 31 },
                 { territory = "93", period = "2026-04", value = 61 },
                 { territory = "75", period = "2026-03", value = 0 } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
