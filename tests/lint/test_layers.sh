#!/bin/bash
# Does layers.sh see what it is for?  A tree with one breach of each kind; each must be told.
set -euo pipefail
here=$(realpath "$(dirname "$0")")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
cd "$tree"
mkdir -p include server/{base,cube,db,http,mail,plugin,plan,action,report}

# breach FILE TEXT: a line that must be told with the file's name
told=()
breach() { echo "$2" >>"$1"; told+=("$1"); }
touch include/{cube,db,http,plugin,action,plan,report,clock}.h server/http/gate.h server/main.c

breach server/plan/plan_api.c '#include <civetweb.h>'
breach server/plan/plan_store.c '#include <libpq-fe.h>'
breach server/action/action_api.c '#include <lauxlib.h>'
breach server/action/action_store.c '#include <curl/curl.h>'
breach server/mail/smtp.c '#include "db.h"'
breach server/action/action_rules.c '#include "clock.h"'
breach server/action/action_service.c '#include "gate.h"'
breach server/plan/plan_service.c '#include "action.h"'
breach server/base/arena.c '#include "db.h"'
breach server/db/pool.c '#include "http.h"'
breach server/cube/cube.c '#include "plugin.h"'
breach server/http/router.c '#include "plan.h"'
breach server/report/report_api.c '#include "../http/gate.h"'
breach server/http/server.c 'mg_send_http_error(c, 500, "%s", "");'
breach server/db/run.c 'PQexec(c, "select 1");'
breach include/plan.h 'typedef struct plan plan;'
breach server/http/long.c "$(printf '/**/\n%.0s' {1..601})"

if said=$("$here/layers.sh" "$tree" 2>&1); then
	echo "layers.sh accepts a tree full of breaches" >&2
	exit 1
fi
for file in "${told[@]}"; do
	grep -q "^$file:" <<<"$said" || { echo "layers.sh misses the breach in $file" >&2; exit 1; }
done

rm -rf "$tree"/server/*/* include/plan.h
cat >include/plan.h <<<'struct plan;'
cat >server/report/report_service.c <<<'#include "action.h"'
cat >server/http/server.c <<<'#include <civetweb.h>'
cat >server/plugin/graph.c <<<'#include "cube.h"'
cat >server/http/router.c <<<'#include "gate.h"'
touch server/http/gate.h
"$here/layers.sh" "$tree" || { echo "layers.sh refuses what is allowed" >&2; exit 1; }
