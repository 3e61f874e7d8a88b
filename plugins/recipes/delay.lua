-- Un retard moyen : combien de jours après l’échéance en vigueur ?
return indicator {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : le retard de quoi, par rapport à quelle date." },
  unit = "jours", decimals = 0, direction = "down", kind = "outcome",
  frequency = "month", levels = { "national", "region", "department" },
  author = "À remplir", owner = "À remplir",
  inputs = {
    actions = actions { columns = { "due_on", "done_on" }, missing = "carry" },
  },
  compute = function(ctx)
    local last_day = math.min(ctx.period_end, ctx.as_of)
    local days, n = 0, 0
    for _, a in ipairs(ctx.rows("actions")) do
      if a.due_on and a.due_on <= last_day then
        n = n + 1
        days = days + math.max(0, (a.done_on or last_day) - a.due_on)
      end
    end
    if n == 0 then return missing "not_due_yet" end
    return { value = days / n, denominator = n }
  end,
  checks = { check.at_least("value", 0) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "dix jours de retard et une action à l’heure", level = "national",
      given = { actions = rows [[
        number | due_on     | done_on
        1.1    | 2026-03-01 | 2026-03-11
        1.2    | 2026-03-01 | 2026-03-01
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 5, denominator = 2 } } },
    { name = "rien n’est encore dû", level = "national",
      given = { actions = rows [[
        number | due_on     | done_on
        1.1    | 2026-12-31 |
      ]] },
      expect = { { territory = "FR", period = "2026-03", reason = "not_due_yet" } } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
