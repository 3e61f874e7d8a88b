-- Une phrase : de qui vient ce tableau, et ce que contient une ligne.
return mapper {
  id = "@ID@", api = 1, version = "0.1.0",
  name    = { fr = "À nommer" },
  summary = { fr = "À décrire : d’où vient le tableau, ce que dit une ligne." },
  author = "À remplir", owner = "À remplir",
  columns = { "Département", "Mois", "Demandes" },
  series  = { "shelter.requests" },
  row = function(ctx, r)
    local territory, period = ctx.department(r["Département"]), ctx.month(r["Mois"])
    if not territory then return stop("Département", { fr = "Ce département n’existe pas." }) end
    if not period then return stop("Mois", { fr = "Écrivez le mois ainsi : janvier 2026." }) end
    local typed = text.trim(r["Demandes"] or "")
    if typed == "" then return nil end
    local value = text.number(typed)
    if not value then return stop("Demandes", { fr = "Ce n’est pas un nombre." }) end
    return { series = "shelter.requests", territory = territory, period = period, value = value }
  end,
  tests = {
    { name = "une ligne comme le tableau les écrit",
      given = { sheet = rows [[
        Département       | Mois         | Demandes
        Seine-Saint-Denis | janvier 2026 | 12
      ]] },
      expect = { { series = "shelter.requests", territory = "93", period = "2026-01", value = 12 } } },
    { name = "un mois qui ne se lit pas",
      given = { sheet = rows [[
        Département | Mois | Demandes
        93          | hier | 12
      ]] },
      expect = { { stop = "Mois" } } },
  },
  changelog = { { "0.1.0", "@TODAY@", fr = "Première version." } },
}
