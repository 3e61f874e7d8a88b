/*
 * The application: what lives as long as the process, and the commands.
 *
 * app.c starts the parts by one table of steps and stops them in reverse; a
 * feature that keeps something between requests adds a field and a step.
 */
#ifndef VIGIE_APP_H
#define VIGIE_APP_H

#include <stdbool.h>

#include "arena.h"
#include "config.h"
#include "err.h"

struct db;
struct db_listener;
struct http_server;
struct people;
struct indicator_lab;
struct indicator_worker;
struct outbox_sender;

struct app {
	const struct config *config;	/* borrowed from main */
	struct db *db;
	struct db_listener *listener;
	struct http_server *http;
	struct people *people;
	struct indicator_worker *worker;	/* NULL: computing is left to others */
	struct indicator_lab *lab;
	struct outbox_sender *sender;	/* NULL: no mail server is set */
};

/* Exit codes of every command. */
enum { EXIT_REFUSED = 1, EXIT_CHECK = 2, EXIT_USAGE = 64, EXIT_NO_DATABASE = 69 };

/*
 * A subcommand.  argv[0] is its name, the settings are taken out already; the
 * result is the exit code.
 */
struct command {
	const char *name;
	int (*run)(const struct config *config, int argc, char **argv);
	const char *usage;	/* what follows the name */
	const char *about;
};

/* `vigie serve`: runs until SIGTERM or SIGINT. */
int app_serve(const struct config *config, int argc, char **argv);
/* `vigie migrate`: as the owner, runs the steps that the database has not had; says which. */
int app_migrate(const struct config *config, int argc, char **argv);

/* Tells *e on standard error, in English or by LANG in French; the exit code that fits. */
int app_complain(const struct err *e);

#endif
