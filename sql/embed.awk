# Turns SQL files into one line of C each: KIND(name, parameters, "text").
# Comment lines and leading blanks go; the highest $n of a file is its number of parameters.
function flush_file() {
	if (name != "")
		printf "%s(%s, %d, \"%s\")\n", kind, name, params, text
}
BEGIN {
	if (ARGC < 2)
		exit	# no file: an empty list, rather than waiting for standard input
}
FNR == 1 {
	flush_file()
	name = FILENAME
	sub(/.*\//, "", name); sub(/\.sql$/, "", name)
	if (kind == "MIGRATION") name = "\"" name "\""
	text = ""; params = 0
}
kind == "QUERY" && /^[ \t]*--/ { next }
{
	line = $0
	while (match(line, /\$[0-9]+/)) {
		n = substr(line, RSTART + 1, RLENGTH - 1) + 0
		if (n > params) params = n
		line = substr(line, RSTART + RLENGTH)
	}
	line = $0
	gsub(/\\/, "&&", line)
	gsub(/["?]/, "\\\\&", line)	# "??(" would be a trigraph
	text = text line "\\n"
}
END { flush_file() }
