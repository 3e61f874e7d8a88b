#!/bin/bash
# The first journey with curl alone: sign in, read the plan, report on action 7.2, see the home page
# follow at once and the indicator within 2 seconds; a mistake is told as problem+json.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d) server=''
trap '[ -z "$server" ] || { kill -TERM "$server"; wait "$server" || :; }; rm -rf "$folder"' EXIT
fail() { echo "not ok: $*" >&2; cat "$folder/answer" >&2; exit 1; }

export DATABASE_URL=$TEST_DATABASE_URL
"$VIGIE_BIN" plan import sql/seed/ocrteh-2024-2026.json >/dev/null
"$VIGIE_BIN" demo people --plan ocrteh-2024-2026 --out "$folder/demo.json" >/dev/null
: >"$folder/out" # there before it is looked into
"$VIGIE_BIN" serve --port=0 >"$folder/out" 2>"$folder/log" &
server=$!
for ((i = 0; i < 300; i++)); do
	base=$(sed -n 's/^ready: //p' "$folder/out")
	[ -z "$base" ] || break
	sleep 0.1
done
[ -n "$base" ] || fail "no ready line"

plan=$base/api/v1/plans/ocrteh-2024-2026
field() { node -e 'let v = JSON.parse(require("fs").readFileSync(0)); for (const k of process.argv[1].split(".")) v = v?.[k]; console.log(v)' "$1"; }
# ask EXPECTED-STATUS curl-arguments: the answer is kept in a file, its headers in another
ask() {
	local wanted=$1 got
	shift
	got=$(curl -s -b "$folder/jar" -c "$folder/jar" -D "$folder/head" -o "$folder/answer" -w '%{http_code}' \
		-H "Origin: $(sed -E 's#//[^:]*#//127.0.0.1#' <<<"$base")" -H "X-CSRF-Token: ${token-}" "$@")
	[ "$got" = "$wanted" ] || fail "$got instead of $wanted: ${*: -1}"
}
said() { [ "$(field "$1" <"$folder/answer")" = "$2" ] || fail "$1 is not $2"; }
json=(-H 'Content-Type: application/json')

password=$(node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1])).find((p) => p.login === "a.leroy").password)' "$folder/demo.json")
ask 401 "$plan"
ask 200 "${json[@]}" -d "{\"login\":\"a.leroy\",\"password\":\"$password\"}" "$base/api/v1/session"
ask 200 "$base/api/v1/session"
said person.login a.leroy
token=$(field csrf_token <"$folder/answer")

ask 200 "$plan"
said counts.objectives.entered 6
said counts.measures.entered 22
said counts.actions.entered 54
ask 200 "$plan/actions/7.2"
version=$(sed -n 's/^etag: *//Ip' "$folder/head" | tr -d '\r')

ask 422 "${json[@]}" -H "If-Match: $version" -d '{"status":"done","progress":40}' "$plan/actions/7.2/status-reports"
grep -qi '^content-type: application/problem+json' "$folder/head" || fail "not a problem document"
said errors.0.pointer '#/progress'
ask 428 "${json[@]}" -d '{"nothing_new":true}' "$plan/actions/7.2/status-reports"
ask 201 "${json[@]}" -H "If-Match: $version" \
	-d '{"status":"in_progress","progress":40,"confidence":"support_needed","comment":"Deux postes restent vacants."}' \
	"$plan/actions/7.2/status-reports"
ask 412 "${json[@]}" -H "If-Match: $version" -d '{"nothing_new":true}' "$plan/actions/7.2/status-reports"
said current.progress 40
ask 200 "$plan/actions/7.2/status-reports"
said total 1
ask 200 "$plan/dashboard"
said counts.by_status.in_progress 1
said counts.by_confidence.support_needed 1

for ((i = 0; i < 300; i++)); do # a deadline for a broken worker; how soon it is, indicator.test.mjs measures
	ask 200 "$plan/indicators/plan.progress?level=national&from=$(date +%Y-%m)"
	[ "$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).cells[0]?.value > 0' "$folder/answer")" = false ] || break
	sleep 0.1
done
node -e 'const { cells } = JSON.parse(require("fs").readFileSync(process.argv[1])); process.exit(cells[0].value > 0 ? 0 : 1)' \
	"$folder/answer" || fail "plan.progress did not follow"
ask 204 -X DELETE "$base/api/v1/session"
ask 401 "$plan"
echo "the journey: every answer as expected"
