return indicator {
  id = "good.blockers", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "month", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  inputs = {
    v = blockers { columns = { "number", "kind", "opened_on", "closed_on" } },
  },
  compute = function(ctx)
    local open = 0
    for _, v in ipairs(ctx.rows("v")) do
      if not v.closed_on then open = open + 1 end
    end
    return { value = #ctx.rows("v"), extra = { open = open } }
  end,
  tests = {
    { name = "essai", level = "national",
      given = { blockers = rows [[
        number | territory | kind     | opened_on  | closed_on
        7.2    | FR        | legal    | 2025-01-10 | 2025-03-01
        7.3    | FR        | resource | 2025-02-10 |
        7.4    | FR        | resource | 2024-12-01 | 2025-01-05
      ]] },
      expect = { { territory = "FR", period = "2025-01", value = 2, extra = { open = 1 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
