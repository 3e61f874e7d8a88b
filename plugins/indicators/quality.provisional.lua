-- Part des chiffres publiés qui peuvent encore bouger.
return indicator {
  id = "quality.provisional", api = 1, version = "1.0.0",
  name    = { fr = "Part des chiffres provisoires", en = "Share of provisional figures" },
  summary = { fr = "Parmi les valeurs des autres indicateurs pour ce territoire et cette période, part de celles qui sont provisoires ou reportées.",
              en = "Among the values of the other indicators for this territory and period, share of those provisional or carried over." },
  unit = "%", decimals = 1, direction = "down", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Cellule d'évaluation", owner = "OCRTEH",
  sources = { { fr = "Les autres indicateurs", en = "The other indicators" } },
  limits  = { fr = "Dit combien le tableau de bord peut encore bouger, pas s'il est juste.",
              en = "Says how much the dashboard can still move, not whether it is right." },
  inputs = { cells = cells {} },
  compute = function(ctx)
    local published, moving, missing_cells = 0, 0, 0
    for _, cell in ipairs(ctx.rows("cells")) do
      if cell.state == "value" then
        published = published + 1
        if cell.provisional or cell.carried then moving = moving + 1 end
      else
        missing_cells = missing_cells + 1
      end
    end
    if published == 0 then return missing "not_reported" end
    return { value = 100 * moving / published, numerator = moving, denominator = published,
             extra = { without_value = missing_cells } }
  end,
  checks = { check.between("value", 0, 100) },
  chart  = { kind = "line", map = false },
  tests  = {
    { name = "deux valeurs sur quatre peuvent bouger", level = "national",
      given = { cells = rows [[
        indicator             | territory | period  | state   | provisional | carried
        plan.progress         | FR        | 2025-01 | value   | true        | true
        plan.on_time          | FR        | 2025-01 | value   | false       | false
        plan.median_delay     | FR        | 2025-01 | value   | false       | true
        shelter.response_rate | FR        | 2025-01 | value   | false       | false
        victims.per_100k      | FR        | 2025-01 | missing | true        | false
        plan.progress         | 93        | 2025-01 | value   | false       | false
        plan.progress         | FR        | 2024-12 | value   | true        | false
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 50, numerator = 2, denominator = 4, extra = { without_value = 1 } },
                 { territory = "FR", period = "2024-12", value = 100 },
                 { territory = "FR", period = "2024-11", reason = "not_reported" } } },
  },
  changelog = { { "1.0.0", "2026-11-21", fr = "Première version.", en = "First version." } },
}
