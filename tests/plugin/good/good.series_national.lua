return indicator {
  id = "good.series_national", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    v = series "published.clients_fined" { missing = "skip", lookback = 2 },
  },
  compute = function(ctx)
    local r = { n = 0, known = 0, sum = 0, last = 0 }
    for _, v in ipairs(ctx.rows("v")) do
      r.n = r.n + 1
      if v.value then r.known = r.known + 1; r.sum = r.sum + v.value end
      if v.value and v.period == ctx.period then r.last = r.last + v.value end
    end
    return { value = r.sum, extra = r }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { ["published.clients_fined"] = rows [[
        period | value
        2023   | 1000
        2024   | 1200
      ]] },
      expect = { { territory = "FR", period = "2024-06", value = 2200, extra = { n = 2, known = 2, last = 0 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
