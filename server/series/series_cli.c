/*
 * vigie series: the catalogue, figures from and to files, one figure at once.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "command.h"
#include "json.h"
#include "series.h"
#include "series_cli.h"
#include "text.h"

enum { DEADLINE_MS = 120000, FAULTS_MAX = 1000, FILE_MAX = 64 << 20, EXPORT_MAX = 20000000 };

static const char usage[] =
	"usage: vigie series list [--json]\n"
	"       vigie series import FILE.csv --series ID [--plan CODE] [--as LOGIN] [--json]\n"
	"       vigie series export ID [--plan CODE] [--from P] [--to P] [--territory CODE] [--vintage V|all]\n"
	"                              [--as-of T] [--exact --as LOGIN]\n"
	"       vigie series observe ID --territory CODE --organisation CODE --period P [--dim age=minor]…\n"
	"                              --value N | --missing REASON [--plan CODE] [--as LOGIN] [--json]\n";

/* ------------------------------------------------------------------ arguments */

enum option_key { O_AS = 256, O_AS_OF, O_DIM, O_EXACT, O_FROM, O_JSON, O_MISSING, O_ORGANISATION, O_PERIOD,
		  O_PLAN, O_SERIES, O_TERRITORY, O_TO, O_VALUE, O_VINTAGE, O_SEED, O_SCALE, O_MONTHS, O_PUBLISHED };

static const struct option options[] = {
	{ "as", 1, NULL, O_AS }, { "as-of", 1, NULL, O_AS_OF }, { "dim", 1, NULL, O_DIM },
	{ "exact", 0, NULL, O_EXACT }, { "from", 1, NULL, O_FROM }, { "json", 0, NULL, O_JSON },
	{ "missing", 1, NULL, O_MISSING }, { "organisation", 1, NULL, O_ORGANISATION },
	{ "period", 1, NULL, O_PERIOD }, { "plan", 1, NULL, O_PLAN }, { "series", 1, NULL, O_SERIES },
	{ "territory", 1, NULL, O_TERRITORY }, { "to", 1, NULL, O_TO }, { "value", 1, NULL, O_VALUE },
	{ "vintage", 1, NULL, O_VINTAGE }, { "seed", 1, NULL, O_SEED }, { "scale", 1, NULL, O_SCALE },
	{ "months", 1, NULL, O_MONTHS }, { "published", 1, NULL, O_PUBLISHED }, { 0 },
};

static bool read_dim(struct series_cli *c, const char *text)
{
	const char *equals = strchr(text, '=');

	if (!equals || equals == text)
		return false;
	json_object_set_new(c->dims, arena_memdup(&c->arena, text, (size_t)(equals - text)),
			    json_string(equals + 1));
	return true;
}

static bool read_count(long *out, const char *text, long max)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	return *text && !*end && !errno && *out >= 1 && *out <= max;
}

static bool take(void *command, int key)
{
	struct series_cli *c = command;

	switch (key) {
	case O_AS: c->login = optarg; return true;
	case O_AS_OF: c->as_of = optarg; return true;
	case O_DIM: return read_dim(c, optarg);
	case O_EXACT: c->exact = true; return true;
	case O_FROM: c->from = optarg; return true;
	case O_JSON: c->json = true; return true;
	case O_MISSING: c->missing = optarg; return true;
	case O_ORGANISATION: c->organisation = optarg; return true;
	case O_PERIOD: c->period = optarg; return true;
	case O_PLAN: c->plan = optarg; return true;
	case O_SERIES: c->series = optarg; return true;
	case O_TERRITORY: c->territory = optarg; return true;
	case O_TO: c->to = optarg; return true;
	case O_VALUE: c->value = optarg; return true;
	case O_VINTAGE: c->vintage = optarg; return true;
	case O_SEED: return read_count(&c->seed, optarg, 1000000000);
	case O_SCALE: return read_count(&c->scale, optarg, 1000);
	case O_MONTHS: return read_count(&c->months, optarg, 120);
	case O_PUBLISHED: return read_count(&c->published, optarg, 120);
	default: return false;
	}
}

bool series_cli_open(struct series_cli *c, const struct config *config, int argc, char **argv)
{
	c->config = config;
	c->lang = command_lang();
	c->seed = c->scale = 1;
	c->months = 36;
	c->dims = json_object();
	arena_init(&c->arena);
	err_init(&c->e, &c->arena);
	return command_read(c->word, &c->words, argc, argv, options, take, c);
}

void series_cli_close(struct series_cli *c)
{
	db_close(c->session.db);
	json_decref(c->dims);
	arena_free(&c->arena);
}

bool series_cli_connect(struct series_cli *c)
{
	return command_connect(&c->session, c->config, c->login, DEADLINE_MS, &c->arena, &c->e);
}

bool series_cli_plan(struct series_cli *c)
{
	return command_plan(&c->plan_id, &c->session, c->plan, c->login, &c->e);
}

/* The series, with its plan; a plan is only missed by a series that needs one. */
static bool load(struct series *s, struct series_cli *c, const char *code)
{
	*s = (struct series){ 0 };
	return series_cli_connect(c) && series_cli_plan(c) &&
	       series_load(s, &c->session, code, c->plan_id, &c->e) &&
	       (!s->by_plan || c->plan_id || err_set(&c->e, ERR_PARAMETER, MSG_PLAN_NEEDED));
}

void series_cli_tell(struct series_cli *c)
{
	db_result_auto *r = NULL;
	const char *topic = arena_printf(&c->arena, "plan:%lld", (long long)c->plan_id);

	if (c->plan_id && !db_run(&r, &c->session, Q_db_notify, (const char *[]){ topic }, &c->e))
		app_complain(&c->e);
}

/* ------------------------------------------------------------------ list */

static int list(struct series_cli *c)
{
	db_result_auto *r = NULL;
	bool fr = c->lang == LANG_FR;

	if (!series_cli_connect(c) || !db_run(&r, &c->session, c->json ? Q_series_list : Q_series_codes,
					      (const char *[]){ lang_code(c->lang) }, &c->e))
		return app_complain(&c->e);
	if (c->json)
		puts(db_text(r, 0, 0));
	for (int i = 0; !c->json && i < db_rows(r); i++)
		printf("%-40s %-6s %-11s %-10s %s (%s)\n", db_text(r, i, 0), db_text(r, i, 3), db_text(r, i, 4),
		       db_bool(r, i, 5) ? (fr ? "sensible" : "sensitive") : "", db_text(r, i, 1),
		       db_text(r, i, 2));
	return 0;
}

/* ------------------------------------------------------------------ import, observe */

static int record(struct series_cli *c, const struct series *s, const struct series_lines *lines)
{
	struct series_recorded done;
	bool fr = c->lang == LANG_FR;

	if (!series_record(&done, &c->session, s, lines, VIA_COMMAND, clock_today(c->config->time_zone), &c->e))
		return app_complain(&c->e);
	if (done.added + done.revised > 0 && s->by_plan)
		series_cli_tell(c);
	printf(c->json ? "{\"batch\":%lld,\"new\":%lld,\"revised\":%lld,\"same\":%lld}\n" :
	       fr ? "lot %lld : %lld nouveaux, %lld révisés, %lld identiques\n" :
	       "batch %lld: %lld new, %lld revised, %lld the same\n", (long long)done.batch_id,
	       (long long)done.added, (long long)done.revised, (long long)done.same);
	return 0;
}

static int import(struct series_cli *c)
{
	struct series_lines lines = { 0 };
	struct series s = { 0 };
	char *bytes = NULL;
	size_t len = 0;
	int code;

	if (!c->series)
		return -1;
	c->e.fault_max = FAULTS_MAX;
	if (command_file(&bytes, &len, c->word[1], FILE_MAX, &c->arena, &c->e) && load(&s, c, c->series) &&
	    series_csv_read(&lines, &s, bytes, len, FILE_ROWS_MAX, &c->e))
		code = record(c, &s, &lines);
	else
		code = app_complain(&c->e);
	json_decref(lines.rows);
	series_free(&s);
	return code;
}

static int observe(struct series_cli *c)
{
	struct series_lines lines = { 0 };
	struct series s = { 0 };
	char *end;
	json_t *value = json_null();
	int code;

	if (!c->territory || !c->period || !c->value == !c->missing)
		return -1;
	if (c->value) {
		double v = strtod(c->value, &end);

		value = *c->value && !*end && v - v == 0 ? json_real(v) : json_string(c->value);
	}
	lines.rows = json_pack("[{s:s, s:s?, s:s, s:O, s:o, s:s?, s:s?}]", "territory", c->territory,
			       "organisation", c->organisation, "period", c->period, "dims", c->dims,
			       "value", value, "state", c->missing ? "missing" : NULL, "reason", c->missing);
	if (load(&s, c, c->word[1]))
		code = record(c, &s, &lines);
	else
		code = app_complain(&c->e);
	json_decref(lines.rows);
	series_free(&s);
	return code;
}

/* ------------------------------------------------------------------ export */

static bool bound(json_t *filters, struct series_cli *c, const char *name, const char *text, bool end)
{
	struct series_period p;

	if (!text)
		return true;
	if (!series_period_read(&p, text))
		return err_add_param(&c->e, name, MSG_PERIOD_WRONG, text, "2026-03");
	json_object_set_new(filters, name, json_string(day_format(end ? p.to_on : p.from_on).text));
	return true;
}

/* As with exact=true: for who may, and kept before anything is shown; no trace, no figure. */
static bool opened(struct series_cli *c, const struct series *s)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &c->session, Q_series_opens, (const char *[]){ db_param_i64(&c->arena, c->plan_id) }, &c->e))
		return false;
	if (!db_bool(r, 0, db_column(r, "allowed")))
		return err_set(&c->e, ERR_FORBIDDEN, MSG_EXACT_WHO, c->login);
	return !s->sensitive || series_opened(&c->session, s, &c->e);
}

static int print(struct series_cli *c, const struct series *s, const struct series_asked *asked)
{
	db_result_auto *r = NULL;
	const char *text;
	size_t len;

	if ((asked->exact && !opened(c, s)) || !series_read(&r, &c->session, s, asked, EXPORT_MAX, &c->e))
		return app_complain(&c->e);
	text = series_csv_write(&len, &c->arena, s, r, db_rows(r));
	return fwrite(text, 1, len, stdout) == len ? 0 : EXIT_REFUSED;
}

static int export(struct series_cli *c)
{
	json_auto_t *filters = json_object();
	struct series_asked asked = { .exact = c->exact };
	struct series s = { 0 };
	int code;

	if (c->exact && !c->login)
		return -1;
	if (c->territory)
		json_object_set_new(filters, "territory", json_string(c->territory));
	if (c->vintage)
		json_object_set_new(filters, "vintage", json_string(c->vintage));
	if (bound(filters, c, "from", c->from, false) && bound(filters, c, "to", c->to, true) &&
	    command_as_of(&asked.as_of, c->as_of, c->config->time_zone, &c->arena, &c->e) && load(&s, c, c->word[1])) {
		asked.filters = json_write(&c->arena, filters);
		code = print(c, &s, &asked);
	} else {
		code = app_complain(&c->e);
	}
	series_free(&s);
	return code;
}

static const struct { const char *name; int words; int (*run)(struct series_cli *c); } verbs[] = {
	{ "list", 1, list }, { "import", 2, import }, { "export", 2, export }, { "observe", 2, observe },
};

int series_cli(const struct config *config, int argc, char **argv)
{
	struct series_cli c = { 0 };
	int code = -1;

	if (series_cli_open(&c, config, argc, argv))
		for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
			if (c.words == verbs[i].words && strcmp(verbs[i].name, c.word[0]) == 0)
				code = verbs[i].run(&c);
	if (code < 0) {
		fputs(usage, stderr);
		code = EXIT_USAGE;
	}
	series_cli_close(&c);
	return code;
}
