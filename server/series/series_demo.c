/*
 * vigie demo figures: invented figures, so that there is something to look at.
 *
 * Each number is a function of the seed and of what it counts, where and when, so
 * that the same seed gives the same figures on any machine and on any day.  All
 * are marked fictitious.  Shapes: counts follow population, with a factor of each
 * département; a season and a slow rise; zeros; départements that stopped
 * reporting or never did; reports that come late; figures revised later.
 *
 * With --published N the last N months are frozen as a coordinator would, so that
 * those without need to know have protected figures to look at.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "json.h"
#include "series.h"
#include "series_cli.h"

enum { CHUNK = 5000, COMBINATIONS_MAX = 40, DEPARTMENTS_MAX = 120 };

static const int64_t day_us = 86400000000;

/* Rates are a month, for a million inhabitants and all members together. */
static const struct demo {
	const char *code, *organisations;
	double rate;
	enum { FLOW, STOCK, PART } kind;
	const char *of;			/* PART: of which series, a share of `rate` each */
} demos[] = {
	{ "victims.identified", "DGPN DGGN", 2.2, FLOW, NULL },
	{ "networks.dismantled", "DGPN DGGN", 0.12, FLOW, NULL },
	{ "networks.suspects", "DGPN DGGN", 0.7, FLOW, NULL },
	{ "clients.fines", "DGPN DGGN", 1.6, FLOW, NULL },
	{ "clients.operations", "DGPN DGGN", 0.5, FLOW, NULL },
	{ "referents.active", "DGPN DGGN", 3, STOCK, NULL },
	{ "agreements.signed", "DGPN", 1.5, STOCK, NULL },
	{ "training.sessions", "DGPN", 0.8, FLOW, NULL },
	{ "training.participants", "DGPN", 11, FLOW, NULL },
	{ "shelter.requests", "ALC", 2, FLOW, NULL },
	{ "shelter.placements", "ALC", 0.6, PART, "shelter.requests" },
	{ "shelter.places", "ALC", 4, STOCK, NULL },
	{ "exit.pathways", "ALC", 9, STOCK, NULL },
	{ "hearings.total", "DGPN DGGN", 3, FLOW, NULL },
	{ "hearings.accompanied", "DGPN DGGN", 0.45, PART, "hearings.total" },
};

static const struct { const char *member; double weight; } weights[] = {
	{ "age=minor", 0.32 }, { "age=adult", 0.6 }, { "age=unknown", 0.08 },
	{ "sex=female", 0.9 }, { "sex=male", 0.07 }, { "sex=unknown", 0.03 },
};

struct place { const char *code; double population; };

struct run {
	struct series_cli *c;
	struct place place[DEPARTMENTS_MAX];
	int places;
	json_t *rows;			/* owned; those not written yet */
	const struct series *series;
	const struct demo *demo;
	int64_t written;
};

/* ------------------------------------------------------------------ chance */

static uint64_t mixed(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* A number of [0, 1) that belongs to the seed, a purpose and up to three names. */
static double chance(const struct run *run, const char *what, const char *a, const char *b, int32_t n)
{
	const char *names[] = { what, a, b };
	uint64_t h = mixed((uint64_t)run->c->seed);

	for (int i = 0; i < 3; i++) {
		for (const char *c = names[i]; *c; c++)
			h = (h ^ (unsigned char)*c) * 1099511628211u;
		h = mixed(h);
	}
	return (double)(mixed(h ^ (uint64_t)(uint32_t)n) >> 11) / 9007199254740992.0;
}

/* The count whose cumulated Poisson probability passes `u`. */
static double poisson(double mean, double u)
{
	double p = exp(-mean), sum = p, n = 0;

	if (mean > 200)		/* close to normal; a logistic curve is close enough to that */
		return fmax(0, floor(mean + sqrt(mean) * log((u + 1e-9) / (1 - u + 1e-9)) / 1.702));
	while (u > sum && n < 1000) {
		n++;
		p *= mean / n;
		sum += p;
	}
	return n;
}

/* ------------------------------------------------------------------ one figure */

static const char *organisation_name(struct run *run, const char *base, long copy)
{
	return copy == 1 ? base : arena_printf(&run->c->arena, "FICTIF-%ld-%s", copy, base);
}

static double share_of(const char *dims)
{
	double share = 1;

	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
		if (strstr(dims, weights[i].member))
			share *= weights[i].weight;
	return strncmp(dims, "profession=", 11) == 0 ? 0.125 : share;
}

/* How much of what happens in the département a force sees: the countryside is the gendarmerie's. */
static double part_of(const struct place *p, const char *organisation)
{
	double police = fmin(0.9, 0.35 + p->population / 3000000);

	return strstr(organisation, "DGGN") ? 1 - police : strstr(organisation, "DGPN") ? police : 1;
}

static double value_of(struct run *run, const struct place *p, const char *organisation, const char *dims,
		       int32_t month)
{
	const struct demo *d = run->demo;
	const char *code = d->of ? d->of : d->code;
	const char *key = arena_printf(&run->c->arena, "%s %s", p->code, organisation);
	double own = exp(1.2 * (chance(run, "place", p->code, code, 0) - 0.5));
	double mean = p->population / 1e6 * own * share_of(dims) * part_of(p, organisation), total, u;

	if (d->kind == STOCK)
		return floor(mean * d->rate * (1 + 0.002 * (month % 600 - 200)) +
			     2 * chance(run, code, key, dims, month / 6));
	if (d->kind == PART)
		for (size_t i = 0; i < sizeof demos / sizeof *demos; i++)
			if (strcmp(demos[i].code, code) == 0)
				mean *= demos[i].rate;
	if (d->kind == FLOW)
		mean *= d->rate;
	mean *= 1 + 0.18 * cos((month % 12 - 5) * 0.5235987755982988) + 0.002 * (month % 600 - 200);
	u = chance(run, code, key, dims, month);
	total = poisson(mean, u);
	if (d->kind != PART)
		return total;
	return floor(total * fmin(1, d->rate + 0.3 * (chance(run, d->code, key, dims, month) - 0.5)));
}

/* ------------------------------------------------------------------ one report */

/* Silent in that month: a few never report, a few stopped for some months. */
static bool silent(struct run *run, const struct place *p, const char *organisation, int32_t month, int32_t last)
{
	double u = chance(run, "silent", p->code, organisation, 0);

	return u < 0.03 || (u < 0.08 && last - month < 5) || (u < 0.12 && month % 12 == 7);
}

static void month_text(char out[8], int32_t month)
{
	snprintf(out, 8, "%04u-%02u", (unsigned)(1970 + month / 12) % 10000, (unsigned)(month % 12 + 1) % 100);
}

static bool flush(struct run *run)
{
	struct series_recorded done;

	if (!series_write(&done, &run->c->session, run->series, run->rows, VIA_DEMO, &run->c->e))
		return false;
	run->written += done.added + done.revised;
	json_array_clear(run->rows);
	return true;
}

static void add_row(struct run *run, const struct place *p, const char *organisation, const char *dims,
		    const char *period, double value, int64_t at_us, bool provisional)
{
	struct series_period days = { 0 };
	char from[16], to[16], number[32];

	if (!series_period_read(&days, period))
		return;
	snprintf(from, sizeof from, "J%d", days.from_on + 2440588);
	snprintf(to, sizeof to, "J%d", days.to_on + 2440588);
	snprintf(number, sizeof number, "%.0f", value);
	json_array_append_new(run->rows, json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:s}", "territory", p->code,
		"organisation", organisation, "period", period, "from_on", from, "to_on", to, "dims", dims,
		 "value", number, "state", "value", "source", "", "vintage", "", "secondary", 0,
		"provisional", provisional, "fictitious", 1, "recorded_at", instant_format(at_us).text));
}

/* All members of one month by one organisation in one département, as they were reported; `revised`: as corrected. */
static void add_report(struct run *run, const struct place *p, const char *organisation,
		       const char *const *dims, int32_t month, bool revised)
{
	double u = chance(run, "delay", p->code, organisation, month);
	double change = chance(run, "revision", p->code, organisation, month);
	int64_t now = clock_now_us(), at;
	struct series_period days;
	char period[8];

	month_text(period, month);
	if (!series_period_read(&days, period) || (revised && change > 0.06))
		return;
	/* most within a month, some much later; a correction follows after weeks */
	at = (days.to_on + 1) * day_us + (int64_t)((u < 0.05 ? 60 + 1200 * u : 4 + 28 * u) * 86400e6);
	if (revised)
		at += (int64_t)((20 + 900 * change) * 86400e6);
	if (at > now)
		return;
	for (int i = 0; dims[i]; i++) {
		double value = value_of(run, p, organisation, dims[i], month);

		if (revised && value < 1 && change > 0.02)
			continue;
		if (revised)
			value += 1 + floor(value * 0.1);
		add_row(run, p, organisation, dims[i], period, value, at, !revised && now - at < 60 * day_us);
	}
}

/* ------------------------------------------------------------------ everything */

/* Every combination of members, canonical, NULL-terminated. */
static const char *const *combinations(struct run *run)
{
	struct arena *a = &run->c->arena;
	const char **out = arena_alloc(a, (COMBINATIONS_MAX + 1) * sizeof *out);
	const json_t *d, *m;
	size_t i, j;
	int n = 1;

	out[0] = "";
	json_array_foreach(run->series->dimensions, i, d) {
		const char **next = arena_alloc(a, (COMBINATIONS_MAX + 1) * sizeof *next);
		int count = 0;

		if (json_object_get(d, "derived"))
			continue;
		for (int k = 0; k < n; k++)
			json_array_foreach(json_object_get(d, "members"), j, m)
				if (count < COMBINATIONS_MAX)
					next[count++] = arena_printf(a, "%s%s%s=%s", out[k], *out[k] ? ";" : "",
						json_string_value(json_object_get(d, "id")),
						json_string_value(json_object_get(m, "id")));
		out = next;
		n = count;
	}
	return out;
}

static bool add_organisation(struct run *run, const char *organisation, int32_t last)
{
	const char *const *dims = combinations(run);

	for (int pass = 0; pass < 2; pass++)
		for (int32_t month = last - (int32_t)run->c->months + 1; month <= last; month++)
			for (int i = 0; i < run->places; i++) {
				if (silent(run, &run->place[i], organisation, month, last))
					continue;
				add_report(run, &run->place[i], organisation, dims, month, pass == 1);
				if (json_array_size(run->rows) >= CHUNK && !flush(run))
					return false;
			}
	return flush(run);
}

/* The organisation and its invented copies, one for each further time the data is asked. */
static bool add_copies(struct run *run, const char *base, int32_t last)
{
	for (long copy = 1; copy <= run->c->scale; copy++) {
		const char *name = organisation_name(run, base, copy);
		db_result_auto *r = NULL;

		if (copy > 1 && !db_run(&r, &run->c->session, Q_series_demo_organisation,
					(const char *[]){ name, base }, &run->c->e))
			return false;
		if (!add_organisation(run, name, last))
			return false;
	}
	return true;
}

static bool add_series(struct run *run, const struct demo *demo, int32_t last)
{
	char *rest = arena_strdup(&run->c->arena, demo->organisations);
	struct series series = { 0 };
	bool ok;

	ok = series_load(&series, &run->c->session, demo->code, run->c->plan_id, &run->c->e);
	run->series = &series;
	run->demo = demo;
	for (char *base; ok && (base = strsep(&rest, " ")); )
		ok = !json_object_get(series.organisations, base) || add_copies(run, base, last);
	series_free(&series);
	return ok;
}

static bool read_places(struct run *run)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &run->c->session, Q_series_places, NULL, &run->c->e))
		return false;
	for (int i = 0; i < db_rows(r) && i < DEPARTMENTS_MAX; i++)
		run->place[run->places++] = (struct place){ arena_strdup(&run->c->arena, db_text(r, i, 0)),
							    db_f64(r, i, 1) };
	return true;
}

/* The last month that has ended, counted from January 1970. */
static int32_t last_month(int32_t today)
{
	struct day_text t = day_format(today);
	const char *d = t.text;
	int year = (d[0] - '0') * 1000 + (d[1] - '0') * 100 + (d[2] - '0') * 10 + (d[3] - '0');

	return (year - 1970) * 12 + (d[5] - '0') * 10 + (d[6] - '0') - 2;
}

/* Oldest first, as time would have it: a month's protection knows those before. */
static bool publish_months(struct run *run, int32_t last)
{
	struct series_cli *c = run->c;
	struct publication_counts done;
	char period[8];

	for (int32_t month = last - (int32_t)c->published + 1; month <= last; month++) {
		month_text(period, month);
		if (!publication_make(&done, &c->session, c->plan_id, period, clock_today(c->config->time_zone), &c->e))
			return false;
	}
	return true;
}

static bool make_figures(struct run *run)
{
	db_result_auto *there = NULL;
	struct series_cli *c = run->c;
	int32_t last = last_month(clock_today(c->config->time_zone));
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
	if (!read_places(run) || !db_begin(&c->session, &c->e))
		return false;
	ok = true;
	for (size_t i = 0; ok && i < sizeof demos / sizeof *demos; i++)
		ok = add_series(run, &demos[i], last);
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
