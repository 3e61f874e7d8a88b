/*
 * The parts of `vigie plugin`, private to server/plugin.
 */
#ifndef VIGIE_PLUGIN_CLI_H
#define VIGIE_PLUGIN_CLI_H

#include <jansson.h>
#include <stdio.h>

#include "plugin.h"

enum { CLI_TABLES_MAX = 20 };
enum { CLI_FINE = 0, CLI_REFUSED = 1, CLI_CHECK = 2, CLI_USAGE = 64 };

struct cli {
	struct arena arena;
	struct plugin_host *host;
	const struct plugin_command *(*published)(size_t i);	/* see plugin_cli() */
	const struct plugin_text *texts;
	enum lang lang;
	bool json, color;
	const char *what;		/* the argument: ID or FILE; NULL: none */
	const char *dir;		/* where plugins live; NULL: the folders of plugins/ */
	const char *kind;		/* of a new plugin: "indicator", "rule", "mapper"; NULL: not said */
	const char *recipe, *level, *period, *territory, *as_of;
	const char *data[CLI_TABLES_MAX];	/* "rows.txt", "hearings.total=rows.txt" */
	int datas;
	const char *set[PLUGIN_PARAMS_MAX];	/* "window=6" */
	int sets;
};

/* A file that was read; `name` is its base name without .lua. */
struct cli_file {
	const char *path, *id, *text;
	size_t len;
};

/* One of two texts, by the language chosen. */
const char *cli_say(const struct cli *c, const char *fr, const char *en);
/* Reads a path, or an id: of c->texts, else under c->dir.  False: said on stderr. */
bool cli_read(struct cli_file *out, struct cli *c, const char *what);
/* The i-th folder to look into, NULL past the last. */
const char *cli_folder(const struct cli *c, int i);
/* Says on standard error that a file cannot be read. */
void cli_unreadable(const struct cli *c, const char *path);
/* What, where (with the lines around), cause, remedy. */
void cli_finding(FILE *out, struct cli *c, const struct cli_file *f, const struct finding *finding);
/* Calls `each` with what cli_read() takes, for every plugin there is; the first exit code that is not fine. */
int cli_each(struct cli *c, int (*each)(struct cli *c, const char *what, void *arg), void *arg);
/* Starts and ends of a style, empty without colours. */
const char *cli_style(const struct cli *c, const char *style);

/* Reads c->what and checks it; tells a finding.  Exit code; CLI_FINE: *p is to be freed. */
int cli_load(struct plugin *p, struct cli_file *file, struct cli *c);

int cli_new(struct cli *c);
int cli_check(struct cli *c);
int cli_test(struct cli *c);
int cli_list(struct cli *c);
int cli_docs(struct cli *c);
int cli_run(struct cli *c);
/* The table in the file `path`.  False: said on stderr. */
bool cli_data(struct cli_file *out, struct cli *c, const char *path);
/* cli_call.c: the same for a rule and for a mapper. */
int cli_call(struct cli *c, const struct plugin *p, const struct cli_file *file);
int cli_graph(struct cli *c);
int cli_develop(struct cli *c);

#endif
