/*
 * Formulas: traced in the sandbox, evaluated here.  Private to server/plugin.
 */
#ifndef VIGIE_PLUGIN_FORMULA_H
#define VIGIE_PLUGIN_FORMULA_H

#include <jansson.h>

#include "check.h"

/* What came of one trace. */
struct traced {
	json_t *graph;			/* owned; NULL: `fault` says why */
	struct finding fault;
};

/* Reads the words of the formula, develops its recipe and traces it into p->graph. */
bool formula_check(struct check *c, struct plugin *p, struct plugin_host *h, const json_t *formula);

/* What one trace is given.  Owned; NULL: a parameter is wrong, the finding is set. */
json_t *formula_cell(struct check *c, const struct plugin *p, const struct plugin_view *view);

/* One trace for each of `cells` (formula_cell) in one sandbox; `out` has as many places. */
bool formula_trace(struct traced *out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		   const json_t *cells, struct finding *f);

#endif
