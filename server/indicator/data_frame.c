/*
 * Actions as a formula reads them: one cube a column, over the rows of all periods.
 *
 * A row that comes back in several periods is one item.  Where an item is not there, because it was
 * not known yet, its cells do not apply: sums and counts leave them out.
 */
#include <stdlib.h>
#include <string.h>

#include "indicator_data.h"
#include "indicator_rules.h"
#include "json.h"

enum { NUMBER = 0, TERRITORY = 5, ORGANISATION = 6, STATUS = 9, REPORTED_ON = 16 };	/* in a row */

/* The rows of one territory of the level in one period. */
struct part {
	size_t period;
	int32_t territory;
	int32_t first_day;
	json_t *rows;		/* owned */
};

struct framing {
	struct data *d;
	struct data_input *in;
	struct arena *a;
	const struct input_stage *st;
	struct part *part;
	size_t parts;
	struct axis *item;
	struct cover *cover;	/* item × period of the stage: has it spoken? */
};

static const char *text_at(const json_t *row, size_t column)
{
	const char *text = json_string_value(json_array_get(row, column));

	return text ? text : "";
}

static const char *item_of(struct framing *f, const json_t *row)
{
	return arena_printf(f->a, "%s|%s|%s", text_at(row, NUMBER), text_at(row, TERRITORY),
			    text_at(row, ORGANISATION));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each text once, in order. */
static size_t sort_once(const char **text, size_t count)
{
	size_t kept = 0;

	qsort(text, count, sizeof *text, by_text);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(text[i], text[kept - 1]) != 0)
			text[kept++] = text[i];
	return kept;
}

/* ------------------------------------------------------------------ rows */

static bool take_period(struct framing *f, const struct db_result *told, size_t period)
{
	const struct axis *territory = f->st->territory;

	for (int i = 0; i < db_rows(told); i++) {
		int32_t at = axis_at(territory, db_text(told, i, 1));
		struct part *p = &f->part[f->parts];

		if (at < 0)
			continue;
		*p = (struct part){ .period = period, .territory = at, .first_day = f->st->first[period] };
		if (!json_parse_any(&p->rows, db_text(told, i, 2), db_length(told, i, 2), f->d->r->e))
			return false;
		f->parts++;
	}
	return true;
}

/* Nothing is known of a plan before it begins. */
static bool take_all(struct framing *f)
{
	for (size_t p = 0; p < f->st->period->count; p++) {
		struct data_told told = { 0 };
		bool ok;

		if (f->st->last[p] < f->d->r->plan.start_on)
			continue;
		ok = data_told_load(&told, f->d, f->st->first[p], f->st->last[p]) &&
		     take_period(f, told.actions[data_fine(f->in)], p);
		data_told_free(&told);
		if (!ok)
			return false;
	}
	return true;
}

/* ------------------------------------------------------------------ axes */

/* Which territory and which département each item belongs to, as of the last period that has it. */
static void link_items(struct framing *f)
{
	struct axis_link *link = arena_alloc(f->a, 2 * sizeof *link);
	int32_t *territory = arena_alloc(f->a, (f->item->count + 1) * sizeof *territory);
	int32_t *department = arena_alloc(f->a, (f->item->count + 1) * sizeof *department);

	for (size_t i = 0; i < f->parts; i++)
		for (size_t k = 0; k < json_array_size(f->part[i].rows); k++) {
			const json_t *row = json_array_get(f->part[i].rows, k);
			int32_t item = axis_at(f->item, item_of(f, row));

			territory[item] = f->part[i].territory;
			department[item] = axis_at(f->st->department, text_at(row, TERRITORY));
		}
	link[0] = (struct axis_link){ f->st->territory, territory };
	link[1] = (struct axis_link){ f->st->department, department };
	f->item->link = link;
	f->item->links = 2;
}

static void make_items(struct framing *f)
{
	size_t count = 0;
	const char **name;

	for (size_t i = 0; i < f->parts; i++)
		count += json_array_size(f->part[i].rows);
	name = arena_alloc(f->a, (count + 1) * sizeof *name);
	count = 0;
	for (size_t i = 0; i < f->parts; i++)
		for (size_t k = 0; k < json_array_size(f->part[i].rows); k++)
			name[count++] = item_of(f, json_array_get(f->part[i].rows, k));
	f->item = arena_alloc(f->a, sizeof *f->item);
	*f->item = (struct axis){ .kind = AXIS_ITEM, .name = "item", .count = sort_once(name, count), .member = name };
	link_items(f);
}

/* ------------------------------------------------------------------ columns */

/* The words of a column, as the axis that its values are places of. */
static const struct axis *labels(struct framing *f, size_t column)
{
	struct axis *out = arena_alloc(f->a, sizeof *out);
	const char **word;
	size_t count = 0;

	for (size_t i = 0; i < f->parts; i++)
		count += json_array_size(f->part[i].rows);
	word = arena_alloc(f->a, (count + 1) * sizeof *word);
	count = 0;
	for (size_t i = 0; i < f->parts; i++)
		for (size_t k = 0; k < json_array_size(f->part[i].rows); k++) {
			const json_t *v = json_array_get(json_array_get(f->part[i].rows, k), column);

			if (json_is_string(v))
				word[count++] = arena_strdup(f->a, json_string_value(v));
		}
	*out = (struct axis){ .kind = AXIS_ITEM, .name = "label", .count = sort_once(word, count), .member = word };
	return out;
}

static void put(struct cube *c, size_t cell, const json_t *v, unsigned flags, bool zero)
{
	if (json_is_string(v))
		cube_put(c, cell, axis_at(c->label, json_string_value(v)), flags);
	else if (json_is_boolean(v))
		cube_put(c, cell, json_is_true(v) ? 1 : 0, flags);
	else if (json_is_number(v))
		cube_put(c, cell, json_number_value(v), flags);
	else if (zero)
		cube_put(c, cell, 0, flags);
	else
		cube_put_missing(c, cell, STATE_NOT_REPORTED);
}

/* Was this row's state told before the period began, of an action that goes on? */
static bool carried(const json_t *row, int32_t first_day)
{
	static const char *const on[] = { "not_started", "in_progress", "on_hold" };
	const json_t *reported = json_array_get(row, REPORTED_ON);

	for (size_t i = 0; i < sizeof on / sizeof *on; i++)
		if (strcmp(text_at(row, STATUS), on[i]) == 0)
			return json_is_integer(reported) && json_integer_value(reported) < first_day;
	return false;
}

/* As data_told_cover() counts them: what was dropped or carried over has nothing to tell any more. */
static struct cover cover_of(const json_t *row)
{
	const char *status = text_at(row, STATUS);
	uint32_t expected = strcmp(status, "dropped") != 0 && strcmp(status, "carried_over") != 0;

	return (struct cover){ json_is_integer(json_array_get(row, REPORTED_ON)) ? expected : 0, expected };
}

static void make_cover(struct framing *f)
{
	size_t periods = f->st->period->count;

	f->cover = arena_alloc(f->a, (f->item->count * periods + 1) * sizeof *f->cover);
	for (size_t i = 0; i < f->parts; i++)
		for (size_t k = 0; k < json_array_size(f->part[i].rows); k++) {
			const json_t *row = json_array_get(f->part[i].rows, k);
			size_t item = (size_t)axis_at(f->item, item_of(f, row));

			f->cover[item * periods + f->part[i].period] = cover_of(row);
		}
}

static const struct cube *column_cube(struct framing *f, const char *name)
{
	const char *missing = json_string_value(json_object_get(f->in->declared, "missing"));
	bool carry = strcmp(missing, "carry") == 0, text;
	size_t column = indicator_column(name, &text);
	const struct axis *axes[] = { f->item, f->st->period };
	struct cube *c = cube_new(f->a, axes, 2);
	bool zero = strcmp(missing, "zero") == 0 && !text;

	c->skip = strcmp(missing, "na") != 0;
	c->label = text ? labels(f, column) : NULL;
	c->cover = f->cover;
	for (size_t i = 0; i < c->count; i++)
		cube_put_missing(c, i, STATE_NOT_APPLICABLE);
	for (size_t i = 0; i < f->parts; i++)
		for (size_t k = 0; k < json_array_size(f->part[i].rows); k++) {
			const json_t *row = json_array_get(f->part[i].rows, k);
			size_t item = (size_t)axis_at(f->item, item_of(f, row));

			put(c, item * f->st->period->count + f->part[i].period, json_array_get(row, column),
			    carry && carried(row, f->part[i].first_day) ? STATE_CARRIED : 0, zero);
		}
	return c;
}

static void make_columns(struct framing *f)
{
	const json_t *declared = json_object_get(f->in->declared, "columns");
	struct graph_input *out = arena_alloc(f->a, (json_array_size(declared) + 1) * sizeof *out);

	for (size_t i = 0; i < json_array_size(declared); i++) {
		const char *name = json_string_value(json_array_get(declared, i));

		out[i] = (struct graph_input){ .name = f->in->name, .column = name, .cube = column_cube(f, name) };
	}
	f->in->column = out;
	f->in->columns = json_array_size(declared);
}

bool data_frame(struct data *d, struct data_input *in)
{
	const struct input_stage *st = d->stage;
	size_t most = st->period->count * st->territory->count;
	struct framing f = { .d = d, .in = in, .a = d->r->arena, .st = st,
			     .part = arena_alloc(d->r->arena, (most + 1) * sizeof *f.part) };
	bool ok = take_all(&f);

	if (ok) {
		make_items(&f);
		make_cover(&f);
		make_columns(&f);
	}
	for (size_t i = 0; i < f.parts; i++)
		json_decref(f.part[i].rows);
	return ok;
}
