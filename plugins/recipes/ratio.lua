-- Une part : parmi les actions retenues, combien remplissent une condition ?
return indicator {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : la part de quoi, parmi quoi." },
  unit = "%", decimals = 1, direction = "up", kind = "output",
  frequency = "month", levels = { "national", "region", "department" },
  author = "À remplir", owner = "À remplir",
  inputs = {
    actions = actions { columns = { "status", "confidence" }, missing = "carry" },
  },
  compute = function(ctx)
    local secured, told = 0, 0
    for _, a in ipairs(ctx.rows("actions")) do
      if a.confidence then                     -- une météo absente n’est comptée nulle part
        told = told + 1
        if a.confidence == "secured" then secured = secured + 1 end
      end
    end
    if told == 0 then return missing "not_reported" end
    return { value = 100 * secured / told, numerator = secured, denominator = told }
  end,
  checks = { check.between("value", 0, 100) },
  chart  = { kind = "line", map = true },
  tests  = {
    { name = "une météo sur deux est sécurisée", level = "national",
      given = { actions = rows [[
        number | status      | confidence
        1.1    | in_progress | secured
        1.2    | in_progress | compromised
        1.3    | in_progress |
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 50, numerator = 1, denominator = 2 } } },
    { name = "personne n’a donné de météo", level = "national",
      given = { actions = rows [[
        number | status      | confidence
        1.1    | not_started |
      ]] },
      expect = { { territory = "FR", period = "2026-03", reason = "not_reported" } } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
