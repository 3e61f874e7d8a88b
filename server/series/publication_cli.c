/*
 * vigie publication: the months that are published, and one more.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "series.h"
#include "series_cli.h"

static const char usage[] =
	"usage: vigie publication list [--plan CODE] [--as-of T] [--json]\n"
	"       vigie publication add PERIOD --as LOGIN [--plan CODE] [--json]\n";

static bool open_plan(struct series_cli *c)
{
	return series_cli_connect(c) && series_cli_plan(c) &&
	       (c->plan_id || err_set(&c->e, ERR_PARAMETER, MSG_PLAN_NEEDED));
}

static void print(const struct series_cli *c, const json_t *p)
{
	const char *by = json_string_value(json_object_get(json_object_get(p, "published_by"), "name"));

	printf(c->lang == LANG_FR ? "%s  le %.10s, %s : %lld chiffres, dont %lld masqués, %lld totaux\n" :
	       "%s  on %.10s, %s: %lld figures, %lld of them hidden, %lld totals\n",
	       json_string_value(json_object_get(p, "period")), json_string_value(json_object_get(p, "published_at")),
	       by ? by : "–", (long long)json_integer_value(json_object_get(p, "figures")),
	       (long long)json_integer_value(json_object_get(p, "suppressed")),
	       (long long)json_integer_value(json_object_get(p, "totals")));
}

static int list(struct series_cli *c)
{
	db_result_auto *r = NULL;
	json_auto_t *all = NULL;
	const char *as_of;

	if (!command_as_of(&as_of, c->as_of, c->config->time_zone, &c->arena, &c->e) || !open_plan(c) ||
	    !db_run(&r, &c->session, Q_publication_list, (const char *[]){ db_param_i64(&c->arena, c->plan_id), as_of,
			"{\"limit\": 10000, \"hash\": \"\"}" }, &c->e))
		return app_complain(&c->e);
	if (c->json)
		return puts(db_text(r, 0, 0)) < 0;
	all = json_loads(db_text(r, 0, 0), 0, NULL);
	for (size_t i = 0; i < json_array_size(json_object_get(all, "items")); i++)
		print(c, json_array_get(json_object_get(all, "items"), i));
	return 0;
}

static int add(struct series_cli *c)
{
	struct publication_counts done;
	db_result_auto *r = NULL;
	json_auto_t *p = NULL;

	if (!c->login)
		return -1;
	if (!open_plan(c) || !publication_make(&done, &c->session, c->plan_id, c->word[1],
					       clock_today(c->config->time_zone), &c->e))
		return app_complain(&c->e);
	series_cli_tell(c);
	if (!db_run(&r, &c->session, Q_publication_get, (const char *[]){ db_param_i64(&c->arena, done.id) }, &c->e))
		return app_complain(&c->e);
	if (c->json)
		return puts(db_text(r, 0, 0)) < 0;
	p = json_loads(db_text(r, 0, 0), 0, NULL);
	print(c, p);
	return 0;
}

int publication_cli(const struct config *config, int argc, char **argv)
{
	struct series_cli c = { 0 };
	int code = -1;

	if (series_cli_open(&c, config, argc, argv)) {
		if (c.words == 1 && strcmp(c.word[0], "list") == 0)
			code = list(&c);
		else if (c.words == 2 && strcmp(c.word[0], "add") == 0)
			code = add(&c);
	}
	if (code < 0) {
		fputs(usage, stderr);
		code = EXIT_USAGE;
	}
	series_cli_close(&c);
	return code;
}
