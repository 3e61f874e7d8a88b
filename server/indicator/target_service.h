/*
 * Targets, for the interface and the command: set by coordinators, never overwritten.
 */
#ifndef VIGIE_TARGET_SERVICE_H
#define VIGIE_TARGET_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "db.h"
#include "err.h"

struct json_t;

/* Which target, and for whom: the context of `db` is the person's. */
struct target_case {
	struct db_session *db;
	struct arena *arena;
	struct err *e;
	int64_t plan_id;
	const char *code, *territory;	/* of the indicator; FR, REG-93, 93 */
};

/* What a write must know. */
struct standing_target {
	int64_t plugin_id, id, version;	/* the last two 0: there is none yet */
	bool withdrawn, archived;
};

/* ERR_FORBIDDEN unless the person coordinates the plan; ERR_NOT_FOUND where the indicator is not computed. */
bool target_find(struct standing_target *out, const struct target_case *c);

/* A target with what it was before, as JSON text borrowed from the arena. */
struct target_text {
	const char *body;
	int64_t version;
};
/* As of an instant, NULL: now.  ERR_NOT_FOUND when there is none. */
bool target_read(struct target_text *out, const struct target_case *c, const char *as_of);

/*
 * Sets one or changes it, and withdraws it with {"reason"}: bodies as the interface takes them, all faults at once.
 * `version` is the one that was seen, 0: none; ERR_CHANGED, with what there is now, when it is another.
 */
bool target_save(const struct target_case *c, const struct standing_target *t, const struct json_t *body,
		 int64_t version);
bool target_withdraw(const struct target_case *c, const struct standing_target *t, const struct json_t *body,
		     int64_t version);

#endif
