-- Un total qui se montre malgré l'effectif caché d'un département : il ne dit rien de cet effectif.
return indicator {
  id = "good.public_hole", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "demandes", direction = "none", kind = "context",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "value" } },
  inputs = { requests = series "shelter.requests" { missing = "skip" } },
  compute = function(ctx)
    local asked = 0
    for _, row in ipairs(ctx.rows("requests")) do asked = asked + (row.value or 0) end
    return { value = asked }
  end,
  tests = {
    { name = "cinq départements, dont un caché", level = "national", audience = "public",
      given = {
        ["shelter.requests"] = rows [[
          department | period  | value
          75         | 2025-01 | 40
          13         | 2025-01 | 40
          69         | 2025-01 | 40
          59         | 2025-01 | 40
          33         | 2025-01 | 3
        ]] },
      expect = { { territory = "FR", period = "2025-01", value = 165 } } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
