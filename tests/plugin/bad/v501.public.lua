-- expect V501
-- Pour le public, les effectifs sont arrondis : 43 demandes en font 45.
return indicator {
  id = "v501.public", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "demandes", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "department" },
  author = "Anne", owner = "Bureau",
  confidentiality = { min = 10, on = { "value" } },
  inputs = {
    requests   = series "shelter.requests" { missing = "skip" },
    placements = series "shelter.placements" { missing = "skip" },
  },
  compute = function(ctx)
    local asked, placed = ctx.rows("requests")[1].value, ctx.rows("placements")[1].value
    if not asked or not placed then return missing "not_reported" end
    return { value = 100 * placed / asked, numerator = placed, denominator = asked }
  end,
  tests = {
    { name = "ce qui reste", level = "department", audience = "public",
      given = {
        ["shelter.requests"] = rows [[
          department | period  | value
          75         | 2025-01 | 43
        ]],
        ["shelter.placements"] = rows [[
          department | period  | value
          75         | 2025-01 | 10
        ]] },
      expect = { { territory = "75", period = "2025-01", value = 1000 / 43 } } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
