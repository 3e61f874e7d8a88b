# plugins/series.json -> DIMENSION("age", "minor adult unknown", "mineurs|majeurs|âge inconnu", "minors|…", false) and
# SERIES("victims.identified", "Victimes identifiées", "Victims identified", "age sex force", "department", "month",
# "sum", "sum", true, 10), one line each: sensitive, and the floor of its counts (0: none).
# The file has one entry a line, as it must stay readable; a test compares both.
function words(list,   n, part, i, s) {
	n = split(list, part, "\"")
	for (i = 2; i <= n; i += 2) s = s (s == "" ? "" : " ") part[i]
	return s
}
function after(key,   at) { at = index($0, "\"" key "\":"); return at ? substr($0, at + length(key) + 3) : "" }
function text(key,   part) { split(after(key), part, "\""); return part[2] }
/^"dimensions":/ { inside = 1; next }
/^"series":/ { inside = 2; next }
inside == 1 && /"members":/ {
	list = after("members")
	name = text("id")
	s = fr = en = ""
	n = split(list, part, /"id": "/)
	for (i = 2; i <= n; i++) {
		split(part[i], word, "\"")
		s = s (s == "" ? "" : " ") word[1]
		fr = fr (fr == "" ? "" : "|") word[5]
		en = en (en == "" ? "" : "|") word[9]
	}
	printf "DIMENSION(\"%s\", \"%s\", \"%s\", \"%s\", %s)\n", name, s, fr, en, after("derived") != "" ? "true" : "false"
}
inside == 2 && /^\t\{"id":/ { id = text("id"); split(after("name"), named, "\"") }
inside == 2 && /"dimensions":/ {
	list = after("dimensions")
	printf "SERIES(\"%s\", \"%s\", \"%s\", \"%s\", \"%s\", \"%s\", \"%s\", \"%s\", %s, %d)\n", id, named[4], named[8], words(substr(list, 1, index(list, "]"))),
		text("level"), text("periodicity"), text("over_territories"), text("over_time"),
		after("sensitive") ~ /^ *true/ ? "true" : "false", after("floor")
}
