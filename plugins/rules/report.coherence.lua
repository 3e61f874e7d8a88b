-- Cohérence d’une réponse mensuelle : ce qui surprend est signalé, ce qui est impossible est à confirmer.

-- « 12 amendes » ou « 1 amende » : le pluriel français commence à deux.
local function count(n, one, many)
  return string.format("%d %s", math.floor(n), n >= 2 and many or one)
end

-- Une partie déclarée plus grande que le tout dont elle est comprise.
local function part_of(ctx, part, whole, said)
  local p, w = ctx.value(part), ctx.value(whole)
  if p and w and p > w then
    table.insert(said, stop(part, {
      fr = "Plus que le total déclaré juste à côté (" .. string.format("%d pour %d", math.floor(p), math.floor(w)) .. "). Lequel des deux est à corriger ?",
      en = "More than the total beside it (" .. string.format("%d for %d", math.floor(p), math.floor(w)) .. "). Which of the two is to be corrected?" }))
  end
end

return rule {
  id = "report.coherence", api = 1, version = "1.0.0",
  name    = { fr = "Cohérence de la réponse mensuelle", en = "Coherence of the monthly report" },
  summary = { fr = "Signale ce qui surprend (amendes sans opération, forte hausse, mineurs sans majeurs ni inconnus) et fait confirmer ce qui est impossible (une partie plus grande que son tout).",
              en = "Points out what is surprising (fines without an operation, a sharp rise, minors alone) and has what is impossible confirmed (a part larger than its whole)." },
  limits  = { fr = "Un chiffre qui surprend peut être juste : la règle pose une question, elle ne corrige rien." },
  author = "Cellule d’évaluation", owner = "OCRTEH",
  series = { "victims.identified", "networks.dismantled", "networks.suspects", "clients.fines", "clients.operations",
             "hearings.total", "hearings.accompanied", "training.sessions", "training.participants",
             "shelter.requests", "shelter.placements" },
  params = {
    rise  = param.number { default = 4, min = 1.5, max = 100, label = { fr = "Hausse qui surprend, en multiple du mois précédent", en = "Surprising rise, as a multiple of the month before" } },
    floor = param.integer { default = 10, min = 1, max = 1000, label = { fr = "À partir de quel chiffre comparer", en = "From which figure on to compare" } },
  },
  validate = function(ctx)
    local said = {}
    part_of(ctx, "hearings.accompanied", "hearings.total", said)

    local minors, all = ctx.value("victims.identified", { age = "minor" }), ctx.value("victims.identified")
    if minors and all and minors >= ctx.params.floor and minors == all then
      table.insert(said, warn("victims.identified", {
        fr = "Toutes les victimes déclarées (" .. count(all, "personne", "personnes") .. ") sont mineures : les majeures ont-elles été oubliées ?",
        en = "All victims reported (" .. math.floor(all) .. ") are minors: were the adults forgotten?" }, { age = "minor" }))
    end

    local fines, operations = ctx.value("clients.fines"), ctx.value("clients.operations")
    if fines and fines > 0 and operations == 0 then
      table.insert(said, warn("clients.fines", {
        fr = count(fines, "client verbalisé", "clients verbalisés") .. " sans aucune opération déclarée : une opération manque-t-elle ?",
        en = math.floor(fines) .. " fined without any operation reported: is an operation missing?" }))
    end
    local people, sessions = ctx.value("training.participants"), ctx.value("training.sessions")
    if people and people > 0 and sessions == 0 then
      table.insert(said, stop("training.participants", {
        fr = "Des participations sans aucune session : indiquez les sessions, ou corrigez.",
        en = "Participations without any session: report the sessions, or correct." }))
    end
    local suspects, networks = ctx.value("networks.suspects"), ctx.value("networks.dismantled")
    if networks and networks > 0 and suspects == 0 then
      table.insert(said, warn("networks.suspects", {
        fr = count(networks, "réseau démantelé", "réseaux démantelés") .. " sans aucun mis en cause : est-ce bien le cas ?",
        en = math.floor(networks) .. " networks dismantled without any suspect: is that so?" }))
    end

    for _, f in ipairs(ctx.figures()) do
      if f.value and f.previous and f.previous > 0 and f.value >= ctx.params.floor
         and f.value > ctx.params.rise * f.previous then
        table.insert(said, warn(f, {
          fr = string.format("%d contre %d le mois précédent : une faute de frappe ?", math.floor(f.value), math.floor(f.previous)),
          en = string.format("%d against %d the month before: a slip of the keyboard?", math.floor(f.value), math.floor(f.previous)) }))
      end
    end
    return said
  end,
  tests = {
    { name = "rien de surprenant : rien n’est dit", period = "2026-03",
      given = { report = rows [[
        period  | series             | value
        2026-03 | clients.fines      | 12
        2026-03 | clients.operations | 2
        2026-02 | clients.fines      | 10
      ]] },
      expect = {} },
    { name = "des amendes sans opération", period = "2026-03",
      given = { report = rows [[
        series             | value
        clients.fines      | 1
        clients.operations | 0
      ]] },
      expect = { { warn = "clients.fines", text = "1 client verbalisé sans" } } },
    { name = "opérations non remplies : on ne sait pas encore", period = "2026-03",
      given = { report = rows [[
        series             | value | state
        clients.fines      | 5     |
        clients.operations |       | missing
      ]] },
      expect = {} },
    { name = "plus de quatre fois le mois précédent, à partir de dix", period = "2026-01",
      given = { report = rows [[
        period  | series             | value
        2026-01 | clients.fines      | 41
        2026-01 | clients.operations | 9
        2026-01 | networks.suspects  | 40
        2025-12 | clients.fines      | 10
        2025-12 | clients.operations | 1
        2025-12 | networks.suspects  | 10
      ]] },
      expect = { { warn = "clients.fines", text = "41 contre 10" } } },
    { name = "la hausse qui surprend se règle", period = "2026-01", params = { rise = 3.5 },
      given = { report = rows [[
        period  | series            | value
        2026-01 | networks.suspects | 40
        2025-12 | networks.suspects | 10
      ]] },
      expect = { { warn = "networks.suspects" } } },
    { name = "plus d’auditions accompagnées que d’auditions", period = "2026-03",
      given = { report = rows [[
        series               | value
        hearings.total       | 8
        hearings.accompanied | 9
      ]] },
      expect = { { stop = "hearings.accompanied", text = "9 pour 8" } } },
    { name = "des participations sans session", period = "2026-03",
      given = { report = rows [[
        series                | profession | value
        training.sessions     | police     | 0
        training.participants | police     | 4
      ]] },
      expect = { { stop = "training.participants" } } },
    { name = "toutes les victimes sont mineures", period = "2026-03", params = { floor = 5 },
      given = { report = rows [[
        series             | age     | sex    | value
        victims.identified | minor   | female | 6
        victims.identified | minor   | male   | 1
        victims.identified | adult   | female | 0
        victims.identified | unknown | female | 0
      ]] },
      expect = { { warn = "victims.identified", members = { age = "minor" }, text = "7 personnes" } } },
    { name = "un réseau démantelé sans mis en cause", period = "2026-03",
      given = { report = rows [[
        series              | value
        networks.dismantled | 2
        networks.suspects   | 0
      ]] },
      expect = { { warn = "networks.suspects" } } },
  },
  changelog = { { "1.0.0", "2026-11-28", fr = "Première version." } },
}
