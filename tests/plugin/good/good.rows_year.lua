-- Rows of a year: the twelve months of it, or the last ones; the year itself of a yearly series.
return indicator {
  id = "good.rows_year", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "year", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  params = { window = param.integer { default = 14, min = 1, max = 24 } },
  inputs = {
    own  = series "clients.fines" { missing = "skip" },
    back = series "clients.fines" { missing = "skip", lookback = "window" },
    last = series "clients.fines" { missing = "skip", lookback = 1 },
    year = series "published.clients_fined" { missing = "skip" },
  },
  compute = function(ctx)
    local function told(name)
      local sum, rows, first, last = 0, 0, "9999", ""
      for _, r in ipairs(ctx.rows(name)) do
        local period = r.period
        sum, rows = sum + (r.value or 0), rows + 1
        if period < first then first = period end
        if period > last then last = period end
      end
      return { sum = sum, text = rows .. " " .. first .. " " .. last }
    end
    return { value = told("own").sum, extra = { back = told("back").sum, last = told("last").sum, year = told("year").sum, own = told("own").text } }
  end,
  tests = {
    { name = "les mois de l’année", level = "national", given = {
      ["clients.fines"] = rows [[
        department | period  | value
        75         | 2024-10 | 1
        75         | 2024-11 | 2
        13         | 2025-01 | 3
        75         | 2025-07 | 4
        75         | 2025-12 | 5
      ]],
      ["published.clients_fined"] = rows [[
        period | value
        2024   | 2
        2025   | 4
      ]],
    }, expect = {
      { territory = "FR", period = "2025", value = 12, extra = { back = 14, last = 5, year = 4, own = "12 2025-01 2025-12" } },
      { territory = "FR", period = "2024", value = 3, extra = { back = 3, last = 0, year = 2, own = "12 2024-01 2024-12" } },
    } },
    { name = "un paramètre", level = "national", params = { window = 15 }, given = {
      ["clients.fines"] = rows [[
        department | period  | value
        75         | 2024-10 | 1
        75         | 2024-11 | 2
        75         | 2025-12 | 5
      ]] }, expect = { { territory = "FR", period = "2025", value = 5, extra = { back = 8 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
