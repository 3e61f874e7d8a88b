#!/bin/bash
# What keeps files readable: no file that people write above 600 lines, no line of C above 120 columns (aim at 100), no
# function above 60 lines, no note to self left behind, a header comment and a semicolon in every query, lock files that
# name no registry.
set -euo pipefail
cd "$(dirname "$0")/../.."
faults=0
bad() { echo "$*"; faults=1; }

mapfile -t files < <(git ls-files -co --exclude-standard -- '*.[ch]' '*.def' '*.sql' '*.awk' '*.lua' '*.js' '*.mjs' '*.css' \
	'*.html' '*.sh' Makefile .ci/run ':!plugins/types' | while read -r i; do [ ! -f "$i" ] || echo "$i"; done)

awk 'FNR == 601 { print FILENAME ": more than 600 lines"; faults++ } END { exit faults > 0 }' "${files[@]}" || faults=1

note='TO''DO|FIX''ME|XX''X'
! grep -nE "\b($note)\b" "${files[@]}" || faults=1

awk '
function bad(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; faults++ }
FNR == 1 { inside = 0 }
{
	line = $0; width = 0
	while ((tab = index(line, "\t"))) { width += tab - 1; width += 8 - width % 8; line = substr(line, tab + 1) }
	gsub(/[\200-\277]/, "", line)	# a character counts once
	if (width + length(line) > 120) bad("wider than 120 columns; aim at 100")
}
FILENAME ~ /\.c$/ && /^\{/ { inside = FNR }
FILENAME ~ /\.c$/ && /^\}/ && inside { if (FNR - inside > 61) bad("a function of " FNR - inside - 1 " lines"); inside = 0 }
END { exit faults > 0 }
' $(printf '%s\n' "${files[@]}" | grep -E '\.[ch]$') || faults=1

awk '
function bad(file, text) { print file ": " text; faults++ }
function ended() { if (file != "" && last !~ /;$/) bad(file, "the last character is not a semicolon") }
FNR == 1 { ended(); file = FILENAME; if ($0 !~ /^-- /) bad(file, "no comment that says what it is for") }
{ last = $0 }
END { ended(); exit faults > 0 }
' sql/queries/*.sql || faults=1
[ -z "$(find sql/queries -empty)" ] || bad "an empty query"

for i in $(git ls-files '*package-lock.json'); do
	! grep -n '"resolved"' "$i" || bad "$i: names a registry; keep integrity only"
done
exit $faults
