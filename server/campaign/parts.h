/*
 * What the files of server/campaign share.
 */
#ifndef VIGIE_CAMPAIGN_PARTS_H
#define VIGIE_CAMPAIGN_PARTS_H

#include <jansson.h>
#include <stdint.h>

#include "db.h"
#include "err.h"
#include "campaign_rules.h"

struct indicator_lab;
struct req;

/* ------------------------------------------------------------------ campaigns */

struct campaign {
	int64_t id, version, plan_id;
	const char *period;		/* borrowed from the arena of the error */
	int32_t opens_on, due_on;
	bool closed, archived;
};

/* ERR_NOT_FOUND when the plan has no campaign of that period. */
bool campaign_find(struct campaign *out, struct db_session *s, int64_t plan_id, const char *period,
		   struct err *e);

/*
 * Opens the campaign that `wish` (as the body of POST …/campaigns) describes.  *units is how many are expected
 * or exempt.  ERR_CONFLICT when the roster has nobody, the plan is archived or the campaign is there already.
 */
bool campaign_open(int64_t *units, struct db_session *s, int64_t plan_id, const json_t *wish, struct err *e);

/*
 * Reads `wish` (as the body of PATCH …/campaigns/{period}) and writes it.  *moved: somebody changed the campaign
 * since `c` was read, nothing was written.  One that closes it publishes the month, as campaign_close().
 */
bool campaign_change(bool *moved, struct db_session *s, const struct campaign *c, const json_t *wish, int32_t today,
		     struct err *e);

/*
 * Closes it and publishes its month (series.h), both or neither; a month that is published already, or is not over,
 * is no fault.  ERR_CONFLICT when it is closed already.  *moved as above.
 */
bool campaign_close(bool *moved, struct db_session *s, const struct campaign *c, int32_t today, struct err *e);

/* ------------------------------------------------------------------ reports */

/* Which report, and what a write must know of it.  Texts are borrowed from the arena of the error. */
struct unit { int64_t plan_id; const char *period, *territory, *organisation; };
struct report {
	struct unit unit;
	int64_t expectation, version;		/* 0: nothing is expected of that unit */
	int32_t opens_on;
	bool closed, archived, exempt, nothing_new, may_answer, may_judge;
	bool fictitious;			/* what is sent now is invented; false unless set */
	const char *state;			/* expected draft submitted returned validated */
	const char *cells, *draft;		/* JSON as campaign_report_find gives it; draft NULL for none */
	json_t *findings;			/* borrowed: what the rules said of what is written next (report_check);
						 * NULL: none was asked */
};

/*
 * A draft as typed, to be kept on top of `version` of its report.  `asked`: the report's rules were
 * asked (report_check), and `findings` is what they said, NULL when there was no place to run them.
 */
struct draft {
	int64_t version;
	const json_t *body;
	bool asked;
	const json_t *findings;
};

/*
 * Calls for one pipeline, parameters in *a: hold the unit's report until its transaction ends, then
 * keep a draft.  Keeping gives a row { version, begun: the report's first word } or, when the draft
 * may not be kept as it is, none.
 */
struct db_call report_lock(struct arena *a, const struct unit *unit);
struct db_call report_keep_draft(struct arena *a, const struct unit *unit, const struct draft *d,
				 int32_t today);

/* ERR_NOT_FOUND for the campaign, or when nothing is expected of the unit. */
bool report_find(struct report *out, struct db_session *s, const struct unit *unit, struct err *e);
/* Holds the report until the transaction of the session ends and reads it again. */
bool report_hold(struct report *r, struct db_session *s, struct err *e);

/*
 * Asks the rules of the report with `items` typed on top of what stands, before any transaction, and sets r->findings,
 * owned by the caller.  A rule that fails, or no place to run it (`patient`: waits for one a while), never stops
 * anything: it is told in the log and on the page of the plugin.
 */
struct asking { struct db_session *db; struct indicator_lab *lab; struct arena *arena; bool patient; };
void report_check(struct report *r, const struct asking *how, const json_t *items);

/* Each of these runs in the transaction that holds the report; `today` in the plan's zone. */
bool report_save_draft(struct db_session *s, const struct report *r, const json_t *body, int32_t today,
		       struct err *e);
bool report_submit(struct db_session *s, const struct report *r, int32_t today, struct err *e);
bool report_nothing_new(struct db_session *s, const struct report *r, int32_t today, struct err *e);
bool report_validate(struct db_session *s, const struct report *r, int32_t today, struct err *e);
bool report_return(struct db_session *s, const struct report *r, const json_t *body, int32_t today,
		   struct err *e);
bool report_revise(struct db_session *s, const struct report *r, const json_t *body, int32_t today,
		   struct err *e);

/* ------------------------------------------------------------------ hand-overs */

/*
 * Does what `wish` (as the body of POST …/handovers) says; *out is the hand-over.  ERR_CONFLICT when that person
 * holds no seat from that day on.
 */
bool handover_add(int64_t *out, struct db_session *s, int64_t plan_id, const json_t *wish, int32_t today,
		  struct err *e);
/* The hand-over as JSON text, borrowed from the arena of the error.  ERR_NOT_FOUND. */
bool handover_read(const char **out, struct db_session *s, int64_t plan_id, int64_t id, struct err *e);

/* ------------------------------------------------------------------ over HTTP */

/* Answers the first row of a query that gives `version` and `body`; 404 without one. */
bool campaign_answer(struct req *rq, int status, const struct db_result *r);
/* 412 with that row. */
bool campaign_overtaken(struct req *rq, const struct db_result *now);

#endif
