/*
 * Loading observations: what was committed since the last time, in binary form.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "invented.h"

enum { LOAD_ROWS = 65536 };	/* of one answer, about: a batch is never cut */

struct observations {
	struct observation_set **set;	/* owned, each too */
	size_t count;
};

struct observations *observations_open(void)
{
	struct observations *all = calloc(1, sizeof *all);

	if (!all)
		abort();
	return all;
}

void observations_close(struct observations *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->count; i++) {
		columns_clear(all->set[i]);
		free(all->set[i]);
	}
	free(all->set);
	free(all);
}

struct observation_size observations_kept(const struct observations *all)
{
	struct observation_size sum = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		struct observation_size one = observations_size(all->set[i]);

		sum.rows += one.rows;
		sum.bytes += one.bytes;
		sum.loads += one.loads;
	}
	return sum;
}

static struct observation_set *find_set(struct observations *all, int64_t series_id, int64_t plan_id,
					enum set_kind kind)
{
	struct observation_set *new;

	for (size_t i = 0; i < all->count; i++)
		if (all->set[i]->series_id == series_id && all->set[i]->plan_id == plan_id &&
		    all->set[i]->kind == kind)
			return all->set[i];
	new = calloc(1, sizeof *new);
	all->set = reallocarray(all->set, all->count + 1, sizeof(struct observation_set *));
	if (!new || !all->set)
		abort();
	new->series_id = series_id;
	new->plan_id = plan_id;
	new->kind = kind;
	all->set[all->count++] = new;
	return new;
}

/* ------------------------------------------------------------------ rows */

static enum observation_state state_of(const char *text)
{
	return strcmp(text, "value") == 0 ? OBSERVED_VALUE :
	       strcmp(text, "missing") == 0 ? OBSERVED_MISSING :
	       strcmp(text, "suppressed") == 0 ? OBSERVED_SUPPRESSED : OBSERVED_NOT_APPLICABLE;
}

static bool take_rows(struct observation_set *set, const struct db_result *r, struct err *e)
{
	enum { TERRITORY, ORGANISATION, FROM, TO, DIMS, RECORDED, VINTAGE, RANK, STATE, VALUE, PROVISIONAL,
	       FICTITIOUS };

	for (int i = 0; i < db_rows(r); i++) {
		const struct column_fact fact = {
			.territory = db_text(r, i, TERRITORY), .dims = db_text(r, i, DIMS),
			.vintage = db_text(r, i, VINTAGE), .organisation = db_binary_whole(r, i, ORGANISATION),
			.recorded_us = db_binary_us(r, i, RECORDED), .from_on = db_binary_day(r, i, FROM),
			.to_on = db_binary_day(r, i, TO), .rank = (int)db_binary_whole(r, i, RANK),
			.state = state_of(db_text(r, i, STATE)), .value = db_binary_f64(r, i, VALUE),
			.provisional = db_binary_whole(r, i, PROVISIONAL),
			.fictitious = db_binary_whole(r, i, FICTITIOUS),
		};

		if (!columns_add(set, &fact)) {
			err_cause(e, "series %lld does not fit in columns", (long long)set->series_id);
			return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
		}
	}
	return true;
}

/* ------------------------------------------------------------------ batches */

static bool is_odd(const struct observation_set *set, int64_t batch)
{
	for (size_t i = 0; i < set->odds; i++)
		if (set->odd[i] == batch)
			return true;
	return false;
}

static void add_odd(struct observation_set *set, int64_t batch)
{
	set->odd = reallocarray(set->odd, set->odds + 1, sizeof *set->odd);
	if (!set->odd)
		abort();
	set->odd[set->odds++] = batch;
}

/* Loads the batches whose numbers are the bigint[] begun in `list`. */
static bool load_batches(struct observation_set *set, struct db_session *s, const char *list, struct err *e)
{
	db_result_auto *r = NULL;

	return db_fetch(&r, s, Q_observation_load, (const char *[]){ arena_printf(e->arena, "%s}", list) }, e) &&
	       take_rows(set, r, e);
}

/* The batches of observation_batches.sql, a few at a time. */
static bool load_all(struct observation_set *set, struct db_session *s, const struct db_result *r, struct err *e)
{
	char *list = arena_alloc(e->arena, (size_t)db_rows(r) * 21 + 2), *end = list;
	int64_t rows = 0;

	for (int i = 0; i < db_rows(r); i++) {
		int64_t batch = db_i64(r, i, 1);

		if (!batch || is_odd(set, batch))
			continue;
		if (db_bool(r, i, 3))
			add_odd(set, batch);
		end += sprintf(end, "%s%lld", end == list ? "{" : ",", (long long)batch);
		rows += db_i64(r, i, 2);
		if (rows < LOAD_ROWS)
			continue;
		if (!load_batches(set, s, list, e))
			return false;
		end = list;
		rows = 0;
	}
	return end == list || load_batches(set, s, list, e);
}

/* Another database answers, or an earlier state of it: what was read may not be its. */
static bool went_back(const struct observation_set *set, const char *snapshot)
{
	return set->snapshot && strtoull(snapshot, NULL, 10) < strtoull(set->snapshot, NULL, 10);
}

static bool load(struct observation_set *set, struct db_session *s, struct err *e)
{
	const char *plan = set->plan_id ? db_param_i64(e->arena, set->plan_id) : NULL;
	const char *series = db_param_i64(e->arena, set->series_id);
	size_t before = set->rows;
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_observation_batches, (const char *[]){ series, plan, set->snapshot }, e))
		return false;
	if (went_back(set, db_text(r, 0, 0))) {
		columns_clear(set);
		return load(set, s, e);
	}
	if (!load_all(set, s, r, e))
		return false;
	free(set->snapshot);
	set->snapshot = strdup(db_text(r, 0, 0));
	if (!set->snapshot)
		abort();
	if (set->rows > before)
		set->loads++;
	columns_sort(set);
	return true;
}

bool observations_load(struct observation_set **out, struct observations *all, struct db_session *s,
		       int64_t series_id, int64_t plan_id, struct err *e)
{
	struct observation_set *set = find_set(all, series_id, plan_id, SET_SAID);

	*out = set;
	if (load(set, s, e))
		return true;
	columns_clear(set);	/* part of it may be there: next time from the beginning */
	return false;
}

bool observations_read(struct observation_set **out, struct observations *all, struct db_session *s,
		       int64_t series_id, int64_t plan_id, const struct observation_part *part, struct err *e)
{
	struct observation_set *set = find_set(all, series_id, plan_id, SET_SAID);
	const char *plan = plan_id ? db_param_i64(e->arena, plan_id) : NULL;
	db_result_auto *r = NULL;
	bool ok;

	columns_clear(set);
	*out = set;
	ok = db_fetch(&r, s, Q_observation_read,
		      (const char *[]){ db_param_i64(e->arena, series_id), plan, part->territory,
					db_param_day(e->arena, part->from_on), db_param_day(e->arena, part->to_on),
					part->as_of, db_param_bool(part->standing) },
		      e) &&
	     take_rows(set, r, e);
	if (ok)
		columns_sort(set);
	else
		columns_clear(set);
	return ok;
}

/* ------------------------------------------------------------------ what is published */

/* Brings one to the publication `last`: they are numbered as they are committed, and nothing is added to one later. */
static bool load_published(struct observation_set *set, struct db_session *s, enum query query, int64_t last,
			   struct err *e)
{
	struct arena *a = e->arena;
	db_result_auto *r = NULL;

	if (last < set->publication)	/* another database answers, or an earlier state of it */
		columns_clear(set);
	if (last == set->publication)
		return true;
	if (!db_fetch(&r, s, query,
		      (const char *[]){ db_param_i64(a, set->series_id), db_param_i64(a, set->plan_id),
					db_param_i64(a, set->publication), db_param_i64(a, last) }, e) ||
	    !take_rows(set, r, e)) {
		columns_clear(set);
		return false;
	}
	set->publication = last;
	set->loads++;
	columns_sort(set);
	return true;
}

bool observations_published(struct observation_set **figures, struct observation_set **totals,
			    struct observations *all, struct db_session *s, int64_t series_id, int64_t plan_id,
			    struct err *e)
{
	db_result_auto *r = NULL;
	int64_t last;

	*figures = find_set(all, series_id, plan_id, SET_FIGURES);
	*totals = find_set(all, series_id, plan_id, SET_TOTALS);
	if (!db_run(&r, s, Q_publication_last, (const char *[]){ db_param_i64(e->arena, plan_id) }, e))
		return false;
	last = db_i64(r, 0, 0);
	return load_published(*figures, s, Q_published_figures, last, e) &&
	       load_published(*totals, s, Q_published_totals, last, e);
}

/* ------------------------------------------------------------------ what is invented */

struct making { struct observation_set *set; int64_t organisation; };

static bool add_invented(void *arg, const struct invented *f)
{
	struct making *m = arg;

	return columns_add(m->set, &(struct column_fact){
		.territory = f->territory, .dims = f->dims, .vintage = "", .organisation = m->organisation,
		.recorded_us = f->recorded_us, .from_on = f->from_on, .to_on = f->to_on, .state = OBSERVED_VALUE,
		.value = f->value, .provisional = f->provisional, .fictitious = true });
}

/* The figures of each organisation that would report the series; one that this database does not know is none, 0. */
static bool make_all(struct observation_set *set, struct invention *what, struct db_session *s, struct err *e)
{
	char *rest = arena_strdup(e->arena, invented_organisations(what->shape));

	for (char *code; (code = strsep(&rest, " ")); ) {
		struct making m = { .set = set };
		db_result_auto *r = NULL;

		if (!db_run(&r, s, Q_series_organisation, (const char *[]){ code }, e))
			return false;
		m.organisation = db_rows(r) > 0 ? db_i64(r, 0, 0) : 0;
		what->organisation = code;
		what->arg = &m;
		if (!invent(what))
			return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	}
	return true;
}

bool observations_invent(struct observation_set **out, struct observations *all, struct db_session *s,
			 const char *code, int64_t plan_id, const struct observation_days *days, struct err *e)
{
	int32_t present = invented_month(days->today) - 1, last = invented_month(days->to_on);
	struct invented_places places;
	struct series series = { 0 };
	struct invention what = {
		.arena = e->arena, .seed = 1, .places = &places, .shape = invented_shape_of(code), .series = &series,
		.first = invented_month(days->from_on), .last = last < present ? last : present, .present = present,
		.now_us = (days->today + 1) * INT64_C(86400000000), .take = add_invented,
	};
	bool ok = series_load(&series, s, code, plan_id, e) && invented_places(&places, s, e);

	if (ok) {
		*out = find_set(all, series.id, plan_id, SET_INVENTED);
		columns_clear(*out);
		ok = !what.shape || make_all(*out, &what, s, e);
		columns_sort(*out);
	}
	series_free(&series);
	return ok;
}
