/*
 * The catalogue and the published figures, as they are built in.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "parts.h"
#include "series.h"

static const char catalogue[] =
#define FILE_TEXT(path, text) text
#include "gen/catalogue.inc"
#undef FILE_TEXT
	;

static const char published[] =
#define FILE_TEXT(path, text) text
#include "gen/published.inc"
#undef FILE_TEXT
	;

/* A point of the file as a row of the interface: `note` and the like are the catalogue's. */
static json_t *row_of(const json_t *point)
{
	json_t *row = json_copy((json_t *)(uintptr_t)point);

	json_object_set_new(row, "dims", json_object());
	return row;
}

static bool seed_one(struct db_session *s, const json_t *entry, int32_t today, struct err *e)
{
	const char *code = arena_printf(e->arena, "published.%s",
					json_string_value(json_object_get(entry, "code")));
	struct series_lines lines = { .rows = json_array() };
	const json_t *point;
	struct series_recorded done;
	struct series series;
	size_t i;
	bool ok;

	json_array_foreach(json_object_get(entry, "points"), i, point)
		json_array_append_new(lines.rows, row_of(point));
	ok = series_load(&series, s, code, 0, e) &&
	     series_record(&done, s, &series, &lines, VIA_SEED, today, e);
	series_free(&series);
	json_decref(lines.rows);
	return ok;
}

static bool seed_published(struct db_session *s, struct err *e)
{
	json_t *file = NULL;
	const json_t *entry;
	bool ok = json_parse(&file, published, sizeof published - 1, e);
	size_t i;

	/* the real day: what was published does not depend on the one that a demonstration sets */
	if (ok)
		json_array_foreach(json_object_get(file, "series"), i, entry)
			ok = ok && seed_one(s, entry, (int32_t)(clock_now_us() / 86400000000), e);
	json_decref(file);
	return ok;
}

bool series_seed(struct db_session *s, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_series_save, (const char *[]){ catalogue }, e))
		return false;
	if (db_rows(r) > 0)
		return err_set(e, ERR_CONFLICT, MSG_SERIES_MEANING, db_text(r, 0, 0));
	return seed_published(s, e);
}
