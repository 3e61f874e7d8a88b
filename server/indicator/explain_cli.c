/*
 * An explanation on a terminal: a line for each fact, then a table for each list.
 */
#include "explain_cli.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS_SHOWN = 20 };

static const char *words(enum lang lang, const char *fr, const char *en)
{
	return lang == LANG_FR ? fr : en;
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* "4.7", "police", "true", "[75,92]". */
static void print_plain(const json_t *v)
{
	char *text;

	if (json_is_real(v)) {
		printf("%.12g", json_real_value(v));
	} else if (json_is_string(v)) {
		fputs(json_string_value(v), stdout);
	} else if (!json_is_null(v) && (text = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT))) {
		fputs(text, stdout);
		free(text);
	}
}

/* "4.7", or "missing not_reported". */
static void print_said(const json_t *cell)
{
	const json_t *value = json_object_get(cell, "value");

	if (value)
		print_plain(value);
	else
		printf("%s %s", text_of(cell, "state"), text_of(cell, "reason"));
}

/* A figure as it was sent. */
static void print_sent(const json_t *figure, enum lang lang)
{
	print_said(figure);
	if (json_is_true(json_object_get(figure, "fictitious")))
		printf(" (%s)", words(lang, "fictif", "fictitious"));
}

/* "parameters: window=12 exempt=[75]". */
static void print_pairs(const char *label, const json_t *pairs)
{
	const char *name;
	json_t *v;

	if (json_object_size(pairs) == 0)
		return;
	fputs(label, stdout);
	json_object_foreach((json_t *)(uintptr_t)pairs, name, v) {
		printf(" %s=", name);
		print_plain(v);
	}
	putchar('\n');
}

/* ------------------------------------------------------------------ the value */

/* ", engine 2", where it was noted. */
static void print_engine(const json_t *of, enum lang lang)
{
	const json_t *engine = json_object_get(of, "engine");

	if (json_is_integer(engine))
		printf(", %s %lld", words(lang, "moteur", "engine"), (long long)json_integer_value(engine));
}

/* Who is behind it, as of when, and the text that it was computed by. */
static void show_trust(const json_t *e, enum lang lang)
{
	const json_t *coverage = json_object_get(json_object_get(e, "cell"), "coverage");
	json_int_t expected = json_integer_value(json_object_get(coverage, "expected"));

	if (expected > 0)
		printf("%s %lld / %lld\n",
		       words(lang, "couverture, reçu / attendu :", "coverage, received / expected:"),
		       (long long)json_integer_value(json_object_get(coverage, "received")), (long long)expected);
	if (*text_of(e, "as_of"))
		printf("%s %s\n", words(lang, "connu au :", "known on:"), text_of(e, "as_of"));
	printf("%s %s\n", words(lang, "texte (sha256) :", "text (sha256):"), text_of(e, "sha256"));
}

static void show_value(const json_t *e, enum lang lang)
{
	const json_t *cell = json_object_get(e, "cell"), *below = json_object_get(cell, "denominator");
	const json_t *low = json_object_get(cell, "low"), *high = json_object_get(cell, "high");
	const json_t *previous = json_object_get(e, "previous");

	printf("= ");
	print_said(cell);
	if (json_object_get(cell, "value"))
		printf(" %s", text_of(e, "unit"));
	if (below)
		printf("  (%.12g / %.12g)", json_number_value(json_object_get(cell, "numerator")),
		       json_number_value(below));
	if (low && high)
		printf("  [%.12g, %.12g]", json_number_value(low), json_number_value(high));
	putchar('\n');
	print_pairs(words(lang, "compléments :", "beside:"), json_object_get(cell, "extra"));
	if (*text_of(e, "note"))
		printf("%s\n", text_of(e, "note"));
	print_pairs(words(lang, "paramètres :", "parameters:"), json_object_get(e, "params"));
	show_trust(e, lang);
	if (json_is_object(previous)) {
		printf("%s ", words(lang, "affiché avant :", "shown before:"));
		print_said(json_object_get(previous, "cell"));
		printf("  (%s, %s", text_of(previous, "known_from"), text_of(previous, "version"));
		print_engine(previous, lang);
		puts(")");
	}
	if (json_is_false(json_object_get(e, "agrees")))
		puts(words(lang, "Ce qui sort aujourd’hui n’est plus ce qui est affiché : un recalcul attend.",
			   "What comes out now is no longer what is shown: it waits to be computed again."));
}

/* ------------------------------------------------------------------ the steps */

/* The step's own cell, or how many it has. */
static void print_cells(const json_t *cells, enum lang lang)
{
	if (json_array_size(cells) == 1)
		print_said(json_array_get(cells, 0));
	else
		printf("%zu %s", json_array_size(cells), words(lang, "valeurs", "values"));
}

static void show_steps(const json_t *nodes, enum lang lang)
{
	if (json_array_size(nodes) > 0)
		printf("\n%s\n", words(lang, "étapes", "steps"));
	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const json_t *node = json_array_get(nodes, i), *args = json_object_get(node, "args");

		printf("%4zu  %-12s", i + 1, text_of(node, "op"));
		if (json_object_get(node, "name"))
			printf(" %s", text_of(node, "name"));
		for (size_t k = 0; k < json_array_size(args); k++)
			printf(" #%lld", (long long)json_integer_value(json_array_get(args, k)) + 1);
		printf("\t");
		print_cells(json_object_get(node, "cells"), lang);
		putchar('\n');
	}
}

/* ------------------------------------------------------------------ what was read */

/* Rows as objects: a line each. */
static void show_rows(const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows) && i < ROWS_SHOWN; i++) {
		const char *name;
		json_t *v;

		putchar(' ');
		json_object_foreach(json_array_get(rows, i), name, v) {
			printf(" %s=", name);
			print_plain(v);
		}
		putchar('\n');
	}
}

/* Columns of one length: a line for each place. */
static size_t show_columns(const json_t *columns)
{
	size_t height = 0;
	const char *name;
	json_t *column;

	json_object_foreach((json_t *)(uintptr_t)columns, name, column)
		height = json_array_size(column);
	for (size_t i = 0; i < height && i < ROWS_SHOWN; i++) {
		putchar(' ');
		json_object_foreach((json_t *)(uintptr_t)columns, name, column) {
			printf(" %s=", name);
			print_plain(json_array_get(column, i));
		}
		putchar('\n');
	}
	return height;
}

static void print_members(const json_t *dims)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)dims, name, member)
		printf(" %s", json_string_value(member));
}

/* Figures as they were sent: who, when, and what was said before. */
static void show_observations(const json_t *items, enum lang lang)
{
	for (size_t i = 0; i < json_array_size(items) && i < ROWS_SHOWN; i++) {
		const json_t *one = json_array_get(items, i), *earlier = json_object_get(one, "earlier");

		printf("  %s %s %s", text_of(one, "territory"), text_of(one, "organisation"), text_of(one, "period"));
		print_members(json_object_get(one, "dims"));
		putchar(' ');
		print_sent(one, lang);
		printf("  %s %s", text_of(one, "recorded_at"), text_of(json_object_get(one, "recorded_by"), "name"));
		for (size_t k = 0; k < json_array_size(earlier); k++) {
			printf(" < ");
			print_sent(json_array_get(earlier, k), lang);
		}
		putchar('\n');
	}
}

/* "in_progress 45", "validated", "returned nothing_new" */
static void print_reported(const json_t *report)
{
	printf("%s%s", text_of(report, "status"), text_of(report, "state"));
	if (json_object_get(report, "progress"))
		printf(" %lld", (long long)json_integer_value(json_object_get(report, "progress")));
	if (json_is_true(json_object_get(report, "nothing_new")))
		printf(" nothing_new");
}

/* What people reported: of an action, or of a month. */
static void show_reports(const json_t *items)
{
	for (size_t i = 0; i < json_array_size(items) && i < ROWS_SHOWN; i++) {
		const json_t *one = json_array_get(items, i), *earlier = json_object_get(one, "earlier");

		printf("  %s%s %s %s ", text_of(one, "number"), text_of(one, "period"), text_of(one, "territory"),
		       text_of(one, "organisation"));
		print_reported(one);
		printf("  %s %s", text_of(one, "recorded_at"), text_of(json_object_get(one, "recorded_by"), "name"));
		for (size_t k = 0; k < json_array_size(earlier); k++) {
			printf(" < ");
			print_reported(json_array_get(earlier, k));
		}
		putchar('\n');
	}
}

/* Of whom there is no figure. */
static void show_silent(const json_t *silent, enum lang lang)
{
	size_t n = json_array_size(silent);

	if (n == 0)
		return;
	printf("  %zu %s", n, n > 1 ? words(lang, "départements sans chiffre :", "départements without a figure:") :
				      words(lang, "département sans chiffre :", "département without a figure:"));
	for (size_t i = 0; i < n; i++)
		printf(" %s", json_string_value(json_array_get(silent, i)));
	putchar('\n');
}

static void show_input(const json_t *input, enum lang lang)
{
	const json_t *rows = json_object_get(input, "rows"), *given = json_object_get(input, "given");
	const json_t *sent = json_object_get(input, "observations");
	size_t more = json_array_size(rows);

	printf("\n%s  %s %s\n", text_of(input, "name"), text_of(input, "kind"), text_of(input, "of"));
	show_rows(rows);
	if (given)
		more = show_columns(given);
	show_observations(json_object_get(sent, "items"), lang);
	show_silent(json_object_get(sent, "silent"), lang);
	show_reports(json_object_get(json_object_get(input, "reports"), "items"));
	if (sent)
		more = (size_t)json_integer_value(json_object_get(sent, "total"));
	if (more > ROWS_SHOWN)
		printf("  … %zu %s\n", more, words(lang, "en tout (--json les donne)", "in all (--json gives them)"));
}

void explain_show_fictitious(enum lang lang)
{
	puts(words(lang, "Certains des chiffres sur lesquels il repose sont fictifs.",
		   "Some of the figures that it rests on are fictitious."));
}

void explain_show(const json_t *e, enum lang lang)
{
	const json_t *inputs = json_object_get(e, "inputs");

	printf("%s %s", text_of(e, "id"), text_of(e, "version"));
	print_engine(e, lang);
	printf("  %s %s\n%s\n", text_of(e, "territory"), text_of(e, "period"), text_of(e, "summary"));
	if (json_is_true(json_object_get(e, "fictitious")))
		explain_show_fictitious(lang);
	show_value(e, lang);
	if (*text_of(e, "basis_text"))
		printf("\n%s\n", text_of(e, "basis_text"));
	show_steps(json_object_get(json_object_get(e, "calculation"), "nodes"), lang);
	for (size_t i = 0; i < json_array_size(inputs); i++)
		show_input(json_array_get(inputs, i), lang);
}
