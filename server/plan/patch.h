/*
 * Private to server/plan: changing one object (a plan, a measure) through the
 * rules of a whole file.
 */
#ifndef VIGIE_PLAN_PATCH_H
#define VIGIE_PLAN_PATCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "err.h"
#include "msg.h"

/* What is to be changed, and what became of it. */
struct plan_patch {
	enum query find;		/* gives `version` and `archived` of the object */
	const char *const *params;
	int64_t version;		/* that the change was made from */
	bool dry_run;			/* only checks */
	bool overtaken;			/* out: another version is there; nothing was written */
	bool archived;			/* out: of its plan */
	bool wrote;			/* out */
};

/*
 * Writes a plan/1 document of one object, whose faults are told with `base`
 * ("#/measures/0") taken off.  False with patch->overtaken and no error when
 * somebody was faster; otherwise as plan_import, and ERR_CONFLICT on an archived plan.
 */
bool plan_patch(struct plan_patch *patch, struct db_session *s, const json_t *document,
		const char *base, enum lang lang, struct err *e);

#endif
