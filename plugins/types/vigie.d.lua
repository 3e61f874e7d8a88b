---@meta
-- Made from include/plugin_api.def by `make plugin-types`: change that file, not this one.
-- Editors with the Lua language server read it for completion; Vigie itself does not.

---@class vigie.Ctx
---@field period string # la période, "2026-03", "2026-Q1" ou "2026"
---@field period_start integer # son premier jour
---@field period_end integer # son dernier jour
---@field territory string # FR, REG-93 ou 93
---@field level "national"|"region"|"department" # le niveau du territoire
---@field params table<string, any> # les paramètres déclarés
---@field rows fun(input: string): (vigie.Action|vigie.SeriesRow|vigie.ReferenceRow|vigie.RosterRow|vigie.BlockersRow|vigie.IndicatorValueRow|vigie.CellsRow)[] # les lignes d’une entrée pour ce territoire et cette période
---@field as_of integer # le jour jusqu’auquel on sait
---@field day fun(text: string): integer # "2025-03-31" en jour
---@field plan vigie.Plan # le plan

---@class vigie.FormulaCtx
---@field series fun(input: string): vigie.Series # une entrée : series, reference ou indicator_value
---@field actions fun(input?: string): vigie.Frame # les actions, dont chaque colonne est une série
---@field const fun(x: number): vigie.Series # un nombre comme série
---@field period_end vigie.Series # le dernier jour de chaque période
---@field territories fun(): { among: fun(list: string[]): vigie.Mask } # :among(liste) : vrai pour ces territoires
---@field note fun(text: string) # une phrase montrée sous le chiffre ; {value}, {numerator}, {denominator}, {low}, {high}, le nom d’un complément, {territory} et {period} y sont remplacés
---@field params table<string, any> # les paramètres déclarés, valeurs ordinaires
---@field level "national"|"region"|"department" # le niveau du territoire
---@field as_of integer # le jour jusqu’auquel on sait
---@field plan vigie.Plan # le plan
---@field day fun(text: string): integer # "2025-03-31" en jour
---@field rows nil # seulement dans compute

---@class vigie.RuleCtx
---@field period string # le mois de la réponse, "2026-03"
---@field territory string # le département qui répond
---@field organisation string # le code de l’organisation qui répond
---@field params table<string, any> # les paramètres déclarés
---@field value fun(series: string, members?: table<string, string>): number? # la somme des chiffres de la série qui ont ces modalités ; nil s’il en manque un
---@field before fun(months: integer, series: string, members?: table<string, string>): number? # la même somme, autant de mois plus tôt
---@field figures fun(): vigie.Figure[] # les chiffres demandés, dans l’ordre du formulaire
---@field day fun(text: string): integer # "2025-03-31" en jour

---@class vigie.MapperCtx
---@field line integer # le numéro de la ligne dans le tableau
---@field params table<string, any> # les paramètres déclarés
---@field month fun(text: string?): string? # "janvier 2026", "01/2026", "2026-01" ou un jour, en mois "2026-01" ; nil sinon
---@field department fun(text: string?): string? # "Seine-Saint-Denis", "93" ou "1" en code de département ; nil sinon
---@field day fun(text: string): integer # "2025-03-31" en jour

---@class vigie.Figure
---@field series string # la série
---@field members table<string, string> # ses modalités, { age = "minor" }
---@field state "value"|"missing"|"not_applicable"|"empty" # empty : pas encore rempli
---@field value number? # le chiffre, s’il y en a un
---@field reason string? # pourquoi il manque
---@field previous number? # le même chiffre, un mois plus tôt
---@field year_before number? # le même chiffre, un an plus tôt

---@class vigie.Plan
---@field start_on integer? # premier jour du plan
---@field end_on integer? # dernier jour du plan
---@field stale_after_days integer # durée sans nouvelle au-delà de laquelle une action est à actualiser

---@class vigie.Action
---@field number string # numéro de l’action, "7.2"
---@field measure string # numéro de sa mesure
---@field objective string # numéro de son objectif
---@field lead string? # code du pilote
---@field level "national"|"department" # national ou department
---@field territory string # FR, ou le département du déploiement
---@field organisation string? # code de l’organisation du déploiement
---@field weight number # poids de l’action dans sa mesure
---@field measure_weight number # poids de la mesure dans le plan
---@field status "not_started"|"in_progress"|"done"|"on_hold"|"dropped"|"carried_over" # statut déclaré
---@field progress number? # avancement, de 0 à 100
---@field confidence "secured"|"achievable"|"support_needed"|"compromised"? # météo
---@field start_on integer? # début prévu
---@field due_on integer # échéance en vigueur
---@field initial_due_on integer # échéance d’origine
---@field done_on integer? # jour de réalisation
---@field reported_on integer? # dernière nouvelle
---@field blocked boolean # un point de blocage est ouvert
---@field revised boolean # l’échéance a été révisée
---@field costed boolean # l’action est chiffrée
---@field budget_planned number? # budget prévu
---@field budget_committed number? # budget engagé
---@field budget_spent number? # budget dépensé

---@class vigie.SeriesRow
---@field territory string # le territoire : celui de la cellule, ou un département avec grain = "department"
---@field organisation string? # tests seulement : qui a transmis ; les organisations s’additionnent
---@field period string # la période du chiffre
---@field value number? # le chiffre ; absent s’il n’a pas été transmis

---@class vigie.ReferenceRow
---@field territory string # le territoire : celui de la cellule, ou un département avec by = "department"
---@field year number # l’année, 2025
---@field value number? # la population

---@class vigie.RosterRow
---@field territory string # d’où la réponse était attendue
---@field organisation string? # de qui
---@field period string # pour quelle période
---@field due_on integer? # dernier jour pour répondre
---@field received_on integer? # jour de la réponse, « rien de neuf » compris ; absent si rien n’est venu

---@class vigie.BlockersRow
---@field number string # numéro de l’action bloquée
---@field territory string? # FR, ou le département du déploiement
---@field kind "arbitration"|"resource"|"legal"|"partner"|"technical"|"other" # nature du blocage
---@field opened_on integer # ouvert le
---@field closed_on integer? # levé le, si c’est connu à la fin de la période

---@class vigie.IndicatorValueRow
---@field territory string # le territoire de la cellule
---@field period string # la période
---@field value number? # la valeur ; absente si elle manque

---@class vigie.CellsRow
---@field indicator string # identifiant de l’indicateur
---@field territory string # le territoire de la cellule
---@field period string # la période
---@field state "value"|"missing"|"not_applicable" # état de la cellule
---@field provisional boolean # la cellule peut encore changer
---@field carried boolean # la cellule repose sur une valeur reportée

---@class vigie.ReportRow
---@field period string? # le mois du chiffre ; sans cette colonne, celui du test
---@field series string # la série
---@field value number? # le chiffre ; vide s’il n’est pas rempli
---@field state "missing"|"not_applicable"? # missing : dit manquant ; not_applicable : sans objet

---@class vigie.Series
---@operator add(vigie.Series|number): vigie.Series
---@operator sub(vigie.Series|number): vigie.Series
---@operator mul(vigie.Series|number): vigie.Series
---@operator div(vigie.Series|number): vigie.Series
---@operator unm: vigie.Series
---@field clip fun(self, a: number, b: number): vigie.Series # ramené entre a et b
---@field round fun(self, n?: integer): vigie.Series # arrondi à n décimales
---@field abs fun(self): vigie.Series # valeur absolue
---@field sqrt fun(self): vigie.Series # racine carrée
---@field log fun(self): vigie.Series # logarithme
---@field ge fun(self, x: vigie.Series|number): vigie.Mask # au moins x
---@field gt fun(self, x: vigie.Series|number): vigie.Mask # plus que x
---@field le fun(self, x: vigie.Series|number): vigie.Mask # au plus x
---@field lt fun(self, x: vigie.Series|number): vigie.Mask # moins que x
---@field eq fun(self, x: vigie.Series|number|string): vigie.Mask # égal à x
---@field between fun(self, a: number, b: number): vigie.Mask # de a à b
---@field is_missing fun(self): vigie.Mask # vrai là où rien n’est connu
---@field where fun(self, mask: vigie.Mask): vigie.Series # ce que le masque refuse sort des calculs suivants
---@field fill fun(self, x: number): vigie.Series # x là où rien n’est connu
---@field carry fun(self, n: integer): vigie.Series # la dernière valeur connue, au plus n périodes
---@field coverage fun(self): vigie.Series # part des réponses attendues qui sont reçues, de 0 à 1 (dans un test : parmi les départements donnés)
---@field lag fun(self, n: integer): vigie.Series # la valeur d’il y a n périodes
---@field diff fun(self, n?: integer): vigie.Series # la différence avec il y a n périodes
---@field yoy fun(self): vigie.Series # évolution en % sur un an
---@field rolling fun(self, n: integer, options?: vigie.RollingOptions): vigie.Group # les n dernières périodes, puis :sum() et les autres
---@field cumsum fun(self, options: vigie.CumsumOptions): vigie.Series # somme depuis le début
---@field to fun(self, period: "quarter"|"year", over: "sum"|"last"|"mean", options?: vigie.ToOptions): vigie.Series # une période plus longue
---@field pick fun(self, members: table<string, string|string[]>): vigie.Series # seulement ces membres
---@field by fun(self, ...: string): vigie.Group # par ces dimensions, puis :sum() et les autres
---@field rank fun(self, options?: vigie.RankOptions): vigie.Series # rang entre territoires
---@field share_of_total fun(self, options?: vigie.ShareOfTotalOptions): vigie.Series # part du total

---@class vigie.Group
---@field sum fun(self): vigie.Series # somme
---@field mean fun(self): vigie.Series # moyenne
---@field median fun(self): vigie.Series # médiane
---@field min fun(self): vigie.Series # le plus petit
---@field max fun(self): vigie.Series # le plus grand
---@field quantile fun(self, p: number): vigie.Series # quantile, p de 0 à 1
---@field count fun(self): vigie.Series # nombre de vrais d’un masque
---@field size fun(self): vigie.Series # nombre de cellules qui ont une valeur
---@field share fun(self): vigie.Series # part des vrais d’un masque
---@field wmean fun(self, weight: vigie.Series): vigie.Series # moyenne pondérée
---@field first fun(self): vigie.Series # le premier

---@class vigie.Frame
---@field where fun(self, mask: vigie.Mask): vigie.Frame # seulement ces lignes
---@field by fun(self, ...: string): vigie.Group # par ces dimensions, puis :count()

---@class vigie.Missing
---@class vigie.Input
---@class vigie.Param
---@class vigie.Check
---@class vigie.Rows

---@class vigie.Formula

---@class vigie.Mask: vigie.Series # vrai ou faux dans chaque cellule
---@operator band(vigie.Mask): vigie.Mask
---@operator bor(vigie.Mask): vigie.Mask
---@operator bnot: vigie.Mask
---@class vigie.Estimate
---@field value vigie.Series
---@field low vigie.Series
---@field high vigie.Series
---@class vigie.Trend
---@field slope vigie.Series
---@field low vigie.Series
---@field high vigie.Series
---@class vigie.Funnel
---@field z vigie.Series
---@field low vigie.Series
---@field high vigie.Series

---@class vigie.RollingOptions
---@field coverage? number # part des périodes qui doivent être connues, de 0 à 1, par exemple 0.75
---@class vigie.CumsumOptions
---@field reset "year"|"never" # repart de zéro chaque année, ou jamais
---@class vigie.ToOptions
---@field missing? "na"|"skip" # sans lui ce que dit l’entrée ; "na" : un mois inconnu rend la période inconnue
---@class vigie.RankOptions
---@field order? "desc"|"asc" # "desc" par défaut : le plus grand d’abord
---@field ties? "min"|"max"|"mean"|"first" # le rang des ex æquo, "min" par défaut
---@field within? string # ce que l’on compare : "territory" par défaut, ou une dimension
---@class vigie.ShareOfTotalOptions
---@field within? string # de quel total : "territory" par défaut, ou une dimension
---@class vigie.LevelOptions
---@field level? number # confiance de l’intervalle, de 0 à 1, 0.95 par défaut
---@class vigie.RateOptions
---@field level? number # confiance de l’intervalle, 0.95 par défaut, ou des limites de stat.funnel, 0.998 par défaut
---@field per? number # pour combien d’habitants, 1 par défaut : 100000 pour un taux pour 100 000
---@class vigie.ReachOptions
---@field points? integer # périodes de la tendance, 12 par défaut
---@field min? integer # celles qui doivent être connues, les trois quarts par défaut
---@field level? number # confiance de l’intervalle, de 0 à 1, 0.9 par défaut
---@field from? string|integer # la période, ou le jour, d’où l’on compte ; sans lui, celle de la valeur
---@field direction? "up"|"down" # "up" par défaut : le but est atteint en montant

---@class vigie.QuotientRecipe
---@field [integer] string # la partie, puis le tout : deux noms d’entrées
---@field per? number # pour combien : 100, ou 100000
---@field rolling? integer|string # durée glissante, en périodes, ou un paramètre
---@field coverage? number # avec rolling : part des périodes qui doivent être connues, de 0 à 1
---@class vigie.SumRecipe
---@field [integer] string # les noms des entrées
---@field rolling? integer|string # durée glissante, en périodes, ou un paramètre
---@field coverage? number # avec rolling : part des périodes qui doivent être connues, de 0 à 1
---@class vigie.ChangeRecipe
---@field [integer] string # le nom de l’entrée
---@field over? integer|string # durée comparée à la précédente, 12 périodes par défaut, ou un paramètre
---@field coverage? number # part des périodes qui doivent être connues, de 0 à 1
---@class vigie.WeightedMeanRecipe
---@field [integer] string # la valeur, puis le poids : deux noms d’entrées
---@class vigie.DelayRecipe
---@field [integer] string # le nom de l’entrée des actions
---@field from? string # la colonne du jour attendu, "initial_due_on" par défaut
---@field to? string # la colonne du jour venu, "done_on" par défaut
---@field over? "median"|"mean"|"max" # "median" par défaut

---@class vigie.Text
---@field fr string # texte français, obligatoire
---@field en? string # texte anglais

---@class vigie.ActionsInput
---@field columns string[] # les colonnes que compute lira
---@field missing "na"|"skip"|"zero"|"carry" # que faire de ce qui manque
---@field grain? "department" # une ligne par déploiement à tous les niveaux

---@class vigie.SeriesInput
---@field missing "na"|"skip"|"zero"|"carry" # que faire de ce qui manque
---@field where? table<string, string|string[]> # { age = "minor" } : seulement ces membres
---@field dims? string[] # les dimensions à garder ; les autres s’additionnent
---@field agg? "sum"|"mean"|"min"|"max"|"last" # entre territoires et organisations
---@field over_time? "sum"|"mean"|"min"|"max"|"last" # entre périodes
---@field lookback? integer|string # combien de ses propres périodes (des mois, d’une série mensuelle), jusqu’à la fin de la cellule, ou un paramètre ; sans lui, celles de la cellule
---@field grain? "department" # une ligne par département à tous les niveaux
---@field complete? string[] # ne compter que si tous les membres de ces dimensions sont connus
---@field vintage? string # "retained" (par défaut), "first", "last" ou un nom

---@class vigie.IndicatorValueInput
---@field missing "na"|"skip"|"zero"|"carry"
---@field lookback? integer|string
---@class vigie.ReferenceInput
---@field by? "department"
---@field year? "start_of_period"|"end_of_period"
---@class vigie.RosterInput
---@field lookback? integer|string
---@class vigie.BlockersInput
---@field columns string[]
---@class vigie.CellsInput

---@class vigie.IntegerParam
---@field default integer
---@field min? integer
---@field max? integer
---@field unit? string
---@field label? vigie.Text
---@class vigie.NumberParam
---@field default number
---@field min? number
---@field max? number
---@field unit? string
---@field label? vigie.Text
---@class vigie.BooleanParam
---@field default boolean
---@field label? vigie.Text
---@class vigie.ChoiceParam
---@field default string|number
---@field choices (string|number)[]
---@field label? vigie.Text
---@class vigie.DepartmentsParam
---@field default string[]
---@field label? vigie.Text
---@class vigie.DateParam
---@field default string
---@field min? string
---@field max? string
---@field label? vigie.Text

---@class vigie.Result
---@field value number
---@field numerator? number
---@field denominator? number
---@field low? number
---@field high? number
---@field extra? table<string, number|string> # 5 au plus, un seul texte (80 caractères)
---@field protects? number[] # les autres effectifs sur lesquels la valeur repose : jamais montrés, ils la cachent s’ils sont petits

---@class vigie.TestPlan
---@field start_on? string # "2024-06-26" : premier jour du plan
---@field end_on? string # dernier jour du plan
---@field stale_after_days? integer # durée sans nouvelle au-delà de laquelle une action est à actualiser
---@class vigie.IndicatorExpect # un résultat attendu ; ses membres sont d’autres champs, profession = "police"
---@field territory string # FR, REG-93 ou 93
---@field period string # "2025-01", "2025-Q1" ou "2025"
---@field value? number
---@field numerator? number
---@field denominator? number
---@field low? number
---@field high? number
---@field extra? table<string, number|string> # des compléments
---@field state? "value"|"missing"|"not_applicable"|"suppressed" # déduit de ce qui est attendu
---@field reason? string # pourquoi il n’y a pas de valeur
---@field tolerance? number # écart relatif admis, 1e-9 par défaut
---@class vigie.IndicatorTest
---@field name string # ce que le test prouve
---@field level "national"|"region"|"department"
---@field params? table<string, any> # d’autres valeurs des paramètres
---@field periods? string[] # les périodes à calculer, sinon celles attendues
---@field audience? "exact"|"public" # public : ce que voit qui n’a pas à connaître les chiffres exacts
---@field given table<string, vigie.Rows> # les tableaux, par source
---@field plan? vigie.TestPlan
---@field as_of? string # "2026-03-15" : le jour jusqu’auquel on sait
---@field expect vigie.IndicatorExpect[]
---@class vigie.RuleExpect
---@field warn? string # la série dont une remarque est attendue
---@field stop? string # la série qui est refusée
---@field members? table<string, string>
---@field text? string # le texte français de la remarque
---@class vigie.RuleTest
---@field name string # ce que le test prouve
---@field params? table<string, any> # d’autres valeurs des paramètres
---@field period string # le mois de la réponse, "2026-03"
---@field territory? string # le département qui répond
---@field organisation? string # le code de l’organisation qui répond
---@field given table<string, vigie.Rows>
---@field expect vigie.RuleExpect[]
---@class vigie.MapperExpect
---@field warn? string # la colonne dont une remarque est attendue
---@field stop? string # la colonne pour laquelle la ligne est refusée
---@field text? string # le texte français de la remarque
---@field line? integer # la ligne du tableau
---@class vigie.MapperTest
---@field name string # ce que le test prouve
---@field params? table<string, any> # d’autres valeurs des paramètres
---@field given table<string, vigie.Rows>
---@field expect (vigie.OurRow|vigie.MapperExpect)[]

---@class vigie.Remark

---@class vigie.Rule
---@field id string # le nom du fichier, sans .lua
---@field api 1
---@field version string # "1.0.0"
---@field name vigie.Text
---@field summary vigie.Text
---@field author string
---@field owner string
---@field sources? vigie.Text[]
---@field limits? vigie.Text
---@field params? table<string, vigie.Param>
---@field series string[] # les séries que la règle regarde
---@field validate fun(ctx: vigie.RuleCtx): vigie.Remark|vigie.Remark[]|nil
---@field tests vigie.RuleTest[]
---@field changelog table[]

---@class vigie.OurRow # un chiffre de nos séries ; ses dimensions sont d’autres champs, age = "minor"
---@field series string
---@field territory string # "93" : ctx.department(…)
---@field period string # "2026-01" : ctx.month(…)
---@field organisation? string
---@field value? number # absent, sans state : la ligne ne dit rien de ce chiffre
---@field state? "missing"|"not_applicable"
---@field reason? string

---@class vigie.Mapper
---@field id string # le nom du fichier, sans .lua
---@field api 1
---@field version string # "1.0.0"
---@field name vigie.Text
---@field summary vigie.Text
---@field author string
---@field owner string
---@field sources? vigie.Text[]
---@field limits? vigie.Text
---@field params? table<string, vigie.Param>
---@field columns string[] # les colonnes lues, comme le tableau les nomme
---@field series string[] # les séries remplies
---@field row fun(ctx: vigie.MapperCtx, r: table<string, string?>): (vigie.OurRow|vigie.Remark)[]|vigie.OurRow|vigie.Remark|nil
---@field tests vigie.MapperTest[]
---@field changelog table[]

---@class vigie.Confidentiality
---@field min integer # en dessous, l’effectif n’est pas montré ; 5 au moins. Relève le seuil (10, celui des séries, celui des indicateurs lus), ne l’abaisse jamais
---@field on ("numerator"|"complement"|"denominator"|"value")[] # les effectifs qui comptent, pour qui lit le fichier : tous sont protégés, nommés ou non
---@class vigie.Chart
---@field kind "line"|"bar"|"map"|"none" # bar : des barres ; map : les territoires d’abord ; none : aucun dessin
---@field map? boolean # false : pas de carte

---@class vigie.Indicator
---@field id string # le nom du fichier, sans .lua
---@field api 1
---@field version string # "1.0.0"
---@field name vigie.Text
---@field summary vigie.Text
---@field unit string
---@field decimals? integer
---@field direction "up"|"down"|"none"
---@field kind "input"|"output"|"outcome"|"impact"|"context"
---@field frequency "month"|"quarter"|"year"
---@field levels ("national"|"region"|"department")[]
---@field author string
---@field owner string
---@field sources? vigie.Text[]
---@field limits? vigie.Text
---@field confidentiality? vigie.Confidentiality
---@field params? table<string, vigie.Param>
---@field inputs table<string, vigie.Input>
---@field dims? string[] # les dimensions du résultat d’une formule, outre le total
---@field compute? fun(ctx: vigie.Ctx): number|vigie.Result|vigie.Missing
---@field formula? vigie.Formula|fun(ctx: vigie.FormulaCtx): vigie.Series|table
---@field checks? vigie.Check[]
---@field chart? vigie.Chart
---@field tests vigie.IndicatorTest[]
---@field changelog table[]

---@class vigie.AlertLimits
---@field above? number # alerte au-dessus de cette valeur
---@field below? number # ou en dessous de celle-ci
---@field warning? number # avertissement au-delà de cette valeur, avant l’alerte
---@class vigie.AlertResolve
---@field above? number # pour une alerte « below » : elle dure jusqu’à cette valeur
---@field below? number # pour une alerte « above »
---@field for_periods? integer # tant de périodes de suite
---@class vigie.AlertTest
---@field name string
---@field values (number|vigie.Missing)[] # une valeur par période
---@field expect ("ok"|"warning"|"alert"|"no_data")[] # l’état après chacune
---@class vigie.Alert
---@field id string # le nom du fichier, sans .lua
---@field api 1
---@field version string # "1.0.0"
---@field name vigie.Text
---@field summary vigie.Text
---@field author string
---@field owner string
---@field sources? vigie.Text[]
---@field limits? vigie.Text
---@field on string # "plan.on_time@1" : l’indicateur et sa version majeure
---@field levels ("national"|"region"|"department")[]
---@field when vigie.AlertLimits
---@field for_periods? integer # périodes de suite avant l’alerte
---@field resolve? vigie.AlertResolve
---@field tests vigie.AlertTest[]
---@field changelog table[]

---@class vigie.lib.math
---@field abs fun(x: number): number # valeur absolue
---@field acos fun(x: number): number # arc cosinus
---@field asin fun(x: number): number # arc sinus
---@field atan fun(y: number, x?: number): number # arc tangente
---@field ceil fun(x: number): integer # arrondi supérieur
---@field cos fun(x: number): number # cosinus
---@field deg fun(x: number): number # radians en degrés
---@field exp fun(x: number): number # exponentielle
---@field floor fun(x: number): integer # arrondi inférieur
---@field fmod fun(x: number, y: number): number # reste de la division
---@field huge number # plus grand que tout nombre
---@field log fun(x: number, base?: number): number # logarithme
---@field max fun(x: number, ...: number): number # le plus grand
---@field maxinteger integer # plus grand nombre entier
---@field min fun(x: number, ...: number): number # le plus petit
---@field mininteger integer # plus petit nombre entier
---@field modf fun(x: number): integer, number # partie entière et partie décimale
---@field pi number # 3,14159…
---@field rad fun(x: number): number # degrés en radians
---@field sin fun(x: number): number # sinus
---@field sqrt fun(x: number): number # racine carrée
---@field tan fun(x: number): number # tangente
---@field tointeger fun(x: number): integer? # le même nombre, entier
---@field type fun(x: any): string? # "integer", "float" ou nil
---@field ult fun(m: integer, n: integer): boolean # comparaison non signée
---@type vigie.lib.math
math = nil

---@class vigie.lib.string
---@field byte fun(s: string, i?: integer, j?: integer): integer ... # codes des octets
---@field char fun(...: integer): string # texte fait de ces octets
---@field len fun(s: string): integer # longueur en octets
---@field lower fun(s: string): string # en minuscules
---@field reverse fun(s: string): string # à l’envers
---@field sub fun(s: string, i: integer, j?: integer): string # une partie du texte
---@field upper fun(s: string): string # en majuscules
---@field format fun(format: string, ...: any): string # texte mis en forme ; ni %p, ni largeur de plus de 99
---@type vigie.lib.string
string = nil

---@class vigie.lib.table
---@field concat fun(list: table, separator?: string, i?: integer, j?: integer): string # les éléments bout à bout
---@field insert fun(list: table, position_or_value: any, value?: any) # ajoute un élément
---@field remove fun(list: table, position?: integer): any # enlève un élément
---@field sort fun(list: table, before?: fun(a: any, b: any): boolean) # trie sur place
---@field unpack fun(list: table, i?: integer, j?: integer): any ... # les éléments un par un
---@type vigie.lib.table
table = nil

---@class vigie.lib.text
---@field date fun(s: string): integer? # "2025-03-31" ou "31/03/2025" en jour ; nil sinon
---@field find fun(s: string, part: string, from?: integer): integer? # position d’un texte dans un autre, sans motif
---@field number fun(s: string): number? # "1 234,5" ou "1234.5" en nombre ; nil sinon
---@field split fun(s: string, separator: string): string[] # les morceaux entre les séparateurs
---@field trim fun(s: string): string # sans espaces au début ni à la fin
---@type vigie.lib.text
text = nil

---@class vigie.lib.stat
---@field wilson fun(k: vigie.Series, n: vigie.Series, options?: vigie.LevelOptions): vigie.Estimate # intervalle d’une part (value, low, high)
---@field poisson fun(k: vigie.Series, pop?: vigie.Series, options?: vigie.RateOptions): vigie.Estimate # intervalle exact d’un nombre ou d’un taux ; { per = 100000 }
---@field rate_ratio fun(a: vigie.Series, b: vigie.Series, ...): vigie.Estimate # rapport de deux nombres ou de deux taux
---@field theil_sen fun(s: vigie.Series, n: integer, options?: vigie.LevelOptions): vigie.Trend # pente médiane sur n périodes (slope, low, high)
---@field reach fun(s: vigie.Series, goal: vigie.Series|number, options?: vigie.ReachOptions): vigie.Estimate # dans combien de périodes le but est atteint ; { points = 12, min = 9, level = 0.9 }
---@field zscore fun(s: vigie.Series): vigie.Series # écart à la moyenne des territoires, en écarts-types
---@field mad fun(s: vigie.Series): vigie.Series # écart absolu médian entre territoires
---@field funnel fun(k: vigie.Series, pop: vigie.Series, options?: vigie.RateOptions): vigie.Funnel # limites d’un graphique en entonnoir (z, low, high)
---@type vigie.lib.stat
stat = nil

---@class vigie.lib.param
---@field integer fun(options: vigie.IntegerParam): vigie.Param # nombre entier
---@field number fun(options: vigie.NumberParam): vigie.Param # nombre
---@field boolean fun(options: vigie.BooleanParam): vigie.Param # vrai ou faux
---@field choice fun(options: vigie.ChoiceParam): vigie.Param # un mot parmi plusieurs
---@field departments fun(options: vigie.DepartmentsParam): vigie.Param # une liste de départements
---@field date fun(options: vigie.DateParam): vigie.Param # un jour
---@type vigie.lib.param
param = nil

---@class vigie.lib.check
---@field between fun(field: string, min: number, max: number): vigie.Check # le champ reste entre deux bornes
---@field at_least fun(field: string, min: number): vigie.Check # le champ ne descend pas sous la borne
---@field at_most fun(field: string, max: number): vigie.Check # le champ ne dépasse pas la borne
---@type vigie.lib.check
check = nil

--- arrête le calcul
---@type fun(message: string)
error = nil

--- parcourt une liste dans l’ordre
---@type fun(list: any): function, any, integer
ipairs = nil

--- parcourt une table, clés triées
---@type fun(t: any): function
pairs = nil

--- choisit parmi des valeurs
---@type fun(index: any, ...: any): any ...
select = nil

--- texte en nombre
---@type fun(x: any, base?: integer): number?
tonumber = nil

--- valeur en texte
---@type fun(x: any): string
tostring = nil

--- genre d’une valeur
---@type fun(x: any): string
type = nil

--- pas de valeur, et pourquoi
---@type fun(reason: string): vigie.Missing
missing = nil

--- un indicateur
---@type fun(description: vigie.Indicator): vigie.Indicator
indicator = nil

--- une règle : elle relit les réponses mensuelles
---@type fun(description: vigie.Rule): vigie.Rule
rule = nil

--- un lecteur de tableau : il traduit celui d’un partenaire
---@type fun(description: vigie.Mapper): vigie.Mapper
mapper = nil

--- une alerte : elle surveille un indicateur
---@type fun(description: vigie.Alert): vigie.Alert
alert = nil

--- attire l’attention sur un chiffre (règle) ou une colonne (lecteur)
---@type fun(about: string|vigie.Figure, text: vigie.Text, members?: table<string, string>): vigie.Remark
warn = nil

--- refuse un chiffre tant qu’il n’est pas confirmé (règle), ou une ligne (lecteur)
---@type fun(about: string|vigie.Figure, text: vigie.Text, members?: table<string, string>): vigie.Remark
stop = nil

--- les actions du plan
---@type fun(options: vigie.ActionsInput): vigie.Input
actions = nil

--- une série du catalogue
---@type fun(id: string): fun(options: vigie.SeriesInput): vigie.Input
series = nil

--- les valeurs d’un autre indicateur
---@type fun(id: string): fun(options: vigie.IndicatorValueInput): vigie.Input
indicator_value = nil

--- une référence : la population
---@type fun(id: string): fun(options: vigie.ReferenceInput): vigie.Input
reference = nil

--- qui devait répondre, et quand c’est arrivé
---@type fun(id: string): fun(options: vigie.RosterInput): vigie.Input
roster = nil

--- les points de blocage
---@type fun(options: vigie.BlockersInput): vigie.Input
blockers = nil

--- les cellules des autres indicateurs
---@type fun(options: vigie.CellsInput): vigie.Input
cells = nil

--- un tableau de données de test
---@type fun(table: string): vigie.Rows
rows = nil

--- modèle : { "partie", "tout", per = 100, rolling = 12 }
---@type fun(options: vigie.QuotientRecipe): vigie.Formula
ratio = nil

--- modèle : { "cas", "population", per = 100000, rolling = 12 }, avec son intervalle
---@type fun(options: vigie.QuotientRecipe): vigie.Formula
rate = nil

--- modèle : { "partie", "tout", rolling = 12 } en %, avec son intervalle
---@type fun(options: vigie.QuotientRecipe): vigie.Formula
share = nil

--- modèle : { "a", "b", rolling = 12 }
---@type fun(options: vigie.SumRecipe): vigie.Formula
sum = nil

--- modèle : { "a", over = 12 } : évolution en % d’une durée sur la précédente
---@type fun(options: vigie.ChangeRecipe): vigie.Formula
change = nil

--- modèle : { "valeur", "poids" }
---@type fun(options: vigie.WeightedMeanRecipe): vigie.Formula
weighted_mean = nil

--- modèle : { "actions", from = "initial_due_on", to = "done_on", over = "median" } en jours
---@type fun(options: vigie.DelayRecipe): vigie.Formula
delay = nil

--- a là où le masque est vrai, b ailleurs
---@type fun(mask: vigie.Mask, a: vigie.Series|number, b: vigie.Series|number): vigie.Series
choose = nil
