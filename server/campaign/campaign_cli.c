/*
 * vigie campaign: who is to answer, who has; opening and closing.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "campaign.h"
#include "clock.h"
#include "command.h"
#include "json.h"
#include "parts.h"

static const char usage[] =
    "usage: vigie campaign list [--plan CODE] [--json]\n"
    "       vigie campaign status PERIOD [--plan CODE] [--json]\n"
    "       vigie campaign open PERIOD [--opens DAY] [--due DAY] [--series ID]… [--plan CODE] "
    "[--as LOGIN] [--json]\n"
    "       vigie campaign close PERIOD [--plan CODE] [--as LOGIN] [--json]\n"
    "       vigie campaign remind PERIOD [--plan CODE] [--as LOGIN]\n"
    "       vigie campaign hand-over LOGIN --to LOGIN --reason TEXT [--on DAY] [--plan CODE] "
    "[--as LOGIN] [--json]\n";

enum option_key { O_AS = 256, O_DUE, O_JSON, O_ON, O_OPENS, O_PLAN, O_REASON, O_SERIES, O_TO };

struct cli {
	const struct config *config;
	const char *word[COMMAND_WORDS];
	int words;
	const char *login, *plan;
	bool json;
	json_t *wish; /* owned */
	enum lang lang;
	struct arena arena;
	struct err e;
	struct db_session session;
	int64_t plan_id;
};

/* ------------------------------------------------------------------ arguments */

static bool take(void *command, int key)
{
	struct cli *c = command;
	json_t *series = json_object_get(c->wish, "series");

	switch (key) {
	case O_AS:
		c->login = optarg;
		return true;
	case O_DUE:
		return json_object_set_new(c->wish, "due_on", json_string(optarg)) == 0;
	case O_JSON:
		c->json = true;
		return true;
	case O_ON:
		return json_object_set_new(c->wish, "on", json_string(optarg)) == 0;
	case O_REASON:
		return json_object_set_new(c->wish, "reason", json_string(optarg)) == 0;
	case O_TO:
		return json_object_set_new(c->wish, "to", json_string(optarg)) == 0;
	case O_OPENS:
		return json_object_set_new(c->wish, "opens_on", json_string(optarg)) == 0;
	case O_PLAN:
		c->plan = optarg;
		return true;
	case O_SERIES:
		if (!series) {
			series = json_array();
			json_object_set_new(c->wish, "series", series);
		}
		return json_array_append_new(series, json_pack("{s:s}", "id", optarg)) == 0;
	default:
		return false;
	}
}

static bool read_arguments(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "as", 1, NULL, O_AS },
		{ "due", 1, NULL, O_DUE },
		{ "json", 0, NULL, O_JSON },
		{ "on", 1, NULL, O_ON },
		{ "opens", 1, NULL, O_OPENS },
		{ "plan", 1, NULL, O_PLAN },
		{ "reason", 1, NULL, O_REASON },
		{ "series", 1, NULL, O_SERIES },
		{ "to", 1, NULL, O_TO },
		{ 0 },
	};

	c->lang = command_lang();
	c->wish = json_object();
	arena_init(&c->arena);
	err_init(&c->e, &c->arena);
	return command_read(c->word, &c->words, argc, argv, options, take, c) && c->words > 0 &&
	       c->words == (strcmp(c->word[0], "list") == 0 ? 1 : 2);
}

static bool connect(struct cli *c)
{
	return command_connect(&c->session, c->config, c->login, (int)c->config->query_ms, &c->arena,
			       &c->e) &&
	       command_one_plan(&c->plan_id, &c->session, c->plan, c->login, &c->e);
}

static const char *say(const struct cli *c, const char *fr, const char *en)
{
	return c->lang == LANG_FR ? fr : en;
}

static const char *plan_param(struct cli *c)
{
	return db_param_i64(&c->arena, c->plan_id);
}

static const char *today_param(struct cli *c)
{
	return db_param_day(&c->arena, clock_today(c->config->time_zone));
}

/* ------------------------------------------------------------------ showing */

static int count(const json_t *units, const char *name)
{
	return (int)json_integer_value(json_object_get(units, name));
}

/* "63 %", or "–" where nothing is expected. */
static const char *rate(struct cli *c, const json_t *units, const char *name)
{
	const json_t *value = json_object_get(units, name);

	return json_is_number(value) ? arena_printf(&c->arena, "%.0f %%", json_number_value(value))
				     : "–";
}

static void print_units(struct cli *c, const char *name, const json_t *units)
{
	printf("%-14s %8d %8d %6s %8d %8d %8d %8d\n", name, count(units, "expected"),
	       count(units, "answered"), rate(c, units, "completeness"), count(units, "validated"),
	       count(units, "returned"), count(units, "late"), count(units, "exempt"));
}

static void print_head(struct cli *c)
{
	printf("%-14s %8s %8s %6s %8s %8s %8s %8s\n", "", say(c, "attendus", "expected"),
	       say(c, "reçus", "answered"), "", say(c, "validés", "valid"),
	       say(c, "renvoyés", "returned"), say(c, "retard", "late"),
	       say(c, "exempts", "exempt"));
}

static bool parsed(json_t **out, struct cli *c, const struct db_result *r)
{
	const char *body = db_text(r, 0, db_column(r, "body"));

	if (c->json)
		puts(body);
	return json_parse(out, body, strlen(body), &c->e);
}

static bool list(struct cli *c)
{
	json_auto_t *document = NULL;
	db_result_auto *r = NULL;
	const json_t *one;
	size_t i;

	if (!db_run(&r, &c->session, Q_campaign_list,
		    (const char *[]) { plan_param(c), NULL,
				       "{\"descending\":true,\"limit\":200,\"hash\":\"\"}",
				       lang_code(c->lang), today_param(c) },
		    &c->e) ||
	    !parsed(&document, c, r))
		return false;
	if (c->json)
		return true;
	print_head(c);
	json_array_foreach(json_object_get(document, "items"), i, one) print_units(
	    c, json_string_value(json_object_get(one, "period")), json_object_get(one, "units"));
	return true;
}

static bool status(struct cli *c)
{
	json_auto_t *document = NULL;
	db_result_auto *r = NULL;
	const json_t *one;
	size_t i;

	if (!db_run(&r, &c->session, Q_campaign_get,
		    (const char *[]) { plan_param(c), c->word[1], NULL, lang_code(c->lang),
				       today_param(c) },
		    &c->e))
		return false;
	if (db_rows(r) == 0)
		return err_set(&c->e, ERR_NOT_FOUND, MSG_NO_CAMPAIGN, c->word[1]);
	if (!parsed(&document, c, r))
		return false;
	if (c->json)
		return true;
	printf("%s  %s → %s  %s\n", c->word[1],
	       json_string_value(json_object_get(document, "opens_on")),
	       json_string_value(json_object_get(document, "due_on")),
	       json_string_value(json_object_get(document, "state")));
	print_head(c);
	json_array_foreach(json_object_get(document, "by_organisation"), i, one) print_units(
	    c, json_string_value(json_object_get(json_object_get(one, "organisation"), "code")),
	    json_object_get(one, "units"));
	print_units(c, say(c, "ensemble", "all"), json_object_get(document, "units"));
	return true;
}

/* ------------------------------------------------------------------ acting */

/* Servers that have answers of the plan in memory drop them. */
static bool tell(struct cli *c)
{
	const char *topic = arena_printf(&c->arena, "plan:%lld", (long long)c->plan_id);
	db_result_auto *r = NULL;

	return db_run(&r, &c->session, Q_db_notify, (const char *[]) { topic }, &c->e);
}

static bool open_one(struct cli *c)
{
	int64_t units;

	json_object_set_new(c->wish, "period", json_string(c->word[1]));
	return campaign_open(&units, &c->session, c->plan_id, c->wish, &c->e) && tell(c) &&
	       status(c);
}

static bool close_one(struct cli *c)
{
	struct campaign campaign;
	bool moved;

	return campaign_find(&campaign, &c->session, c->plan_id, c->word[1], &c->e) &&
	       campaign_close(&moved, &c->session, &campaign, clock_today(c->config->time_zone), &c->e) &&
	       (!moved || err_set(&c->e, ERR_CHANGED, MSG_CHANGED)) && tell(c) && status(c);
}

/* What is due today goes to the outbox; asked again, nothing is there twice. */
static bool remind(struct cli *c)
{
	struct campaign campaign;
	db_result_auto *r = NULL;

	if (!campaign_find(&campaign, &c->session, c->plan_id, c->word[1], &c->e) ||
	    !db_run(&r, &c->session, Q_campaign_remind,
		    (const char *[]) { db_param_i64(&c->arena, campaign.id), today_param(c) },
		    &c->e))
		return false;
	for (int i = 0; i < db_rows(r); i++)
		printf("%-16s %-12s %s\n", db_text(r, i, 0), db_text(r, i, 1), db_text(r, i, 2));
	return true;
}

static bool hand_over(struct cli *c)
{
	json_auto_t *document = NULL;
	const json_t *place;
	const char *body;
	int64_t id;
	size_t i;

	json_object_set_new(c->wish, "from", json_string(c->word[1]));
	if (!handover_add(&id, &c->session, c->plan_id, c->wish, clock_today(c->config->time_zone), &c->e) ||
	    !tell(c) || !handover_read(&body, &c->session, c->plan_id, id, &c->e) ||
	    !json_parse(&document, body, strlen(body), &c->e))
		return false;
	if (c->json) {
		puts(body);
		return true;
	}
	printf("%s → %s  %s  %d\n", c->word[1], json_string_value(json_object_get(c->wish, "to")),
	       json_string_value(json_object_get(document, "on")), count(document, "seats"));
	json_array_foreach(json_object_get(document, "missing"), i, place)
	    printf("%s %s %s\n", say(c, "droit à donner :", "right to give:"),
		   json_string_value(json_object_get(place, "organisation")),
		   json_string_value(json_object_get(place, "territory")));
	return true;
}

int campaign_cli(const struct config *config, int argc, char **argv)
{
	static const struct {
		const char *name;
		bool (*run)(struct cli *c);
	} acts[] = {
		{ "list", list },	{ "status", status }, { "open", open_one },
		{ "close", close_one }, { "remind", remind }, { "hand-over", hand_over },
	};
	struct cli c = { .config = config };
	int code = -1;

	if (read_arguments(&c, argc, argv))
		for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
			if (strcmp(c.word[0], acts[i].name) == 0)
				code = connect(&c) && acts[i].run(&c) ? 0 : app_complain(&c.e);
	if (code < 0)
		fputs(usage, stderr);
	db_close(c.session.db);
	json_decref(c.wish);
	arena_free(&c.arena);
	return code < 0 ? EXIT_USAGE : code;
}
