#!/bin/bash
# Who may include what, and what may never be called.  Prints each breach and fails.
# Usage: layers.sh [DIR]   DIR is the tree to look at, by default this one.
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

# Features in the order of dependency: a later one may use an earlier one, by its public header.
FEATURES="user plan action series indicator campaign outbox import meeting report overview"
DOORS="base cube db http mail plugin"
FORBIDDEN='mg_send_http_error|mg_handle_form_request|mg_send_http_ok|mg_printf|mg_send_chunk|mg_websocket_|mg_set_websocket_|mg_connect_websocket|document_root|websocket'
LINES_MAX=600

faults=$(mktemp)
trap 'rm -f "$faults"' EXIT
say() { echo "$1" >>"$faults"; }

sources() { find server include -name '*.[ch]' -o -name '*.def' -path 'include/*' | sort; }
includes() { # of these files: file, tab, header
	sed -snE '/^[ \t]*#[ \t]*include[ \t]*[<"]/{F;s/^[ \t]*#[ \t]*include[ \t]*[<"]([^">]+)[">].*/\1/p}' "$@" | paste - -
}

# A process for each question would take longer than all the rest: the answers are in variables.
declare -A private=() place=()
for header in server/*/*.h; do private[${header##*/}]=1; done
for list in FEATURES DOORS; do
	i=0
	for word in ${!list}; do i=$((i + 1)) place[$list $word]=$i; done
done
folder_of_header() { # owner: which feature or door a public header belongs to
	case $1 in
	arena.h | csv.h | err.h | msg.h | msg.def | text.h | json.h | log.h | clock.h | id.h | territory.h | turns.h | gen/departments.inc) owner=base ;;
	cube.h | engine.h | graph.h | stat.h | target.h | alert.h | protect.h) owner=cube ;;
	db.h | gen/queries.inc | gen/migrations.inc) owner=db ;;
	http.h | req.h) owner=http ;;
	mail.h) owner=mail ;;
	plugin.h | plugin_api.def) owner=plugin ;;
	observation.h) owner=series ;;
	app.h | command.h | config.h) owner=app ;;
	*) owner=${place[FEATURES ${1%.h}]:+${1%.h}} ;;
	esac
}

check_outside_header() { # file, folder, header
	case $3 in
	civetweb.h) [ "$2" = http ] || say "$1: only server/http may include $3" ;;
	libpq-fe.h | libpq/* | postgres*.h) [ "$2" = db ] || say "$1: only server/db may include $3" ;;
	lua.h | lauxlib.h | lualib.h | luaconf.h | lua5*) [ "$2" = plugin ] || say "$1: only server/plugin may include $3" ;;
	curl/*) [ "$2" = mail ] || say "$1: only server/mail may include $3" ;;
	esac
}

check_own_header() { # file, folder, header: feature to feature, door to door
	local owner mine theirs
	folder_of_header "$3"
	[ -n "$owner" ] && [ "$owner" != "$2" ] && [ "$2" != . ] || return 0
	mine=${place[FEATURES $2]-0} theirs=${place[FEATURES $owner]-0}
	if [ "$2" = base ]; then
		say "$1: base may not know $3"
	elif [ "${place[DOORS $2]-0}" != 0 ]; then
		[ "$theirs" = 0 ] || say "$1: $2 may not know the feature $3"
		case $2:$owner in db:http | db:plugin | plugin:http | plugin:db | cube:db | cube:http | cube:plugin | db:cube | http:cube | mail:db | mail:http | mail:plugin | mail:cube | base:mail | db:mail | http:mail | plugin:mail | cube:mail) say "$1: $2 may not know $3" ;; esac
	elif [ "$mine" != 0 ] && [ "$theirs" -gt "$mine" ]; then
		say "$1: $2 comes before $owner and may not include $3"
	fi
}

check_private_header() { # file, folder, header: found in server/*/ it must be the file's own
	case $3 in
	*/*) case $3 in server/* | ../*) say "$1: private header $3 of another folder" ;; esac ;;
	*) [ -e "include/$3" ] || [ -e "server/$2/$3" ] || [ -z "${private[$3]-}" ] ||
		say "$1: private header $3 of another folder" ;;
	esac
}

check_rules() { # file, header: pure code sees no door and no clock
	case $2 in
	db.h | http.h | req.h | clock.h | plugin.h | app.h | time.h | sys/* | pthread.h | unistd.h)
		say "$1: rules are pure and may not include $2" ;;
	esac
}

mapfile -t files < <(sources)
while IFS=$'\t' read -r file header; do
	case $file in
	server/*/*) folder=${file#server/} folder=${folder%%/*} ;;
	*) folder=. ;;
	esac
	check_outside_header "$file" "$folder" "$header"
	check_own_header "$file" "$folder" "$header"
	[ "$folder" = . ] || check_private_header "$file" "$folder" "$header"
	case $file in *_rules.c | *_rules.h | server/cube/*) check_rules "$file" "$header" ;; esac
done < <(includes "${files[@]}")
wc -l "${files[@]}" | awk -v max=$LINES_MAX '$2 != "total" && $1 > max { print $2 ": " $1 " lines, at most " max }' >>"$faults"

grep -nEw "$FORBIDDEN" "${files[@]}" /dev/null | sed 's/$/   (forbidden name)/' >>"$faults" || true
grep -nE '\bPQ(exec|execParams|sendQuery)\(' server/db/*.c /dev/null 2>/dev/null | grep -v '^server/db/migrate.c:' |
	sed 's/$/   (SQL comes from named queries)/' >>"$faults" || true
grep -nE '^[ \t]*typedef struct\b' "${files[@]}" /dev/null | sed 's/$/   (no typedef of structs)/' >>"$faults" || true

if [ -s "$faults" ]; then
	cat "$faults" >&2
	exit 1
fi
