/*
 * The computation of one indicator from what is known, now or at an instant.
 */
#ifndef VIGIE_INDICATOR_DATA_H
#define VIGIE_INDICATOR_DATA_H

#include "graph.h"
#include "indicator_refresh.h"
#include "input_store.h"

/* An input at one level. */
struct data_input {
	const char *name, *kind;
	const json_t *declared;			/* borrowed */
	const struct input_series *series;	/* of a series */
	const struct cube *cube;		/* of a series, a reference, an indicator_value; else NULL */
	const struct graph_input *column;	/* of actions that a formula reads */
	size_t columns;
	const struct cube *year;		/* published sums over twelve months; NULL: none */
	enum period_step step;			/* the length of its own periods */
	size_t lookback;			/* of a compute: how many of them it is given */
};

enum { DATA_INPUTS_MAX = 40 };

struct protection;

/* One indicator at one level. */
struct data {
	struct refresh *r;
	struct indicator_todo *todo;
	const struct input_catalogue *catalogue;
	const char *as_of;			/* instant; NULL: now */
	int64_t as_of_us;			/* INT64_MAX: now */
	const struct indicator_period *period;	/* the wanted ones, oldest first */
	size_t periods;
	bool members;				/* with each member of the result's dimensions; else the total */
	const struct input_stage *stage;
	size_t before;				/* periods of the stage before the first wanted one */
	struct data_input input[DATA_INPUTS_MAX];
	size_t inputs;
	const struct graph *graph;		/* NULL: a compute */
	json_t *traced;				/* owned (data_close): the graph of this level,
		when it depends on it */
	bool part;				/* reads observations for this question alone */
	const char *only;			/* of this territory, with `part`; NULL: all */
	const struct protection *shown;		/* what publications show alone; NULL: exact */
};

/*
 * Loads the inputs of d->todo for `level` and its wanted periods.  False: the database failed, or
 * the finding of the indicator says what does not fit.
 */
bool data_open(struct data *d, const char *level);
void data_close(struct data *d);

/* The day until which a calculation of a period knows: its last one, or today. */
int32_t data_known_until(const struct data *d, const struct indicator_period *p);

/* The last place on the stage of a wanted period. */
size_t data_place(const struct data *d, size_t period);

/* The result of a formula, cells of every node too with `keep`.  False: as above. */
bool data_evaluate(struct graph_result *out, struct data *d, bool keep);

/* Adds the cells of a formula to todo->results, as indicator_write.sql takes them. */
bool data_formula(struct data *d);

/* Adds the cells of a compute to todo->cells and todo->about: what waits to be computed. */
bool data_cells(struct data *d);

/* Is a wanted period not over yet, or are figures of it due until today or later? */
bool data_pending(const struct data *d, size_t period);

/* ------------------------------------------------------------------ lists */

/* What was known of the plan at the end of a period, or is now while it is open. */
struct data_told {
	struct db_result *actions[2];	/* owned (data_told_free): rows as they are, and [1] all of deployments */
	struct db_result *blockers;	/* owned; NULL: no input reads them, as above */
};
/* To be freed, also when this fails. */
bool data_told_load(struct data_told *out, struct data *d, int32_t first, int32_t last);
void data_told_free(struct data_told *t);
/* Of a row of indicator_rows.sql: who has spoken, and whether the input shows what was said before. */
struct cover data_told_cover(const struct db_result *actions, int row);
bool data_told_carried(const struct db_result *actions, int row, const struct data_input *in);
/* Has the input the rows of deployments at every level? */
bool data_fine(const struct data_input *in);

/* The answers expected, if an input reads them; *out is owned, NULL otherwise. */
bool data_roster_load(struct db_result **out, struct data *d);
/* Its rows of the months of these periods of the stage, `oldest` to `at`: from *from to before *to. */
void data_roster_span(int *from, int *to, const struct db_result *roster, const struct input_stage *st,
		      size_t oldest, size_t at);

/* Makes the columns of actions that a formula reads: items × periods of the stage. */
bool data_frame(struct data *d, struct data_input *in);

#endif
