/*
 * vigie: one binary, its roles as subcommands.
 */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "clock.h"
#include "config.h"
#include "campaign.h"
#include "engine.h"
#include "import.h"
#include "indicator.h"
#include "log.h"
#include "outbox.h"
#include "plan.h"
#include "plugin.h"
#include "series.h"
#include "text.h"
#include "user.h"

extern char **environ;

static int show_config(const struct config *config, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	config_print(stdout, config);
	return 0;
}

static int show_version(const struct config *config, int argc, char **argv)
{
	(void)config;
	(void)argc;
	(void)argv;
	printf("vigie 1, engine %d\n", ENGINE);
	return 0;
}

#define DEMO_USAGE                                                                                 \
	"people --plan CODE --out FILE | [figures] [--seed N] [--scale N] [--months N]"            \
	" | campaign --plan CODE"                                                                  \
	" | targets --plan CODE"

/* Each noun invents its own; options alone are those of figures, of which there may be many times as many. */
static int run_demo(const struct config *config, int argc, char **argv)
{
	static const struct { const char *name; int (*run)(const struct config *c, int argc, char **argv); } nouns[] = {
		{ "people", user_demo_cli }, { "figures", series_demo_cli }, { "campaign", campaign_demo_cli },
		{ "targets", indicator_demo_cli },
	};

	if (argc > 1 && strncmp(argv[1], "--", 2) == 0)
		return series_demo_cli(config, argc, argv);
	for (size_t i = 0; argc > 1 && i < sizeof nouns / sizeof *nouns; i++)
		if (strcmp(argv[1], nouns[i].name) == 0)
			return nouns[i].run(config, argc, argv);
	fputs("usage: vigie demo " DEMO_USAGE "\n", stderr);
	return EXIT_USAGE;
}

static const struct command commands[] = {
	{ "migrate", app_migrate, "", "brings the database to this version's schema, as its owner" },
	{ "serve", app_serve, "", "serves pages and the interface" },
	{ "compute", indicator_cli_compute, "[--once]", "computes indicators; any number may run, on any machine" },
	{ "plan", plan_cli, "import|export|list", "loads a plan from a file, writes it to one, lists the plans" },
	{ "plugin", indicator_cli_plugin, "new|check|test|docs|list|run|import|publish …",
	  "writes, tests and publishes indicators" },
	{ "target", target_cli, "list|set|withdraw …", "targets of indicators, with their reasons" },
	{ "user", user_cli, "add|passwd|grant|revoke|disable|enable|list …", "accounts and their rights" },
	{ "publication", publication_cli, "add|list …", "months whose sensitive figures are frozen and shown" },
	{ "series", series_cli, "list|import|export|observe …", "figures in and out, by file or one at a time" },
	{ "import", import_cli, "FILE [--plan CODE] [--dry-run] …",
	  "brings a plan, status reports or figures in, preview first" },
	{ "campaign", campaign_cli, "list|open|close|status|remind|hand-over …",
	  "monthly campaigns: who is to answer, who has" },
	{ "outbox", outbox_cli, "send [--once]", "sends mail, beside the servers or instead of them" },
	{ "demo", run_demo, DEMO_USAGE,
	  "demonstration accounts, fictitious figures, answers and targets" },
	{ "config", show_config, "", "prints every setting as it is now" },
	{ "version", show_version, "", "prints the version" },
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int help(FILE *out, int code)
{
	fputs("Usage: vigie COMMAND [--setting=value …] [arguments]\n\nCommands:\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-10s %s%s%s\n", commands[i].name, commands[i].usage,
			*commands[i].usage ? "  " : "", commands[i].about);
	fputs("\n", out);
	config_help(out);
	return code;
}

static int help_with(const struct command *c)
{
	printf("usage: vigie %s %s\n%s\n", c->name, c->usage, c->about);
	if (strchr(c->usage, '|'))
		printf("\nvigie %s alone shows each of them with its options.\n", c->name);
	return 0;
}

static int unknown(const char *word)
{
	const char *names[COMMANDS + 1] = { NULL };
	const char *near;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	near = text_nearest(word, names);
	fprintf(stderr, "vigie: unknown command %s%s%s; see vigie --help\n", word,
		near ? "; the nearest is " : "", near ? near : "");
	return EXIT_USAGE;
}

static enum log_level level_of(const char *name)
{
	static const char *const names[] = { "error", "warn", "info", "debug" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(names[i], name) == 0)
			return (enum log_level)i;
	return LOG_INFO;
}

static int run(const struct config *config, int argc, char **argv)
{
	log_open(level_of(config->log_level));
	clock_set_today(config->today);
	if (argc < 2)
		return help(stderr, EXIT_USAGE);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return help(stdout, 0);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, argv[1]) == 0)
			return argc > 2 && strcmp(argv[2], "--help") == 0 ? help_with(&commands[i]) :
			       commands[i].run(config, argc - 1, argv + 1);
	return unknown(argv[1]);
}

int main(int argc, char **argv)
{
	struct config config;
	struct arena arena;
	char message[400];
	int code;

	/* The jailed process looks at nothing; authors need no setting, unless for what is published. */
	if (argc > 1 && strcmp(argv[1], "sandbox") == 0)
		return sandbox_main(argc, argv);
	if (argc > 1 && strcmp(argv[1], "plugin") == 0 &&
	    !(argc > 2 && indicator_cli_published(argv[2])))
		return plugin_cli(argc - 1, argv + 1, indicator_cli_told, NULL);
	arena_init(&arena);
	if (config_load(&config, &arena, &argc, argv, environ, message, sizeof message)) {
		code = run(&config, argc, argv);
	} else {
		fprintf(stderr, "vigie: %s\n", message);
		code = EXIT_USAGE;
	}
	arena_free(&arena);
	return code;
}
