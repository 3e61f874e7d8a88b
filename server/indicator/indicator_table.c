/*
 * All indicators of a plan as one table, as this person may see them.
 */
#include <string.h>

#include "csv.h"
#include "db.h"
#include "indicator.h"
#include "indicator_service.h"
#include "json.h"

static const char *const columns[] = {
	"indicator", "version", "level",     "territory",   "period",	"dims",	    "value",
	"state",     "reason",	"numerator", "denominator", "received", "expected", "flags",
	"low",	      "high",	  "extra",	"fictitious",	/* last: what reads the columns by place still does */
};

enum { COLUMNS = sizeof columns / sizeof *columns, BESIDE = 14, FICTITIOUS = COLUMNS - 1 };

/* A table that grows a row at a time. */
struct table {
	const char **cell;
	size_t rows, room;
	struct arena *a;
};

static const char **new_row(struct table *t)
{
	if (t->rows == t->room) {
		size_t room = t->room ? 2 * t->room : 1024;
		const char **cell = arena_alloc(t->a, room * COLUMNS * sizeof *cell);

		if (t->rows)
			memcpy(cell, t->cell, t->rows * COLUMNS * sizeof *cell);
		t->cell = cell;
		t->room = room;
	}
	return t->cell + t->rows++ * COLUMNS;
}

/* ------------------------------------------------------------------ one cell */

/* "profession=police;sex=female" */
static const char *members_text(struct arena *a, const json_t *dims)
{
	const char *out = "", *key;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)dims, key, member)
		out = arena_printf(a, "%s%s%s=%s", out, *out ? ";" : "", key, json_string_value(member));
	return out;
}

static const char *flags_text(struct arena *a, const json_t *flags)
{
	const char *out = "";
	const json_t *flag;
	size_t i;

	json_array_foreach(flags, i, flag)
		out = arena_printf(a, "%s%s%s", out, *out ? " " : "", json_string_value(flag));
	return out;
}

static const char *plain(struct arena *a, const json_t *v)
{
	return json_is_string(v) ? arena_strdup(a, json_string_value(v))
	       : v		 ? json_write(a, v)
				 : "";
}

/* `version` is that of the answer; a cell of another one says so itself. */
static void take_cell(struct table *t, const json_t *cell, const struct indicator_wanted *q, const char *version,
		      const char *fictitious)
{
	const json_t *coverage = json_object_get(cell, "coverage");
	const char **to = new_row(t);
	bool withheld = strcmp(json_string_value(json_object_get(cell, "state")), "suppressed") == 0;

	for (int i = 0; i < COLUMNS; i++)
		to[i] =
		    plain(t->a, json_object_get(i == 11 || i == 12 ? coverage : cell, columns[i]));
	to[0] = q->code;
	to[1] = *to[1] ? to[1] : version;
	to[2] = q->level;
	to[5] = members_text(t->a, json_object_get(cell, "dims"));
	to[13] = flags_text(t->a, json_object_get(cell, "flags"));
	to[FICTITIOUS] = fictitious;
	for (int i = BESIDE; withheld && i < FICTITIOUS; i++)
		to[i] = "";
}

/* ------------------------------------------------------------------ all of them */

static bool take_level(struct table *t, struct db_session *s, const struct indicator_wanted *q,
		       struct err *e)
{
	json_auto_t *body = NULL;
	db_result_auto *r = NULL;
	const char *version, *fictitious;
	const json_t *cell;
	size_t i;

	if (!indicator_values(&r, s, q, e) ||
	    !json_parse(&body, db_text(r, 0, 0), db_length(r, 0, 0), e))
		return false;
	version = plain(t->a, json_object_get(body, "version"));
	fictitious = plain(t->a, json_object_get(body, "fictitious"));
	json_array_foreach(json_object_get(body, "cells"), i, cell)
	    take_cell(t, cell, q, version, fictitious);
	return true;
}

bool indicator_values(struct db_result **out, struct db_session *s, const struct indicator_wanted *q,
		      struct err *e)
{
	return db_run(out, s, Q_indicator_values,
		      (const char *[]) { db_param_i64(e->arena, q->plan_id), q->code,
					 lang_code(q->lang), q->as_of, q->level, q->territory,
					 q->from, q->to, db_param_bool(q->exact), q->members },
		      e);
}

bool indicator_table(struct sheet *out, struct db_session *s, int64_t plan_id, const char *as_of,
		     enum lang lang, struct err *e)
{
	struct table t = { .a = e->arena };
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_indicator_tables, NULL, e))
		return false;
	for (int i = 0; i < db_rows(r); i++) {
		const struct indicator_wanted q = { .plan_id = plan_id,
						   .as_of = as_of,
						   .lang = lang,
						   .code = arena_strdup(t.a, db_text(r, i, 0)),
						   .level = arena_strdup(t.a, db_text(r, i, 1)),
						   .members = db_text(r, i, 2) };

		if (!take_level(&t, s, &q, e))
			return false;
	}
	*out = (struct sheet) {
		.columns = COLUMNS, .rows = (int)t.rows, .name = columns, .cell = t.cell
	};
	return true;
}
