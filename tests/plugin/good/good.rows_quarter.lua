-- Rows of a quarter: each input comes in its own periods, months of a monthly series.
return indicator {
  id = "good.rows_quarter", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "none", kind = "context",
  frequency = "quarter", levels = { "national", "region", "department" },
  author = "Anne", owner = "Bureau",
  params = { window = param.integer { default = 4, min = 1, max = 12 } },
  inputs = {
    own   = series "clients.fines" { missing = "skip" },
    back  = series "clients.fines" { missing = "skip", lookback = "window" },
    zero  = series "clients.fines" { missing = "zero", lookback = 5 },
    carry = series "clients.fines" { missing = "carry", lookback = 1 },
    fine  = series "clients.fines" { missing = "skip", grain = "department", dims = { "force" } },
    year  = series "published.clients_fined" { missing = "skip", lookback = 2 },
    value = indicator_value "plan.progress@1" { missing = "skip" },
    people = reference "population" {},
    roster = roster "monthly_report" { lookback = 4 },
    cells  = cells {},
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
    local wrong = ""
    local function need(name, sum, said)
      local t = told(name)
      if t.sum ~= sum or t.text ~= said then wrong = string.sub(wrong .. name .. " " .. t.sum .. " " .. t.text .. "; ", 1, 80) end
    end
    if ctx.period == "2025-Q1" and ctx.level == "national" and ctx.params.window == 4 then
      need("own", 12, "3 2025-01 2025-03")
      need("back", 14, "4 2024-12 2025-03")
      need("zero", 15, "5 2024-11 2025-03")
      need("carry", 9, "1 2025-03 2025-03")
      need("fine", 12, 3 * 101 * 2 .. " 2025-01 2025-03")
      need("year", 6, "2 2024 2025")
      need("value", 9, "3 2025-01 2025-03")
    end
    return { value = told("own").sum, extra = { back = told("back").sum, roster = #ctx.rows("roster"), cells = #ctx.rows("cells"), people = ctx.rows("people")[1].year, wrong = wrong } }
  end,
  tests = {
    { name = "les mois du trimestre", level = "national", given = {
      ["clients.fines"] = rows [[
        department | period  | force  | value
        75         | 2024-11 | police | 1
        13         | 2024-12 | police | 2
        75         | 2025-01 | police | 3
        13         | 2025-02 | police | 4
        75         | 2025-03 | police | 5
        75         | 2025-04 | police | 6
      ]],
      ["published.clients_fined"] = rows [[
        period | value
        2023   | 1
        2024   | 2
        2025   | 4
      ]],
      ["plan.progress"] = rows [[
        territory | period  | value
        FR        | 2024-12 | 2
        FR        | 2025-01 | 4
        FR        | 2025-03 | 5
      ]],
      monthly_report = rows [[
        department | period  | due_on     | received_on
        75         | 2024-11 | 2024-12-10 |
        75         | 2024-12 | 2025-01-10 |
        75         | 2025-01 | 2025-02-10 |
        75         | 2025-03 | 2025-04-10 |
        75         | 2025-04 | 2025-05-10 |
      ]],
      cells = rows [[
        territory | period  | indicator | state | provisional | carried
        FR        | 2024-12 | a         | value | false       | false
        FR        | 2025-01 | a         | value | false       | false
        FR        | 2025-03 | a         | value | false       | false
        FR        | 2025-Q1 | b         | value | false       | false
        FR        | 2025-Q2 | b         | value | false       | false
        FR        | 2025    | c         | value | false       | false
      ]],
    }, expect = {
      { territory = "FR", period = "2025-Q1", value = 12, extra = { roster = 3, cells = 3, people = 2025, wrong = "" } },
      { territory = "FR", period = "2024-Q4", value = 3, extra = { roster = 2, cells = 1, people = 2024, wrong = "" } },
    } },
    { name = "un paramètre", level = "department", params = { window = 5 }, given = {
      ["clients.fines"] = rows [[
        department | period  | force  | value
        13         | 2024-12 | police | 2
        75         | 2025-01 | police | 3
        75         | 2025-02 | police | 4
        75         | 2025-03 | police | 5
      ]] }, expect = { { territory = "75", period = "2025-Q1", value = 12, extra = { back = 12 } },
        { territory = "13", period = "2025-Q1", value = 0, extra = { back = 2 } } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
