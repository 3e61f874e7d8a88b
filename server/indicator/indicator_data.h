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
	size_t lookback;			/* periods that rows reach back, the cell's own included */
};

enum { DATA_INPUTS_MAX = 40 };

/* One indicator at one level. */
struct data {
	struct refresh *r;
	struct indicator_todo *todo;
	const struct input_catalogue *catalogue;
	const char *as_of;			/* instant; NULL: now */
	int64_t as_of_us;			/* INT64_MAX: now */
	const struct indicator_period *period;	/* the wanted ones, oldest first */
	size_t periods;
	const struct input_stage *stage;
	size_t before;				/* periods of the stage before the first wanted one */
	struct data_input input[DATA_INPUTS_MAX];
	size_t inputs;
	const struct graph *graph;		/* NULL: a compute */
	json_t *traced;				/* owned (data_close): the graph of this level,
		when it depends on it */
	bool part;				/* reads observations for this question alone */
	const char *only;			/* of this territory, with `part`; NULL: all */
};

/*
 * Loads the inputs of d->todo for `level` and its wanted periods.  False: the database failed, or
 * the finding of the indicator says what does not fit.
 */
bool data_open(struct data *d, const char *level);
void data_close(struct data *d);

/* The result of a formula, cells of every node too with `keep`.  False: as above. */
bool data_evaluate(struct graph_result *out, struct data *d, bool keep);

/* Adds the cells of a formula to todo->results, as indicator_write.sql takes them. */
bool data_formula(struct data *d);

/* Adds the cells of a compute to todo->cells and todo->about: what waits to be computed. */
bool data_cells(struct data *d);

/* Reporting units heard and expected in a wanted period, of the input that expects most; none: 0, 0. */
struct cover data_cover(const struct data *d, size_t territory, size_t period);

/* Can the figures of a wanted period still change, or is too much of them missing? */
bool data_provisional(const struct data *d, size_t territory, size_t period);

#endif
