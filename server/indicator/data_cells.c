/*
 * Cells of a compute: the rows that each is given.
 */
#include <string.h>

#include "clock.h"
#include "indicator_data.h"
#include "json.h"
#include "protected.h"

/* What is read once for all territories of a period, or of all periods. */
struct given {
	struct data *d;
	struct data_told told;			/* owned: of the period */
	struct db_result *cells, *roster;	/* owned: of all periods */
	size_t territory, period, at;		/* the cell; its period's place on the stage */
	struct cover cover;			/* of the cell */
	bool carried, waiting;			/* shows what was said before; what it is given may still move */
	bool hidden;				/* one of the figures that the cell is given is */
};

static void put(json_t *rows, const char *column, json_t *value)
{
	json_t *list = json_object_get(rows, column);

	if (list)
		json_array_append_new(list, value);
	else
		json_decref(value);
}

static json_t *empty_rows(const json_t *declared)
{
	const json_t *columns = json_object_get(declared, "columns");
	json_t *out = json_object();

	for (size_t i = 0; i < json_array_size(columns); i++)
		json_object_set_new(out, json_string_value(json_array_get(columns, i)), json_array());
	return out;
}

/* ------------------------------------------------------------------ figures */

/* One row a member: the dimensions lie between the place and the period. */
static void put_figures(struct given *g, json_t *rows, const struct cube *c, size_t place, size_t at,
			const char *period)
{
	size_t inner = 1, periods = c->axis[c->axes - 1]->count;

	for (size_t i = 1; i + 1 < c->axes; i++)
		inner *= c->axis[i]->count;
	for (size_t k = 0; k < inner; k++) {
		size_t cell = (place * inner + k) * periods + at, rest = k;

		g->waiting = g->waiting || (c->state[cell] & STATE_PROVISIONAL);
		g->carried = g->carried || (c->state[cell] & STATE_CARRIED);
		g->hidden = g->hidden || (c->state[cell] & STATE_MASK) == STATE_SUPPRESSED;
		put(rows, "territory", json_string(c->axis[0]->member[place]));
		put(rows, "period", json_string(period));
		put(rows, "year", json_integer(atoi(period)));
		for (size_t i = c->axes - 1; i-- > 1; rest /= c->axis[i]->count)
			put(rows, c->axis[i]->name, json_string(c->axis[i]->member[rest % c->axis[i]->count]));
		put(rows, "value", (c->state[cell] & STATE_MASK) == STATE_VALUE ? json_real(c->value[cell]) :
										   json_null());
	}
}

static json_t *figure_rows(struct given *g, const struct data_input *in)
{
	const struct input_stage *st = g->d->stage;
	size_t periods = st->period->count, step = (size_t)in->step / (size_t)axis_step(st->period);
	bool fine = in->cube->axis[0] == st->department;
	json_t *rows = empty_rows(in->declared);
	struct cover own = { 0, 0 };

	for (size_t place = 0; place < in->cube->axis[0]->count; place++) {
		if (fine ? st->place[place * periods + g->at] != (int32_t)g->territory : place != g->territory)
			continue;
		for (size_t n = in->lookback; n-- > 0; ) {
			size_t at = g->at - n * step;
			const struct cover *one = &in->cube->cover[place * periods + at];

			own.received += one->received;
			own.expected += one->expected;
			put_figures(g, rows, in->cube, place, at,
				    period_ending(g->d->r->arena, st->period->member[at], in->step));
		}
	}
	g->cover = cube_worse(g->cover, own);
	return rows;
}

/* ------------------------------------------------------------------ lists */

/* Does what happened in `code` count in the cell's territory? */
static bool covers(const struct given *g, const char *code)
{
	const struct input_stage *st = g->d->stage;
	int32_t department = axis_at(st->places->department, code);

	if (strcmp(code, st->territory->member[g->territory]) == 0)
		return true;
	return department >= 0 &&
	       st->place[(size_t)department * st->period->count + g->at] == (int32_t)g->territory;
}

static json_t *whole_or_null(const struct db_result *r, int row, int column)
{
	return db_null(r, row, column) ? json_null() : json_integer(db_i64(r, row, column));
}

static json_t *blocker_rows(const struct given *g, const struct data_input *in)
{
	const struct db_result *r = g->told.blockers;
	json_t *rows = empty_rows(in->declared);

	for (int i = 0; i < db_rows(r); i++) {
		if (!covers(g, db_text(r, i, 0)))
			continue;
		put(rows, "territory", json_string(db_text(r, i, 0)));
		put(rows, "number", json_string(db_text(r, i, 1)));
		put(rows, "kind", json_string(db_text(r, i, 2)));
		put(rows, "opened_on", whole_or_null(r, i, 3));
		put(rows, "closed_on", whole_or_null(r, i, 4));
	}
	return rows;
}

/* The answers expected of the periods that the input reaches back to. */
static json_t *roster_rows(struct given *g, const struct data_input *in)
{
	const struct db_result *r = g->roster;
	json_t *rows = empty_rows(in->declared);
	struct cover own = { 0, 0 };
	int from, to;

	data_roster_span(&from, &to, r, g->d->stage, g->at + 1 - in->lookback, g->at);
	for (int i = from; i < to; i++) {
		if (!covers(g, db_text(r, i, 1)))
			continue;
		put(rows, "territory", json_string(db_text(r, i, 1)));
		put(rows, "organisation", json_string(db_text(r, i, 2)));
		put(rows, "period", json_string(db_text(r, i, 0)));
		put(rows, "due_on", whole_or_null(r, i, 3));
		put(rows, "received_on", whole_or_null(r, i, 4));
		own.expected++;
		own.received += !db_null(r, i, 4);
		g->waiting = g->waiting || db_i64(r, i, 3) >= g->d->r->plan.today;
	}
	g->cover = cube_worse(g->cover, own);
	return rows;
}

/* The first row that is not before this territory and period, in the byte order of indicator_cells.sql. */
static int first_cell(const struct db_result *r, const char *territory, const char *period)
{
	int low = 0, high = db_rows(r);

	while (low < high) {
		int middle = low + (high - low) / 2, order = strcmp(db_text(r, middle, 0), territory);

		if (order < 0 || (order == 0 && strcmp(db_text(r, middle, 1), period) < 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of this very territory, of all periods that lie within the cell's: months of its year, then its quarters. */
static json_t *cell_rows(const struct given *g, const struct data_input *in)
{
	const struct indicator_period *own = &g->d->period[g->period];
	enum period_step step = period_length(own->text);
	const char *territory = g->d->stage->territory->member[g->territory];
	const char *first = step == STEP_MONTH ? own->text : arena_memdup(g->d->r->arena, own->text, 4);
	json_t *rows = empty_rows(in->declared);

	for (int i = first_cell(g->cells, territory, first); i < db_rows(g->cells); i++) {
		const char *period = db_text(g->cells, i, 1);
		int32_t from, to;

		if (strcmp(db_text(g->cells, i, 0), territory) != 0 ||
		    (step == STEP_YEAR ? strncmp(period, own->text, 4) : strcmp(period, own->text)) > 0)
			break;
		if (step != STEP_MONTH &&
		    (!period_days(&from, &to, period) || from < own->first || to > own->last))
			continue;
		put(rows, "territory", json_string(territory));
		put(rows, "period", json_string(period));
		put(rows, "indicator", json_string(db_text(g->cells, i, 2)));
		put(rows, "state", json_string(db_text(g->cells, i, 3)));
		put(rows, "provisional", json_boolean(db_bool(g->cells, i, 4)));
		put(rows, "carried", json_boolean(db_bool(g->cells, i, 5)));
	}
	return rows;
}

/* The actions of the cell's territory; a row of indicator_rows.sql is a territory of any level. */
static bool action_rows(json_t **out, struct given *g, const struct data_input *in)
{
	const char *territory = g->d->stage->territory->member[g->territory];
	const struct db_result *r = g->told.actions[data_fine(in)];

	for (int i = 0; i < db_rows(r); i++) {
		json_auto_t *all = NULL;

		if (strcmp(db_text(r, i, 1), territory) != 0)
			continue;
		if (!json_parse_any(&all, db_text(r, i, 2), db_length(r, i, 2), g->d->r->e))
			return false;
		*out = indicator_columns(all, json_object_get(in->declared, "columns"));
		g->cover = cube_worse(g->cover, data_told_cover(r, i));
		g->carried = g->carried || data_told_carried(r, i, in);
		return true;
	}
	*out = empty_rows(in->declared);
	return true;
}

static bool input_rows(json_t **out, struct given *g, const struct data_input *in)
{
	if (in->cube)
		*out = figure_rows(g, in);
	else if (strcmp(in->kind, "actions") == 0)
		return action_rows(out, g, in);
	else if (strcmp(in->kind, "blockers") == 0)
		*out = blocker_rows(g, in);
	else if (strcmp(in->kind, "cells") == 0)
		*out = cell_rows(g, in);
	else
		*out = roster_rows(g, in);
	return true;
}

/* ------------------------------------------------------------------ cells */

static bool has_kind(const struct data *d, const char *kind)
{
	for (size_t i = 0; i < d->inputs; i++)
		if (strcmp(d->input[i].kind, kind) == 0)
			return true;
	return false;
}

/* Until when the cell is told of: the state at the period's end, but answers come after it. */
static int32_t known_until(const struct data *d, const struct indicator_period *p)
{
	return has_kind(d, "roster") ? d->r->plan.today : data_known_until(d, p);
}

static json_t *flags_of(const struct given *g)
{
	json_t *flags = json_array();

	if (g->waiting || data_pending(g->d, g->period))
		json_array_append_new(flags, json_string("provisional"));
	if (g->carried)
		json_array_append_new(flags, json_string("carried"));
	return flags;
}

static bool add_cell(struct given *g)
{
	struct data *d = g->d;
	const struct indicator_period *p = &d->period[g->period];
	const char *territory = d->stage->territory->member[g->territory];
	json_t *inputs = json_object();

	g->cover = (struct cover){ 0, 0 };
	g->carried = g->waiting = g->hidden = false;
	for (size_t i = 0; i < d->inputs; i++) {
		json_t *rows = NULL;

		if (!input_rows(&rows, g, &d->input[i])) {
			json_decref(inputs);
			return false;
		}
		json_object_set_new(inputs, d->input[i].name, rows);
	}
	if (g->hidden) {	/* nothing is computed from what is not shown */
		json_array_append_new(d->todo->results, protected_hidden(d->stage->level, territory, p->text));
		json_decref(inputs);
		return true;
	}
	json_array_append_new(d->todo->cells, json_pack("{s:s, s:s, s:s, s:i, s:o}", "territory", territory,
							"level", d->stage->level, "period", p->text, "as_of",
							(int)known_until(d, p), "rows", inputs));
	json_array_append_new(d->todo->about, json_pack("{s:s, s:s, s:s, s:o, s:I, s:I}", "level",
							d->stage->level, "territory", territory, "period",
							p->text, "flags", flags_of(g), "expected",
							(json_int_t)g->cover.expected, "received",
							(json_int_t)g->cover.received));
	return true;
}

static bool add_cells(struct given *g)
{
	struct data *d = g->d;

	if (!data_roster_load(&g->roster, d) ||
	    (has_kind(d, "cells") &&
	     !input_store_cells(&g->cells, &d->r->work->db, d->r->plan.id, d->todo->plugin.id, d->as_of, d->r->e)))
		return false;
	for (g->period = 0; g->period < d->periods; g->period++) {
		const struct indicator_period *p = &d->period[g->period];

		g->at = data_place(d, g->period);
		data_told_free(&g->told);
		if (!data_told_load(&g->told, d, p->first, p->last))
			return false;
		for (g->territory = 0; g->territory < d->stage->territory->count; g->territory++)
			if (!add_cell(g))
				return false;
	}
	return true;
}

bool data_cells(struct data *d)
{
	struct given g = { .d = d };
	bool ok = add_cells(&g);

	data_told_free(&g.told);
	db_result_free(g.cells);
	db_result_free(g.roster);
	return ok;
}
