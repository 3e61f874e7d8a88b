#!/bin/bash
# The command line as somebody new types it: every command explains itself, and what is wrong is said without a database.
set -uo pipefail
unset DATABASE_URL DATABASE_OWNER_URL VIGIE_DATABASE_URL
faults=0

# Runs a command: its exit status, and a pattern that what it says must match.
expect() { # status pattern argument…
	local status=$1 pattern=$2 said got
	shift 2
	said=$("$VIGIE_BIN" "$@" 2>&1) && got=0 || got=$?
	[ $got = "$status" ] && grep -qE -- "$pattern" <<<"$said" && return
	echo "vigie $*: $got instead of $status, or no «$pattern» in: $said" >&2
	faults=$((faults + 1))
}

commands=$("$VIGIE_BIN" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ "$(wc -w <<<"$commands")" -ge 12 ] || { echo "commands: $commands" >&2; faults=1; }
for i in $commands; do
	expect 0 "vigie $i" "$i" --help
done
expect 0 'vigie campaign alone shows each' campaign --help
expect 64 'campaign open PERIOD .*--due DAY' campaign

expect 64 'target set ID .*--baseline N' target
expect 64 'target withdraw ID .*--reason TEXT' target withdraw plan.progress
expect 64 'database_url is not set' target list plan.progress
expect 64 'target set ID .*--baseline N' target set plan.progress --version abc
expect 64 'usage: vigie import FILE' import
figures=$(mktemp --suffix=.csv)
printf 'number,status,progress\n1.1,in_progress,20\n' >"$figures"
for i in "import $figures" 'user list' 'campaign list' 'plan list' 'series list' 'publication list' 'plugin publish x --as y' 'compute --once'; do
	# shellcheck disable=SC2086 # words of a command
	expect 64 'database_url is not set.*run\.sh url' $i
done
rm "$figures"
expect 64 'usage: vigie demo people .*figures\].*campaign .*targets' demo
expect 64 'usage: vigie demo' demo poeple
expect 64 'the nearest is campaign' campain
[ $faults = 0 ]
