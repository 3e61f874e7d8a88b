-- Une phrase : ce que mesure cet indicateur, et pour qui.
return indicator {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : ce qui est compté, sur quelle durée." },
  unit = "actions", decimals = 0, direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "À remplir", owner = "À remplir",
  inputs = {
    actions = actions { columns = { "status" }, missing = "carry" },
  },
  compute = function(ctx)
    local n = 0
    for _, a in ipairs(ctx.rows("actions")) do
      if a.status == "in_progress" then n = n + 1 end
    end
    return n
  end,
  checks = { check.at_least("value", 0) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "deux actions en cours sur trois", level = "national",
      given = { actions = rows [[
        number | status
        1.1    | in_progress
        1.2    | in_progress
        1.3    | done
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 2 } } },
    { name = "aucune action", level = "national",
      given = { actions = rows [[
        number | status
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 0 } } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
