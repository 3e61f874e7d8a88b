#!/bin/bash
# A private PostgreSQL cluster for one checkout or one test: nothing but a unix socket, nobody but its caller.
#
#   cluster.sh start DIR [-c name=value]…   makes it if needed, starts it if needed, prints the two addresses
#   cluster.sh url DIR                      prints the two addresses again
#   cluster.sh stop DIR                     stops it; it is no fault if it does not run
#
# The addresses are two lines, DATABASE_URL=… and DATABASE_OWNER_URL=…: the application's role `vigie`, which owns
# nothing, and `vigie_owner`, which owns the database and runs the migrations.  The superuser is `postgres`, by the
# same socket.  DIR holds data/, postgres.log, lock and socket/ (a link to a short folder when DIR is too long for a
# socket's 107 bytes, or has a blank in it).  PostgreSQL refuses to run as root: called by root it runs as `postgres`,
# and DIR must then be where postgres can go (/var/lib/vigie, not /root).
#
# Who may connect: peer authentication lets in the account that made the call (and postgres, when that was root), and
# socket/ is closed to all others.  Several callers may start or stop the same DIR at once: a lock orders them.
set -euo pipefail
umask 077
export LC_ALL=C
unset "${!PG@}" # PGPORT, PGOPTIONS and the like are meant for other clusters

die() { echo "cluster.sh: $*" >&2; exit 1; }
usage() { sed -n '/^#   cluster/s/^#   //p' "$0" >&2; exit 2; }

[ $# -ge 2 ] || usage
command=$1 dir=$(realpath -m -- "$2")
shift 2
data=$dir/data socket=$dir/socket log=$dir/postgres.log
[[ $dir != *[$'\n"`$\\']* ]] || die "the folder's name may hold none of \" \` \$ \\: $dir"

server() { "$@" 9>&-; } # run as the account that PostgreSQL runs as, without holding the lock
account=$(id -un)
if [ "$(id -u)" = 0 ]; then
	account=postgres
	id -u postgres >/dev/null 2>&1 || die "PostgreSQL is not installed: run make deps"
	server() { (cd / && exec runuser -u postgres -- "$@" 9>&-); }
fi

find_bin() { # the newest PostgreSQL from 15 on, or the one that made data/
	local version=15 i
	if [ -e "$data/PG_VERSION" ]; then version=$(<"$data/PG_VERSION"); else
		for i in /usr/lib/postgresql/*/bin/initdb; do
			i=${i#/usr/lib/postgresql/}
			[[ ${i%%/*} =~ ^[0-9]+$ && ${i%%/*} -gt $version ]] && version=${i%%/*}
		done
	fi
	bin=${PG_BIN:-/usr/lib/postgresql/$version/bin}
	[ -x "$bin/postgres" ] || die "no PostgreSQL $version in $bin: run make deps"
}

members() { # the cluster's processes: each lives in data/
	local p
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/cwd" 2>/dev/null)" != "$data" ] || echo "${p#/proc/}"
	done
}

postmaster() { # its pid, if the file does not lie: after a kill -9 or a reboot the number may be another process's
	local pid=
	{ read -r pid <"$data/postmaster.pid"; } 2>/dev/null || return 1
	[[ $pid =~ ^[0-9]+$ && "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$data" ]] && echo "$pid"
}

# Leaves nothing of a cluster whose postmaster was killed: its children end by themselves within moments, are told to
# when they do not, and only then is the pid file in nobody's way.
clear_remains() {
	local i pids
	[ -e "$data/postmaster.pid" ] || return 0
	for ((i = 0; i < 150; i++)); do
		pids=$(members)
		[ -n "$pids" ] || break
		[ $((i % 50)) != 49 ] || kill -QUIT $pids 2>/dev/null || :
		sleep 0.1
	done
	[ -z "$pids" ] || die "processes of a killed server still hold $data:" $pids
	rm -f "$data/postmaster.pid"
}

make_dir() {
	local short
	(umask 022; mkdir -p "$(dirname "$dir")") # postgres must get through; DIR itself is closed
	[ -d "$dir" ] || mkdir -m 700 "$dir" 2>/dev/null || [ -d "$dir" ] || die "cannot make $dir"
	[ "$account" = "$(id -un)" ] || chown "$account": "$dir"
	server test -w "$dir" -a -x "$dir" || die "$account cannot work in $dir: choose a folder that it can reach"
}

make_socket_dir() { # anew at each start: /tmp may have been swept, or the folder moved
	local old
	old=$(readlink "$socket" || :)
	[[ $old != /tmp/vigie-socket.* || -O $old || $(id -u) = 0 ]] || old=
	rm -rf "$socket" ${old:+"$old"}
	if [[ ${#socket} -le 85 && $socket != *[!a-zA-Z0-9/._-]* ]]; then server mkdir -m 700 "$socket"; else
		server ln -s "$(server mktemp -d /tmp/vigie-socket.XXXXXX)" "$socket"
	fi
}

make_data() { # under another name first, so that an interrupted initdb leaves nothing that looks whole
	[ ! -e "$data/PG_VERSION" ] || return 0
	rm -rf "$data" "$data.new"
	server "$bin/initdb" --pgdata="$data.new" --username=postgres --auth=peer --encoding=UTF8 --locale=C.UTF-8 \
		--data-checksums >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; die "initdb failed"; }
	cat >>"$data.new/postgresql.conf" <<-'END'

	# A private cluster: reached by its socket only.
	listen_addresses = ''
	port = 5432
	unix_socket_permissions = 0700
	fsync = on
	timezone = 'UTC'
	log_timezone = 'UTC'
	lc_messages = 'C'
	END
	echo 'local all all peer map=vigie' >"$data.new/pg_hba.conf"
	local user role
	for user in $(printf '%s\n' "$account" "$(id -un)" | sort -u); do
		for role in postgres vigie_owner vigie; do echo "vigie \"$user\" $role"; done
	done >"$data.new/pg_ident.conf"
	mv "$data.new" "$data"
	rm -f "$dir/initdb.log"
}

await_answer() { # a cluster that runs may be recovering from the death of one of its processes
	local i
	for ((i = 0; i < 1200; i++)); do
		! "$bin/psql" -XqAt "$(address postgres postgres)" -c 'select 1' >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	tail -20 "$log" >&2
	die "PostgreSQL in $data does not answer"
}

make_roles() { # says what is missing, then does it: the same when called again
	"$bin/psql" -XqAt -v ON_ERROR_STOP=1 "$(address postgres postgres)" <<-'END' >/dev/null
	select format('create role %I login', r) from unnest(array['vigie_owner', 'vigie']) r
	 where not exists (select from pg_roles where rolname = r) \gexec
	select 'create database vigie owner vigie_owner template template0'
	 where not exists (select from pg_database where datname = 'vigie') \gexec
	revoke all on database vigie from public;
	grant connect on database vigie to vigie;
	END
}

address() { # role database, with the port since PGPORT would change it
	local host
	host=$(readlink -e "$socket") || die "no cluster in $dir: start it first"
	echo "postgresql://$1@${host//\//%2F}:5432/$2"
}

print_urls() {
	local application owner
	application=$(address vigie vigie)
	owner=$(address vigie_owner vigie)
	printf '%s\n' "DATABASE_URL=$application" "DATABASE_OWNER_URL=$owner"
}

start() {
	make_dir
	exec 9>"$dir/lock"
	flock -w 120 9 || die "another start or stop of $dir takes too long"
	find_bin
	make_data
	if ! postmaster >/dev/null; then
		clear_remains
		make_socket_dir
		[ ! -s "$log" ] || mv -f "$log" "$log.old"
		server "$bin/pg_ctl" start --silent --wait --timeout=120 --pgdata="$data" --log="$log" \
			--options="-k $(readlink -e "$socket") $*" || { tail -20 "$log" >&2; die "PostgreSQL did not start"; }
	fi
	await_answer
	make_roles
	print_urls
}

stop() {
	[ -d "$dir" ] || return 0
	exec 9>"$dir/lock"
	flock -w 120 9 || die "another start or stop of $dir takes too long"
	[ -d "$data" ] || return 0
	find_bin
	if postmaster >/dev/null; then
		server "$bin/pg_ctl" stop --silent --wait --mode=fast --timeout=60 --pgdata="$data" ||
			server "$bin/pg_ctl" stop --silent --wait --mode=immediate --pgdata="$data"
	fi
	clear_remains
	[ ! -L "$socket" ] || rm -rf "$(readlink "$socket")" "$socket"
}

case $command in
start) start "$@" ;;
stop) stop ;;
url) print_urls ;;
*) usage ;;
esac
