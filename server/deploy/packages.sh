#!/bin/bash
# packages.sh NAME…: installs the Debian packages that are missing, and nothing else; silent when none is.
# Without the right to, it prints the line that an administrator must type, and fails before anything was done.
# A command of the package's own name counts as the package: npm, for one, may come with another build of Node.js.
set -euo pipefail

missing=()
for name; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] ||
		command -v "$name" >/dev/null || missing+=("$name")
done
[ ${#missing[@]} -gt 0 ] || exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
	if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then as_root=(sudo)
	else
		echo "These Debian packages are missing, and installing them needs an administrator:" >&2
		echo "    sudo sh -c 'apt-get update && $install'" >&2
		exit 1
	fi
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "installing ${#missing[@]} Debian packages and what they need: ${missing[*]}"
{ apt update && apt ${install#apt-get }; } </dev/null >"$log" 2>&1 || { tail -30 "$log" >&2; exit 1; }
sed -nE 's/^([0-9]+ upgraded, .*)/\1/p; s/^After this operation, (.*)/\1/p' "$log"
