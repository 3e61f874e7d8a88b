/*
 * Inventing figures: chance, one figure, one report.
 */
#include "invented.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "db.h"

enum { COMBINATIONS_MAX = 40 };

static const int64_t day_us = 86400000000;

/* Rates are a month, for a million inhabitants and all members together. */
static const struct invented_shape {
	const char *code, *organisations;
	double rate;
	enum { FLOW, STOCK, PART } kind;
	const char *of;			/* PART: of which series, a share of `rate` each */
} shapes[] = {
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

const struct invented_shape *invented_shape(size_t i)
{
	return i < sizeof shapes / sizeof *shapes ? &shapes[i] : NULL;
}

const struct invented_shape *invented_shape_of(const char *code)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		if (strcmp(shapes[i].code, code) == 0)
			return &shapes[i];
	return NULL;
}

const char *invented_code(const struct invented_shape *shape)
{
	return shape->code;
}

const char *invented_organisations(const struct invented_shape *shape)
{
	return shape->organisations;
}

int32_t invented_month(int32_t day)
{
	struct day_text t = day_format(day);
	const char *d = t.text;
	int year = (d[0] - '0') * 1000 + (d[1] - '0') * 100 + (d[2] - '0') * 10 + (d[3] - '0');

	return (year - 1970) * 12 + (d[5] - '0') * 10 + (d[6] - '0') - 1;
}

void invented_month_text(char out[8], int32_t month)
{
	snprintf(out, 8, "%04u-%02u", (unsigned)(1970 + month / 12) % 10000, (unsigned)(month % 12 + 1) % 100);
}

bool invented_places(struct invented_places *out, struct db_session *s, struct err *e)
{
	db_result_auto *r = NULL;

	out->count = 0;
	if (!db_run(&r, s, Q_series_places, NULL, e))
		return false;
	for (int i = 0; i < db_rows(r) && i < INVENTED_PLACES_MAX; i++)
		out->place[out->count++] = (struct invented_place){ arena_strdup(e->arena, db_text(r, i, 0)),
								    db_f64(r, i, 1) };
	return true;
}

/* ------------------------------------------------------------------ chance */

static uint64_t mixed(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* A number of [0, 1) that belongs to the seed, a purpose and up to three names. */
static double chance(const struct invention *v, const char *what, const char *a, const char *b, int32_t n)
{
	const char *names[] = { what, a, b };
	uint64_t h = mixed((uint64_t)v->seed);

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

static double share_of(const char *dims)
{
	double share = 1;

	for (size_t i = 0; i < sizeof weights / sizeof *weights; i++)
		if (strstr(dims, weights[i].member))
			share *= weights[i].weight;
	return strncmp(dims, "profession=", 11) == 0 ? 0.125 : share;
}

/* How much of what happens in the département a force sees: the countryside is the gendarmerie's. */
static double part_of(const struct invented_place *p, const char *organisation)
{
	double police = fmin(0.9, 0.35 + p->population / 3000000);

	return strstr(organisation, "DGGN") ? 1 - police : strstr(organisation, "DGPN") ? police : 1;
}

/* `key`: the place and the organisation. */
static double value_of(const struct invention *v, const struct invented_place *p, const char *key, const char *dims,
		       int32_t month)
{
	const struct invented_shape *d = v->shape;
	const char *code = d->of ? d->of : d->code;
	double own = exp(1.2 * (chance(v, "place", p->code, code, 0) - 0.5));
	double mean = p->population / 1e6 * own * share_of(dims) * part_of(p, v->organisation), total, u;

	if (d->kind == STOCK)
		return floor(mean * d->rate * (1 + 0.002 * (month % 600 - 200)) +
			     2 * chance(v, code, key, dims, month / 6));
	mean *= d->kind == PART ? invented_shape_of(code)->rate : d->rate;
	mean *= 1 + 0.18 * cos((month % 12 - 5) * 0.5235987755982988) + 0.002 * (month % 600 - 200);
	u = chance(v, code, key, dims, month);
	total = poisson(mean, u);
	if (d->kind != PART)
		return total;
	return floor(total * fmin(1, d->rate + 0.3 * (chance(v, d->code, key, dims, month) - 0.5)));
}

/* ------------------------------------------------------------------ one report */

/* Silent in that month: a few never report, a few stopped for some months. */
static bool silent(const struct invention *v, const struct invented_place *p, int32_t month)
{
	double u = chance(v, "silent", p->code, v->organisation, 0);

	return u < 0.03 || (u < 0.08 && v->present - month < 5) || (u < 0.12 && month % 12 == 7);
}

/* All members of one month in one département, as they were reported; `revised`: as corrected. */
static bool one_report(const struct invention *v, const struct invented_place *p, const char *const *dims,
		       int32_t month, bool revised)
{
	double u = chance(v, "delay", p->code, v->organisation, month);
	double change = chance(v, "revision", p->code, v->organisation, month);
	struct series_period days;
	const char *key;
	char period[8];
	int64_t at;

	if (revised && change > 0.06)
		return true;
	invented_month_text(period, month);
	if (!series_period_read(&days, period))
		return true;
	/* most within a month, some much later; a correction follows after weeks */
	at = (days.to_on + 1) * day_us + (int64_t)((u < 0.05 ? 60 + 1200 * u : 4 + 28 * u) * 86400e6);
	if (revised)
		at += (int64_t)((20 + 900 * change) * 86400e6);
	if (at > v->now_us)
		return true;
	key = arena_printf(v->arena, "%s %s", p->code, v->organisation);
	for (int i = 0; dims[i]; i++) {
		double value = value_of(v, p, key, dims[i], month);

		if (revised && value < 1 && change > 0.02)
			continue;
		if (revised)
			value += 1 + floor(value * 0.1);
		if (!v->take(v->arg, &(struct invented){ p->code, dims[i], month, days.from_on, days.to_on, value, at,
							 !revised && v->now_us - at < 60 * day_us }))
			return false;
	}
	return true;
}

/* Every combination of members, canonical, NULL-terminated. */
static const char *const *combinations(const struct invention *v)
{
	const char **out = arena_alloc(v->arena, (COMBINATIONS_MAX + 1) * sizeof *out);
	const json_t *d, *m;
	size_t i, j;
	int n = 1;

	out[0] = "";
	json_array_foreach(v->series->dimensions, i, d) {
		const char **next = arena_alloc(v->arena, (COMBINATIONS_MAX + 1) * sizeof *next);
		int count = 0;

		if (json_object_get(d, "derived"))
			continue;
		for (int k = 0; k < n; k++)
			json_array_foreach(json_object_get(d, "members"), j, m)
				if (count < COMBINATIONS_MAX)
					next[count++] = arena_printf(v->arena, "%s%s%s=%s", out[k], *out[k] ? ";" : "",
						json_string_value(json_object_get(d, "id")),
						json_string_value(json_object_get(m, "id")));
		out = next;
		n = count;
	}
	return out;
}

bool invent(const struct invention *v)
{
	const char *const *dims = combinations(v);

	for (int pass = 0; pass < 2; pass++)
		for (int32_t month = v->first; month <= v->last; month++)
			for (int i = 0; i < v->places->count; i++)
				if (!silent(v, &v->places->place[i], month) &&
				    !one_report(v, &v->places->place[i], dims, month, pass == 1))
					return false;
	return true;
}
