#!/bin/bash
# plugins/types/vigie.d.lua must be what include/plugin_api.def says; `make plugin-types` writes it.
set -euo pipefail
cd "$(dirname "$0")/../.."
awk -v out=lua -v classes=server/plugin/classes.lua -f server/plugin/api.awk include/plugin_api.def |
	diff - plugins/types/vigie.d.lua || { echo "plugins/types/vigie.d.lua: run make plugin-types" >&2; exit 1; }
