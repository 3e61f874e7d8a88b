/*
 * vigie demo campaign: an open campaign for the month and a few invented answers, so that there is
 * something to look at.  They go the way of any answer; their figures are marked fictitious.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "campaign.h"
#include "clock.h"
#include "json.h"
#include "parts.h"

struct demo {
	struct arena arena;
	struct err e;
	struct db_session session;
	int64_t plan_id;
	int32_t today;
	char period[8];
};

/* What is asked: few enough for a minute on a phone. */
static const char *const asked[] = { "victims.identified", "networks.suspects", "clients.fines",
				     "hearings.total",	   "referents.active",	"shelter.requests",
				     "shelter.places" };

static const struct answer {
	const char *territory, *organisation;
	enum { DRAFT, NOTHING_NEW, SENT, RETURNED, VALIDATED } until;
} answers[] = {
	{ "13", "DGPN", VALIDATED },   { "69", "DGPN", VALIDATED },   { "59", "DGPN", VALIDATED },
	{ "31", "DGPN", SENT },	       { "33", "DGPN", SENT },	      { "48", "DGGN", NOTHING_NEW },
	{ "23", "DGGN", NOTHING_NEW }, { "974", "DGGN", SENT },	      { "67", "DGPN", RETURNED },
	{ "44", "DGGN", DRAFT },       { "2A", "DGPN", NOTHING_NEW },
};

/* A count of 0 to 19 that belongs to a place and a figure. */
static unsigned invented(const char *place, const char *series, const char *dims)
{
	const char *words[] = { place, series, dims };
	unsigned h = 2166136261u;

	for (int i = 0; i < 3; i++)
		for (const char *c = words[i]; *c; c++)
			h = (h ^ (unsigned char)*c) * 16777619u;
	return (h >> 9) % 20;
}

/* "age=minor;sex=female" as an object. */
static json_t *dims_of(struct demo *d, const char *text)
{
	char *copy = arena_strdup(&d->arena, text), *rest, *pair;
	json_t *dims = json_object();

	for (pair = strtok_r(copy, ";", &rest); pair; pair = strtok_r(NULL, ";", &rest)) {
		char *equals = strchr(pair, '=');

		*equals = '\0';
		json_object_set_new(dims, pair, json_string(equals + 1));
	}
	return dims;
}

static bool save_draft(struct demo *d, struct report *r)
{
	json_auto_t *cells = NULL,
		    *body = json_pack("{s:[], s:s}", "figures", "comment", "Réponse fictive.");
	const json_t *cell;
	size_t i;

	if (!json_parse_any(&cells, r->cells, strlen(r->cells), &d->e))
		return false;
	json_array_foreach(cells, i, cell)
	{
		const char *series = json_string_value(json_object_get(cell, "series"));
		const char *dims = json_string_value(json_object_get(cell, "dims"));
		const char *typed =
		    arena_printf(&d->arena, "%u", invented(r->unit.territory, series, dims));

		json_array_append_new(json_object_get(body, "figures"),
				      json_pack("{s:s, s:o, s:s}", "series", series, "dims",
						dims_of(d, dims), "typed", typed));
	}
	return report_save_draft(&d->session, r, body, d->today, &d->e) &&
	       report_hold(r, &d->session, &d->e);
}

static bool give_back(struct demo *d, struct report *r)
{
	json_auto_t *body =
	    json_pack("{s:{s:s}, s:s}", "figure", "series", "clients.fines", "reason",
		      "Très au-dessus du mois dernier : à confirmer (fictif).");

	return report_return(&d->session, r, body, d->today, &d->e);
}

/* One unit answers, as far as it goes. */
static bool answer(struct demo *d, const struct answer *a)
{
	const struct unit unit = { d->plan_id, d->period, a->territory, a->organisation };
	struct report r;

	if (!report_find(&r, &d->session, &unit, &d->e) || !report_hold(&r, &d->session, &d->e))
		return false;
	r.fictitious = true;
	if (a->until == NOTHING_NEW)
		return report_nothing_new(&d->session, &r, d->today, &d->e);
	if (!save_draft(d, &r))
		return false;
	if (a->until == DRAFT)
		return true;
	if (!report_submit(&d->session, &r, d->today, &d->e) ||
	    !report_hold(&r, &d->session, &d->e))
		return false;
	return a->until == SENT	      ? true
	       : a->until == RETURNED ? give_back(d, &r)
				      : report_validate(&d->session, &r, d->today, &d->e);
}

static bool open_month(struct demo *d)
{
	json_auto_t *wish = json_pack("{s:s, s:[]}", "period", d->period, "series");
	int64_t units;

	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		json_array_append_new(json_object_get(wish, "series"),
				      json_pack("{s:s}", "id", asked[i]));
	return campaign_open(&units, &d->session, d->plan_id, wish, &d->e);
}

/* All of it or nothing; a plan that has a roster or a campaign is left alone. */
static bool invent(struct demo *d)
{
	db_result_auto *seats = NULL;

	if (!db_begin(&d->session, &d->e) ||
	    !db_run(&seats, &d->session, Q_campaign_demo_seats,
		    (const char *[]) { db_param_i64(&d->arena, d->plan_id) }, &d->e))
		return false;
	if (db_i64(seats, 0, 0) == 0)
		return db_commit(&d->session, &d->e);
	if (!open_month(d))
		return false;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if (!answer(d, &answers[i]))
			return false;
	return db_commit(&d->session, &d->e);
}

static bool find_plan(struct demo *d, const char *code)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &d->session, Q_series_plan, (const char *[]) { code, NULL }, &d->e))
		return false;
	d->plan_id = db_i64(r, 0, 0);
	return db_i64(r, 0, 1) == 1 || err_set(&d->e, ERR_NOT_FOUND, MSG_NO_PLAN, code);
}

int campaign_demo_cli(const struct config *config, int argc, char **argv)
{
	struct demo d = { .session = { .context = "service", .request_id = "command" } };
	int code;

	if (argc != 4 || strcmp(argv[2], "--plan") != 0) {
		fputs("usage: vigie demo campaign --plan CODE\n", stderr);
		return EXIT_USAGE;
	}
	arena_init(&d.arena);
	err_init(&d.e, &d.arena);
	d.today = clock_today(config->time_zone);
	snprintf(d.period, sizeof d.period, "%.7s", day_format(d.today).text);
	code = db_open(&d.session.db,
		       &(struct db_config) { .url = config->database_url,
					     .pool_size = 1,
					     .lease_ms = (int)config->lease_ms,
					     .query_ms = (int)config->query_ms },
		       &d.e) &&
		       find_plan(&d, argv[3]) && invent(&d)
		   ? 0
		   : app_complain(&d.e);
	db_rollback(&d.session);
	db_close(d.session.db);
	arena_free(&d.arena);
	return code;
}
