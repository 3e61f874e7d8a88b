/*
 * Testing: what the tests of both kinds of calculation share.  Private to server/plugin.
 */
#ifndef VIGIE_PLUGIN_TESTING_H
#define VIGIE_PLUGIN_TESTING_H

#include <jansson.h>

#include "check.h"

enum { VARIED_MAX = 10 };

/* Declared, then the automatic ones; then those that SMALL and HIDDEN are compared with. */
enum variant { DECLARED, REPEATED, PERMUTED, EMPTY, MISSING, BOUND, ZERO, ALONE, SUMS, SMALL, HIDDEN, VARIANTS,
	       NEAR = VARIANTS, MOVED };	/* attacks on the public form */

struct trial {
	enum variant variant;
	size_t test;
	const json_t *expect;		/* borrowed from the plugin */
	size_t base;			/* the declared trial it varies */
	const char *param, *at;		/* BOUND: which, and its value as text; ZERO: the one input varied, or NULL */
	double least;			/* of the public form; 0: the exact one */
	bool hidden;			/* it was given a figure that is not shown */
	struct plugin_cell cell;
	struct finding fault;		/* FINDING_NONE: `cell` holds the answer */
};

struct session {
	struct check c;
	const struct plugin *p;
	struct trial *trial;		/* `room` places; moves when one more is added */
	size_t count, room, done;
	json_t *cells;			/* owned */
};

/* One more trial, zeroed; until the next one is added.  There is always room: a file bounds what can be planned. */
struct trial *testing_add(struct session *s);

/* The table of an input with its rows the other way round, emptied, without optional information, or all numbers 0. */
json_t *testing_varied(const json_t *input, const json_t *table, enum variant v);

/* A copy of `cell` with its rows changed so: those of the input `only`, or of all (NULL). */
json_t *testing_varied_cell(const struct plugin *p, const json_t *cell, enum variant v, const char *only);

/* Do all inputs of the cell keep their rows when nothing is told, with missing values? */
bool testing_keeps_rows(const struct plugin *p, const json_t *cell);

/* What the plugin declares of this input.  Borrowed. */
const json_t *testing_input(const struct plugin *p, const char *input);

/* Calls `each` with every bound of every parameter. */
void testing_bounds(const json_t *params, void *to,
		    void (*each)(void *to, const char *name, const json_t *value, const char *text));

/* The attacks on the public form, each after what it is compared with: see published_attack(). */
enum { ATTACKS = 6 };
struct attacking {
	enum variant variant;
	enum attack attack;
	bool compared;			/* with the one before */
};
extern const struct attacking testing_attacks[ATTACKS];

/* "auto.repeated"…; "" for DECLARED.  Static. */
const char *testing_name(enum variant v);

/*
 * alike.c: a figure at 12 significant digits; a cell with the counts and bounds of its value, "2 (numerator 3)"; the
 * same with its extras.  Of the arena.
 */
const char *figure_shown(struct arena *a, double x);
const char *cell_shown(struct arena *a, const struct plugin_cell *c);
const char *cell_shown_beside(struct arena *a, const struct plugin_cell *c);
/* The same, at 12 significant digits: two texts, either NULL; two cells; what stands beside their values. */
bool text_alike(const char *x, const char *y);
bool cell_alike(struct arena *a, const struct plugin_cell *x, const struct plugin_cell *y);
bool cell_alike_beside(struct arena *a, const struct plugin_cell *x, const struct plugin_cell *y);

/* formula_tests.c: evaluates the trials of a formula.  False: they cannot be evaluated, *s->c.f says why. */
bool formula_trials(struct session *s, struct plugin_host *h, bool declared_only);

#endif
