/*
 * A month is published: the figures of each sensitive series as they are known
 * now, in protected form, with their totals, all in one transaction.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "json.h"
#include "log.h"
#include "parts.h"
#include "publication_rules.h"
#include "series.h"
#include "text.h"

struct work {
	struct db_session *s;
	struct arena *a;			/* of one series */
	struct err *e;
	const char *plan, *publication, *period, *last_day;
	const char *series;			/* its id */
	bool by_force;
	struct names places, ways, owners;	/* territories; ways to group: "", "age=minor", "@12"; who reports */
	struct publication_table table;
	struct db_result *rows;			/* the figures; owned */
};

/* ------------------------------------------------------------------ reading */

enum { C_BACK, C_ID, C_ABOVE, C_ORGANISATION, C_KIND, C_DIMS, C_SAID, C_COUNT, C_SHOWN, C_REASON, C_PROVISIONAL,
       C_FICTITIOUS, C_FLOOR };

/* The places above a figure and the ways to group it, as numbers. */
struct where { int32_t place[8], way[16]; int places, ways; };

/* Each part of a text between separators, as numbers. */
static int split(int32_t *out, int max, struct names *names, const char *text, char separator, struct arena *a)
{
	const char ends[] = { separator, '\0' };
	int n = 0;

	while (*text && n < max) {
		size_t len = strcspn(text, ends);

		out[n++] = name_number(names, arena_memdup(a, text, len), a);
		text += len + (text[len] == separator);
	}
	return n;
}

static void find_groups(struct where *out, struct work *w, int row)
{
	const char *kind = db_text(w->rows, row, C_KIND), *organisation = db_text(w->rows, row, C_ORGANISATION);

	out->places = split(out->place, 8, &w->places, db_text(w->rows, row, C_ABOVE), ' ', w->a);
	out->ways = 0;
	out->way[out->ways++] = name_number(&w->ways, "", w->a);
	if (organisation)
		out->way[out->ways++] = name_number(&w->ways, arena_printf(w->a, "@%s", organisation), w->a);
	if (w->by_force && kind && (strcmp(kind, "police") == 0 || strcmp(kind, "gendarmerie") == 0))
		out->way[out->ways++] = name_number(&w->ways, arena_printf(w->a, "force=%s", kind), w->a);
	out->ways += split(out->way + out->ways, 16 - out->ways, &w->ways, db_text(w->rows, row, C_DIMS), ';', w->a);
}

static void read_figure(struct publication_figure *f, struct work *w, int row)
{
	const struct db_result *r = w->rows;
	const char *said = db_text(r, row, C_SAID);

	*f = (struct publication_figure){
		.id = db_i64(r, row, C_ID), .back = (int)db_i64(r, row, C_BACK), .count = db_i64(r, row, C_COUNT),
		.counted = strcmp(said, "value") == 0, .applicable = strcmp(said, "not_applicable") != 0,
		.fictitious = db_bool(r, row, C_FICTITIOUS),
		.owner = db_null(r, row, C_ORGANISATION) ? -1 :
			 name_number(&w->owners, db_text(r, row, C_ORGANISATION), w->a),
		.shown = db_null(r, row, C_SHOWN) ? PROTECT_HIDDEN : db_i64(r, row, C_SHOWN),
	};
	/* a floor that changed meanwhile: months hidden by different rules are not added up */
	if (f->back > 0 && db_i64(r, row, C_FLOOR) != w->table.floor)
		w->table.rolling = false;
}

static void place_figures(struct work *w, const struct where *where)
{
	for (int32_t i = 0; i < w->table.figures; i++) {
		struct publication_figure *f = &w->table.figure[i];

		for (int p = 0; p < where[i].places; p++)
			for (int k = 0; k < where[i].ways && f->groups < TOTALS_OF_FIGURE; k++)
				f->group[f->groups++] = where[i].place[p] * w->ways.count + where[i].way[k];
	}
	w->table.groups = w->places.count * w->ways.count;
}

static bool read_figures(struct work *w)
{
	struct where *where;
	int n;

	if (!db_run(&w->rows, w->s, Q_publication_cells,
		    (const char *[]){ w->series, w->plan, w->period, w->last_day, db_param_bool(w->table.rolling) },
		    w->e))
		return false;
	n = db_rows(w->rows);
	where = arena_alloc(w->a, ((size_t)n + 1) * sizeof *where);
	w->table.figure = arena_alloc(w->a, ((size_t)n + 1) * sizeof *w->table.figure);
	w->table.figures = n;
	for (int i = 0; i < n; i++) {
		find_groups(&where[i], w, i);
		read_figure(&w->table.figure[i], w, i);
	}
	place_figures(w, where);
	return true;
}

/* The number of a text that some figure had, or -1. */
static int32_t known(const struct names *names, const char *text)
{
	for (int32_t i = 0; i < names->count; i++)
		if (strcmp(names->text[i], text) == 0)
			return i;
	return -1;
}

static bool read_before(struct work *w)
{
	db_result_auto *r = NULL;

	if (!w->table.rolling)
		return true;
	if (!db_run(&r, w->s, Q_publication_before, (const char *[]){ w->series, w->plan, w->last_day }, w->e))
		return false;
	w->table.before = arena_alloc(w->a, ((size_t)db_rows(r) + 1) * sizeof *w->table.before);
	for (int i = 0; i < db_rows(r); i++) {
		const char *organisation = db_text(r, i, 3);
		int32_t place = known(&w->places, db_text(r, i, 2));
		int32_t way = known(&w->ways, organisation ? arena_printf(w->a, "@%s", organisation) :
							     db_text(r, i, 4));

		if (place < 0 || way < 0)
			continue;
		w->table.before[w->table.befores++] = (struct publication_total){
			.group = place * w->ways.count + way, .months = (int)db_i64(r, i, 1),
			.back = (int)db_i64(r, i, 0),
			.shown = db_null(r, i, 5) ? PROTECT_HIDDEN : db_i64(r, i, 5),
			.of_all = db_i64(r, i, 6) == 1 };
	}
	return true;
}

/* ------------------------------------------------------------------ writing */

static json_t *figures_json(const struct work *w)
{
	json_t *out = json_array();

	for (int32_t i = 0; i < w->table.figures; i++) {
		const struct publication_figure *f = &w->table.figure[i];
		bool shown = f->counted && f->shown != PROTECT_HIDDEN;

		if (f->back != 0)
			continue;
		json_array_append_new(out, json_pack("{s:I, s:s, s:o, s:s?, s:b, s:b, s:o}", "id", (json_int_t)f->id,
			"state", !f->counted ? db_text(w->rows, i, C_SAID) : shown ? "value" : "suppressed",
			"value", shown ? json_integer(f->shown) : json_null(),
			"reason", !f->counted ? db_text(w->rows, i, C_REASON) : shown ? NULL : "small_count",
			"provisional", db_bool(w->rows, i, C_PROVISIONAL), "fictitious", (int)f->fictitious,
			"count", f->counted ? json_integer(f->count) : json_null()));
	}
	return out;
}

static json_t *totals_json(const struct work *w)
{
	json_t *out = json_array();

	for (int32_t i = 0; i < w->table.totals; i++) {
		const struct publication_total *p = w->table.total[i];
		const char *way = w->ways.text[p->group % w->ways.count];
		bool shown = p->received > 0 && p->shown != PROTECT_HIDDEN;

		if (p->expected == 0)
			continue;
		json_array_append_new(out, json_pack("{s:s, s:s?, s:s, s:i, s:s, s:o, s:i, s:i, s:b}",
			"territory", w->places.text[p->group / w->ways.count],
			"organisation", *way == '@' ? way + 1 : NULL,
			"dims", *way == '@' ? "" : way, "months", p->months,
			"state", p->received == 0 ? "missing" : shown ? "value" : "suppressed",
			"value", shown ? json_integer(p->shown) : json_null(),
			"received", (int)p->received, "expected", (int)p->expected, "fictitious", (int)p->fictitious));
	}
	return out;
}

static bool write_series(struct publication_counts *out, struct work *w)
{
	json_auto_t *figures = figures_json(w), *totals = totals_json(w);
	db_result_auto *r = NULL;

	if (!db_run(&r, w->s, Q_publication_write,
		    (const char *[]){ w->publication, w->plan, w->series, w->last_day, json_write(w->a, figures),
				      json_write(w->a, totals), db_param_i64(w->a, w->table.floor) }, w->e))
		return false;
	out->series++;
	out->figures += (int)db_i64(r, 0, 0);
	out->totals += (int)db_i64(r, 0, 1);
	out->unproved += w->table.unproved;
	return true;
}

/* ------------------------------------------------------------------ all of it */

static bool publish_series(struct publication_counts *out, const struct work *of, const struct db_result *r, int row,
			   bool rolling)
{
	struct arena arena;
	struct work w = *of;
	bool ok;

	arena_init(&arena);
	w.a = &arena;
	w.series = arena_strdup(&arena, db_text(r, row, db_column(r, "id")));
	w.by_force = db_bool(r, row, db_column(r, "by_force"));
	w.table.floor = db_i64(r, row, db_column(r, "floor"));
	w.table.adds_up = db_bool(r, row, db_column(r, "adds_up"));
	w.table.rolling = rolling && w.table.adds_up && db_bool(r, row, db_column(r, "rolls"));
	ok = read_figures(&w) && read_before(&w);
	if (ok) {
		publication_decide(&w.table, &arena);
		if (w.table.unproved > 0)
			log_event(LOG_WARN, "publication_unproved", "period", w.period, "series",
				  db_text(r, row, db_column(r, "code")), "counts",
				  arena_printf(&arena, "%d", (int)w.table.unproved));
		ok = write_series(out, &w);
	}
	db_result_free(w.rows);
	arena_free(&arena);
	return ok;
}

static bool publish(struct publication_counts *out, struct work *w, const struct series_period *p)
{
	db_result_auto *locked = NULL, *added = NULL, *series = NULL;
	bool rolling;

	if (!db_run(&locked, w->s, Q_publication_lock, (const char *[]){ w->plan }, w->e))
		return false;
	if (db_rows(locked) > 0 && db_bool(locked, 0, 0))
		return err_set(w->e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (!db_run(&added, w->s, Q_publication_add,
		    (const char *[]){ w->plan, w->period, day_format(p->from_on).text, w->last_day }, w->e) ||
	    !db_run(&series, w->s, Q_publication_series, (const char *[]){ w->plan }, w->e))
		return false;
	out->id = db_i64(added, 0, 0);
	w->publication = db_param_i64(w->e->arena, out->id);
	rolling = db_bool(added, 0, 1);
	for (int i = 0; i < db_rows(series); i++)
		if (!publish_series(out, w, series, i, rolling))
			return false;
	return true;
}

bool publication_make(struct publication_counts *out, struct db_session *s, int64_t plan_id, const char *period,
		      int32_t today, struct err *e)
{
	struct series_period p;
	struct work w = { .s = s, .e = e, .plan = db_param_i64(e->arena, plan_id), .period = period };

	*out = (struct publication_counts){ 0 };
	if (!series_period_read(&p, period) || p.kind != 'm')
		return err_add(e, "#/period", MSG_MONTH_WRONG, period);
	if (p.to_on >= today)
		return err_add(e, "#/period", MSG_MONTH_OPEN, period);
	w.last_day = arena_strdup(e->arena, day_format(p.to_on).text);
	if (s->tx)
		return publish(out, &w, &p);
	if (!db_begin(s, e))
		return false;
	if (publish(out, &w, &p) && db_commit(s, e))
		return true;
	db_rollback(s);
	return false;
}

/* Asked under the lock of publications, so that nobody publishes it meanwhile. */
static bool is_published(bool *out, struct db_session *s, const char *plan, const char *period, struct err *e)
{
	db_result_auto *locked = NULL, *months = NULL;

	*out = false;
	if (!db_run(&locked, s, Q_publication_lock, (const char *[]){ plan }, e) ||
	    !db_run(&months, s, Q_publication_months, (const char *[]){ plan, NULL }, e))
		return false;
	for (int i = 0; i < db_rows(months); i++)
		*out = *out || strcmp(db_text(months, i, 0), period) == 0;
	return true;
}

bool publication_ensure(struct publication_counts *out, struct db_session *s, int64_t plan_id, const char *period,
			int32_t today, struct err *e)
{
	bool own = !s->tx, there, ok;
	struct series_period p;

	*out = (struct publication_counts){ 0 };
	if (series_period_read(&p, period) && p.to_on >= today)
		return true;
	if (own && !db_begin(s, e))
		return false;
	ok = is_published(&there, s, db_param_i64(e->arena, plan_id), period, e) &&
	     (there || publication_make(out, s, plan_id, period, today, e));
	if (own && ok)
		return db_commit(s, e);
	if (own)
		db_rollback(s);
	return ok;
}

/* ------------------------------------------------------------------ read again */

bool publication_totals(struct db_result **out, struct db_session *s, const struct series *series,
			const struct series_asked *asked, int max, struct err *e)
{
	if (!db_run(out, s, Q_total_rows,
		    (const char *[]){ db_param_i64(e->arena, series->id), db_param_i64(e->arena, series->plan_id),
				      asked->as_of, asked->filters, db_param_i64(e->arena, (int64_t)max + 1) }, e))
		return false;
	return db_rows(*out) <= max ||
	       err_add_param(e, "from", MSG_NARROW_ROWS, arena_printf(e->arena, "%d", max));
}
