/*
 * One cell computed again, with every step.
 */
#ifndef VIGIE_INDICATOR_EXPLAIN_H
#define VIGIE_INDICATOR_EXPLAIN_H

#include "indicator_data.h"

struct explained {
	int64_t plan_id;
	const struct plugin *plugin;	/* with `about`, and for a formula its graph; borrowed */
	const char *level, *territory, *period;
	const char *dims;		/* members, "profession=police"; "": the total */
	const char *as_of;		/* instant; NULL: now */
	const json_t *params;		/* NULL: the defaults; borrowed */
	bool published;			/* sensitive series as publications show them (protected.h) */
	struct observation_part *window;	/* out: the days that its figures were read of */
};

/*
 * *out, owned: {"recomputed": cell}, with {"calculation": {"nodes": […], "out": {…}}} for a formula and
 * {"given": {input: rows}} for a compute.  False: the database failed, or *f says what did not fit.
 */
bool indicator_explain(json_t **out, struct indicator_work *w, const struct explained *x, struct finding *f,
		       struct err *e);

/* Reads the plan of a refresh and what plugins know of it. */
bool indicator_plan_load(struct refresh *r, int64_t plan_id);
/* Makes today the day of the instant `as_of` (NULL: leaves it): periods after it were not there. */
bool indicator_go_back(struct refresh *r, const char *as_of);

#endif
