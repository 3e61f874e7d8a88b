#!/bin/bash
# make run: from a built program to a server that answers, then Ctrl-C back to nothing.
#
#   run.sh         starts the database if it is ours, fills it once, runs the server until Ctrl-C
#   run.sh url     prints the addresses of that database, for commands beside the server: export $(run.sh url)
#   run.sh reset   deletes the database that run.sh made, after asking
#
# DATABASE_URL and DATABASE_OWNER_URL, always both, name another database: it is migrated and given the plan, and demo
# accounts and figures only under DEMO=1.  FIGURES is of how many months the fictitious figures are, 36 by default; 0:
# none.  PORT is the first port tried, 8080 by default.  VIGIE_HOME is where the database and the
# demo accounts are kept, .vigie by default (run by root, the database is in /var/lib/vigie, since the postgres account
# cannot enter /root).  VIGIE_BIN is the program.
set -euo pipefail
cd "$(dirname "$0")/../.."
die() { echo "$*" >&2; exit 1; }

vigie=${VIGIE_BIN:-build/vigie}
home=${VIGIE_HOME:-$PWD/.vigie}
cluster=$home/cluster
[ "$(id -u)" != 0 ] || [ -n "${VIGIE_HOME-}" ] || cluster=/var/lib/vigie/cluster
accounts=$home/demo.json
ours='' server=''
[ "${1-}" != url ] || exec server/deploy/cluster.sh url "$cluster"

# The lock outlives this script as long as the server does, so that no second one is started on the same data.
umask 077
[ -d "$home" ] || mkdir -p "$home"
[ "$(id -u)" != 0 ] || chmod 711 "$home" # for postgres on its way to the cluster
exec 8>"$home/lock"
flock -n 8 || die "already running, or ending, from $home: stop that one first"

if [ "${1-}" = reset ]; then
	printf 'This deletes the database in %s and the demo accounts. Type yes to go on: ' "$cluster"
	read -r answer || answer=
	[ "$answer" = yes ] || die "nothing was deleted"
	server/deploy/cluster.sh stop "$cluster"
	rm -rf "$cluster" "$accounts"
	echo "deleted; make run begins anew"
	exit
fi

stop() { # in order, whatever the signal, and without hearing a second one
	local status=$? i
	trap '' INT TERM HUP
	trap - EXIT
	if [ -n "$server" ] && kill -TERM "$server" 2>/dev/null; then
		for ((i = 0; i < 120; i++)); do kill -0 "$server" 2>/dev/null && sleep 0.1 || break; done
		kill -KILL "$server" 2>/dev/null || : # a server that does not drain
		wait "$server" || :
	fi
	[ -z "$ours" ] || server/deploy/cluster.sh stop "$cluster" 8>&- || status=1
	exit $status
}
trap stop EXIT
trap 'exit 0' INT TERM HUP

if [ -z "${DATABASE_URL-}${DATABASE_OWNER_URL-}" ]; then
	ours=1 DEMO=1
	urls=$(server/deploy/cluster.sh start "$cluster" 8>&-)
	export ${urls//$'\n'/ }
fi
[ -n "${DATABASE_URL-}" ] && [ -n "${DATABASE_OWNER_URL-}" ] ||
	die "DATABASE_URL (the application's role) and DATABASE_OWNER_URL (the owner, for the migrations) go together"

"$vigie" migrate
# A database without a plan gets this one; what was changed since is never written over.
if [ -z "$("$vigie" plan list)" ]; then
	"$vigie" plan import sql/seed/ocrteh-2024-2026.json | tail -n 1
	if [ "${DEMO-}" = 1 ]; then
		"$vigie" plan import sql/seed/demo-deployments.json | tail -n 1
		if [ "${FIGURES-}" != 0 ]; then
			"$vigie" demo figures --plan ocrteh-2024-2026 ${FIGURES:+--months "$FIGURES"} --published 12
			# What is read next cannot wait for PostgreSQL to count by itself; its own catalogues, of which it
			# warns one by one, are its matter.
			PGOPTIONS="${PGOPTIONS-} -c client_min_messages=error" psql -XqAt "$DATABASE_OWNER_URL" -c analyze
		fi
	fi
fi
# Demonstration people and their passwords, shown the first time; without the file they get new ones.
[ "${DEMO-}" != 1 ] || "$vigie" demo people --plan ocrteh-2024-2026 --out "$accounts"
# The month's campaign with a few fictitious answers, unless the plan has a roster already.
[ "${DEMO-}" != 1 ] || "$vigie" demo campaign --plan ocrteh-2024-2026
# Illustrative targets, unless the plan has some already.
[ "${DEMO-}" != 1 ] || "$vigie" demo targets --plan ocrteh-2024-2026
[ -z "$ours" ] || echo "commands beside it: export \$(${VIGIE_HOME:+VIGIE_HOME=$(printf %q "$home") }server/deploy/run.sh url), then $vigie help"
env -u DATABASE_OWNER_URL "$vigie" serve --port_search=on &
server=$!
wait "$server" || die "the server ended by itself"
