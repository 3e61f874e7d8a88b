-- A pattern that backtracks for ever.
return indicator {
  id = "hostile.pattern", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx)
    return ("a"):find(".-.-.-.-.-.-.-.-.-.-.-.-b")
  end,
  tests = {
    { name = "une action", level = "national",
      given = { actions = rows [[
        number | status
        1.1    | done
      ]] },
      expect = { { territory = "FR", period = "2026-03", value = 1 } } },
  },
  changelog = { { "1.0.0", "2026-01-01", fr = "Première version." } },
}
