# Reads classes.lua; writes what each description may hold, as lists for C: OPTIONS_Alert is "id", "api", … and
# VALUES_Alert_levels is "national", "region", "department".  A class without options has no list.
function flush() {
	if (options != "") printf "#define OPTIONS_%s %s\n%s", class, options, values
	options = values = ""
}
/^---@class / {
	flush()
	class = $2
	gsub(/^vigie\.|:$/, "", class)
}
/^---@field / {
	name = $2
	if (name ~ /^\[/) next
	sub(/\?$/, "", name)
	options = options (options == "" ? "" : ", ") "\"" name "\""
	type = $0
	sub(/^---@field [^ ]+ /, "", type)
	sub(/ # .*/, "", type)
	list = ""
	while (match(type, /"[^"]+"/)) {
		list = list (list == "" ? "" : ", ") substr(type, RSTART, RLENGTH)
		type = substr(type, RSTART + RLENGTH)
	}
	if (list != "") values = values sprintf("#define VALUES_%s_%s %s\n", class, name, list)
}
END { flush() }
