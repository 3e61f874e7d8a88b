/*
 * SQL of inputs: places, organisations and the catalogue once a refresh; values of other
 * indicators and blockers when they are read.
 */
#ifndef VIGIE_INDICATOR_INPUT_STORE_H
#define VIGIE_INDICATOR_INPUT_STORE_H

#include "db.h"
#include "input.h"

struct input_catalogue {
	struct input_places places;
	struct input_series *series;	/* borrowed from the arena; their dimensions are owned */
	size_t count;
	struct db_result *frequencies;	/* owned: code and frequency of each indicator */
};

/* Loads it into the arena of *e.  To be closed, also when this fails. */
bool input_store_open(struct input_catalogue *out, struct db_session *s, struct err *e);
void input_store_close(struct input_catalogue *c);
/* NULL: no such series. */
const struct input_series *input_store_series(const struct input_catalogue *c, const char *code);

/* "month", "quarter" or "year", of the indicator that `id` names, "code@major"; NULL: there is none. */
const char *input_store_frequency(const struct input_catalogue *c, const char *id);

/*
 * The values of another indicator over territory × period, each in all periods that lie within its own, as kept at
 * `as_of` (NULL: now), of the major version that the input names; `shown`: in protected form, suppressed where there
 * is none.  Borrowed from the stage's arena.
 */
bool input_store_values(const struct cube **out, const struct input_stage *st, struct db_session *s,
			int64_t plan_id, const json_t *input, bool shown, const char *as_of, struct err *e);

/* The cells of all indicators but `but` (its id).  Columns as indicator_cells.sql.  *out is owned. */
bool input_store_cells(struct db_result **out, struct db_session *s, int64_t plan_id, const char *but,
		       const char *as_of, struct err *e);

/* The blockers known at an instant.  Columns as indicator_blockers.sql.  *out is owned. */
bool input_store_blockers(struct db_result **out, struct db_session *s, int64_t plan_id, const char *as_of,
			  struct err *e);

/* The answers expected, known at an instant.  Columns as indicator_roster.sql.  *out is owned. */
bool input_store_roster(struct db_result **out, struct db_session *s, int64_t plan_id, const char *as_of,
			struct err *e);

#endif
