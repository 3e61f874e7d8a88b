# Turns *.schema.json files into one line of C each: SCHEMA("path", "text").
function flush_file() {
	if (name != "")
		printf "SCHEMA(\"%s\", \"%s\")\n", name, text
}
FNR == 1 { flush_file(); name = FILENAME; text = "" }
{
	line = $0
	gsub(/^[ \t]+/, "", line)
	gsub(/\\/, "&&", line)
	gsub(/["?]/, "\\\\&", line)	# "??(" would be a trigraph
	text = text line "\\n"
}
END { flush_file() }
