/*
 * Series in the database: found, written, read.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "json.h"
#include "series.h"
#include "series_rules.h"
#include "text.h"

enum { CHUNK = 5000 };

/* ------------------------------------------------------------------ finding */

static bool no_series(struct db_session *s, const char *code, struct err *e)
{
	db_result_auto *r = NULL;
	const char **codes, *near;

	if (!db_run(&r, s, Q_series_codes, (const char *[]){ "en" }, e))
		return false;
	codes = arena_alloc(e->arena, ((size_t)db_rows(r) + 1) * sizeof *codes);
	for (int i = 0; i < db_rows(r); i++)
		codes[i] = db_text(r, i, 0);
	near = text_nearest(code, codes);
	return near ? err_set(e, ERR_NOT_FOUND, MSG_NO_SERIES_HINT, code, arena_strdup(e->arena, near)) :
		      err_set(e, ERR_NOT_FOUND, MSG_NO_SERIES, code);
}

/* Parses JSON that the database wrote. */
static bool parsed(json_t **out, const char *text, struct err *e)
{
	return json_parse_any(out, text, strlen(text), e);
}

static bool flag(const struct db_result *r, const char *column)
{
	return db_bool(r, 0, db_column(r, column));
}

static const char *copy(struct arena *a, const struct db_result *r, const char *column)
{
	return arena_strdup(a, db_text(r, 0, db_column(r, column)));
}

bool series_find(struct series *out, struct db_session *s, const char *code, int64_t plan_id,
		 struct err *e)
{
	const char *plan = plan_id ? db_param_i64(e->arena, plan_id) : NULL;
	db_result_auto *r = NULL;

	*out = (struct series){ .plan_id = plan_id };
	if (!db_run(&r, s, Q_series_find, (const char *[]){ code, plan }, e))
		return false;
	if (db_rows(r) == 0)
		return no_series(s, code, e);
	out->id = db_i64(r, 0, db_column(r, "id"));
	out->code = arena_strdup(e->arena, code);
	out->level = copy(e->arena, r, "level");
	out->periodicity = copy(e->arena, r, "periodicity");
	out->whole = flag(r, "whole");
	out->sensitive = flag(r, "sensitive");
	out->by_organisation = flag(r, "by_organisation");
	out->by_plan = flag(r, "by_plan");
	out->irregular = flag(r, "irregular");
	out->archived = flag(r, "archived");
	out->dimensions_text = copy(e->arena, r, "dimensions");
	out->organisations_text = copy(e->arena, r, "organisations");
	return true;
}

bool series_open(struct series *s, struct err *e)
{
	return parsed(&s->dimensions, s->dimensions_text, e) &&
	       parsed(&s->organisations, s->organisations_text, e);
}

bool series_load(struct series *out, struct db_session *s, const char *code, int64_t plan_id,
		 struct err *e)
{
	return series_find(out, s, code, plan_id, e) && series_open(out, e);
}

void series_free(struct series *s)
{
	json_decref(s->dimensions);
	json_decref(s->organisations);
}

/* ------------------------------------------------------------------ writing */

static const char *plan_param(struct arena *a, const struct series *series)
{
	return series->by_plan ? db_param_i64(a, series->plan_id) : NULL;
}

static bool write_chunk(struct series_recorded *out, struct db_session *s, const struct series *series,
			const json_t *rows, const char *via, struct err *e)
{
	const char *id = db_param_i64(e->arena, series->id), *plan = plan_param(e->arena, series);
	const char *text = json_write(e->arena, rows);
	struct db_result *r[2] = { NULL, NULL };
	const struct db_call calls[] = {
		{ Q_figure_ensure, (const char *[]){ id, plan, text } },
		{ Q_observation_add, (const char *[]){ id, plan, text, via } },
	};
	bool ok = db_run_all(r, s, calls, 2, e);

	if (ok) {
		out->batch_id = db_i64(r[1], 0, 0);
		out->added += db_i64(r[1], 0, 1);
		out->revised += db_i64(r[1], 0, 2);
		out->same += db_i64(r[1], 0, 3);
	}
	db_result_free(r[0]);
	db_result_free(r[1]);
	return ok;
}

static bool write_chunks(struct series_recorded *out, struct db_session *s, const struct series *series,
			 const json_t *rows, const char *via, struct err *e)
{
	for (size_t i = 0; i < json_array_size(rows); i += CHUNK) {
		json_auto_t *part = json_array();

		for (size_t j = i; j < i + CHUNK && j < json_array_size(rows); j++)
			json_array_append(part, json_array_get(rows, j));
		if (!write_chunk(out, s, series, part, via, e))
			return false;
	}
	return true;
}

bool series_write(struct series_recorded *out, struct db_session *s, const struct series *series,
		  const json_t *rows, const char *via, struct err *e)
{
	*out = (struct series_recorded){ 0 };
	if (s->tx || json_array_size(rows) <= CHUNK)
		return write_chunks(out, s, series, rows, via, e);
	if (!db_begin(s, e))
		return false;
	if (write_chunks(out, s, series, rows, via, e) && db_commit(s, e))
		return true;
	db_rollback(s);
	return false;
}

bool series_record(struct series_recorded *out, struct db_session *s, const struct series *series,
		   const struct series_lines *lines, const char *via, int32_t today, struct err *e)
{
	db_result_auto *r = NULL;
	json_t *scope = NULL, *rows = NULL;
	struct series_rights rights;
	bool ok;

	*out = (struct series_recorded){ 0 };
	if (!db_run(&r, s, Q_series_scope, (const char *[]){ plan_param(e->arena, series) }, e) ||
	    !parsed(&scope, db_text(r, 0, db_column(r, "scope")), e))
		return false;
	rights = (struct series_rights){ flag(r, "everywhere"), scope };
	ok = series_rows_check(&rows, series, &rights, lines, today, e);
	if (ok && series->archived)
		ok = err_set(e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	ok = ok && series_write(out, s, series, rows, via, e);
	json_decref(rows);
	json_decref(scope);
	return ok;
}

bool series_record_rows(struct db_session *s, int64_t plan_id, const char *code, const json_t *rows,
			const char *const *at, int32_t today, struct err *e)
{
	const struct series_lines lines = { .rows = (json_t *)(uintptr_t)rows, .at = at };
	struct series_recorded done;
	struct series series;
	bool ok;

	ok = series_load(&series, s, code, plan_id, e) &&
	     series_record(&done, s, &series, &lines, VIA_REPORT, today, e);
	series_free(&series);
	return ok;
}

/* ------------------------------------------------------------------ reading */

/* One row more than `max`, where there are more. */
static bool read_rows(struct db_result **out, struct db_session *s, const struct series *series,
		      const struct series_asked *asked, int max, struct err *e)
{
	return db_run(out, s, Q_observation_rows,
		      (const char *[]){ db_param_i64(e->arena, series->id), plan_param(e->arena, series),
					asked->as_of, asked->filters, db_param_bool(asked->exact),
					db_param_i64(e->arena, (int64_t)max + 1) }, e);
}

static bool too_many(int max, struct err *e)
{
	char limit[24];

	snprintf(limit, sizeof limit, "%d", max);
	return err_add_param(e, "from", MSG_NARROW_ROWS, limit);
}

bool series_read(struct db_result **out, struct db_session *s, const struct series *series,
		 const struct series_asked *asked, int max, struct err *e)
{
	return read_rows(out, s, series, asked, max, e) && (db_rows(*out) <= max || too_many(max, e));
}

bool series_opened(struct db_session *s, const struct series *series, struct err *e)
{
	db_result_auto *r = NULL;

	return db_run(&r, s, Q_series_opened,
		      (const char *[]){ db_param_i64(e->arena, series->id), plan_param(e->arena, series) }, e);
}

/* How many of the rows, in the order of their days, are whole periods, at most `max`; where the next one ends. */
static int whole_periods(const char **next, const struct db_result *r, int max, struct arena *a)
{
	int to_on = db_column(r, "to_on"), rows = db_rows(r);

	*next = NULL;
	if (rows <= max)
		return rows;
	*next = arena_strdup(a, db_text(r, max, to_on));
	for (rows = max; rows > 0 && strcmp(db_text(r, rows - 1, to_on), *next) == 0;)
		rows--;
	return rows;
}

bool series_export_part(struct series_part *p, struct db_session *s, int64_t plan_id, const char *code, struct err *e)
{
	const struct series_asked asked = {
		p->as_of, p->from ? arena_printf(e->arena, "{\"from\": \"%s\"}", p->from) : "{}", false };
	db_result_auto *r = NULL;
	struct series series = { 0 };
	bool ok = series_load(&series, s, code, plan_id, e) && read_rows(&r, s, &series, &asked, p->rows_max, e);

	p->bytes = NULL;
	if (ok) {
		int rows = whole_periods(&p->from, r, p->rows_max, e->arena);

		if (rows > 0 || !p->from)
			p->bytes = series_csv_write(&p->len, e->arena, &series, r, rows);
	}
	series_free(&series);
	return ok;
}

bool series_export(const char **out, size_t *len, struct db_session *s, int64_t plan_id, const char *code,
		   const char *as_of, struct err *e)
{
	struct series_part whole = { .as_of = as_of, .rows_max = CSV_ROWS_MAX };

	if (!series_export_part(&whole, s, plan_id, code, e))
		return false;
	*out = whole.bytes;
	*len = whole.len;
	return !whole.from || too_many(CSV_ROWS_MAX, e);
}
