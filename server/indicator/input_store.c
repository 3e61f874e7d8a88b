/*
 * What inputs need of the database: places, organisations, the catalogue, values of other
 * indicators, blockers, rosters.
 */
#include <string.h>

#include "clock.h"
#include "input_store.h"
#include "json.h"

static int32_t day_or_none(const char *text)
{
	int32_t day = DAY_NONE;

	return text && day_parse(&day, text) ? day : DAY_NONE;
}

static const struct axis *territory_axis(struct arena *a, const struct db_result *r, const char *level)
{
	const char **name = arena_alloc(a, ((size_t)db_rows(r) + 1) * sizeof *name);
	struct axis *out = arena_alloc(a, sizeof *out);

	*out = (struct axis){ .kind = AXIS_TERRITORY, .name = "territory", .member = name };
	for (int i = 0; i < db_rows(r); i++)
		if (strcmp(db_text(r, i, 1), level) == 0)
			name[out->count++] = arena_strdup(a, db_text(r, i, 0));
	return out;
}

static void take_territories(struct input_places *p, struct arena *a, const struct db_result *r)
{
	size_t d = 0;

	p->national = territory_axis(a, r, "national");
	p->region = territory_axis(a, r, "region");
	p->department = territory_axis(a, r, "department");
	p->population = arena_alloc(a, (p->department->count + 1) * sizeof *p->population);
	for (int i = 0; i < db_rows(r); i++)
		if (strcmp(db_text(r, i, 1), "department") == 0)
			p->population[d++] = db_f64(r, i, 2);
}

static void take_parents(struct input_places *p, struct arena *a, const struct db_result *r)
{
	p->parent = arena_alloc(a, ((size_t)db_rows(r) + 1) * sizeof *p->parent);
	for (int i = 0; i < db_rows(r); i++) {
		int32_t department = axis_at(p->department, db_text(r, i, 0));
		int32_t region = axis_at(p->region, db_text(r, i, 1));

		if (department >= 0 && region >= 0)
			p->parent[p->parents++] = (struct input_parent){
				(uint16_t)department, (uint16_t)region, day_or_none(db_text(r, i, 2)),
				day_or_none(db_text(r, i, 3))
			};
	}
}

static void take_organisations(struct input_places *p, struct arena *a, const struct db_result *r)
{
	p->organisations = (size_t)db_rows(r);
	p->organisation = arena_alloc(a, (p->organisations + 1) * sizeof *p->organisation);
	for (int i = 0; i < db_rows(r); i++) {
		const char *kind = db_text(r, i, 2);

		p->organisation[i] = (struct input_organisation){
			.id = db_i64(r, i, 0), .code = arena_strdup(a, db_text(r, i, 1)),
			.force = strcmp(kind, "police") == 0 ? FORCE_POLICE :
				 strcmp(kind, "gendarmerie") == 0 ? FORCE_GENDARMERIE : FORCE_NONE,
		};
	}
}

static bool take_series(struct input_catalogue *c, const struct db_result *r, struct err *e)
{
	struct arena *a = e->arena;

	c->series = arena_alloc(a, ((size_t)db_rows(r) + 1) * sizeof *c->series);
	for (int i = 0; i < db_rows(r); i++) {
		const char *dimensions = db_text(r, i, 8);
		json_t *parsed = NULL;

		if (!json_parse_any(&parsed, dimensions, strlen(dimensions), e))
			return false;
		c->series[c->count++] = (struct input_series){
			.id = db_i64(r, i, 0), .code = arena_strdup(a, db_text(r, i, 1)),
			.over_territories = arena_strdup(a, db_text(r, i, 2)),
			.over_time = arena_strdup(a, db_text(r, i, 3)),
			.step = strcmp(db_text(r, i, 4), "year") == 0 ? STEP_YEAR : STEP_MONTH,
			.by_plan = db_bool(r, i, 5), .sensitive = db_bool(r, i, 6),
			.delay_days = (int)db_i64(r, i, 7), .dimensions = parsed, .floor = (double)db_i64(r, i, 9),
		};
	}
	return true;
}

bool input_store_open(struct input_catalogue *out, struct db_session *s, struct err *e)
{
	struct db_result *r[5] = { NULL };
	const struct db_call calls[] = {
		{ Q_indicator_territories, NULL }, { Q_indicator_parents, NULL },
		{ Q_indicator_organisations, NULL }, { Q_indicator_series, NULL },
		{ Q_indicator_frequencies, NULL },
	};
	bool ok = db_run_all(r, s, calls, 5, e);

	*out = (struct input_catalogue){ 0 };
	if (ok) {
		take_territories(&out->places, e->arena, r[0]);
		take_parents(&out->places, e->arena, r[1]);
		take_organisations(&out->places, e->arena, r[2]);
		ok = take_series(out, r[3], e);
	}
	out->frequencies = r[4];
	for (int i = 0; i < 4; i++)
		db_result_free(r[i]);
	return ok;
}

void input_store_close(struct input_catalogue *c)
{
	for (size_t i = 0; i < c->count; i++)
		json_decref((json_t *)(uintptr_t)c->series[i].dimensions);
	c->count = 0;
	db_result_free(c->frequencies);
	c->frequencies = NULL;
}

const struct input_series *input_store_series(const struct input_catalogue *c, const char *code)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->series[i].code, code) == 0)
			return &c->series[i];
	return NULL;
}

/* ------------------------------------------------------------------ other indicators */

const char *input_store_frequency(const struct input_catalogue *c, const char *id)
{
	size_t length = strcspn(id, "@");
	const char *major = id[length] ? id + length + 1 : NULL;	/* NULL: the first one, that in force */

	for (int i = 0; i < db_rows(c->frequencies); i++) {
		const char *code = db_text(c->frequencies, i, 0);

		if (strncmp(code, id, length) == 0 && code[length] == '\0' &&
		    (!major || strcmp(major, db_text(c->frequencies, i, 1)) == 0))
			return db_text(c->frequencies, i, 2);
	}
	return NULL;
}

/* Whether the text "{provisional,carried}" has a word. */
static unsigned flags_of(const char *text)
{
	return (strstr(text, "provisional") ? (unsigned)STATE_PROVISIONAL : 0) |
	       (strstr(text, "carried") ? (unsigned)STATE_CARRIED : 0);
}

static uint8_t missing_state(const char *state, const char *reason)
{
	uint8_t known = reason ? state_of_reason(reason) : STATE_VALUE;

	if (strcmp(state, "not_applicable") == 0)
		return STATE_NOT_APPLICABLE;
	if (strcmp(state, "suppressed") == 0)
		return STATE_SUPPRESSED;
	return known == STATE_VALUE ? STATE_OTHER : known;
}

/* The places on the axis that lie within a period: from the result on to before *end. */
static size_t places_within(size_t *end, const struct axis *axis, const char *period)
{
	int step = (int)axis_step(axis), first = axis->count ? period_month(axis->member[0]) : 0;
	int from = period_month(period) - first, to = from + (int)period_length(period);

	*end = to < step ? 0 : (size_t)(to / step) < axis->count ? (size_t)(to / step) : axis->count;
	return from <= 0 ? 0 : (size_t)((from + step - 1) / step);
}

static void put_value(struct cube *c, size_t at, const struct db_result *r, int row)
{
	if (strcmp(db_text(r, row, 2), "value") == 0)
		cube_put(c, at, db_f64(r, row, 4), flags_of(db_text(r, row, 5)));
	else
		cube_put_missing(c, at, missing_state(db_text(r, row, 2), db_text(r, row, 3)));
}

bool input_store_values(const struct cube **out, const struct input_stage *st, struct db_session *s,
			int64_t plan_id, const json_t *input, bool shown, const char *as_of, struct err *e)
{
	const struct axis *axes[] = { st->territory, st->period };
	struct cube *c = cube_new(st->arena, axes, 2);
	const char *id = json_string_value(json_object_get(input, "id"));
	const char *missing = json_string_value(json_object_get(input, "missing")), *major = strchr(id, '@');
	db_result_auto *r = NULL;

	c->skip = !missing || strcmp(missing, "na") != 0;
	c->cover = arena_alloc(st->arena, (c->count + 1) * sizeof *c->cover);	/* whoever reported is behind them */
	*out = c;
	for (size_t i = 0; shown && i < c->count; i++)
		cube_put_missing(c, i, STATE_SUPPRESSED);
	if (!db_run(&r, s, Q_indicator_values_of,
		    (const char *[]){ db_param_i64(e->arena, plan_id),
				      arena_memdup(e->arena, id, strcspn(id, "@")),
				      major ? major + 1 : NULL, st->level, as_of, db_param_bool(shown) }, e))
		return false;
	for (int i = 0; i < db_rows(r); i++) {
		int32_t t = axis_at(st->territory, db_text(r, i, 0));
		size_t end, p = places_within(&end, st->period, db_text(r, i, 1));

		for (; t >= 0 && p < end; p++)
			put_value(c, (size_t)t * st->period->count + p, r, i);
	}
	if (missing && st->period->count)
		cube_fill(c, strcmp(missing, "zero") == 0 ? MISSING_ZERO : strcmp(missing, "carry") == 0 ?
			  MISSING_CARRY : strcmp(missing, "na") == 0 ? MISSING_NA : MISSING_SKIP, 0,
			  st->period->count - 1);
	return true;
}

bool input_store_cells(struct db_result **out, struct db_session *s, int64_t plan_id, const char *but,
		       const char *as_of, struct err *e)
{
	return db_run(out, s, Q_indicator_cells,
		      (const char *[]){ db_param_i64(e->arena, plan_id), but, as_of }, e);
}

bool input_store_blockers(struct db_result **out, struct db_session *s, int64_t plan_id, const char *as_of,
			  struct err *e)
{
	return db_run(out, s, Q_indicator_blockers, (const char *[]){ db_param_i64(e->arena, plan_id), as_of }, e);
}

bool input_store_roster(struct db_result **out, struct db_session *s, int64_t plan_id, const char *as_of,
			struct err *e)
{
	return db_run(out, s, Q_indicator_roster, (const char *[]){ db_param_i64(e->arena, plan_id), as_of }, e);
}
