/*
 * Plans: their structure (objectives, measures, actions, who carries them), its
 * import and export as plan/1, what the home page shows, what changed.
 */
#ifndef VIGIE_PLAN_H
#define VIGIE_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "db.h"
#include "err.h"
#include "msg.h"
#include "req.h"

/* What an import did, or would do. */
struct plan_imported {
	json_t *preview;	/* owned: items new and changed, refused, warnings, counts */
	int64_t plan_id;	/* 0 while the plan is not there */
	bool wrote;		/* false: dry run, or nothing differed */
};

/*
 * Imports a plan/1 document: reads it whole, compares it with what is there, and
 * writes what differs in one transaction, or nothing at all.  False with every
 * fault in *e when something is refused; out->preview is set whenever the
 * document could be read against the plan, NULL otherwise.  The person of the
 * session (service:LOGIN in a command) coordinates a plan that is new.  An open
 * transaction of the session is joined, and is then the caller's to end.
 */
bool plan_import(struct plan_imported *out, struct db_session *s, const json_t *document,
		 bool dry_run, enum lang lang, struct err *e);

/*
 * The plan as plan/1, laid out for people, in a stable order.  `as_of` NULL: now.
 * Borrowed from e->arena.  ERR_NOT_FOUND when there is no such plan.
 */
bool plan_export(const char **out, struct db_session *s, const char *code, const char *as_of,
		 bool with_status, struct err *e);

/* Handlers of the routes of plans, measures and reference lists. */
bool plan_api_list(struct req *rq);
bool plan_api_find(struct req *rq);
bool plan_api_get(struct req *rq);
bool plan_api_patch(struct req *rq);
bool plan_api_dashboard(struct req *rq);
bool plan_api_changes(struct req *rq);
bool plan_api_export(struct req *rq);
bool measure_api_find(struct req *rq);		/* 404 when the plan has no such measure */
bool measure_api_list(struct req *rq);
bool measure_api_get(struct req *rq);
bool measure_api_patch(struct req *rq);
bool measure_api_indicators(struct req *rq);	/* which indicators tell of a measure */
bool measure_api_link(struct req *rq);
bool measure_api_unlink(struct req *rq);
bool plan_api_gaps(struct req *rq);		/* without lead, indicator or cost; silent départements */
bool territory_api_list(struct req *rq);
bool organisation_api_list(struct req *rq);

/* `vigie plan import | export | list`; the exit code. */
int plan_cli(const struct config *config, int argc, char **argv);

#endif
