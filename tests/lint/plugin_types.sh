#!/bin/bash
# plugins/types/vigie.d.lua and plugins/REFERENCE.md must be what include/plugin_api.def says; `make plugin-types` writes it.
set -euo pipefail
cd "$(dirname "$0")/../.."
awk -v out=lua -v classes=server/plugin/classes.lua -f server/plugin/api.awk include/plugin_api.def |
	diff - plugins/types/vigie.d.lua || { echo "plugins/types/vigie.d.lua: run make plugin-types" >&2; exit 1; }
awk -v tables=server/plugin/classes.lua -f server/plugin/reference.awk include/plugin_api.def |
	diff - plugins/REFERENCE.md || { echo "plugins/REFERENCE.md: run make plugin-types" >&2; exit 1; }
