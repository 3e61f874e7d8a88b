/*
 * vigie target: those of an indicator; setting, changing and withdrawing one, by the rules of the interface.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "command.h"
#include "indicator.h"
#include "json.h"
#include "target_service.h"

static const char usage[] =
	"usage: vigie target list ID [--plan CODE] [--json]\n"
	"       vigie target set ID --territory CODE --baseline N --baseline-period P --value N --period P\n"
	"                        --source TEXT [--step P=N]… [--illustrative] [--reason TEXT] [--version N]\n"
	"                        --as LOGIN [--plan CODE] [--json]\n"
	"       vigie target withdraw ID --territory CODE --reason TEXT [--version N] --as LOGIN [--plan CODE]\n"
	"                        [--json]\n"
	"A target that is set already is changed, which needs a reason.  --version N: only if it still is\n"
	"that version.\n";

enum option_key { O_AS = 256, O_BASELINE, O_BASELINE_PERIOD, O_ILLUSTRATIVE, O_JSON, O_PERIOD, O_PLAN, O_REASON,
		  O_SOURCE, O_STEP, O_TERRITORY, O_VALUE, O_VERSION };

struct cli {
	const struct config *config;
	const char *word[COMMAND_WORDS];
	int words;
	const char *login, *plan, *territory;
	int64_t version;		/* 0: whichever it is */
	bool json;
	json_t *wish;			/* owned: the body of the interface */
	struct arena arena;
	struct err e;
	struct db_session session;
	int64_t plan_id;
};

/* ------------------------------------------------------------------ arguments */

/* What is no number stays a text, which the rules refuse at its place. */
static json_t *number(const char *text)
{
	char *end;
	double x = strtod(text, &end);

	return *text && !*end ? json_real(x) : json_string(text);
}

static json_t *member(struct cli *c, const char *name, json_t *(*make)(void))
{
	if (!json_object_get(c->wish, name))
		json_object_set_new(c->wish, name, make());
	return json_object_get(c->wish, name);
}

/* 2025-06=25 */
static bool add_step(struct cli *c, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals)
		return false;
	json_object_set_new(c->wish, "path", json_string("stepped"));
	return json_array_append_new(member(c, "steps", json_array),
				     json_pack("{s:s%, s:o}", "period", text, (size_t)(equals - text), "value",
					       number(equals + 1))) == 0;
}

static bool read_version(struct cli *c, const char *text)
{
	size_t len = strlen(text);

	if (len < 1 || len > 9 || strspn(text, "0123456789") != len)
		return false;
	c->version = strtoll(text, NULL, 10);
	return c->version > 0;
}

static bool take(void *command, int key)
{
	struct cli *c = command;

	switch (key) {
	case O_AS: c->login = optarg; return true;
	case O_PLAN: c->plan = optarg; return true;
	case O_TERRITORY: c->territory = optarg; return true;
	case O_VERSION: return read_version(c, optarg);
	case O_JSON: c->json = true; return true;
	case O_BASELINE: return json_object_set_new(member(c, "baseline", json_object), "value", number(optarg)) == 0;
	case O_BASELINE_PERIOD:
		return json_object_set_new(member(c, "baseline", json_object), "period", json_string(optarg)) == 0;
	case O_VALUE: return json_object_set_new(member(c, "target", json_object), "value", number(optarg)) == 0;
	case O_PERIOD: return json_object_set_new(member(c, "target", json_object), "period", json_string(optarg)) == 0;
	case O_SOURCE: return json_object_set_new(c->wish, "source", json_string(optarg)) == 0;
	case O_REASON: return json_object_set_new(c->wish, "reason", json_string(optarg)) == 0;
	case O_ILLUSTRATIVE: return json_object_set_new(c->wish, "origin", json_string("illustrative")) == 0;
	case O_STEP: return add_step(c, optarg);
	default: return false;
	}
}

static bool read_arguments(struct cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "as", 1, NULL, O_AS }, { "baseline", 1, NULL, O_BASELINE },
		{ "baseline-period", 1, NULL, O_BASELINE_PERIOD }, { "illustrative", 0, NULL, O_ILLUSTRATIVE },
		{ "json", 0, NULL, O_JSON }, { "period", 1, NULL, O_PERIOD }, { "plan", 1, NULL, O_PLAN },
		{ "reason", 1, NULL, O_REASON }, { "source", 1, NULL, O_SOURCE }, { "step", 1, NULL, O_STEP },
		{ "territory", 1, NULL, O_TERRITORY }, { "value", 1, NULL, O_VALUE },
		{ "version", 1, NULL, O_VERSION }, { 0 },
	};

	return command_read(c->word, &c->words, argc, argv, options, take, c) && c->words == 2;
}

static bool connect(struct cli *c)
{
	return command_connect(&c->session, c->config, c->login, (int)c->config->query_ms, &c->arena, &c->e) &&
	       command_one_plan(&c->plan_id, &c->session, c->plan, c->login, &c->e);
}

/* ------------------------------------------------------------------ acting */

static struct target_case case_of(struct cli *c)
{
	return (struct target_case){ &c->session, &c->arena, &c->e, c->plan_id, c->word[1], c->territory };
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static double value_of(const json_t *target, const char *name)
{
	return json_number_value(json_object_get(json_object_get(target, name), "value"));
}

static void show(const json_t *t)
{
	printf("%-8s %.12g (%s) → %.12g (%s)  %s  v%lld%s\n", text_of(t, "territory"), value_of(t, "baseline"),
	       text_of(json_object_get(t, "baseline"), "period"), value_of(t, "target"),
	       text_of(json_object_get(t, "target"), "period"), text_of(t, "source"),
	       (long long)json_integer_value(json_object_get(t, "version")),
	       json_is_string(json_object_get(t, "withdrawn_at")) ? "  –" : "");
}

/* As list_param of a page that holds them all. */
#define EVERY "{\"sort\": \"territory\", \"descending\": false, \"limit\": 10000, \"hash\": \"\"}"

static bool list(struct cli *c)
{
	json_auto_t *body = NULL;
	db_result_auto *r = NULL;
	const json_t *one;
	size_t i;

	if (!db_run(&r, &c->session, Q_target_list,
		    (const char *[]){ db_param_i64(&c->arena, c->plan_id), c->word[1], NULL, "{}", EVERY },
		    &c->e))
		return false;
	if (db_rows(r) == 0)
		return err_set(&c->e, ERR_NOT_FOUND, MSG_NOT_FOUND, c->word[1]);
	if (c->json)
		return puts(db_text(r, 0, 0)) >= 0;
	if (!json_parse(&body, db_text(r, 0, 0), db_length(r, 0, 0), &c->e))
		return false;
	json_array_foreach(json_object_get(body, "items"), i, one)
		show(one);
	return true;
}

/* Servers that have answers of the plan in memory drop them; then what it is now. */
static bool told(struct cli *c)
{
	const char *topic = arena_printf(&c->arena, "plan:%lld", (long long)c->plan_id);
	const struct target_case x = case_of(c);
	json_auto_t *body = NULL;
	db_result_auto *r = NULL;
	struct target_text now;

	if (!db_run(&r, &c->session, Q_db_notify, (const char *[]){ topic }, &c->e) || !target_read(&now, &x, NULL) ||
	    !json_parse(&body, now.body, strlen(now.body), &c->e))
		return false;
	if (c->json)
		return puts(now.body) >= 0;
	show(body);
	return true;
}

static int64_t version_seen(const struct cli *c, const struct standing_target *t)
{
	return c->version ? c->version : t->version;
}

static bool set(struct cli *c)
{
	const struct target_case x = case_of(c);
	struct standing_target t;

	return target_find(&t, &x) && target_save(&x, &t, c->wish, version_seen(c, &t)) && told(c);
}

static bool withdraw(struct cli *c)
{
	const struct target_case x = case_of(c);
	struct standing_target t;

	return target_find(&t, &x) &&
	       (t.id || err_set(&c->e, ERR_NOT_FOUND, MSG_NO_TARGET, c->word[1], c->territory)) &&
	       target_withdraw(&x, &t, c->wish, version_seen(c, &t)) && told(c);
}

int target_cli(const struct config *config, int argc, char **argv)
{
	static const struct {
		const char *name;
		bool (*run)(struct cli *c);
		bool writes;		/* for somebody, somewhere */
	} acts[] = { { "list", list, false }, { "set", set, true }, { "withdraw", withdraw, true } };
	struct cli c = { .config = config, .wish = json_object() };
	int code = -1;

	arena_init(&c.arena);
	err_init(&c.e, &c.arena);
	if (read_arguments(&c, argc, argv))
		for (size_t i = 0; i < sizeof acts / sizeof *acts; i++)
			if (strcmp(c.word[0], acts[i].name) == 0 && (!acts[i].writes || (c.login && c.territory)))
				code = connect(&c) && acts[i].run(&c) ? 0 : app_complain(&c.e);
	if (code < 0) {
		fputs(usage, stderr);
		code = EXIT_USAGE;
	}
	db_close(c.session.db);
	json_decref(c.wish);
	arena_free(&c.arena);
	return code;
}
