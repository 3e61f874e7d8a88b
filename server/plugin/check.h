/*
 * Check: the description of an indicator as data, its tests and its runs.  Private to
 * server/plugin; knows nothing of Lua but the text of its error messages.
 */
#ifndef VIGIE_PLUGIN_CHECK_H
#define VIGIE_PLUGIN_CHECK_H

#include <jansson.h>

#include "plugin.h"

struct check {
	struct arena *arena;
	const char *source;
	size_t len;
	struct finding *f;
};

/* fault.c: the finding of a FRAME_FAULT body. */
void fault_finding(struct finding *f, struct arena *a, const json_t *body);

/* A copy of what a stranger wrote, its control characters made blank: it may go to a terminal. */
const char *fault_text(struct arena *a, const char *text);

/* Lua names the byte that a character it cannot read starts with, "<\226>": tells the character, or a quote (V119). */
void fault_character(struct finding *f, struct arena *a, const char *source, size_t source_len);

/* source.c: the line of a field such as "params.window.default" or "tests.2.given"; 0: not found. */
int source_line(const char *source, size_t len, const char *path);
/* The words and signs of the source, comments left out.  Borrowed from *a; returns how many. */
struct token {
	const char *word;	/* borrowed from the source; of a quoted text nothing */
	size_t len;
	int line;
	bool name, literal;	/* a word; a number or a quoted text; else a sign */
};
size_t source_tokens(struct token **out, struct arena *a, const char *source, size_t len);
/* The text of line `line` (from 1), without its end; *len in bytes.  NULL past the end. */
const char *source_text(const char *source, size_t source_len, int line, size_t *len);

/* Sets the finding at the line of `path`.  Always false. */
bool check_fail(struct check *c, const char *path, enum finding_code code, const char *x,
		const char *y, const char *z);
/* "a.b" or "a.1", borrowed from the arena. */
const char *check_path(struct check *c, const char *base, const char *field);
const char *check_item(struct check *c, const char *base, size_t index);

/* fields.c: readers of the description; `path` names the guilty field. */
bool check_only(struct check *c, const json_t *object, const char *base, const char *const *known);
bool check_text(struct check *c, const json_t *object, const char *base, const char *field,
		bool required, size_t max);
bool check_texts(struct check *c, const json_t *value, const char *path);
/* `v` is one of the words; `name` is what it is called in the finding. */
bool check_word(struct check *c, const json_t *v, const char *path, const char *name,
		const char *const *choices);
bool check_choice(struct check *c, const json_t *object, const char *base, const char *field,
		  bool required, const char *const *choices);
bool check_choices(struct check *c, const json_t *list, const char *path,
		   const char *const *choices);
bool check_whole(struct check *c, const json_t *object, const char *base, const char *field,
		 bool required, int min, int max);
bool is_table(const json_t *value);
bool is_tagged(const json_t *value, const char *tag);
/* The list in `value`, be it an array, an empty table or the "#" of a table with names; never NULL. */
const json_t *list_of(const json_t *value);
/* Names joined by ", ".  Borrowed from the arena. */
const char *join_names(struct arena *a, const char *const *names);
const char *join_keys(struct arena *a, const json_t *object);
const char *join_items(struct arena *a, const json_t *list);

/* description.c: everything of an indicator but its tests.  *about is owned by the caller. */
bool description_check(struct check *c, json_t **about, const char *id, const json_t *raw);
/* An indicator that reads a sensitive series says what is too small to be shown. */
bool description_protects(struct check *c, const json_t *raw);
/* What all kinds have in common: names, texts, parameters; then the history of versions. */
bool description_named(struct check *c, const json_t *raw, const char *id);
bool description_changelog(struct check *c, const json_t *raw);
/* The description as data, without functions and tests.  Owned. */
json_t *description_plain(const json_t *raw);
/* alert.c: the same as description_check(), tests_check() and plugin_test() for an alert. */
bool alert_check(struct check *c, json_t **about, const char *id, const json_t *raw);
bool alert_tests_check(struct check *c, const json_t *tests);
void alert_test(struct plugin_test **out, size_t *count, struct arena *a, const struct plugin *p);
/* kinds.c: the same as description_check() for a rule or a mapper. */
bool kind_check(struct check *c, json_t **about, enum plugin_kind kind, const char *id, const json_t *raw);
/* The table of a test of a rule as figures ([{"ago", "series", "dims", …}]), that of a mapper as rows
 * ([{"line", "cells"}]).  Owned; NULL: failed. */
json_t *kind_figures(struct check *c, const json_t *about, const json_t *rows, const char *period);
json_t *kind_sheet(struct check *c, const json_t *rows);
/* call_tests.c */
bool call_tests_check(struct check *c, const struct plugin *p, const json_t *tests);
bool call_tests_run(struct plugin_test **out, size_t *count, struct plugin_host *h, struct arena *a,
		    const struct plugin *p, struct finding *f);

/* call.c: one call of validate or row, ready for the sandbox; the list that it answered, checked and borrowed
 * from `body`: NULL when it is none. */
json_t *report_frame(const json_t *report, const json_t *params);
json_t *sheet_frame(const json_t *about, const json_t *row, const json_t *params);
json_t *call_job(const struct plugin *p, bool survive, int cpu_ms);
const json_t *call_answer(const struct plugin *p, const json_t *body);
/* "plan.on_time": is that an id? */
bool description_id(const char *s);
/* inputs.c: `raw` is the whole description. */
bool inputs_check(struct check *c, const json_t *raw);
/* Writes out what the declarations leave to the catalogue: see struct plugin, `about`. */
void inputs_settle(json_t *about);
/* What the fixtures of an input are called: "victims.identified", "actions", "population". */
const char *input_source(struct arena *a, const json_t *input);
/* params.c */
bool params_check(struct check *c, const json_t *params);
/* The value of a parameter as compute reads it (a day is a number); NULL: not acceptable.  Owned. */
json_t *param_value(const json_t *def, const json_t *given);
/* What it must be, as an argument of a finding: "@boolean", "@integer @from 1 @to 36"… */
const char *param_expected(struct arena *a, const json_t *def);
/* All parameters with the overrides of `given` (or NULL).  NULL: the finding is set at `path`.  Owned. */
json_t *params_resolve(struct check *c, const json_t *defs, const json_t *given, const char *path);

/* How a period of "month", "quarter" or "year" is written. */
const char *period_example(const char *frequency);

/* territory.c */
bool territory_known(const char *code, const char *level);
/* The code of the i-th département, NULL past the last. */
const char *territory_department(size_t i);
/* The region that holds it. */
const char *territory_region(size_t i);
/* True when the rows of territory `row` belong to the cell of `territory` at `level`. */
bool territory_covers(const char *territory, const char *level, const char *row);

/* fixture.c: rows [[…]] as {"status":["done",null,…],…}: every column found; `input` is a settled
 * declaration.  Owned; NULL: failed. */
json_t *fixture_parse(struct check *c, const json_t *rows, const json_t *input);
/* One line of a table, its cells trimmed; `cells` may say more than were kept. */
enum { FIXTURE_WIDTH_MAX = 40 };
struct fixture_line {
	size_t cells;
	const char *cell[FIXTURE_WIDTH_MAX];
};
void fixture_split(struct fixture_line *out, struct arena *a, const char *from, size_t len);
/* The line of the source on which the text of rows [[…]] starts. */
int fixture_first_line(const struct check *c, const json_t *rows);
/* The rows of actions of one cell, declared columns only.  Owned. */
json_t *fixture_select(const json_t *table, const json_t *declared, const char *territory,
		       const char *level, const char *period);

/* recipe.c: the function that a recipe stands for, as Lua.  NULL: the finding is set. */
const char *recipe_code(struct check *c, const json_t *formula, const json_t *inputs, const json_t *params);
/* The source with that code in the place of its recipe.  Borrowed from *a; NULL: it is not written at its field. */
const char *recipe_rewritten(struct arena *a, const char *source, size_t len, const char *recipe, const char *code);
/* words.c: refuses what Lua cannot be made to refuse on series: if, and, or, not, ==. */
bool words_check(struct check *c);

/* tests.c */
/* A list of tests, at least one, not too many. */
bool tests_listed(struct check *c, const json_t *tests);
bool tests_check(struct check *c, const json_t *about, const json_t *tests);
/* audience = "public": what a reader without need to know sees of it. */
bool test_is_public(const json_t *test);

/* "value", "missing"…: what it says, or what follows from what it says.  Static, or borrowed from it. */
const char *test_expected_state(const json_t *expect);

/*
 * The cell of a test that is attacked: the first total, or the first of a member (`apart`), that it expects to have
 * a value; else the first of them.  Borrowed from the plugin; NULL: it expects none.
 */
const json_t *test_attacked(const struct plugin *p, size_t test, bool apart);
/* How the tables of a test are looked at. */
struct test_view {
	double least;			/* 0: exact; else published, and counts below it hidden */
	enum attack { NO_ATTACK, ATTACK_ROWS, ATTACK_ROWS_TWICE, ATTACK_SERIES, ATTACK_SERIES_TWICE, ATTACK_HIDDEN,
		      ATTACK_MOVED } attack;
};
/* The cell of one expectation, ready for the sandbox; *hidden: a figure that it is given is not
 * shown.  Owned; NULL: failed. */
json_t *test_cell(bool *hidden, struct check *c, const json_t *about, const json_t *test, size_t index,
		  const json_t *expect, const struct test_view *view);

/* The table that a test gives for an input, empty when it gives none.  Owned; NULL: failed. */
json_t *given_rows(struct check *c, const json_t *given, const char *name, const json_t *input);
/* The day until which a test knows, at most the end of `period`. */
int32_t test_as_of(const json_t *test, const char *period);

/* cells.c */
json_t *cell_frame(struct check *c, const json_t *about, const char *path, const json_t *cell,
		   const json_t *params, const json_t *plan);
/* The answer of the sandbox about one cell; false: *f is set. */
bool cell_read(struct plugin_cell *out, struct arena *a, const json_t *about, const json_t *body,
	       struct finding *f);
/* Hides a cell that rests on counts below `least`; 0: none. */
void cell_protect(struct plugin_cell *cell, double least);
struct plugin_cell cell_hidden(void);
/* {"op":"compute",…}.  Owned. */
json_t *compute_job(const struct plugin *p, bool survive, int cpu_ms);

#endif
