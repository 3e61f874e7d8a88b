#!/bin/bash
# The private cluster: who may come in, and what it survives.
set -uo pipefail
cd "$(dirname "$0")/../.."
unset "${!PG@}"
script=server/deploy/cluster.sh
dir=$(mktemp -d /tmp/vigie-cluster.XXXXXX)
chmod 711 "$dir"
blank="$dir/a b'c" long=$dir/$(printf 'long%.0s' {1..25})
other=
clear_up() { kill $other 2>/dev/null; for i in "$dir/pg" "$long" "$blank"; do $script stop "$i"; done; rm -rf "$dir"; }
trap clear_up EXIT
trap 'exit 130' INT TERM
passed=0 failed=0
it() { # what is expected, then the command that tells
	local text=$1
	shift
	if "$@" >"$dir/said" 2>&1; then passed=$((passed + 1)) && echo "ok   $text"
	else failed=$((failed + 1)) && echo "FAIL $text" && sed 's/^/     /' "$dir/said"; fi
}
url() { $script url "$1" | sed -n "s/^$2=//p"; }
ask() { psql -XqAt -v ON_ERROR_STOP=1 "$(url "$1" "$2")" -c "$3"; }
pid() { head -1 "$dir/pg/data/postmaster.pid"; }
refused() { ! "$@"; }
answers() { [ "$(ask "$1" DATABASE_OWNER_URL 'select count(*) from kept')" = 1 ]; }
members() { local p; for p in /proc/[0-9]*; do [ "$(readlink "$p/cwd")" != "$dir/pg/data" ] || return 0; done; return 1; }

it "starts from nothing, in folders that do not exist yet" $script start "$dir/new/er/pg"
$script stop "$dir/new/er/pg"
it "starts from nothing" $script start "$dir/pg"
it "gives the owner the database" ask "$dir/pg" DATABASE_OWNER_URL 'create table kept as select 1 as n'
it "gives the application nothing of its own" refused ask "$dir/pg" DATABASE_URL 'create table mine (n int)'
not_super() { [ "$(ask "$dir/pg" DATABASE_URL "select rolsuper or rolcreatedb or rolcreaterole or rolbypassrls from pg_roles where rolname = current_user")" = f ]; }
it "keeps the application's role without privileges" not_super
no_tcp() { [ -z "$(ask "$dir/pg" DATABASE_URL "show listen_addresses")" ]; }
it "listens on no address" no_tcp
safe() { [ "$(ask "$dir/pg" DATABASE_URL "select current_setting('fsync') || current_setting('data_checksums')")" = onon ]; }
it "writes to disk, with checksums" safe
closed() { [ "$(stat -c %a "$dir/pg" "$dir/pg/socket" | tr '\n' ' ')" = "700 700 " ]; }
it "is closed to other accounts" closed
if [ "$(id -u)" = 0 ]; then # peer authentication, even for someone who could reach the socket
	open_door() {
		chmod 711 "$dir/pg" "$dir/pg/socket" && chmod 777 "$dir"/pg/socket/.s.PGSQL.*
		said=$(setpriv --reuid nobody --clear-groups psql -XAt "$(url "$dir/pg" DATABASE_URL)" -c 'select 1' 2>&1)
		local status=$?
		chmod 700 "$dir/pg" "$dir/pg/socket"
		[ $status != 0 ] && [[ $said == *authentication* ]]
	}
	it "lets no other account in, even through an open door" open_door
fi
again() { local a b; a=$(pid); $script start "$dir/pg" && b=$(pid) && [ "$a" = "$b" ]; }
it "is not started twice" again

kill -9 "$(pid)"
it "starts again after kill -9 of the server" $script start "$dir/pg"
it "and has kept what was committed" answers "$dir/pg"
kill -9 "$(pid)"
sleep 1
sleep 600 & other=$!
sed -i "1s/.*/$other/" "$dir/pg/data/postmaster.pid"
it "starts again when another process has the dead one's number" $script start "$dir/pg"
it "and leaves that process alone" kill -0 "$other"
it "and has kept what was committed" answers "$dir/pg"

sleeper() { ask "$dir/pg" DATABASE_OWNER_URL "select pid from pg_stat_activity where wait_event = 'PgSleep' limit 1"; }
recovering() { # a start asked right after one of its processes was killed, several times: the moment is short
	local i pid
	for i in 1 2 3 4 5 6 7 8; do
		ask "$dir/pg" DATABASE_OWNER_URL 'select pg_sleep(60)' >/dev/null 2>&1 &
		until pid=$(sleeper) && [ -n "$pid" ]; do sleep 0.1; done
		kill -9 "$pid" || return
		$script start "$dir/pg" || return
		wait $! || :
	done
}
it "waits for it while it recovers from the death of one of its processes" recovering
it "stops" $script stop "$dir/pg"
it "leaves no process" refused members
it "stops again without a fault" $script stop "$dir/pg"
crowd() {
	local i pids=() bad=0
	for i in 1 2 3 4 5; do $script start "$dir/pg" & pids+=($!); done
	for i in "${pids[@]}"; do wait "$i" || bad=1; done
	return $bad
}
it "serves five callers who start it at once" crowd
it "and has kept what was committed" answers "$dir/pg"
half() { $script stop "$dir/pg" && rm -rf "$dir/pg/data" && mkdir "$dir/pg/data.new" && $script start "$dir/pg"; }
it "makes itself anew when its making was interrupted" half
it "works in a folder too long for a socket" $script start "$long"
it "and gives an address that works there" ask "$long" DATABASE_URL 'select 1'
PGPORT=1 PGHOST=nowhere it "does not mind settings meant for other clusters" $script start "$long"
it "works in a folder with a blank and a quote" $script start "$blank"
it "and gives an address that works there" ask "$blank" DATABASE_URL 'select 1'
odd() { ! $script start "$dir/\$x" && [ ! -e "$dir/\$x" ]; }
it "refuses a folder that a shell would misread, before it does anything" odd

echo "$passed passed, $failed failed"
[ $failed = 0 ]
