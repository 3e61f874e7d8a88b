#!/bin/bash
# Runs the tests.
#
#   tests/run.sh                  every stage of tests/README.md, as make test does
#   tests/run.sh STAGE…           some of them, in the order given; bench, screens and soak only run when named
#   tests/run.sh FILE…            these test files, with CC= and SAN= as for make
#
# A test file is a test_*.c (cmocka), a *.test.mjs (Node's runner) or a *.sh (exit status).  Each is a suite: it gets a
# database of its own, migrated and empty, in TEST_DATABASE_URL (the application's role) and TEST_DATABASE_OWNER_URL,
# and the program under test in VIGIE_BIN.  Browser tests get a running server filled with the demo data instead:
# VIGIE_URL, and the demo accounts in the file VIGIE_DEMO.
# Of a stage two suites run at a time, and what each says is printed when it ends; one whose file says "Runs alone"
# does.  Files that are named run one after the other.
# Whatever this script starts, it stops, however it ends.  Exit status 0 when all passed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C.UTF-8
unset "${!PG@}" DATABASE_URL DATABASE_OWNER_URL

root=$PWD
stages=(check-gcc check-clang integration plugin asan tsan valgrind browser fault)
scratch=$(mktemp -d /tmp/vigie-test.XXXXXX) # short, for the socket's path, and where postgres can go
chmod 711 "$scratch"
cluster=$scratch/pg
running=() demo='' suites=0 migrated='' fault=''
declare -A lanes=() # process of a suite → its number
unset CURRENT

say() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; fault+="${fault:+, }$*"; return 1; }

stop_running() {
	local all=("${running[@]}" "${!lanes[@]}")
	stop_demo
	[ ${#all[@]} = 0 ] || { kill -TERM "${all[@]}"; wait "${all[@]}"; } 2>/dev/null
}

clear_up() {
	local status=$? i
	trap '' INT TERM HUP
	trap - EXIT
	stop_running
	for i in "$cluster" "$scratch"/*/pg; do # the suites' own and those of fault/
		[ ! -d "$i" ] || server/deploy/cluster.sh stop "$i"
	done
	rm -rf "$scratch"
	exit $status
}
trap clear_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Runs a command that a signal to this script ends too: bash hears one only while it waits.
guarded() {
	local status
	"$@" </dev/null & running=($!)
	wait "${running[0]}"
	status=$?
	running=()
	return $status
}

configure() { # compiler [sanitizers]: all the programs of that configuration
	compiler=$1 sanitizers=${2-}
	build=build/$1${2:+-${2//,/-}}
	guarded make -s --no-print-directory -j"$(nproc)" CC="$1" SAN="${2-}" programs || fail "$build does not compile"
}

# ---------------------------------------------------------------- databases
url_of() { sed -n "s/^$1=//p" "$scratch/urls"; }
admin() { # statement [database]
	PGOPTIONS="-c client_min_messages=warning" psql -XqAt -v ON_ERROR_STOP=1 \
		"$(url_of DATABASE_URL | sed "s|//vigie@|//postgres@|; s|/vigie\$|/${2-postgres}|")" -c "$1"
}

start_cluster() { # once; its database `vigie` is migrated and then only copied
	[ -z "$migrated" ] || return 0
	server/deploy/cluster.sh start "$cluster" >"$scratch/urls" || { fail "no PostgreSQL"; return; }
	DATABASE_URL=$(url_of DATABASE_URL) DATABASE_OWNER_URL=$(url_of DATABASE_OWNER_URL) \
		"$build/vigie" migrate || { fail "the migrations do not run"; return; }
	migrated=1
}

fresh_database() { # name [of which it is a copy]
	start_cluster || return
	admin "drop database if exists $1 with (force)" &&
		admin "create database $1 template ${2-vigie} owner vigie_owner" || return
	TEST_DATABASE_URL=$(url_of DATABASE_URL | sed "s|/vigie\$|/$1|")
	TEST_DATABASE_OWNER_URL=$(url_of DATABASE_OWNER_URL | sed "s|/vigie\$|/$1|")
	export TEST_DATABASE_URL TEST_DATABASE_OWNER_URL
}

# ---------------------------------------------------------------- a demo server
run_demo() { # home: make run on the database of the tests, in the background, until it answers
	local i log=$1.log
	: >"$log" # or the last one's address is read before this one has begun
	DATABASE_URL=$TEST_DATABASE_URL DATABASE_OWNER_URL=$TEST_DATABASE_OWNER_URL DEMO=1 VIGIE_HOME=$1 \
		PORT=$((20000 + RANDOM % 10000)) VIGIE_BIN=$root/$build/vigie server/deploy/run.sh >"$log" 2>&1 </dev/null &
	demo=$!
	for ((i = 0; i < 1200; i++)); do
		VIGIE_URL=$(sed -n 's/^ready: //p' "$log")
		[ -z "$VIGIE_URL" ] || break
		kill -0 "$demo" 2>/dev/null || break
		sleep 0.1
	done
	VIGIE_DEMO=$1/demo.json
	export VIGIE_URL VIGIE_DEMO
	[ -n "$VIGIE_URL" ] || { cat "$log"; stop_demo; fail "the demo server did not start"; }
}

make_demo() { # once: the database `demo`, filled by make run, its indicators computed; then it is only copied
	local i
	[ ! -e "$scratch/demo/made" ] || return 0
	fresh_database demo && run_demo "$scratch/demo" || return
	for ((i = 0; i < 1200; i++)); do
		[ "$(admin 'select not exists (select from job where not_before <= now())' demo)" != t ] || break
		sleep 0.1
	done
	stop_demo
	[ $i -lt 1200 ] && touch "$scratch/demo/made" || fail "the demo's indicators were not computed"
}

start_demo() { # in a database of its own
	local home=$scratch/demo$suites
	start_cluster && make_demo && fresh_database "demo$suites" demo || return
	mkdir -p "$home" && cp "$scratch/demo/demo.json" "$home" && run_demo "$home"
}

stop_demo() {
	[ -n "$demo" ] || return 0
	kill -TERM "$demo" 2>/dev/null
	wait "$demo"
	demo=''
	unset VIGIE_URL VIGIE_DEMO
}

filled_database() { # with what make run fills it with, and no server on it; FIGURES as there
	local accounts
	start_demo || return
	accounts=$VIGIE_DEMO
	stop_demo
	export VIGIE_DEMO=$accounts
}

# ---------------------------------------------------------------- suites
suite() { # file [wrapper…]
	local file=$1 command status=0 since=$SECONDS
	shift
	case $file in
	*.c) command=("$build/${file%.c}") ;;
	*.mjs) command=(node --test --test-reporter=spec "$file") ;;
	*) command=("$file") ;;
	esac
	case $file in
	tests/unit/* | tests/plugin/*) ;;
	tests/browser/*) start_demo || return ;;
	*) fresh_database "suite$suites" || return ;;
	esac
	echo "-- $file${sanitizers:+ ($sanitizers)}"
	local reports=$scratch/report$suites report="log_path=$scratch/report$suites"
	VIGIE_BIN=$root/$build/vigie TEST_CLUSTER=$cluster \
		ASAN_OPTIONS=$report:detect_stack_use_after_return=1 UBSAN_OPTIONS=$report:print_stacktrace=1 \
		TSAN_OPTIONS=$report:history_size=4:suppressions=$root/tests/tsan.supp \
		guarded timeout -k 15 "${SUITE_SECONDS:-900}" "$@" "${command[@]}" || status=$?
	stop_demo
	[ $status = 0 ] || fail "$file${sanitizers:+ ($sanitizers)}"
	if compgen -G "$reports.*" >/dev/null; then
		head -c 20000 "$reports".*
		fail "$file: a sanitizer reports"
	fi
	[ -z "${TEST_DATABASE_URL-}" ] || admin "drop database if exists ${TEST_DATABASE_URL##*/} with (force)"
	unset TEST_DATABASE_URL TEST_DATABASE_OWNER_URL
	echo "-- $((SECONDS - since)) s"
}

# A suite in a process of its own: its output and what failed are in files until it ends.
start_suite() { # file [wrapper…]
	suites=$((suites + 1))
	(
		trap - EXIT
		trap 'trap "" TERM; stop_running; exit 143' TERM
		lanes=() fault=''
		suite "$@" || [ -n "$fault" ] || fail "$1 could not be run"
		printf '%s' "$fault" >"$scratch/fault$suites"
	) >"$scratch/said$suites" 2>&1 </dev/null &
	lanes[$!]=$suites
}

end_suite() { # waits for one of those that run
	local pid number
	wait -n -p pid "${!lanes[@]}"
	number=${lanes[$pid]}
	unset "lanes[$pid]"
	cat "$scratch/said$number"
	[ -e "$scratch/fault$number" ] || fail "a suite of this stage was ended"
	fault+=${fault:+, }$(cat "$scratch/fault$number" 2>/dev/null)
	fault=${fault%, }
	rm -rf "$scratch"/{said,fault,demo}"$number"
}

runs_alone() { [[ $1 == browser || $1 == fault ]] || grep -q 'Runs alone' "$2"; } # Chromium fills both cores by itself

folder() { # name [wrapper…]: all the suites of tests/name, whatever becomes of each
	local name=$1 file alone=()
	shift
	case $name in unit | plugin) ;; browser) start_cluster && make_demo || return ;; *) start_cluster || return ;; esac
	for file in tests/"$name"/test_*.c tests/"$name"/*.test.mjs tests/"$name"/*.sh; do
		[ -e "$file" ] || continue
		if runs_alone "$name" "$file"; then alone+=("$file"); continue; fi
		[ ${#lanes[@]} -lt 2 ] || end_suite
		start_suite "$file" "$@"
	done
	while [ ${#lanes[@]} -gt 0 ]; do end_suite; done
	for file in "${alone[@]}"; do start_suite "$file" "$@"; end_suite; done
}

node_modules() { guarded make -s --no-print-directory tests/node_modules/.package-lock.json; }
pages() { guarded make -s --no-print-directory web; }
check() { guarded make -s --no-print-directory -j"$(nproc)" CC="$1" check || fail "make check CC=$1"; }

# A program that fails to be prepared fails its stage: there is nothing to run.
run_stage() {
	case $1 in
	check-gcc) check gcc ;;
	check-clang) check clang ;;
	integration) configure gcc && pages && node_modules && folder integration ;;
	plugin) configure gcc && folder plugin ;;
	asan) configure gcc address,undefined && pages && node_modules &&
		folder unit && folder plugin && folder integration ;;
	tsan) # without address randomisation, whose newest ranges this sanitizer does not know; gcc, which names its own lines
		configure gcc thread && pages && node_modules && folder integration setarch -R ;;
	valgrind) configure gcc && folder unit valgrind -q --leak-check=full --show-leak-kinds=definite,indirect \
		--errors-for-leak-kinds=definite,indirect --error-exitcode=99 ;;
	browser) configure gcc && pages && node_modules && folder browser ;;
	fault) configure gcc && pages && node_modules && folder fault ;;
	soak) configure gcc && pages && node_modules && SOAK=1 SUITE_SECONDS=${SUITE_SECONDS:-7200} folder fault ;;
	bench) configure gcc && pages && node_modules && FIGURES=0 filled_database &&
		VIGIE_BIN=$root/$build/vigie guarded node tests/bench/run.mjs ${WORKS-} ;;
	screens) configure gcc && pages && node_modules && start_demo &&
		{ guarded node tests/browser/screens.mjs || fail "the pictures were not taken"; stop_demo; } ;;
	esac || [ -n "$fault" ] || fail "$1 could not be run"
}

configure_for_files() { configure "${CC:-gcc}" "${SAN-}" && pages && node_modules; }

[ $# -gt 0 ] || set -- "${stages[@]}"
if [ -e "$1" ]; then
	configure_for_files && for file; do suites=$((suites + 1)); suite "${file#./}"; done
	[ -z "$fault" ]
	exit
fi

table='' passed=0 failed=0 begun=$SECONDS
for stage; do
	[[ " ${stages[*]} bench screens soak " == *" $stage "* ]] || { echo "no stage $stage: ${stages[*]} bench screens soak" >&2; exit 2; }
done
for stage; do
	say "$stage"
	fault='' since=$SECONDS
	run_stage "$stage"
	if [ -z "$fault" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
	table+=$(printf '%-12s %4d s  %s' "$stage" $((SECONDS - since)) "${fault:-passed}")$'\n'
done
say "stages, in $((SECONDS - begun)) s"
printf '%s' "$table"
echo "stages: $passed passed, $failed failed"
[ $failed = 0 ]
