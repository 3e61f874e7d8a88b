# Turns JSON files into one line of C each: SCHEMA("path", "text"); another macro by -v kind=NAME.
function flush_file() {
	if (name != "")
		printf "%s(\"%s\", \"%s\")\n", kind ? kind : "SCHEMA", name, text
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
