/*
 * Protected form: inputs from publications, results without small counts.
 */
#include "protected.h"

#include <string.h>

#include "clock.h"
#include "json.h"
#include "observation.h"
#include "protect.h"

enum { WAYS_MAX = 16 };

/* ------------------------------------------------------------------ what may be shown */

bool protected_asked(bool *out, struct refresh *r, const json_t *inputs)
{
	json_auto_t *about = json_pack("{s:O}", "inputs", (json_t *)(uintptr_t)inputs);
	db_result_auto *rows = NULL;

	if (!db_run(&rows, &r->work->db, Q_plugin_sensitive, (const char *[]){ json_write(r->arena, about) }, r->e))
		return false;
	*out = db_rows(rows) > 0;
	return true;
}

bool protected_least(double *out, struct db_session *s, const char *metadata, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_protected_least, (const char *[]){ metadata }, e))
		return false;
	*out = db_null(r, 0, 0) ? 0 : protect_least(db_f64(r, 0, 0), db_null(r, 0, 1) ? 0 : db_f64(r, 0, 1));
	return true;
}

bool protected_open(struct protection *p, struct refresh *r, const struct indicator_todo *t, const char *as_of)
{
	struct arena *a = r->arena;
	db_result_auto *rows = NULL;
	const char **month;
	double least;

	if (!protected_least(&least, &r->work->db, json_write(a, t->plugin.about), r->e) ||
	    !db_run(&rows, &r->work->db, Q_publication_months,
		    (const char *[]){ db_param_i64(a, r->plan.id), as_of }, r->e))
		return false;
	month = arena_alloc(a, ((size_t)db_rows(rows) + 1) * sizeof *month);
	for (int i = 0; i < db_rows(rows); i++)
		month[i] = arena_strdup(a, db_text(rows, i, 0));
	*p = (struct protection){ .month = month, .months = (size_t)db_rows(rows), .least = protect_least(least, 0) };
	return true;
}

static bool month_shown(const struct protection *p, int month)
{
	for (size_t i = p->months; i-- > 0; )
		if (period_month(p->month[i]) == month)
			return true;
	return false;
}

bool protected_period(const struct protection *p, const char *period)
{
	int first = period_month(period), months = strchr(period, 'Q') ? 3 : strchr(period, '-') ? 1 : 12;

	for (int i = 0; i < months; i++)
		if (!month_shown(p, first + i))
			return false;
	return true;
}

/* ------------------------------------------------------------------ published totals */

/* The totals that an input may be put together from. */
struct totals {
	const struct input_stage *st;
	const struct input_series *series;
	const json_t *declared;
	const struct cube *cube;
	const char *way[WAYS_MAX * 4];	/* "", "age=minor" … */
	size_t ways;
	int first, months;		/* of the stage */
	/* way × place × month: what was published; STATE_NOT_REPORTED: nothing */
	struct published { double value; uint8_t state; } *one, *twelve;
};

/* The member of the cube's cell `k` of a place on the axis of a dimension, or NULL. */
static const char *member_on_axis(const struct cube *c, size_t k, const char *dimension)
{
	for (size_t i = c->axes - 1; i-- > 1; k /= c->axis[i]->count)
		if (strcmp(c->axis[i]->name, dimension) == 0)
			return c->axis[i]->member[k % c->axis[i]->count];
	return NULL;
}

static size_t way_number(struct totals *t, const char *text)
{
	for (size_t i = 0; i < t->ways; i++)
		if (strcmp(t->way[i], text) == 0)
			return i;
	t->way[t->ways] = text;
	return t->ways++;
}

/* The members of one dimension that count in cell `k`, as ways; 0: it does not narrow the cell. */
static size_t ways_of_dimension(size_t *way, struct totals *t, size_t k, const json_t *dimension)
{
	const char *id = json_string_value(json_object_get(dimension, "id"));
	const json_t *members = json_object_get(dimension, "members");
	const json_t *where = json_object_get(json_object_get(t->declared, "where"), id);
	const char *own = member_on_axis(t->cube, k, id);
	bool derived = json_object_get(dimension, "derived") != NULL;
	const char *taken[WAYS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(members); i++) {
		const char *m = json_string_value(json_object_get(json_array_get(members, i), "id"));

		if ((!own || strcmp(own, m) == 0) && (!where || input_lists(where, m)) && n < WAYS_MAX)
			taken[n++] = m;
	}
	/* not every organisation has a member of a derived dimension: all of them are fewer than all figures */
	if (n == json_array_size(members) && (!derived || (!own && !where)))
		return 0;
	for (size_t i = 0; i < n && t->ways < WAYS_MAX * 4; i++)
		way[i] = way_number(t, arena_printf(t->st->arena, "%s=%s", id, taken[i]));
	return n;
}

/* The totals that cell `k` of a place is the sum of; 0: it is none. */
static size_t ways_of_cell(size_t way[WAYS_MAX], struct totals *t, size_t k)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(t->series->dimensions); i++) {
		size_t more[WAYS_MAX], own = ways_of_dimension(more, t, k, json_array_get(t->series->dimensions, i));

		if (own > 0 && n > 0)
			return 0;	/* no totals by two dimensions */
		memcpy(own ? way : more, more, own * sizeof *more);
		n = own ? own : n;
	}
	if (n == 0 && t->ways < WAYS_MAX * 4)
		way[n++] = way_number(t, "");
	return n;
}

static struct published *slot(const struct totals *t, struct published *of, size_t way, size_t place, int month)
{
	return &of[(way * t->cube->axis[0]->count + place) * (size_t)t->months + (size_t)month];
}

static int month_of(int32_t day)
{
	struct day_text text = day_format(day);

	text.text[7] = '\0';
	return period_month(text.text);
}

static void read_totals(struct totals *t, const struct observation_set *set)
{
	struct observation_cursor c = { .set = set, .as_of_us = t->st->as_of_us };
	struct observation o;

	while (observation_next(&o, &c)) {
		struct observation_span span = observation_span(set, o.span);
		int32_t place = axis_at(t->cube->axis[0], observation_territory(set, o.territory));
		int month = month_of(span.to_on) - t->first;
		const char *dims = observation_dims(set, o.dims);

		if (place < 0 || month < 0 || month >= t->months || o.state == OBSERVED_MISSING)
			continue;
		for (size_t w = 0; w < t->ways; w++)
			if (strcmp(t->way[w], dims) == 0)
				*slot(t, month_of(span.from_on) == month_of(span.to_on) ? t->one : t->twelve, w,
				      (size_t)place, month) = (struct published){ o.value,
					o.state == OBSERVED_VALUE ? STATE_VALUE : STATE_SUPPRESSED };
	}
}

/* Adds up what was published of some ways; nothing of any: STATE_NOT_REPORTED. */
static struct published add_ways(const struct totals *t, struct published *of, const size_t *way, size_t ways,
				 size_t place, int month)
{
	struct published out = { 0, STATE_NOT_REPORTED };

	for (size_t i = 0; i < ways; i++) {
		struct published p = *slot(t, of, way[i], place, month);

		if (p.state == STATE_NOT_REPORTED || out.state == STATE_SUPPRESSED)
			continue;
		out.value += p.value;
		out.state = p.state;
	}
	return out;
}

/* The same over the months of a period of the stage. */
static struct published add_period(const struct totals *t, const size_t *way, size_t ways, size_t place, size_t p)
{
	int step = (int)axis_step(t->st->period);
	struct published out = { 0, STATE_NOT_REPORTED };

	if (step == STEP_YEAR)
		out = add_ways(t, t->twelve, way, ways, place, (int)p * step + step - 1);
	if (out.state == STATE_VALUE)
		return out;
	out = (struct published){ 0, STATE_NOT_REPORTED };
	for (int m = (int)p * step; m < ((int)p + 1) * step; m++) {
		struct published one = add_ways(t, t->one, way, ways, place, m);

		if (one.state == STATE_NOT_REPORTED || out.state == STATE_SUPPRESSED)
			continue;
		out.value += one.value;
		out.state = one.state;
	}
	return out;
}

/* ------------------------------------------------------------------ a series */

/* A cell that is a published total shows it. */
static void show_total(struct cube *c, struct cube *year, const struct totals *t, const size_t *way, size_t ways,
		       size_t place, size_t first, const bool *apart)
{
	size_t periods = t->st->period->count, alike = 0;

	for (size_t p = 0; p < periods; p++) {
		uint8_t state = c->state[first + p] & STATE_MASK;
		struct published total, sum;

		alike = apart[first + p] ? 0 : alike + 1;
		if (apart[first + p] || (state != STATE_VALUE && state != STATE_SUPPRESSED))
			continue;
		total = add_period(t, way, ways, place, p);
		if (total.state == STATE_VALUE)
			cube_put(c, first + p, total.value, c->state[first + p] & STATE_FLAGS);
		else if (total.state == STATE_SUPPRESSED)
			cube_put_missing(c, first + p, STATE_SUPPRESSED);
		if (axis_step(t->st->period) != STEP_MONTH || alike < STEP_YEAR)
			continue;
		sum = add_ways(t, t->twelve, way, ways, place, (int)p);
		if (sum.state == STATE_VALUE)
			cube_put(year, first + p, sum.value, 0);
	}
}

static void show_totals(struct cube *c, struct cube *year, struct totals *t, const struct observation_set *set,
			const bool *apart)
{
	size_t places = c->axis[0]->count, periods = t->st->period->count;
	size_t dims = places && periods ? c->count / places / periods : 0, way[WAYS_MAX], size;

	for (size_t k = 0; k < dims; k++)
		ways_of_cell(way, t, k);
	size = (t->ways + 1) * places * (size_t)t->months;
	t->one = arena_alloc(t->st->arena, (size + 1) * sizeof *t->one);
	t->twelve = arena_alloc(t->st->arena, (size + 1) * sizeof *t->twelve);
	for (size_t i = 0; i < size; i++)
		t->one[i].state = t->twelve[i].state = STATE_NOT_REPORTED;
	read_totals(t, set);
	for (size_t k = 0; k < dims; k++) {
		size_t ways = ways_of_cell(way, t, k);

		for (size_t place = 0; ways > 0 && place < places; place++)
			show_total(c, year, t, way, ways, place, (place * dims + k) * periods, apart);
	}
}

/* Months that are not published tell nothing, and neither do counts that the plugin holds to be small. */
static void hide(struct cube *c, const struct protection *p, double floor)
{
	const struct axis *period = c->axis[c->axes - 1];
	double least = protect_shown_least(p->least, floor);

	for (size_t at = 0; at < period->count; at++) {
		bool shown = protected_period(p, period->member[at]);

		for (size_t cell = at; cell < c->count; cell += period->count)
			if (!shown || ((c->state[cell] & STATE_MASK) == STATE_VALUE &&
				       protect_small(c->value[cell], least)))
				cube_put_missing(c, cell, STATE_SUPPRESSED);
	}
}

/* Is it a plain sum, as totals are? */
static bool adds_up(const struct input_series *series, const json_t *declared)
{
	const char *agg = json_string_value(json_object_get(declared, "agg"));
	const char *over = json_string_value(json_object_get(declared, "over_time"));

	return strcmp(agg ? agg : series->over_territories, "sum") == 0 &&
	       strcmp(over ? over : series->over_time, "mean") != 0;
}

bool protected_series(struct data *d, struct data_input *in, const char *const *dims)
{
	struct totals t = { .st = d->stage, .series = in->series, .declared = in->declared };
	struct observation_set *figures, *totals;
	struct cube *c, *year;
	bool *apart;

	if (!observations_published(&figures, &totals, d->r->work->observed, &d->r->work->db, in->series->id,
				    d->r->plan.id, d->r->e))
		return false;
	c = (struct cube *)(uintptr_t)input_series(d->stage, figures, in->series, in->declared, dims, &apart);
	year = cube_new(d->r->arena, c->axis, c->axes);
	t.cube = c;
	t.first = d->stage->period->count ? period_month(d->stage->period->member[0]) : 0;
	t.months = (int)(d->stage->period->count * axis_step(d->stage->period));
	if (adds_up(in->series, in->declared))
		show_totals(c, year, &t, totals, apart);
	hide(c, d->shown, in->series->floor);
	hide(year, d->shown, in->series->floor);
	in->cube = c;
	in->year = year;
	return true;
}

/* ------------------------------------------------------------------ results */

void protected_tell_basis(json_t *answer, struct arena *a, enum lang lang)
{
	const char *const none[MSG_ARGS] = { 0 };

	json_object_set_new(answer, "basis", json_string("published"));
	json_object_set_new(answer, "basis_text", json_string(msg_text(a, MSG_BASIS_PUBLISHED, lang, none)));
}

json_t *protected_hidden(const char *level, const char *territory, const char *period)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:[]}", "level", level, "territory", territory, "period", period,
			 "state", "suppressed", "reason", "small_count", "flags");
}

static const char *text(const json_t *cell, const char *field)
{
	const char *value = json_string_value(json_object_get(cell, field));

	return value ? value : "";
}

/* Do the counts that the cell names, its complement included, give one away? */
static bool rests_on_small(const struct data *d, const json_t *cell)
{
	const json_t *numerator = json_object_get(cell, "numerator");
	const json_t *denominator = json_object_get(cell, "denominator");
	const json_t *more = json_object_get(cell, "protects");
	double *count = arena_alloc(d->r->arena, (json_array_size(more) + 1) * sizeof *count);

	for (size_t i = 0; i < json_array_size(more); i++)
		count[i] = json_number_value(json_array_get(more, i));
	return protect_rests_on_small(
		&(struct protect_counts){ .has_numerator = numerator != NULL, .numerator = json_number_value(numerator),
					  .has_denominator = denominator != NULL,
					  .denominator = json_number_value(denominator), .more = count,
					  .mores = json_array_size(more) },
		d->shown->least);
}

json_t *protected_results(const struct data *d, const json_t *results, bool every)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(results); i++) {
		json_t *cell = json_array_get(results, i);
		const char *state = text(cell, "state");
		bool published = protected_period(d->shown, text(cell, "period"));

		if (!published && !every)
			continue;
		if (!published || strcmp(state, "suppressed") == 0 ||
		    (strcmp(state, "value") == 0 && rests_on_small(d, cell))) {
			json_t *hidden = protected_hidden(text(cell, "level"), text(cell, "territory"),
							  text(cell, "period"));

			json_object_set_new(hidden, "dims", json_string(text(cell, "dims")));
			json_array_append_new(out, hidden);
			continue;
		}
		json_array_append(out, cell);
		if (strcmp(state, "value") == 0)
			json_array_append_new(json_object_get(cell, "flags"), json_string("rounded"));
	}
	return out;
}
