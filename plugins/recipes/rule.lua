-- Une phrase : ce que cette règle relit dans les réponses mensuelles, et pourquoi.
return rule {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : ce qui surprend, ce qui est impossible." },
  author = "À remplir", owner = "À remplir",
  series = { "clients.fines", "clients.operations" },
  validate = function(ctx)
    local fines, operations = ctx.value("clients.fines"), ctx.value("clients.operations")
    if fines and fines > 0 and operations == 0 then
      return warn("clients.fines", { fr = "Des clients verbalisés sans opération : une opération manque-t-elle ?" })
    end
  end,
  tests = {
    { name = "des amendes sans opération", period = "2026-03",
      given = { report = rows [[
        series             | value
        clients.fines      | 3
        clients.operations | 0
      ]] },
      expect = { { warn = "clients.fines" } } },
    { name = "des amendes avec une opération", period = "2026-03",
      given = { report = rows [[
        series             | value
        clients.fines      | 3
        clients.operations | 1
      ]] },
      expect = {} },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
