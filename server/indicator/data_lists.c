/*
 * Lists that indicators read, period by period: the actions and blockers known at its end, the
 * answers that were expected of it.
 */
#include <string.h>

#include "clock.h"
#include "indicator_data.h"
#include "indicator_rules.h"

enum { HEIGHT = 3, EXPECTED, RECEIVED, CARRIED };	/* columns of indicator_rows.sql */

bool data_fine(const struct data_input *in)
{
	return json_object_get(in->declared, "grain") != NULL;
}

/* Does any input read this kind of list?  Of actions: of deployments at every level, or not. */
static bool reads(const struct data *d, const char *kind, bool fine)
{
	for (size_t i = 0; i < d->inputs; i++)
		if (strcmp(d->input[i].kind, kind) == 0 && data_fine(&d->input[i]) == fine)
			return true;
	return false;
}

bool data_told_load(struct data_told *out, struct data *d, int32_t first, int32_t last)
{
	struct refresh *r = d->r;
	struct db_session *db = &r->work->db;
	int64_t end_us = day_end_us(last, r->plan.time_zone);
	bool open = last >= r->plan.today;
	int32_t day = open ? r->plan.today : last;
	const char *as_of = open || d->as_of_us < end_us ? d->as_of :
			    arena_strdup(r->arena, instant_format(end_us).text);

	*out = (struct data_told){ 0 };
	for (int fine = 0; fine < 2; fine++)
		if (reads(d, "actions", fine) &&
		    !indicator_store_rows(&out->actions[fine], db, r->arena, r->plan.id, as_of, day, first, fine,
					  r->e))
			return false;
	return !reads(d, "blockers", false) ||
	       input_store_blockers(&out->blockers, db, r->plan.id, as_of, r->e);
}

void data_told_free(struct data_told *t)
{
	db_result_free(t->actions[0]);
	db_result_free(t->actions[1]);
	db_result_free(t->blockers);
	*t = (struct data_told){ 0 };
}

struct cover data_told_cover(const struct db_result *actions, int row)
{
	return (struct cover){ (uint32_t)db_i64(actions, row, RECEIVED), (uint32_t)db_i64(actions, row, EXPECTED) };
}

bool data_told_carried(const struct db_result *actions, int row, const struct data_input *in)
{
	const char *missing = json_string_value(json_object_get(in->declared, "missing"));

	return missing && strcmp(missing, "carry") == 0 && db_bool(actions, row, CARRIED);
}

/* ------------------------------------------------------------------ roster */

bool data_roster_load(struct db_result **out, struct data *d)
{
	return !reads(d, "roster", false) ||
	       input_store_roster(out, &d->r->work->db, d->r->plan.id, d->as_of, d->r->e);
}

/* The first row that is not of a month before this one; rows come in the order of their months. */
static int first_of(const struct db_result *r, int month)
{
	int low = 0, high = db_rows(r);

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (period_month(db_text(r, middle, 0)) < month)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void data_roster_span(int *from, int *to, const struct db_result *roster, const struct input_stage *st,
		      size_t oldest, size_t at)
{
	int step = (int)axis_step(st->period);

	*from = first_of(roster, period_month(st->period->member[oldest]));
	*to = first_of(roster, period_month(st->period->member[at]) + step);
}
