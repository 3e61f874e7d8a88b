/*
 * Plugins: indicators, rules, mappers and alerts written in Lua by analysts, run in a jailed process.
 *
 * Every run starts a process of its own (`vigie sandbox`, the same binary) that can read its job
 * and write its answer, nothing else.  The caller's process never runs Lua: what comes back is
 * checked as if a stranger had sent it.  No function here touches the database, the clock of
 * the day or HTTP; calls block for as long as the deadlines below: threads that answer requests
 * queue for them (indicator_lab).
 *
 * Days are days since 1970-01-01; periods are "2026-03", "2026-Q1", "2026"; territories are FR,
 * REG-93, 93.
 */
#ifndef VIGIE_PLUGIN_H
#define VIGIE_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "finding.h"
#include "msg.h"

struct graph;
struct json_t;
struct plugin_host;

enum {
	PLUGIN_SOURCE_MAX = 65536,	/* bytes */
	PLUGIN_TESTS_MAX = 50,
	PLUGIN_EXPECTS_MAX = 300,	/* of all tests of an indicator */
	PLUGIN_PARAMS_MAX = 20,
	PLUGIN_CHOICES_MAX = 60,	/* of all parameters */
	PLUGIN_EXTRAS_MAX = 5,
	PLUGIN_PROTECTS_MAX = 20,
	PLUGIN_DIMS_MAX = 2,
	PLUGIN_CHECK_MS = 800,		/* wall time of a check, and of all tests */
	PLUGIN_JOB_MS = 30000,		/* wall time of a refresh */
	PLUGIN_RULE_MS = 300,		/* wall time of a rule */
};

/* Makes a host.  *out is owned: plugin_host_close().  Shared by any number of threads. */
void plugin_host_open(struct plugin_host **out);
void plugin_host_close(struct plugin_host *h);

/* Totals since the host was opened, for /metrics. */
struct plugin_counters {
	uint64_t runs;		/* processes started */
	uint64_t failures;	/* runs that ended with a finding */
	uint64_t kills;		/* processes that had to be stopped, or that the fence stopped */
	uint64_t ms;		/* wall time of all runs, milliseconds */
};
void plugin_counters(struct plugin_counters *out, struct plugin_host *h);

/*
 * What a plugin is for: a figure; what to say of a monthly report; how to read a foreign spreadsheet; what to watch
 * of an indicator.
 */
enum plugin_kind { PLUGIN_INDICATOR, PLUGIN_RULE, PLUGIN_MAPPER, PLUGIN_ALERT };

/* "indicator", "rule", "mapper", "alert".  Static. */
const char *plugin_kind_name(enum plugin_kind kind);
/* What a source says it is ("return rule {"), be it right or not; an indicator when it says nothing. */
enum plugin_kind plugin_kind_of(struct arena *a, const char *source, size_t len) __attribute__((nonnull));

/* A file that was read and checked. */
struct plugin {
	enum plugin_kind kind;
	const char *id;			/* borrowed from the arena of plugin_check */
	const char *version;		/* the same */
	const char *source;		/* the same */
	size_t source_len;		/* bytes */
	struct json_t *about;		/* owned: plugin_free().  The description as data: every field
					 * of the contract but its functions and tests.  Inputs are
					 * written out: `columns` of their rows, and for a series `agg`,
					 * `over_time`, `vintage`, `dims`, `complete`, and `where` with
					 * lists of members: {"age":["minor"]} */
	struct json_t *graph;		/* owned: plugin_free().  The calculation of a `formula`
					 * (graph.h), with the default parameters; NULL: the indicator
					 * has a `compute`.  `reads` lists what else it was traced
					 * with and looked at: "level", "as_of", "plan"; for another
					 * of these, or other parameters, see plugin_trace().  The
					 * `dims` of inputs are those that it names, too */
	const char *developed;		/* of a recipe: the Lua it stands for; NULL: none.  Borrowed
					 * from the arena */
	const char *rewritten;		/* the source with that Lua in the place of the recipe; NULL: there is
					 * none, or it is not written at its field.  Borrowed from the arena */
	struct json_t *tests;		/* owned: plugin_free().  As the file declares them */
};

/*
 * Reads the file of a plugin: *len bytes at *out, borrowed from *a, one more than PLUGIN_SOURCE_MAX
 * when there are more.  False when it cannot be read or is no regular file; never waits.
 */
bool plugin_file_read(const char **out, size_t *len, struct arena *a, const char *path)
	__attribute__((nonnull, warn_unused_result));

/*
 * Reads and checks a source.  `id` is the file's name without .lua.  False: *f says why, *out
 * holds nothing.  `a` must outlive *out.
 */
bool plugin_check(struct plugin *out, struct plugin_host *h, struct arena *a, const char *id,
		  const char *source, size_t len, struct finding *f)
	__attribute__((nonnull, warn_unused_result));
void plugin_free(struct plugin *p);

enum { PLUGIN_LEAST_OWN = -1 };		/* what the indicators that it reads ask for is not known */

/*
 * What an indicator does, for people who do not read code: [{"title":"Calcul","lines":["Résultat = …", …]}, …], with
 * how it is calculated, what it reads, what happens when something is missing, its parameters, what is withheld, how it
 * is judged and which alerts watch it.  `graph`: of a formula; NULL: a compute.  `alerts`: the descriptions of alerts,
 * of which those on this indicator are told; NULL: none.  `least`: the smallest count that is shown of
 * what it rests on, 0 when nothing of it is sensitive; PLUGIN_LEAST_OWN: by its own text.  Of an alert: what it
 * watches.  Owned.
 */
struct json_t *plugin_method(struct arena *a, const struct json_t *about, const struct json_t *graph,
			     const struct json_t *alerts, double least, enum lang lang)
	__attribute__((nonnull(1, 2)));

/* What an alert watches for, from its `about`. */
struct alert_rule;
void plugin_alert_rule(struct alert_rule *out, const struct json_t *about) __attribute__((nonnull));

/*
 * SHA-256 of what a source calculates with: the words of its helpers and of its function, without
 * comments, white space, texts and tests.  The same for two sources: they calculate the same.
 */
void plugin_calculation(char out[65], struct arena *a, const char *source, size_t len)
	__attribute__((nonnull));

/* One test, declared or automatic. */
struct plugin_test {
	const char *name;		/* as declared; automatic: "auto: permuted" … */
	bool automatic;
	bool skipped;			/* automatic: nothing to try it on (no parameter, or the
					 * declared tests fail already) */
	struct finding finding;		/* FINDING_NONE: passed, unless it was skipped */
};

/*
 * Runs the declared tests, then the automatic ones.  *out: `*count` results borrowed from *a.
 * False when the tests cannot be run at all; *f says why.  Failing tests are results, not failures.
 */
bool plugin_test(struct plugin_test **out, size_t *count, struct plugin_host *h, struct arena *a,
		 const struct plugin *p, struct finding *f) __attribute__((nonnull, warn_unused_result));

/*
 * A batch of cells to compute.  Each cell is
 *   {"territory":"93", "level":"department", "period":"2026-03", "as_of":"2026-03-31",
 *    "rows":{"actions":{"number":["7.2",…], "done_on":["2026-02-01",null,…], …}}}
 * `rows` has, for each declared input, its declared columns, all of one length, in the order of
 * number, territory, organisation; null is a missing value.  A day is ISO text or a whole number.
 * A series, a reference and an indicator_value have one row for each territory, period and member
 * of the declared `dims` (only those of `where`), in the order of these, whose value is null when
 * it is missing: the territory is the cell's own, or with grain = "department" (by = for a
 * reference) each département of it; the periods are the input's own, months of a monthly series whatever
 * the length of the cell's: those in the cell's, or the last `lookback` ones up to its end, oldest first;
 * a reference has the year.  A roster, blockers and cells have the rows there are, a roster of the same months.
 * `as_of` (a day, the same two ways) defaults to the end of the period.
 */
struct plugin_job {
	const struct json_t *cells;	/* array; borrowed */
	const struct json_t *params;	/* {"window": 6}; NULL: the defaults; borrowed */
	const struct json_t *plan;	/* {"start_on","end_on","stale_after_days"}; NULL: unknown dates,
					 * 45 days; borrowed */
	int wall_ms;			/* 0: PLUGIN_JOB_MS */
};

/* CELL_SUPPRESSED: of tests alone, those that show the public form. */
enum cell_state { CELL_VALUE, CELL_MISSING, CELL_NOT_APPLICABLE, CELL_SUPPRESSED };

enum cell_has {
	HAS_NUMERATOR = 1,
	HAS_DENOMINATOR = 2,
	HAS_LOW = 4,
	HAS_HIGH = 8,
};

struct plugin_cell {
	enum cell_state state;
	unsigned has;			/* which of the figures below were given: enum cell_has */
	double value;			/* finite; 0 when missing */
	double numerator, denominator, low, high;
	const char *extra;		/* JSON object as text; NULL: none.  Borrowed from the arena */
	const double *protects;		/* other counts that it rests on, never shown.  Borrowed from the arena */
	size_t protects_count;
	const char *reason;		/* missing: a code of the closed list, or "other" */
	const char *sentence;		/* with "other": the plugin's own words */
};

/*
 * Computes every cell of an indicator with `compute`, in order.
 * *out has one result a cell, borrowed from *a.  The first
 * failure ends the run: *f tells the cell in `where`.  Then nothing of *out may be used.
 */
bool plugin_run(struct plugin_cell **out, struct plugin_host *h, struct arena *a,
		const struct plugin *p, const struct plugin_job *job, struct finding *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * Do the figures of a cell, {"value": 12, "low": 10}, keep the declared checks, at 12 significant
 * digits?  One outside them is a mistake of the calculation: false, V408 in *f.  plugin_run and
 * plugin_test look by themselves.
 */
bool plugin_checks_hold(struct arena *a, const struct json_t *about, const struct json_t *figures,
			struct finding *f) __attribute__((nonnull, warn_unused_result));

/* A cell of the declared tests, computed from their tables; `finding` says why when it was not. */
struct plugin_trial {
	const char *test, *level, *territory, *period;	/* borrowed from the plugin */
	struct plugin_cell cell;
	struct finding finding;
};

/*
 * Computes what the declared tests of an indicator expect a total of, judging nothing; of another
 * kind, none.  *out: `*count` trials, texts and cells borrowed from *a.  False when they cannot be
 * computed at all; *f says why.
 */
bool plugin_try_tests(struct plugin_trial **out, size_t *count, struct plugin_host *h, struct arena *a,
		      const struct plugin *p, struct finding *f) __attribute__((nonnull, warn_unused_result));

/* A cell that a test expects a value of. */
struct plugin_step { const char *test, *territory, *period; };

/*
 * The calculation of a formula with what each step was for that cell of its test: see graph_steps().  *out is owned;
 * NULL: a compute, or there is no such test or cell.  False: it cannot be computed, *f says why.
 */
bool plugin_try_steps(struct json_t **out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		      const struct plugin_step *of, struct finding *f) __attribute__((nonnull, warn_unused_result));

/* ------------------------------------------------------------------ rules */

/* What a rule says of one figure of a report, or what a mapper says of one cell of a sheet. */
struct plugin_remark {
	bool stops;			/* the figure is not to be sent as it is; the row not to be read */
	const char *about;		/* the series of the figure, or the column of the cell */
	const char *dims;		/* "age=minor;sex=female": members that the figure has, in the order
					 * of their dimensions' names; "": whichever */
	const char *fr, *en;		/* en NULL: in French only */
};

/*
 * What a rule says of a report:
 *   {"period":"2026-03", "territory":"93", "organisation":"DGPN",
 *    "figures":[{"period":"2026-03", "series":"victims.identified", "dims":"age=minor;sex=female",
 *                "state":"value", "value":12}, …]}
 * `state` is value, missing (with "reason"), not_applicable or empty; the figures of the report are in the order
 * of its form, those of twelve months before may follow, in any order; `dims` is as above.  Of `p` its kind, id,
 * source and about are read, as published.  *out: `*count` remarks borrowed from *a.  False: the rule could not
 * say anything, *f tells why; never a reason to refuse a report.  Takes PLUGIN_RULE_MS at most.
 */
bool plugin_validate(struct plugin_remark **out, size_t *count, struct plugin_host *h, struct arena *a,
		     const struct plugin *p, const struct json_t *report, struct finding *f)
	__attribute__((nonnull, warn_unused_result));

/* ------------------------------------------------------------------ mappers */

/* A foreign spreadsheet, as it was read. */
struct plugin_sheet {
	const struct json_t *rows;	/* [{"line":2, "cells":{"Département":"93", "Demandes":12, "Mois":null}}, …]: a
					 * cell is a text, a number, true, false or null; `line` is the place in the
					 * sheet; borrowed */
	const struct json_t *params;	/* as in struct plugin_job */
	int wall_ms;			/* 0: PLUGIN_JOB_MS */
};

/*
 * What a mapper makes of a sheet.  *out is owned:
 *   {"rows":[{"line":2, "series":"shelter.requests", "territory":"93", "period":"2026-01",
 *             "dims":{}, "value":12}, …],
 *    "remarks":[{"line":3, "level":"stop", "column":"Mois", "fr":"…", "en":"…"}, …]}
 * A row is one of observations (POST /series/{id}/observations) with its `series`: `organisation` only when
 * the mapper names one, "state" and "reason" in place of "value" when there is no figure.  Of a line with a "stop"
 * no row is given.  A line on which the mapper fails has a "stop" that tells the finding ("column" null, "en"
 * always).  The order is that of the sheet.  Of `p` its kind, id, source and about are read, as published.
 * False: nothing could be read, *f says why: a column that is not in the sheet (V350, V351), more than 20,000 rows
 * and remarks (V358), limits, parameters.
 * Nothing is written anywhere.
 */
bool plugin_map(struct json_t **out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		const struct plugin_sheet *sheet, struct finding *f)
	__attribute__((nonnull, warn_unused_result));

/* What a formula is traced with. */
struct plugin_view {
	const char *level;		/* NULL: the first of the indicator's */
	const struct json_t *params;	/* overrides; NULL: the defaults; borrowed */
	const struct json_t *plan;	/* as in struct plugin_job; NULL: a plan of three years */
	int32_t as_of;			/* day */
};

/* The graph of a formula for these values.  *out is owned; false: *f says why. */
bool plugin_trace(struct json_t **out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		  const struct plugin_view *view, struct finding *f)
	__attribute__((nonnull, warn_unused_result));

/*
 * An indicator whose description has `dims` gives, beside each value, one for every member of these
 * dimensions (of every combination, where there are two).  Both come from the same formula: members from inputs that
 * keep the dimensions, the total from inputs summed over them, so that it is a ratio of sums and not a sum of ratios.
 */

/*
 * The dimensions that input `name` keeps when the formula is evaluated: those declared and those that the graph
 * (NULL: a compute) names, in order, NULL-terminated; without `members` those of the result alone are summed.
 * Borrowed from *a.
 */
const char *const *plugin_dims(struct arena *a, const struct json_t *about, const struct graph *g, const char *name,
			       bool members) __attribute__((nonnull(1, 2, 4), returns_nonnull));

/* Is "national", "region" or "department" one of the levels of an indicator? */
bool plugin_has_level(const struct json_t *about, const char *level);

/*
 * How many of its own periods an input of a `compute` reaches back, that of the cell's end included: as declared, a
 * parameter by its value in `params` (NULL: none) or, when that is none it may have, by its default; 600 at most,
 * 120 when it is a number.
 * 0: nothing is declared, and it reads those of the cell.
 */
size_t plugin_lookback(const struct json_t *about, const struct json_t *input, const struct json_t *params)
	__attribute__((nonnull(1, 2)));

/*
 * Overrides of parameters as a person types them, "window=6", "places=75,2A", each read as its parameter in `about`
 * wants: what params of a job are.  One that does not exist or does not fit is told by the run.  Owned.
 */
struct json_t *plugin_settings(const struct json_t *about, const char *const *set, int count) __attribute__((nonnull));

/* First and last day of a period; false when the text is none. */
bool period_days(int32_t *first, int32_t *last, const char *period);

/* "month", "quarter" or "year" (static), or NULL when the text is no period. */
const char *period_frequency(const char *period);

/* "vigie sandbox": becomes the jailed process.  To be called first thing in main(). */
int sandbox_main(int argc, char **argv);

/* A subcommand of "vigie plugin" as help tells it, by enum lang: what follows its name, what it does.  Static. */
struct plugin_command { const char *name, *words[2], *about[2]; };

/* A plugin that is in no file.  Borrowed. */
struct plugin_text { const char *id, *text; size_t len; };

/*
 * "vigie plugin …": argv[0] is "plugin".  `published`: the i-th subcommand that works on what is published, NULL past
 * the last, which help tells, too; others understand it.  `texts`: what graph, develop and docs are about, up to one
 * without id; what is not among them, and all there is when it is NULL, is a file of --dir or of plugins/.  Returns the
 * exit code.
 */
int plugin_cli(int argc, char **argv, const struct plugin_command *(*published)(size_t i),
	       const struct plugin_text *texts) __attribute__((nonnull(2, 3)));

#endif
