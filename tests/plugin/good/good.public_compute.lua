-- Un calcul en Lua : rien n'est calculé de ce qui est caché, et ce qu'il nomme dans protects le cache quand c'est petit.
return indicator {
  id = "good.public_compute", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "demandes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "value" } },
  inputs = {
    requests   = series "shelter.requests" { missing = "skip", lookback = 2 },
    placements = series "shelter.placements" { missing = "skip", lookback = 2 },
  },
  compute = function(ctx)
    local asked, placed = 0, 0
    for _, row in ipairs(ctx.rows("requests")) do asked = asked + (row.value or 0) end
    for _, row in ipairs(ctx.rows("placements")) do placed = placed + (row.value or 0) end
    return { value = asked - placed, protects = { asked - placed } }
  end,
  tests = {
    { name = "ce qui reste, pour le public", level = "department", audience = "public",
      given = {
        ["shelter.requests"] = rows [[
          department | period  | value
          75         | 2025-01 | 42
          75         | 2025-02 | 11
          13         | 2025-01 | 16
          69         | 2025-01 | 9
        ]],
        ["shelter.placements"] = rows [[
          department | period  | value
          75         | 2025-01 | 21
          75         | 2025-02 | 11
          13         | 2025-01 | 12
          69         | 2025-01 | 0
        ]] },
      expect = { { territory = "75", period = "2025-01", value = 20 },
                 { territory = "75", period = "2025-02", value = 20 },
                 { territory = "13", period = "2025-01", state = "suppressed" },
                 { territory = "69", period = "2025-01", state = "suppressed" },
                 { territory = "69", period = "2025-02", state = "suppressed" } } },
    { name = "ce qui reste, exact", level = "department",
      given = {
        ["shelter.requests"] = rows [[
          department | period  | value
          13         | 2025-01 | 16
        ]],
        ["shelter.placements"] = rows [[
          department | period  | value
          13         | 2025-01 | 12
        ]] },
      expect = { { territory = "13", period = "2025-01", value = 4 } } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
