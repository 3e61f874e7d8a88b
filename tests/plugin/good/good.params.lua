-- Every kind of parameter, its default and another value.
return indicator {
  id = "good.params", api = 1, version = "1.2.3",
  name = { fr = "Essai", en = "Trial" }, summary = { fr = "Essai." },
  unit = "%", decimals = 1, direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  params = {
    window = param.integer { default = 12, min = 1, max = 36, unit = "mois", label = { fr = "Durée" } },
    rate = param.number { default = 0.5, min = 0, max = 10 },
    strict = param.boolean { default = true },
    side = param.choice { choices = { "left", "right" }, default = "left" },
    places = param.departments { default = { "75", "2A" } },
    since = param.date { default = "2025-01-01", min = "2024-01-01", max = "2026-12-31" },
  },
  inputs = { actions = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx)
    local p = ctx.params
    local codes = ""
    for _, code in ipairs(p.places) do codes = codes .. code .. "," end
    return { value = p.window * p.rate, extra = {
      text = string.format("%s %s %s%s", p.side, p.strict, codes, #p.places), since = p.since - ctx.day("2025-01-01") } }
  end,
  tests = {
    { name = "valeurs par défaut", level = "national",
      given = { actions = rows [[
        status
        done
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 6, extra = { text = "left true 75,2A,2", since = 0 } } } },
    { name = "autres valeurs", level = "national", params = { window = 2, rate = 2.5, side = "right", strict = false, places = {}, since = "2025-01-31" },
      given = { actions = rows [[
        status
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 5, extra = { text = "right false 0", since = 30 } } } },
  },
  changelog = { { "1.2.3", "2026-01-01", fr = "Corrigé." }, { "1.0.0", "2025-01-01", fr = "Première version." } },
}
