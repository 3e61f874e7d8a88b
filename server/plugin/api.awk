# Reads include/plugin_api.def; writes the C table (-v out=c) or the editor annotations (-v out=lua).
BEGIN {
	FS = "[ \t]*[|][ \t]*"
	# Who includes the table defines the macros it wants; the others are empty, and all are gone afterwards.
	macros = split("KEPT(lib,name) MEMBER(lib,name,function) GLOBAL(name,function) CTX(name) " \
		       "FORMULA_CTX(name) VALIDATE_CTX(name) SHEET_CTX(name) FIGURE(name) METHOD(class,name,function,most) " \
		       "PLAN(name) COLUMN(name,type,optional,words) FIELD(kind,name,type,optional,words)", macro, " ")
	if (out == "c") for (i = 1; i <= macros; i++) {
		name = macro[i]; sub(/[(].*/, "", name)
		printf "#ifndef API_%s\n#define API_%s\n#endif\n", name, macro[i]
	}
}
/^#/ || /^[ \t]*$/ { next }
# A type may hold "|" itself ("a"|"b"): those fields are put together again.
function glue(from, to,   i, s) {
	s = $from
	for (i = from + 1; i <= to; i++) s = s "|" $i
	return s
}
# How many arguments "fun(self, a: x, ...): y" takes, -1 for any number.
function most(s,   i, n, depth, c) {
	if (index(s, "...")) return -1
	n = 1
	for (i = 5; i <= length(s) && depth >= 0; i++) {
		c = substr(s, i, 1)
		if (c ~ /[({<]/) depth++
		if (c ~ /[)}>]/) depth--
		if (c == "," && depth == 0) n++
	}
	return n
}
function quote(s) { gsub(/"/, "\\\"", s); return "\"" s "\"" }
out == "c" {
	split($2, part, ".")
	if ($1 == "kept") printf "API_KEPT(\"%s\", \"%s\")\n", part[1], part[2]
	if ($1 == "member") printf "API_MEMBER(\"%s\", \"%s\", %s)\n", part[1], part[2], $3
	if ($1 == "global") printf "API_GLOBAL(\"%s\", %s)\n", $2, $3
	if ($1 == "ctx") printf "API_CTX(\"%s\")\n", $2
	if ($1 == "formula") printf "API_FORMULA_CTX(\"%s\")\n", $2
	if ($1 == "validate") printf "API_VALIDATE_CTX(\"%s\")\n", $2
	if ($1 == "sheet") printf "API_SHEET_CTX(\"%s\")\n", $2
	if ($1 == "figure") printf "API_FIGURE(\"%s\")\n", $2
	if ($1 == "method") printf "API_METHOD(\"%s\", \"%s\", %s, %d)\n", part[1], part[2], $3, most(glue(4, NF - 1))
	if ($1 == "plan") printf "API_PLAN(\"%s\")\n", $2
	if ($1 == "column") printf "API_COLUMN(\"%s\", COLUMN_%s, %s, \"%s\")\n", $2, toupper($3), $4 == "optional" ? "true" : "false", $5
	if ($1 == "field") printf "API_FIELD(\"%s\", \"%s\", COLUMN_%s, %s, \"%s\")\n", $2, $3, toupper($4), $5 == "optional" ? "true" : "false", $6
	next
}
$1 == "kept" { add_member($2, glue(3, NF - 1), $NF) }
$1 == "member" { add_member($2, glue(4, NF - 1), $NF) }
$1 == "global" { globals = globals "\n--- " $NF "\n---@type " glue(4, NF - 1) "\n" $2 " = nil\n" }
$1 ~ /^(ctx|formula|validate|sheet|figure|plan)$/ { object[$1] = object[$1] "---@field " $2 " " glue(3, NF - 1) " # " $NF "\n" }
$1 == "method" {
	split($2, part, ".")
	if (!(part[1] in class)) classes_of[++nclasses] = part[1]
	class[part[1]] = class[part[1]] "---@field " part[2] " " glue(4, NF - 1) " # " $NF "\n"
}
$1 == "column" { action = action column($2, $3, $4, $5) }
$1 == "field" {
	if (!($2 in rows)) kinds[++nkinds] = $2
	rows[$2] = rows[$2] column($3, $4, $5, $6)
}
function column(name, type, need, list) {
	type = type == "day" ? "integer" : type == "bool" ? "boolean" : type == "number" ? "number" : "string"
	if (list != "") { type = list; gsub(/ /, "\"|\"", type); type = "\"" type "\"" }
	return "---@field " name " " type (need == "optional" ? "?" : "") " # " $NF "\n"
}
function title(s,   part, n, i, out) {
	n = split(s, part, "_")
	for (i = 1; i <= n; i++) out = out toupper(substr(part[i], 1, 1)) substr(part[i], 2)
	return out
}
function add_member(name, type, about) {
	split(name, part, ".")
	if (!(part[1] in lib)) { order[++libs] = part[1]; lib[part[1]] = "" }
	lib[part[1]] = lib[part[1]] "---@field " part[2] " " type " # " about "\n"
}
END {
	if (out == "c") {
		for (i = 1; i <= macros; i++) { sub(/[(].*/, "", macro[i]); print "#undef API_" macro[i] }
		exit
	}
	print "---@meta"
	print "-- Made from include/plugin_api.def by `make plugin-types`: change that file, not this one."
	print "-- Editors with the Lua language server read it for completion; Vigie itself does not.\n"
	print "---@class vigie.Ctx\n" object["ctx"]
	print "---@class vigie.FormulaCtx\n" object["formula"]
	print "---@class vigie.RuleCtx\n" object["validate"]
	print "---@class vigie.MapperCtx\n" object["sheet"]
	print "---@class vigie.Figure\n" object["figure"]
	print "---@class vigie.Plan\n" object["plan"]
	print "---@class vigie.Action\n" action
	for (i = 1; i <= nkinds; i++) print "---@class vigie." title(kinds[i]) "Row\n" rows[kinds[i]]
	for (i = 1; i <= nclasses; i++) {
		print "---@class vigie." title(classes_of[i])
		if (classes_of[i] == "series") {
			print "---@operator add(vigie.Series|number): vigie.Series\n---@operator sub(vigie.Series|number): vigie.Series"
			print "---@operator mul(vigie.Series|number): vigie.Series\n---@operator div(vigie.Series|number): vigie.Series"
			print "---@operator unm: vigie.Series"
		}
		print class[classes_of[i]]
	}
	while ((getline line < classes) > 0) print line
	for (i = 1; i <= libs; i++) {
		print "\n---@class vigie.lib." order[i] "\n" lib[order[i]] "---@type vigie.lib." order[i]
		print order[i] " = nil"
	}
	printf "%s", globals
}
