-- Le suivi mensuel d’une association d’hébergement : une ligne par département et par mois.
return mapper {
  id = "association.shelter", api = 1, version = "1.0.0",
  name    = { fr = "Suivi d’une association d’hébergement", en = "Monthly sheet of a shelter association" },
  summary = { fr = "Lit un tableau de demandes, de mises à l’abri et de places, par département et par mois.",
              en = "Reads a table of requests, placements and places, by département and month." },
  limits  = { fr = "Une case vide ne change rien ; « nc » veut dire non communiqué. Un total en bas de tableau est ignoré." },
  author = "Cellule d’évaluation", owner = "OCRTEH",
  columns = { "Département", "Mois", "Demandes reçues", "Personnes mises à l'abri", "Places ouvertes" },
  series  = { "shelter.requests", "shelter.placements", "shelter.places" },
  row = function(ctx, r)
    local where = text.trim(r["Département"] or "")
    if where == "" or text.find(string.lower(where), "total") then return nil end

    local said = {}
    local territory = ctx.department(where)
    if not territory then
      table.insert(said, stop("Département", {
        fr = "« " .. where .. " » n’est pas un département : écrivez son nom ou son numéro.",
        en = "“" .. where .. "” is no département: write its name or its number." }))
    end
    local period = ctx.month(r["Mois"])
    if not period then
      table.insert(said, stop("Mois", {
        fr = "Ce mois ne se lit pas : écrivez « janvier 2026 » ou « 01/2026 ».",
        en = "This month cannot be read: write “January 2026” or “01/2026”." }))
    end

    local function figure(column, series)
      local typed = text.trim(r[column] or "")
      if typed == "" then return nil end
      if string.lower(typed) == "nc" then return { series = series, state = "missing", reason = "not_reported" } end
      local value = text.number(typed)
      if not value or value < 0 or value ~= math.floor(value) then
        table.insert(said, stop(column, {
          fr = "« " .. typed .. " » n’est pas un nombre entier.",
          en = "“" .. typed .. "” is not a whole number." }))
        return nil
      end
      return { series = series, value = math.floor(value) }
    end

    local requests   = figure("Demandes reçues", "shelter.requests")
    local placements = figure("Personnes mises à l'abri", "shelter.placements")
    local places     = figure("Places ouvertes", "shelter.places")
    if requests and placements and requests.value and placements.value and placements.value > requests.value then
      table.insert(said, warn("Personnes mises à l'abri", {
        fr = "Plus de personnes mises à l’abri que de demandes : possible, à vérifier.",
        en = "More people placed than requests: possible, to be verified." }))
    end
    for _, one in ipairs({ requests or false, placements or false, places or false }) do
      if one and territory and period then
        one.territory, one.period = territory, period
        table.insert(said, one)
      end
    end
    return said
  end,
  tests = {
    { name = "noms, numéros et mois comme les associations les écrivent",
      given = { sheet = rows [[
        Département       | Mois         | Demandes reçues | Personnes mises à l'abri | Places ouvertes
        Seine-Saint-Denis | janvier 2026 | 12              | 9                        | 40
        1                 | 02/2026      | 3               | nc                       |
      ]] },
      expect = {
        { series = "shelter.requests",   territory = "93", period = "2026-01", value = 12, line = 2 },
        { series = "shelter.placements", territory = "93", period = "2026-01", value = 9,  line = 2 },
        { series = "shelter.places",     territory = "93", period = "2026-01", value = 40, line = 2 },
        { series = "shelter.requests",   territory = "01", period = "2026-02", value = 3,  line = 3 },
        { series = "shelter.placements", territory = "01", period = "2026-02", state = "missing", reason = "not_reported" },
      } },
    { name = "une ligne de total et une ligne vide ne comptent pas",
      given = { sheet = rows [[
        Département | Mois | Demandes reçues | Personnes mises à l'abri | Places ouvertes
        TOTAL       |      | 15              | 9                        | 40
                    |      |                 |                          |
      ]] },
      expect = {} },
    { name = "chaque faute est dite à sa case",
      given = { sheet = rows [[
        Département | Mois   | Demandes reçues | Personnes mises à l'abri | Places ouvertes
        Seine       | un jour | une dizaine    | 2,5                      |
      ]] },
      expect = { { stop = "Département", text = "Seine" }, { stop = "Mois" }, { stop = "Demandes reçues" },
                 { stop = "Personnes mises à l'abri" } } },
    { name = "plus de mises à l’abri que de demandes : signalé, lu",
      given = { sheet = rows [[
        Département | Mois    | Demandes reçues | Personnes mises à l'abri | Places ouvertes
        2A          | 2026-03 | 1 000           | 1 001                    |
      ]] },
      expect = {
        { warn = "Personnes mises à l'abri", line = 2 },
        { series = "shelter.requests",   territory = "2A", period = "2026-03", value = 1000 },
        { series = "shelter.placements", territory = "2A", period = "2026-03", value = 1001 },
      } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
