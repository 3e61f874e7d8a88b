-- pairs walks in the order of its keys: numbers, texts, truth values.
return indicator {
  id = "good.order", api = 1, version = "1.2.3",
  name = { fr = "Essai", en = "Trial" }, summary = { fr = "Essai." },
  unit = "%", decimals = 1, direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx)
    local seen = {}
    for k in pairs({ b = 1, a = 1, [10] = 1, [2] = 1, [true] = 1, [2.5] = 1 }) do table.insert(seen, tostring(k)) end
    local list = table.concat(seen, " ")
    if list ~= "2 2.5 10 a b true" then error(list) end
    local t = { x = 1, y = 2, z = 3 }
    for k in pairs(t) do t[k] = nil end
    for k in pairs(t) do error("left") end
    local row, names = ctx.rows("actions")[1], {}
    if row then for k in pairs(row) do table.insert(names, k) end end
    if row and table.concat(names) ~= "status" then error("row") end
    for i in pairs(ctx.rows("actions")) do if i ~= 1 then error("rows") end end
    return 1
  end,
  tests = {
    { name = "une action", level = "national",
      given = { actions = rows [[
        status
        done
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 1 } } },
  },
  changelog = { { "1.2.3", "2026-01-01", fr = "Corrigé." }, { "1.0.0", "2025-01-01", fr = "Première version." } },
}
