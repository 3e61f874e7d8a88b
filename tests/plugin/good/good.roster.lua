return indicator {
  id = "good.roster", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    v = roster "monthly_report" {},
  },
  compute = function(ctx)
    local received = 0
    for _, v in ipairs(ctx.rows("v")) do
      if v.received_on then received = received + 1 end
    end
    return { value = #ctx.rows("v"), extra = { received = received } }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { monthly_report = rows [[
        department | organisation | period  | due_on     | received_on
        75         | DGPN         | 2025-01 | 2025-02-10 | 2025-01-31
        75         | DGGN         | 2025-01 | 2025-02-10 | 2025-02-05
        13         | DGPN         | 2025-01 | 2025-02-10 |
        13         | DGPN         | 2024-12 | 2025-01-10 | 2025-01-02
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 3, extra = { received = 1 } },
        { territory = "FR", period = "2024-12", value = 1, extra = { received = 0 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
