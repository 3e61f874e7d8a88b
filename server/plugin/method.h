/*
 * Method: what an indicator does, told to people who do not read code.  Private to server/plugin; pure.
 */
#ifndef VIGIE_PLUGIN_METHOD_H
#define VIGIE_PLUGIN_METHOD_H

#include <jansson.h>

#include "plugin.h"

struct method {
	struct arena *a;
	enum lang lang;
	const json_t *about, *graph;	/* borrowed; graph NULL: a compute */
	double least;			/* as plugin_method() */
};

/* One of two texts, by the language. */
const char *method_say(const struct method *m, const char *fr, const char *en);
/* "0,75", "12": a number as people write it. */
const char *method_number(const struct method *m, double x);
/* Members of a dimension as people read them, "mineurs, majeurs"; a word that has no label stays. */
const char *method_members(const struct method *m, const char *dimension, const json_t *words);
/* What an input is: "Victimes identifiées (mineurs)". */
const char *method_input(const struct method *m, const char *name);
/* "mois", "ans", or "périodes". */
const char *method_periods(const struct method *m);

/*
 * The formula as sentences, appended to `lines`: each figure of the result, then what its letters stand for.  A step
 * that is used twice, or that is long, has a letter: the sentences are never longer than the graph.
 */
void method_formula(json_t *lines, const struct method *m);

#endif
