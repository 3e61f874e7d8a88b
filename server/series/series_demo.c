/*
 * vigie demo figures: invented figures (invented.h), so that there is something to look at.
 *
 * All are marked fictitious.  With --published N the last N months are frozen as a coordinator would, so that
 * those without need to know have protected figures to look at.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "invented.h"
#include "json.h"
#include "series.h"
#include "series_cli.h"

enum { CHUNK = 5000 };

struct run {
	struct series_cli *c;
	struct invented_places places;
	json_t *rows;			/* owned; those not written yet */
	const struct series *series;
	const char *organisation;
	int64_t written;
};

/* ------------------------------------------------------------------ rows */

static bool flush(struct run *run)
{
	struct series_recorded done;

	if (!series_write(&done, &run->c->session, run->series, run->rows, VIA_DEMO, &run->c->e))
		return false;
	run->written += done.added + done.revised;
	json_array_clear(run->rows);
	return true;
}

/* A figure as series_write() takes it. */
static bool add_row(void *arg, const struct invented *f)
{
	struct run *run = arg;
	char period[8], from[16], to[16], number[32];

	invented_month_text(period, f->month);
	snprintf(from, sizeof from, "J%d", f->from_on + 2440588);
	snprintf(to, sizeof to, "J%d", f->to_on + 2440588);
	snprintf(number, sizeof number, "%.0f", f->value);
	json_array_append_new(run->rows, json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:s}", "territory", f->territory,
		"organisation", run->organisation, "period", period, "from_on", from, "to_on", to, "dims", f->dims,
		"value", number, "state", "value", "source", "", "vintage", "", "secondary", 0,
		"provisional", f->provisional, "fictitious", 1, "recorded_at", instant_format(f->recorded_us).text));
	return json_array_size(run->rows) < CHUNK || flush(run);
}

/* ------------------------------------------------------------------ everything */

static bool add_organisation(struct run *run, const struct invented_shape *shape, int32_t last)
{
	const struct invention what = {
		.arena = &run->c->arena, .seed = run->c->seed, .places = &run->places, .shape = shape,
		.series = run->series, .organisation = run->organisation,
		.first = last - (int32_t)run->c->months + 1, .last = last, .present = last,
		.now_us = clock_now_us(), .take = add_row, .arg = run,
	};

	return invent(&what) && flush(run);
}

/* The organisation and its invented copies, one for each further time the data is asked. */
static bool add_copies(struct run *run, const struct invented_shape *shape, const char *base, int32_t last)
{
	for (long copy = 1; copy <= run->c->scale; copy++) {
		db_result_auto *r = NULL;

		run->organisation = copy == 1 ? base : arena_printf(&run->c->arena, "FICTIF-%ld-%s", copy, base);
		if (copy > 1 && !db_run(&r, &run->c->session, Q_series_demo_organisation,
					(const char *[]){ run->organisation, base }, &run->c->e))
			return false;
		if (!add_organisation(run, shape, last))
			return false;
	}
	return true;
}

static bool add_series(struct run *run, const struct invented_shape *shape, int32_t last)
{
	char *rest = arena_strdup(&run->c->arena, invented_organisations(shape));
	struct series series = { 0 };
	bool ok;

	ok = series_load(&series, &run->c->session, invented_code(shape), run->c->plan_id, &run->c->e);
	run->series = &series;
	for (char *base; ok && (base = strsep(&rest, " ")); )
		ok = !json_object_get(series.organisations, base) || add_copies(run, shape, base, last);
	series_free(&series);
	return ok;
}

/* Oldest first, as time would have it: a month's protection knows those before. */
static bool publish_months(struct run *run, int32_t last)
{
	struct series_cli *c = run->c;
	struct publication_counts done;
	char period[8];

	for (int32_t month = last - (int32_t)c->published + 1; month <= last; month++) {
		invented_month_text(period, month);
		if (!publication_make(&done, &c->session, c->plan_id, period, clock_today(c->config->time_zone), &c->e))
			return false;
	}
	return true;
}

static bool make_figures(struct run *run)
{
	db_result_auto *there = NULL;
	struct series_cli *c = run->c;
	int32_t last = invented_month(clock_today(c->config->time_zone)) - 1;	/* that has ended */
	bool ok;

	if (!series_cli_connect(c) || !series_cli_plan(c))
		return false;
	if (!c->plan_id)
		return err_set(&c->e, ERR_PARAMETER, MSG_PLAN_NEEDED);
	if (!db_run(&there, &c->session, Q_series_demo, (const char *[]){ db_param_i64(&c->arena, c->plan_id) },
		    &c->e))
		return false;
	if (db_bool(there, 0, 0))
		return err_set(&c->e, ERR_CONFLICT, MSG_FIGURES_THERE, db_text(there, 0, 1));
	if (!invented_places(&run->places, &c->session, &c->e) || !db_begin(&c->session, &c->e))
		return false;
	ok = true;
	for (size_t i = 0; ok && invented_shape(i); i++)
		ok = add_series(run, invented_shape(i), last);
	ok = ok && publish_months(run, last) && db_commit(&c->session, &c->e);
	if (!ok)
		db_rollback(&c->session);
	return ok;
}

int series_demo_cli(const struct config *config, int argc, char **argv)
{
	struct series_cli c = { 0 };
	struct run run = { .c = &c, .rows = json_array() };
	int code = EXIT_USAGE;

	if (!series_cli_open(&c, config, argc, argv) || c.words > 1 ||
	    (c.words == 1 && strcmp(c.word[0], "figures") != 0) || !*config->database_url) {
		fputs("usage: vigie demo [figures] [--plan CODE] [--seed N] [--scale N] [--months N]\n"
		      "                            [--published N]\n", stderr);
	} else if (make_figures(&run)) {
		series_cli_tell(&c);
		printf(c.lang == LANG_FR ? "%lld observations fictives\n" : "%lld fictitious observations\n",
		       (long long)run.written);
		code = 0;
	} else {
		code = app_complain(&c.e);
	}
	json_decref(run.rows);
	series_cli_close(&c);
	return code;
}
