# plugins/recipes/NAME.lua -> RECIPE("NAME", "text"), one line each.
function flush_file() { if (name != "") printf "RECIPE(\"%s\", \"%s\")\n", name, text }
FNR == 1 {
	flush_file()
	name = FILENAME; sub(/.*\//, "", name); sub(/\.lua$/, "", name)
	text = ""
}
{
	line = $0
	gsub(/\\/, "\\\\", line); gsub(/"/, "\\\"", line)
	text = text line "\\n"
}
END { flush_file() }
