-- Avancement du plan : moyenne des mesures, chacune moyenne de ses actions, pondérées.
local HORS_PLAN = { dropped = true, carried_over = true }
local TROIS_MOIS = 92 -- jours

-- L’avancement d’une action en pourcentage, ou nil si personne ne l’a dit.
local function progress_of(a)
  if a.status == "done" then return 100 end
  if a.status == "not_started" then return 0 end
  return a.progress
end

return indicator {
  id = "plan.progress", api = 1, version = "1.0.0",
  name = { fr = "Avancement du plan", en = "Progress of the plan" },
  summary = {
    fr = "Moyenne pondérée de l’avancement des mesures, chacune étant la moyenne pondérée de ses actions.",
    en = "Weighted mean of the progress of the measures, each the weighted mean of its actions.",
  },
  unit = "%", decimals = 1, direction = "up", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Vigie", owner = "Vigie",
  sources = { { fr = "Statuts déclarés par les pilotes et les référents", en = "Statuses declared by leads and local officers" } },
  limits = {
    fr = "Déclaratif. Les actions abandonnées ou reportées sont écartées ; une action en cours sans pourcentage n’est pas comptée (complément « without_progress »).",
    en = "As declared. Dropped and carried-over actions are left out; a running action without a percentage is not counted (extra “without_progress”).",
  },
  inputs = {
    actions = actions {
      columns = { "measure", "weight", "measure_weight", "status", "progress", "reported_on" },
      missing = "carry",
    },
  },
  compute = function(ctx)
    local last_day = math.min(ctx.period_end, ctx.as_of)
    local measures, kept, counted, recent = {}, 0, 0, 0
    for _, a in ipairs(ctx.rows("actions")) do
      local p = progress_of(a)
      if not HORS_PLAN[a.status] then
        kept = kept + 1
        if p then
          local m = measures[a.measure] or { weight = a.measure_weight, sum = 0, weights = 0 }
          m.sum = m.sum + a.weight * p
          m.weights = m.weights + a.weight
          measures[a.measure] = m
          counted = counted + 1
          if a.reported_on and a.reported_on > last_day - TROIS_MOIS then recent = recent + 1 end
        end
      end
    end
    if kept == 0 then return missing "outside_validity" end
    local sum, weights = 0, 0
    for _, m in pairs(measures) do
      if m.weights > 0 then
        sum = sum + m.weight * (m.sum / m.weights)
        weights = weights + m.weight
      end
    end
    if weights == 0 then return missing "not_reported" end
    return {
      value = sum / weights, numerator = sum, denominator = weights,
      extra = { recent_share = 100 * recent / counted, without_progress = kept - counted },
    }
  end,
  checks = { check.between("value", 0, 100) },
  chart = { kind = "line", map = true },
  tests = {
    { name = "deux mesures, pondérées", level = "national",
      given = { actions = rows [[
        number | measure | weight | measure_weight | status      | progress | reported_on
        1.1    | 1       | 1      | 2              | in_progress | 50       | 2026-03-10
        1.2    | 1       | 3      | 2              | done        | 100      | 2025-06-01
        2.1    | 2       | 1      | 1              | not_started |          |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = (2 * 87.5 + 0) / 3, numerator = 175, denominator = 3,
                   extra = { recent_share = 100 / 3, without_progress = 0 } } } },
    { name = "abandonnée et reportée écartées", level = "national",
      given = { actions = rows [[
        number | measure | weight | measure_weight | status       | progress | reported_on
        1.1    | 1       | 1      | 1              | in_progress  | 40       | 2026-03-10
        1.2    | 1       | 5      | 1              | dropped      | 90       | 2026-03-10
        1.3    | 1       | 5      | 1              | carried_over | 90       | 2026-03-10
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 40 } } },
    { name = "sans pourcentage : ni zéro ni cent", level = "national",
      given = { actions = rows [[
        number | measure | weight | measure_weight | status      | progress | reported_on
        1.1    | 1       | 1      | 1              | in_progress | 60       | 2026-03-10
        1.2    | 1       | 1      | 1              | in_progress |          | 2026-03-10
        1.3    | 1       | 1      | 1              | on_hold     | 0        | 2026-03-10
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 30, extra = { without_progress = 1 } } } },
    { name = "toutes non démarrées : un vrai zéro", level = "national",
      given = { actions = rows [[
        number | measure | weight | measure_weight | status      | progress | reported_on
        1.1    | 1       | 1      | 1              | not_started |          |
        2.1    | 2       | 1      | 1              | not_started | 0        |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 0, extra = { recent_share = 0 } } } },
    { name = "aucune action : pas de valeur", level = "national",
      given = { actions = rows [[
        number | measure | weight | measure_weight | status | progress | reported_on
      ]] },
      expect = { { territory = "FR", period = "2026-03", reason = "outside_validity" } } },
    { name = "personne n’a dit où il en est", level = "national",
      given = { actions = rows [[
        number | measure | weight | measure_weight | status      | progress | reported_on
        1.1    | 1       | 1      | 1              | in_progress |          |
      ]] },
      expect = { { territory = "FR", period = "2026-03", reason = "not_reported" } } },
    { name = "une région additionne ses départements", level = "region",
      given = { actions = rows [[
        number | territory | measure | weight | measure_weight | status      | progress | reported_on
        7.2    | 13        | 7       | 1      | 1              | in_progress | 20       | 2026-03-10
        7.2    | 83        | 7       | 1      | 1              | done        | 100      | 2026-03-10
        7.2    | 75        | 7       | 1      | 1              | in_progress | 90       | 2026-03-10
      ]] },
      expect = {
        { territory = "REG-93", period = "2026-03", value = 60 },
        { territory = "REG-11", period = "2026-03", value = 90 },
        { territory = "REG-53", period = "2026-03", reason = "outside_validity" },
      } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
