-- Endless tail calls need no stack.
return indicator {
  id = "hostile.tail_calls", api = 1, version = "1.0.0",
  name = { fr = "Essai" }, summary = { fr = "Essai." },
  unit = "%", direction = "up", kind = "output",
  frequency = "month", levels = { "national" },
  author = "Anne", owner = "Bureau",
  inputs = { actions = actions { columns = { "status" }, missing = "carry" } },
  compute = function(ctx)
    local function f() return f() end
    return f()
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
