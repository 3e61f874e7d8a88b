# include/plugin_api.def, and the options of -v tables -> plugins/REFERENCE.md: what a plugin may call, in French, for people.
BEGIN { FS = "[ \t]*[|][ \t]*" }
/^#/ || /^[ \t]*$/ { next }
function glue(from, to,   i, s) {
	s = $from
	for (i = from + 1; i <= to; i++) s = s "|" $i
	return s
}
# A Lua signature as a reader wants it: no annotation prefix, no self.
function shown(s) {
	gsub(/vigie\./, "", s)
	gsub(/self, /, "", s)
	gsub(/self/, "", s)
	gsub(/\|/, "\\|", s)
	return s
}
function row(name, type, about) { return "| `" name "` | `" shown(type) "` | " about " |\n" }
$1 == "kept" { split($2, p, "."); lib(p[1], row($2, glue(3, NF - 1), $NF)) }
$1 == "member" { split($2, p, "."); lib(p[1], row($2, glue(4, NF - 1), $NF)) }
$1 == "global" { globals = globals row($2, glue(4, NF - 1), $NF) }
$1 == "ctx" { ctx = ctx row("ctx." $2, glue(3, NF - 1), $NF) }
$1 == "formula" { formula = formula row("ctx." $2, glue(3, NF - 1), $NF) }
$1 == "validate" { validate = validate row("ctx." $2, glue(3, NF - 1), $NF) }
$1 == "sheet" { sheet = sheet row("ctx." $2, glue(3, NF - 1), $NF) }
$1 == "figure" { figure = figure row($2, glue(3, NF - 1), $NF) }
$1 == "plan" { plan = plan row("ctx.plan." $2, glue(3, NF - 1), $NF) }
$1 == "method" {
	split($2, p, ".")
	if (!(p[1] in method)) classes[++nclasses] = p[1]
	method[p[1]] = method[p[1]] row(":" p[2], glue(4, NF - 1), $NF)
}
$1 == "column" { columns["actions"] = columns["actions"] field($2, $3, $4, $5) }
$1 == "field" {
	if (!($2 in columns)) kinds[++nkinds] = $2
	columns[$2] = columns[$2] field($3, $4, $5, $6)
}
function field(name, type, need, words,   what) {
	what = type == "day" ? "jour" : type == "number" ? "nombre" : type == "bool" ? "true ou false" : \
	       type == "period" ? "période" : type == "place" ? "territoire" : words == "" ? "texte" : words
	return "| `" name "` | " what (need == "optional" ? ", ou rien" : "") " | " $NF " |\n"
}
function lib(name, line) {
	if (!(name in libs)) order[++nlibs] = name
	libs[name] = libs[name] line
}
# The tables of options that the forms above name.
function options(   line, part, name, type) {
	print "\n## Les options\n\nUne option inconnue est refusée.\n\n| Table | Option | Forme | Sens |\n|---|---|---|---|"
	while ((getline line < tables) > 0) {
		if (line ~ /^---@class /) {
			name = line
			sub(/^---@class vigie\./, "", name)
		}
		if (line !~ /^---@field / || name !~ /(Options|Recipe)$/) continue
		sub(/^---@field /, "", line)
		split(line, part, " # ")
		type = part[1]
		sub(/^[^ ]+ /, "", type)
		sub(/ .*/, "", part[1])
		print "| `" name "` | `" part[1] "` | `" shown(type) "` | " part[2] " |"
	}
}
function head(title) { printf "\n## %s\n\n| Nom | Forme | Sens |\n|---|---|---|\n", title }
END {
	print "# Ce qu’un plugin peut appeler"
	print "\nÉcrit par `make plugin-types` d’après include/plugin_api.def : changez ce fichier-là, pas celui-ci."
	print "[README.md](README.md) apprend à s’en servir. Rien d’autre n’existe dans un plugin."
	head("Décrire"); printf "%s", globals
	for (i = 1; i <= nlibs; i++) if (order[i] ~ /^(param|check)$/) { head(order[i]); printf "%s", libs[order[i]] }
	head("ctx dans `formula`"); printf "%s", formula
	titles["series"] = "Une série dans `formula`"
	titles["group"] = "Après `:rolling(…)` ou `:by(…)`"
	titles["frame"] = "Les actions dans `formula`"
	for (i = 1; i <= nclasses; i++) { head(titles[classes[i]]); printf "%s", method[classes[i]] }
	print "\nEntre séries : `+ - * /` ; entre masques : `&` (et), `|` (ou), `~` (non)."
	for (i = 1; i <= nlibs; i++) if (order[i] == "stat") { head("stat"); printf "%s", libs["stat"] }
	options()
	head("ctx dans `compute`"); printf "%s", ctx
	head("Le plan"); printf "%s", plan
	print "\n## Les lignes que lit `compute`"
	printf "\n### actions\n\n| Colonne | Contenu | Sens |\n|---|---|---|\n%s", columns["actions"]
	for (i = 1; i <= nkinds; i++) printf "\n### %s\n\n| Colonne | Contenu | Sens |\n|---|---|---|\n%s", kinds[i], columns[kinds[i]]
	print "\nUne série a aussi une colonne par dimension déclarée dans `dims`."
	head("ctx dans `validate` (règle)"); printf "%s", validate
	head("Un chiffre de la réponse"); printf "%s", figure
	head("ctx dans `row` (lecteur)"); printf "%s", sheet
	for (i = 1; i <= nlibs; i++) if (order[i] ~ /^(math|string|table|text)$/) { head(order[i]); printf "%s", libs[order[i]] }
}
