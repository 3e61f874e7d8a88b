#!/bin/bash
# vigie plugin new, check, test, list, run: what an analyst types, in both languages, with the exit codes.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
vigie=${VIGIE_BIN:-build/vigie}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
faults=0

# expect CODE PATTERN command…: the exit code, and a text of the two outputs together, which `said` keeps
expect() {
	local code=$1 pattern=$2 status
	shift 2
	said=$("$vigie" plugin "$@" 2>&1)
	status=$?
	[ "$status" = "$code" ] || { echo "vigie plugin $*: status $status, expected $code"; echo "$said"; faults=1; }
	grep -qF -- "$pattern" <<<"$said" || { echo "vigie plugin $*: « $pattern » is not in:"; echo "$said"; faults=1; }
}

for recipe in blank ratio rate share change delay; do
	expect 0 "vigie plugin test" new "essai.$recipe" --recipe "$recipe" --dir "$dir"
	expect 0 "tous passent" test "$dir/essai.$recipe.lua"
done
for kind in rule mapper; do
	expect 0 "vigie plugin test" new "essai.$kind" --kind "$kind" --dir "$dir"
	expect 0 "tous passent" test "$dir/essai.$kind.lua"
	expect 0 "\"$kind\": {" check "$dir/essai.$kind.lua" --json
	expect 1 "not calculated by a formula" graph "$dir/essai.$kind.lua" --lang en
	expect 1 "n’utilise pas de modèle" develop "$dir/essai.$kind.lua"
	rm "$dir/essai.$kind.lua"
done
expect 0 "vigie plugin test" new essai.alerte --kind alert --dir "$dir"
expect 0 "1 test, réussi." test "$dir/essai.alerte.lua"
expect 0 "1 test, passed." test "$dir/essai.alerte.lua" --lang en
rm "$dir/essai.alerte.lua"
expect 64 "Genre inconnu" new essai.alerte --kind alerte --dir "$dir"
expect 0 "local part = ctx.series(\"part\"):rolling(ctx.params.window):sum()" develop "$dir/essai.ratio.lua"
expect 1 "n’utilise pas de modèle" develop plan.progress
expect 0 "div #" graph "$dir/essai.ratio.lua"
expect 0 '"op": "rolling"' graph victims.share_minors --json
expect 0 "→ numerator" graph victims.share_minors
expect 1 "not calculated by a formula" graph plan.progress --lang en
expect 1 "existe déjà" new essai.blank --dir "$dir"
expect 1 "exists already" new essai.blank --dir "$dir" --lang en
expect 1 "n’est pas un identifiant" new Essai --dir "$dir"
expect 1 "is not an id" new ../../essai.x --dir "$dir" --lang en
expect 64 "Modèle inconnu" new essai.autre --recipe autre --dir "$dir"

expect 0 "Avancement du plan" check plan.progress
expect 0 "Progress of the plan" check plugins/indicators/plan.progress.lua --lang en
expect 0 '"version": "1.0.0"' check plan.progress --json
expect 2 "v301.field.lua:5  V301" check tests/plugin/bad/v301.field.lua
expect 2 "Vouliez-vous dire « unit » ?" check tests/plugin/bad/v301.field.lua
expect 2 "Did you mean “unit”?" check tests/plugin/bad/v301.field.lua --lang=en
expect 2 '"code": "V301"' check tests/plugin/bad/v301.field.lua --json
expect 1 "ne se lit pas" check "$dir/absent.lua"
mkfifo "$dir/essai.tuyau.lua"
expect 1 "ne se lit pas" check "$dir/essai.tuyau.lua"
rm "$dir/essai.tuyau.lua"
expect 1 "ne se lit pas" check /dev/zero
expect 1 "absent.plugin: aucun plugin de ce nom" check absent.plugin
expect 1 "absent.plugin: no plugin of that name" check absent.plugin --lang en --dir "$dir"

expect 0 "## Avancement du plan" docs plan.progress
expect 0 "· réalisation · mensuelle" docs plan.progress
expect 0 "· output · month" docs plan.progress --lang en
expect 0 "### Limits" docs plan.progress --lang en
# A sheet tells what a reader who knows no Lua asks of a figure, in both languages.
for said in "Résultat = 100 × A ÷ B" "A = somme de « Victimes identifiées (mineurs) » sur 12 mois" \
	"laissé de côté, et la couverture le dit" "n’a de valeur que si 75 % des périodes" "12 périodes, celle de la valeur comprise" \
	"Durée glissante (« window ») : 12 mois par défaut ; de 1 à 36." "ne voit pas un effectif de 1 à 9" \
	"masqué quand l’un de ceux-ci l’est : le numérateur, le complément, le dénominateur" "ni couleur ni jugement"; do
	expect 0 "$said" docs victims.share_minors
done
for said in "A = sum of “Victims identified (minors)” over 12 months" "at least 75 % of its periods" "from 1 to 36" \
	"does not see a count from 1 to 9" "neither colour nor judgement"; do
	expect 0 "$said" docs victims.share_minors --lang en
done
expect 0 "Calculé par un programme" docs plan.on_time
expect 0 "Échéances du plan non tenues : alerte en dessous de 50, pendant 2 périodes de suite ; avertissement en dessous de 60 ; elle prend fin au-dessus de 55." docs plan.on_time
expect 0 "jusqu’à 10 points de retard" docs plan.on_time
expect 0 "B = A, 12 mois plus tôt" docs clients.fines_trend
expect 0 "plan.on_time@1 : alerte en dessous de 50" docs plan.on_time_low
expect 0 "## Retard médian des actions" docs
expect 2 "V301" docs tests/plugin/bad/v301.field.lua
expect 1 "aucun plugin de ce nom" docs absent.plugin

for command in check test; do
	expect 2 "La série « victims.identified » est sensible" $command tests/plugin/bad/v359.formula.lua
	expect 2 "Add confidentiality = { min = 10" $command tests/plugin/bad/v359.compute.lua --lang en
done
expect 1 "le test attend 3" test tests/plugin/bad/v501.value.lua
expect 1 '"ok": false' test tests/plugin/bad/v501.value.lua --json
expect 0 '"ok": true' test plan.on_time --json
expect 2 "V103" test tests/plugin/bad/v103.comma.lua

expect 0 "plan.median_delay" list
expect 0 '"total": 6' list --json --dir "$dir"
echo "return indicator {" >"$dir/essai.casse.lua"
expect 0 "V118" list --dir "$dir"
expect 1 "absent" list --dir "$dir/absent"

expect 0 "report.coherence" list
expect 0 '"kind": "mapper"' list --json
expect 0 "Cohérence de la réponse mensuelle" check report.coherence
expect 0 "14 tests, tous passent" test report.coherence
expect 0 "tous passent" test association.shelter
expect 2 "« over » de « change »" check tests/plugin/bad/v346.recipe.lua
expect 0 "règle de contrôle" docs report.coherence
expect 0 "### Columns read" docs association.shelter --lang en
cat >"$dir/report.txt" <<'ROWS'
period  | series             | value
2026-03 | clients.fines      | 50
2026-02 | clients.fines      | 3
2026-03 | clients.operations | 0
ROWS
expect 0 "warn  clients.fines  50 contre 3" run report.coherence --data "$dir/report.txt" --period 2026-03
expect 0 "50 against 3" run report.coherence --data "$dir/report.txt" --period 2026-03 --lang en
expect 0 '"series": "clients.fines"' run report.coherence --data "$dir/report.txt" --period 2026-03 --json
expect 0 "Rien à dire" run report.coherence --data <(echo "series | value") --period 2026-03
expect 1 "V332" run report.coherence --data <(printf 'series | value\nclients.fine | 3\n') --period 2026-03
expect 64 "--period 2026-Q1: write 2026-03 for a month" run report.coherence --data "$dir/report.txt" --period 2026-Q1 --lang en
cat >"$dir/sheet.txt" <<'ROWS'
Département       | Mois         | Demandes reçues | Personnes mises à l'abri | Places ouvertes
Seine-Saint-Denis | janvier 2026 | 12              | 9                        |
75                | un jour      | 3               |                          |
ROWS
expect 0 "2  shelter.requests       93     2026-01            12" run association.shelter --data "$dir/sheet.txt"
expect 0 "3  stop Mois : Ce mois ne se lit pas" run association.shelter --data "$dir/sheet.txt"
expect 0 '"territory": "93"' run association.shelter --data "$dir/sheet.txt" --json
expect 1 "V350" run association.shelter --data <(printf 'Departement | Mois | Demandes reçues | Personnes mises à l'"'"'abri | Places ouvertes\n93 | 01/2026 | 1 | 1 | 1\n')
expect 64 "--data" run association.shelter
expect 64 "only an indicator" run association.shelter --data "$dir/sheet.txt" --as-of 2026-03-31 --lang en

cat >"$dir/rows.txt" <<'ROWS'
number | territory | initial_due_on | done_on
1.1    | 93        | 2026-01-31     | 2026-01-31
1.2    | 93        | 2026-01-31     |
1.3    | 75        | 2026-01-31     | 2026-02-15
ROWS
expect 0 "33.3 %" run plan.on_time --data "$dir/rows.txt" --period 2026-03
expect 0 "50.0 %" run plan.on_time --data "$dir/rows.txt" --period 2026-03 --level department
expect 0 '"value": 50.0' run plan.on_time --data "$dir/rows.txt" --period 2026-03 --level department --territory 93 --json
expect 0 "not_due_yet" run plan.on_time --data "$dir/rows.txt" --period 2026-03 --level region --territory REG-94
expect 0 "text" run tests/plugin/good/good.params.lua --data <(echo status) --period 2026-03 --set window=6 --set side=right
given=(run tests/plugin/good/good.params.lua --data "$dir/status.txt" --period 2026-03)
echo status >"$dir/status.txt"
expect 1 "Elle doit être un nombre entier de 1 à 36." "${given[@]}" --set window=99
expect 1 "It must be a number from 0 to 10." "${given[@]}" --set rate=11 --lang en
expect 1 "Elle doit être un de ces mots : left, right." "${given[@]}" --set side=up
expect 1 "It must be a day YYYY-MM-DD from 2024-01-01 to 2026-12-31." "${given[@]}" --set since=soon --lang en
expect 1 "« windw » n’existe pas" "${given[@]}" --set windw=6
expect 1 "window (un nombre entier de 1 à 36)." "${given[@]}" --set windw=6
expect 1 "side (one of these words: left, right)" "${given[@]}" --set windw=6 --lang en
# refused PARAMETER VALUE SET FRENCH ENGLISH: the value as a default and in a test when a file is read again, and SET, as a
# person types it, at run; each time what would be right is told
refused() {
	local file=$dir/good.params.lua old='= ("[^"]*"|\{[^}]*\}|[^ ,]+)'
	sed -E "/^    $1 = param/ s/default $old/default = $2/" tests/plugin/good/good.params.lua >"$file"
	expect 2 "default value of “params.$1” is not acceptable" check "$file" --lang en
	grep -qF "It must be $5." <<<"$said" || { echo "$1 = $2: « $5 » is not told by check"; faults=1; }
	sed -E "/autres valeurs/ s/([ {])$1 $old/\1$1 = $2/" tests/plugin/good/good.params.lua >"$file"
	expect 2 V602 check "$file"
	grep -qF "Elle doit être $4." <<<"$said" || { echo "$1 = $2 in a test: « $4 » is not told by check"; faults=1; }
	rm "$file"
	expect 1 "Elle doit être $4." "${given[@]}" --set "$1=$3"
}
refused window 1.5 1.5 "un nombre entier de 1 à 36" "a whole number from 1 to 36"
refused window '"6"' six "un nombre entier de 1 à 36" "a whole number from 1 to 36"
refused rate '"1"' un "un nombre de 0 à 10" "a number from 0 to 10"
refused strict 1 1 "true ou false" "true or false"
refused places '{ "75", "99" }' 75,99 'une liste de codes de département { "01", "2A" }' 'a list of département codes { "01", "2A" }'
refused places '{ 75 }' 2a 'une liste de codes de département { "01", "2A" }' 'a list of département codes { "01", "2A" }'
refused since '"2025-02-30"' 2025-02-30 "un jour AAAA-MM-JJ de 2024-01-01 à 2026-12-31" "a day YYYY-MM-DD from 2024-01-01 to 2026-12-31"
# A number takes what a whole number does not.
expect 0 "text" "${given[@]}" --set rate=1.5
expect 1 "Paramètres : aucun." run plan.on_time --data <(echo "initial_due_on | done_on") --period 2026-03 --set x=1
expect 64 "--as-of 31/03/2026: écrivez un jour, 2026-03-31" "${given[@]}" --as-of 31/03/2026
expect 0 "text" "${given[@]}" --as-of 2026-03-15
expect 1 "V330" run plan.on_time --data <(echo "initial_due_no | done_on") --period 2026-03
cat >"$dir/victims.txt" <<'ROWS'
department | period  | age     | value
75         | 2025-01 | minor   | 10
75         | 2025-01 | adult   | 30
75         | 2025-01 | unknown | 0
13         | 2025-01 | minor   | 10
13         | 2025-01 | adult   | 10
13         | 2025-01 | unknown | 0
ROWS
expect 0 "33.3 %" run victims.share_minors --data "$dir/victims.txt" --period 2025-01 --set window=1
expect 0 "25.0 %" run victims.share_minors --data "$dir/victims.txt" --period 2025-01 --set window=1 --level department
expect 0 "coverage_below_minimum" run victims.share_minors --data "$dir/victims.txt" --period 2025-01 --level region --territory REG-93
# A table is given to the one source there is, or to the input or source that is named.
expect 0 "25.0 %" run victims.share_minors --data known="$dir/victims.txt" --data minors="$dir/victims.txt" --period 2025-01 --set window=1 --level department
cat >"$dir/part.txt" <<'ROWS'
department | period  | value
75         | 2025-01 | 10
13         | 2025-01 | 5
ROWS
sed 's/| 10/| 40/; /^13/d' "$dir/part.txt" >"$dir/whole.txt"
two=(run "$dir/essai.ratio.lua" --period 2025-01)
expect 0 "37.5 %" "${two[@]}" --data hearings.accompanied="$dir/part.txt" --data whole="$dir/whole.txt"
expect 0 "25.0 %" "${two[@]}" --data part="$dir/part.txt" --data hearings.total="$dir/whole.txt" --level department
expect 0 "13 " "${two[@]}" --data whole="$dir/whole.txt" --data part="$dir/part.txt" --level department
expect 64 "Ce plugin lit hearings.accompanied, hearings.total : donnez" "${two[@]}" --data "$dir/part.txt"
expect 64 "This plugin reads hearings.accompanied, hearings.total: give" "${two[@]}" --data hearings.accompagned="$dir/part.txt" --lang en
expect 64 "un tableau au plus" "${two[@]}" --data part="$dir/part.txt" --data hearings.accompanied="$dir/whole.txt"
expect 1 "$dir/absent.txt: ce fichier ne se lit pas" "${two[@]}" --data part="$dir/absent.txt"
echo "department | value" >"$dir/short.txt"
expect 1 "short.txt:1  V331" "${two[@]}" --data part="$dir/part.txt" --data whole="$dir/short.txt"
expect 64 "un seul tableau" run association.shelter --data "$dir/sheet.txt" --data "$dir/sheet.txt"
expect 1 "V602" run victims.share_minors --data "$dir/victims.txt" --period 2025-01 --set window=99
expect 1 "V331" run victims.share_minors --data <(echo "department | period | value") --period 2025-01
expect 64 "--period" run plan.on_time --data "$dir/rows.txt"
expect 64 "--period 2026-13: écrivez 2026-03" run plan.on_time --data "$dir/rows.txt" --period 2026-13
on_time=(run plan.on_time --data "$dir/rows.txt")
for level in zzz "" dep; do
	expect 64 "--level $level: cet indicateur a les niveaux national, region, department" "${on_time[@]}" --period 2026-03 --level "$level"
done
expect 64 "--territory 999: territoire inconnu, écrivez FR, REG-93, 01" "${on_time[@]}" --period 2026-03 --territory 999
expect 64 "--territory FR: no territory of this level; it is written 01, 2A" "${on_time[@]}" --period 2026-03 --level department --territory FR --lang en
expect 64 "--period 2025-Q1: une période de cet indicateur s’écrit 2025-01" "${on_time[@]}" --period 2025-Q1
expect 0 "50.0 %" "${on_time[@]}" --period 2026-03 --territory 93
expect 64 "--level region: seul un indicateur a des niveaux" run association.shelter --data "$dir/sheet.txt" --level region
expect 1 "Technical detail: V208 Calculation with “value”, which is empty here." test tests/plugin/bad/v516.value.lua --lang en
expect 1 "Détail technique : V208 Calcul avec « value », qui est vide ici." test tests/plugin/bad/v516.value.lua
expect 64 "vigie plugin check" check
expect 64 "vigie plugin new" nothing
expect 64 "--colour" check plan.progress --colour
expect 0 "vigie plugin new" --help

# Every subcommand is told, in both languages with what it does, and each one that is told is understood.
names="new check test run graph develop list docs import export diff review approve return publish deprecate retire explain"
for lang in fr en; do
	told=$("$vigie" plugin --help --lang $lang)
	diff <(tr ' ' '\n' <<<"$names" | sort) <(sed -n 's/^  vigie plugin \([a-z]*\).*/\1/p' <<<"$told" | sort -u) || faults=1
	told_twice=$(grep -c '^      [^ ]' <<<"$told") commands=$(grep -c '^  vigie plugin' <<<"$told")
	[ "$told_twice" = "$commands" ] || { echo "help in $lang: $commands commands, $told_twice explained"; faults=1; }
done
[ "$("$vigie" plugin --help | grep -c '^  vigie plugin')" = "$("$vigie" plugin --help --lang en | grep -c '^  vigie plugin')" ] || faults=1
for name in $names; do
	DATABASE_URL='' "$vigie" plugin "$name" --no-such 2>&1 | grep -q "« $name »" && { echo "vigie plugin $name is not understood"; faults=1; }
done
exit $faults
