-- Every shape of result.
return indicator {
  id = "good.results", api = 1, version = "1.2.3",
  name = { fr = "Essai", en = "Trial" }, summary = { fr = "Essai." },
  unit = "%", decimals = 1, direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "status", "number" }, missing = "carry" } },
  compute = function(ctx)
    local first = ctx.rows("actions")[1]
    local kind = first and first.number or "none"
    if kind == "number" then return 3 end
    if kind == "table" then return { value = 1, numerator = 2, denominator = 3, low = 0.5, high = 1.5, extra = { lead = "OCRTEH", n = 7 } } end
    if kind == "code" then return missing "too_few_points" end
    return missing "aucune donnée à cette date"
  end,
  tests = {
    { name = "number", level = "national", given = { actions = rows [[
        number | status
        number | done
      ]] }, expect = { { territory = "FR", period = "2026-03", value = 3 } } },
    { name = "table", level = "national", given = { actions = rows [[
        number | status
        table | done
      ]] }, expect = { { territory = "FR", period = "2026-03", value = 1, numerator = 2, denominator = 3, low = 0.5, high = 1.5, extra = { lead = "OCRTEH", n = 7 } } } },
    { name = "code", level = "national", given = { actions = rows [[
        number | status
        code | done
      ]] }, expect = { { territory = "FR", period = "2026-03", state = "missing", reason = "too_few_points" } } },
    { name = "sentence", level = "national", given = { actions = rows [[
        number | status
        sentence | done
      ]] }, expect = { { territory = "FR", period = "2026-03", reason = "aucune donnée à cette date" } } },

  },
  changelog = { { "1.2.3", "2026-01-01", fr = "Corrigé." }, { "1.0.0", "2025-01-01", fr = "Première version." } },
}
