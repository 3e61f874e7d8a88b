/*
 * Layouts: members, periods and places of a series, brought to what an input asks of them.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "input_layout.h"

/* ------------------------------------------------------------------ members */

/* The member of dimension `id` in "age=minor;sex=female", or NULL.  Borrowed from *a. */
static const char *member_of(struct arena *a, const char *dims, const char *id)
{
	size_t len = strlen(id);

	for (const char *p = dims; *p; ) {
		const char *end = strchrnul(p, ';');

		if (strncmp(p, id, len) == 0 && p[len] == '=')
			return arena_memdup(a, p + len + 1, (size_t)(end - p) - len - 1);
		p = *end ? end + 1 : end;
	}
	return NULL;
}

static const char *force_name(enum force f)
{
	return f == FORCE_POLICE ? "police" : f == FORCE_GENDARMERIE ? "gendarmerie" : NULL;
}

static const char *member(struct layout *l, size_t combination, enum force force, const char *id)
{
	return strcmp(id, "force") == 0 ? force_name(force) :
					  member_of(l->a, observation_dims(l->set, combination), id);
}

bool input_lists(const json_t *members, const char *name)
{
	if (json_is_string(members))
		return strcmp(json_string_value(members), name) == 0;
	for (size_t i = 0; i < json_array_size(members); i++)
		if (strcmp(json_string_value(json_array_get(members, i)), name) == 0)
			return true;
	return false;
}

static bool wanted(struct layout *l, size_t combination, enum force force)
{
	const char *id;
	json_t *members;

	json_object_foreach(json_object_get(l->input, "where"), id, members) {
		const char *own = member(l, combination, force, id);

		if (!own || !input_lists(members, own))
			return false;
	}
	return true;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const json_t *dimension(const struct input_series *s, const char *id)
{
	for (size_t i = 0; i < json_array_size(s->dimensions); i++) {
		const json_t *d = json_array_get(s->dimensions, i);

		if (strcmp(json_string_value(json_object_get(d, "id")), id) == 0)
			return d;
	}
	return NULL;
}

/* The members of a dimension that the input may show, in order. */
static const struct axis *dim_axis(struct layout *l, const char *id)
{
	const json_t *members = json_object_get(dimension(l->series, id), "members");
	const json_t *only = json_object_get(json_object_get(l->input, "where"), id);
	const char **name = arena_alloc(l->a, (json_array_size(members) + 1) * sizeof *name);
	struct axis *out = arena_alloc(l->a, sizeof *out);

	*out = (struct axis){ .kind = AXIS_DIMENSION, .name = arena_strdup(l->a, id), .member = name };
	for (size_t i = 0; i < json_array_size(members); i++) {
		const char *m = json_string_value(json_object_get(json_array_get(members, i), "id"));

		if (!only || input_lists(only, m))
			name[out->count++] = arena_strdup(l->a, m);
	}
	qsort(name, out->count, sizeof *name, compare_texts);
	return out;
}

static int32_t row_of(struct layout *l, size_t combination, enum force force)
{
	int32_t row = 0;

	if (!wanted(l, combination, force))
		return -1;
	for (size_t i = 0; i < l->dims; i++) {
		const char *m = member(l, combination, force, l->dim[i]->name);
		int32_t at = m ? axis_at(l->dim[i], m) : -1;

		if (at < 0)
			return -1;
		row = row * (int32_t)l->dim[i]->count + at;
	}
	return row;
}

/* `complete`: combinations that differ in these dimensions alone belong together. */
static void make_groups(struct layout *l)
{
	const json_t *complete = json_object_get(l->input, "complete");
	size_t n = l->combinations;

	if (json_array_size(complete) == 0)
		return;
	l->needed = 1;
	for (size_t i = 0; i < json_array_size(complete); i++)
		l->needed *= (int)json_array_size(json_object_get(
			dimension(l->series, json_string_value(json_array_get(complete, i))), "members"));
	l->group = arena_alloc(l->a, (n + 1) * sizeof *l->group);
	for (size_t x = 0; x < n; x++) {
		l->group[x] = (int32_t)x;
		for (size_t y = 0; y < x && l->group[x] == (int32_t)x; y++) {
			bool same = true;

			for (size_t i = 0; same && i < json_array_size(l->series->dimensions); i++) {
				const char *id = json_string_value(json_object_get(
					json_array_get(l->series->dimensions, i), "id"));
				const char *a = member(l, x, FORCE_NONE, id), *b = member(l, y, FORCE_NONE, id);

				same = input_lists(complete, id) || strcmp(a ? a : "", b ? b : "") == 0;
			}
			if (same)
				l->group[x] = l->group[y];
		}
	}
}

static void prepare_members(struct layout *l, const char *const *dims)
{
	l->combinations = observation_dims_count(l->set);
	l->rows = 1;
	for (size_t i = 0; dims && dims[i] && l->dims < CUBE_AXES_MAX - 2; i++) {
		l->dim[l->dims] = dim_axis(l, dims[i]);
		l->rows *= l->dim[l->dims++]->count;
	}
	for (int f = 0; f < FORCES; f++) {
		l->row_of[f] = arena_alloc(l->a, (l->combinations + 1) * sizeof(int32_t));
		for (size_t c = 0; c < l->combinations; c++)
			l->row_of[f][c] = row_of(l, c, (enum force)f);
	}
	make_groups(l);
}

/* ------------------------------------------------------------------ periods */

/* Months from January of year 0. */
static int month_of(int32_t day)
{
	struct day_text text = day_format(day);

	text.text[7] = '\0';
	return period_month(text.text);
}

/* The own period that a span tells of: all of it, or one of its days. */
static int32_t own_of_span(const struct layout *l, struct observation_span span, bool *whole)
{
	int step = (int)l->series->step, month = month_of(span.from_on), next = month_of(span.to_on + 1);

	*whole = month % step == 0 && next - month == step && month_of(span.from_on - 1) != month &&
		 month_of(span.to_on) != next;
	return *whole || span.from_on == span.to_on ? (month - l->first_month) / step : -1;
}

static void prepare_periods(struct layout *l)
{
	const struct axis *period = l->stage->period;
	int step = (int)l->series->step, axis = period_month(period->member[0]);
	int axis_months = (int)axis_step(period), first = axis;
	int end = axis + (int)period->count * axis_months;
	size_t spans = observation_spans(l->set);

	for (size_t i = 0; i < spans; i++) {
		int month = month_of(observation_span(l->set, i).from_on);

		first = month < first ? month : first;
	}
	l->first_month = first / step * step;
	l->own = (end - l->first_month + step - 1) / step;
	l->own_count = axis_months > step ? axis_months / step : 1;
	l->own_at = arena_alloc(l->a, l->periods * sizeof *l->own_at);
	for (size_t p = 0; p < l->periods; p++)
		l->own_at[p] = (axis + (int)p * axis_months - l->first_month) / step;
	l->own_of_span = arena_alloc(l->a, (spans + 1) * sizeof *l->own_of_span);
	l->whole = arena_alloc(l->a, (spans + 1) * sizeof *l->whole);
	for (size_t i = 0; i < spans; i++)
		l->own_of_span[i] = own_of_span(l, observation_span(l->set, i), &l->whole[i]);
}

/* ------------------------------------------------------------------ places */

static void prepare_places(struct layout *l)
{
	size_t territories = observation_territories(l->set), organisations = observation_organisations(l->set);

	l->department_of = arena_alloc(l->a, (territories + 1) * sizeof *l->department_of);
	l->force_of = arena_alloc(l->a, (organisations + 1) * sizeof *l->force_of);
	for (size_t i = 0; i < territories; i++) {
		const char *code = observation_territory(l->set, i);

		l->department_of[i] = strcmp(code, "FR") == 0 ? -2 : axis_at(l->stage->places->department, code);
	}
	for (size_t i = 0; i < organisations; i++) {
		const struct input_organisation *o =
			input_organisation(l->stage->places, observation_organisation(l->set, i));

		l->force_of[i] = o ? o->force : FORCE_NONE;
	}
}

/* ------------------------------------------------------------------ what is declared */

static const char *text_or(const json_t *o, const char *field, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(o, field));

	return text ? text : otherwise;
}

static const char *vintage_of(const json_t *input)
{
	return text_or(input, "vintage", "retained");
}

bool input_retained(const json_t *input)
{
	return strcmp(vintage_of(input), "retained") == 0;
}

static void read_declared(struct layout *l)
{
	const char *missing = text_or(l->input, "missing", "skip");
	const char *agg = text_or(l->input, "agg", l->series->over_territories);
	const char *over_time = text_or(l->input, "over_time",
					strcmp(agg, "last") == 0 ? "last" : l->series->over_time);

	l->missing = strcmp(missing, "na") == 0 ? MISSING_NA : strcmp(missing, "zero") == 0 ? MISSING_ZERO :
		     strcmp(missing, "carry") == 0 ? MISSING_CARRY : MISSING_SKIP;
	l->over_parts = strcmp(agg, "mean") == 0 ? PARTS_MEAN : strcmp(agg, "min") == 0 ? PARTS_MIN :
			strcmp(agg, "max") == 0 ? PARTS_MAX : PARTS_SUM;
	l->over_time = strcmp(over_time, "sum") == 0 ? TIME_SUM :
		       strcmp(over_time, "mean") == 0 ? TIME_MEAN : TIME_LAST;
}

struct layout *input_layout(const struct input_stage *stage, const struct observation_set *set,
			    const struct input_series *series, const json_t *input, const char *const *dims)
{
	struct layout *l = arena_alloc(stage->arena, sizeof *l);

	*l = (struct layout){ .a = stage->arena, .stage = stage, .set = set, .series = series, .input = input };
	read_declared(l);
	l->periods = stage->period->count;
	prepare_members(l, dims);
	if (l->periods == 0)
		return l;
	prepare_periods(l);
	prepare_places(l);
	return l;
}

struct observation_cursor input_cursor(const struct layout *l)
{
	const char *vintage = vintage_of(l->input);
	struct observation_cursor c = { .set = l->set, .as_of_us = l->stage->as_of_us };

	if (!input_retained(l->input)) {
		c.vintage = strcmp(vintage, "first") == 0 ? VINTAGE_FIRST :
			    strcmp(vintage, "last") == 0 ? VINTAGE_LAST : VINTAGE_NAMED;
		c.name = vintage;
	}
	return c;
}

/* ------------------------------------------------------------------ the key */

struct key { unsigned char *bytes; size_t length; };	/* without `bytes` it is measured alone */

static void put(struct key *k, const void *bytes, size_t length)
{
	if (k->bytes && length)
		memcpy(k->bytes + k->length, bytes, length);
	k->length += length;
}

static void put_all(struct key *k, const struct layout *l)
{
	const char *vintage = vintage_of(l->input);
	size_t spans = observation_spans(l->set), territories = observation_territories(l->set);
	size_t organisations = observation_organisations(l->set);
	const size_t counts[] = { l->rows, l->periods, l->combinations, spans, territories, organisations };
	const int others[] = { (int)l->missing, (int)l->over_parts, (int)l->over_time, l->first_month, l->own,
			       l->own_count, l->needed, l->group != NULL };

	put(k, counts, sizeof counts);
	put(k, others, sizeof others);
	put(k, vintage, strlen(vintage) + 1);
	put(k, l->own_at, l->periods * sizeof *l->own_at);
	put(k, l->own_of_span, spans * sizeof *l->own_of_span);
	put(k, l->whole, spans * sizeof *l->whole);
	for (int f = 0; f < FORCES; f++)
		put(k, l->row_of[f], l->combinations * sizeof *l->row_of[f]);
	if (l->group)
		put(k, l->group, l->combinations * sizeof *l->group);
	put(k, l->department_of, territories * sizeof *l->department_of);
	put(k, l->force_of, organisations * sizeof *l->force_of);
}

const void *input_layout_key(size_t *length, const struct layout *l)
{
	struct key k = { 0 };

	put_all(&k, l);
	k = (struct key){ .bytes = arena_alloc(l->a, k.length) };
	put_all(&k, l);
	*length = k.length;
	return k.bytes;
}
