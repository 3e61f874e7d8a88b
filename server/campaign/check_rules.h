/*
 * What the rules said of a report, and what that forbids: pure.
 */
#ifndef VIGIE_CHECK_RULES_H
#define VIGIE_CHECK_RULES_H

#include <jansson.h>
#include <stdbool.h>

#include "arena.h"
#include "err.h"

/*
 * The figures of a report as a rule sees them (plugin_validate): for each of `cells` (as
 * campaign_report_find gives them) what `items` of the draft say, else what stands; then `before`,
 * which has its periods already. Owned.  `a` holds texts for the call.
 */
json_t *check_figures(struct arena *a, const char *period, const json_t *cells, const json_t *items,
		      const json_t *before);

/* One remark of a rule.  Texts are borrowed. */
struct check_remark {
	const char *rule, *version, *series, *dims; /* dims as in struct plugin_remark */
	bool stops;
	const char *fr, *en; /* en may be NULL */
};

/* Adds the remark to `findings` at the first of `cells` that it is about; one about none of them is
 * left out. */
void check_add(json_t *findings, const json_t *cells, const struct check_remark *r);

/*
 * A fault for each figure that is to be sent, that a rule stops and that nobody confirmed: at
 * "#/figures/3/confirmed", where 3 is its place in `cells`.  `findings` NULL: no rule was asked.
 */
bool check_confirmed(const json_t *cells, const json_t *items, const json_t *findings,
		     struct err *e);

/* The same for one figure that is revised, with the word given: at "#/confirmed". */
bool check_revised(const json_t *answer, const char *word, const json_t *findings, struct err *e);

/* What the body of a revision says, as the one item of a draft; none when it is no such body.
 * Owned. */
json_t *revised_items(const json_t *body);

/* Gives each of `answers` (answers_read) what was said of it, and the word of whoever confirmed it.
 */
void check_attach(json_t *answers, const json_t *items, const json_t *findings, struct arena *a);

#endif
