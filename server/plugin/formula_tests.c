/*
 * Tests of formulas: each test is traced with its parameters, evaluated on its fixtures, and
 * again on fixtures changed as the automatic tests want.
 */
#include <string.h>

#include "evaluate.h"
#include "formula.h"
#include "published.h"
#include "testing.h"
#include "text.h"

/* One a test, and one a bound: two a parameter, or one a choice. */
enum { TRACES_MAX = PLUGIN_TESTS_MAX + 2 * PLUGIN_PARAMS_MAX + PLUGIN_CHOICES_MAX };

/* What the tests of a file may cost: some four tenths of a second. */
#define TESTS_BUDGET UINT64_C(150000000)

struct formula_run {
	struct session *s;
	struct graph_budget budget;
	json_t *cells;			/* owned: what is traced: one a test, then the bounds */
	struct trial bound[TRACES_MAX];	/* of each of them past the tests */
	struct traced traced[TRACES_MAX];
};

static const json_t *test_at(const struct formula_run *r, size_t i)
{
	return json_array_get(r->s->p->tests, i);
}

static bool plan_trace(struct formula_run *r, size_t test, const json_t *params)
{
	const json_t *one = test_at(r, test), *expect = json_array_get(json_object_get(one, "expect"), 0);
	const struct plugin_view view = {
		.level = json_string_value(json_object_get(one, "level")),
		.params = params,
		.plan = json_object_get(one, "plan"),
		.as_of = test_as_of(one, json_string_value(json_object_get(expect, "period"))),
	};
	json_t *cell = formula_cell(&r->s->c, r->s->p, &view);

	return cell && json_array_append_new(r->cells, cell) == 0;
}

static void plan_bound(void *to, const char *name, const json_t *value, const char *text)
{
	struct formula_run *r = to;
	json_t *params = json_object_get(test_at(r, 0), "params");
	json_auto_t *given = params ? json_copy(params) : json_object();
	size_t n = json_array_size(r->cells);

	json_object_set(given, name, (json_t *)(uintptr_t)value);
	if (n < TRACES_MAX && plan_trace(r, 0, given))
		r->bound[n] = (struct trial){ .variant = BOUND, .param = name,
					      .at = arena_strdup(r->s->c.arena, text) };
}

/* The tables of a test, by input.  Owned; NULL: failed. */
static json_t *tables_of(struct formula_run *r, const json_t *test)
{
	json_t *out = json_object(), *input, *table;
	const char *name;

	json_object_foreach(json_object_get(r->s->p->about, "inputs"), name, input) {
		table = given_rows(&r->s->c, json_object_get(test, "given"), name, input);
		if (!table) {
			json_decref(out);
			return NULL;
		}
		json_object_set_new(out, name, table);
	}
	return out;
}

/* The first and the last of the periods that a test speaks of. */
static void periods_of(struct evaluation *e, const json_t *test)
{
	const json_t *lists[] = { json_object_get(test, "expect"), json_object_get(test, "periods") };

	for (int l = 0; l < 2; l++) {
		for (size_t i = 0; i < json_array_size(lists[l]); i++) {
			const json_t *one = json_array_get(lists[l], i);
			const char *p = json_string_value(l == 0 ? json_object_get(one, "period") : one);

			e->first = !e->first || strcmp(p, e->first) < 0 ? p : e->first;
			e->last = !e->last || strcmp(p, e->last) > 0 ? p : e->last;
		}
	}
}

/* One evaluation, and a trial for each expectation of the test; of an attack, for like.expect alone. */
static void run(struct formula_run *r, size_t test, const struct traced *t, const json_t *tables,
		struct trial like, size_t base)
{
	const json_t *one = test_at(r, test), *expect = json_object_get(one, "expect");
	struct evaluation e = { .p = r->s->p, .graph = t->graph, .tables = tables,
				.level = json_string_value(json_object_get(one, "level")),
				.home = json_string_value(json_object_get(json_array_get(expect, 0), "territory")),
				.least = like.least, .budget = &r->budget };
	struct finding wrong = t->fault;
	bool ok;

	periods_of(&e, one);
	ok = t->graph && evaluate(&e, r->s->c.arena, &wrong);
	for (size_t i = 0; i < json_array_size(expect); i++) {
		const json_t *want = json_array_get(expect, i);
		const char *where = json_string_value(json_object_get(want, "territory"));
		struct trial *to;

		if ((like.variant == ALONE && strcmp(where, e.home) != 0) || (like.expect && want != like.expect))
			continue;
		to = testing_add(r->s);
		*to = like;
		to->test = test;
		to->expect = like.variant == DECLARED ? want : NULL;
		to->base = like.expect ? base : base + i;
		to->fault = wrong;
		if (ok)
			(void)evaluated_cell(&to->cell, r->s->c.arena, &e, where,
					     json_string_value(json_object_get(want, "period")), want, &to->fault);
	}
}

/* ------------------------------------------------------------------ changed fixtures */

static const char *first_period(const json_t *table)
{
	const json_t *periods = json_object_get(table, "period");
	const char *first = NULL;

	for (size_t i = 0; i < json_array_size(periods); i++) {
		const char *period = json_string_value(json_array_get(periods, i));

		first = !first || (period && strcmp(period, first) < 0) ? period : first;
	}
	return first ? first : "";
}

/*
 * Only the rows of the first expected territory: alone, it must come out the same.  Of the others the first period is
 * left, empty: from there on what nobody tells may be zero.
 */
static json_t *alone(const json_t *table, const char *territory, const char *level)
{
	const json_t *places = json_object_get(table, "territory"), *periods = json_object_get(table, "period");
	const char *name, *first = first_period(table);
	json_t *out = json_object(), *column;

	json_object_foreach((json_t *)(uintptr_t)table, name, column) {
		json_t *kept = json_array();

		for (size_t i = 0; i < json_array_size(column); i++) {
			const char *at = json_string_value(json_array_get(places, i));
			const char *period = json_string_value(json_array_get(periods, i));

			if (!at || territory_covers(territory, level, at))
				json_array_append(kept, json_array_get(column, i));
			else if (period && strcmp(period, first) == 0)
				json_array_append_new(kept, strcmp(name, "value") == 0 ?
								    json_null() :
								    json_incref(json_array_get(column, i)));
		}
		json_object_set_new(out, name, kept);
	}
	return out;
}

/* The row of `out` with the texts of row `i` of the table beside its territory, made when new. */
static size_t summed_row(json_t *out, json_t *places, struct arena *a, const json_t *table, size_t i)
{
	const char *key = "", *name;
	json_t *column;
	size_t n;

	json_object_foreach((json_t *)(uintptr_t)table, name, column) {
		const char *text = json_string_value(json_array_get(column, i));

		if (strcmp(name, "territory") != 0 && strcmp(name, "organisation") != 0 && text)
			key = arena_printf(a, "%s|%s", key, text);
		if (strcmp(name, "year") == 0)
			key = arena_printf(a, "%s|%g", key, json_number_value(json_array_get(column, i)));
	}
	if (json_object_get(places, key))
		return (size_t)json_integer_value(json_object_get(places, key));
	n = json_object_size(places);
	json_object_set_new(places, key, json_integer((json_int_t)n));
	json_object_foreach((json_t *)(uintptr_t)table, name, column)
		json_array_append_new(json_object_get(out, name),
				      strcmp(name, "territory") == 0	? json_string("75") :
				      strcmp(name, "organisation") == 0 ? json_string("") :
				      strcmp(name, "value") == 0	? json_null() :
									  json_incref(json_array_get(column, i)));
	return n;
}

/* All figures added up in one département. */
static json_t *summed(struct arena *a, const json_t *table)
{
	json_t *out = json_object(), *column;
	json_auto_t *places = json_object();
	const json_t *values = json_object_get(table, "value");
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)table, name, column)
		json_object_set_new(out, name, json_array());
	for (size_t i = 0; i < json_array_size(values); i++) {
		size_t row = summed_row(out, places, a, table, i);
		json_t *own = json_array_get(values, i), *sums = json_object_get(out, "value");

		if (json_is_number(own))
			json_array_set_new(sums, row,
					   json_real(json_number_value(json_array_get(sums, row)) +
						     json_number_value(own)));
	}
	return out;
}

static json_t *changed(struct formula_run *r, const json_t *tables, enum variant v, const json_t *test)
{
	const json_t *expect = json_array_get(json_object_get(test, "expect"), 0);
	json_t *out = json_object(), *table;
	const char *name;

	json_object_foreach((json_t *)(uintptr_t)tables, name, table) {
		const json_t *input = json_object_get(json_object_get(r->s->p->about, "inputs"), name);
		const char *kind = json_string_value(json_object_get(input, "kind"));

		bool indicator = strcmp(kind, "indicator_value") == 0;

		json_object_set_new(out, name,
				    indicator && v >= ALONE ? json_incref(table) :
				    v == ALONE ? alone(table,
						       json_string_value(json_object_get(expect, "territory")),
						       json_string_value(json_object_get(test, "level"))) :
				    v == SUMS  ? summed(r->s->c.arena, table) :
				    /* without a row nothing tells how long its periods are */
				    indicator && v == EMPTY ? testing_varied(input, table, MISSING) :
						 testing_varied(input, table, v));
	}
	return out;
}

static bool reads(const json_t *nodes, const char *input)
{
	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const char *name = json_string_value(json_object_get(json_array_get(nodes, i), "name"));

		if (name && strcmp(name, input) == 0)
			return true;
	}
	return false;
}

/* Ranks, shares of a total, finer grains and rows of actions differ by construction. */
static bool comparable(const struct formula_run *r, const json_t *graph, bool sums)
{
	const json_t *nodes = json_object_get(graph, "nodes");
	const char *name;
	json_t *input;

	for (size_t i = 0; i < json_array_size(nodes); i++) {
		if (text_in_list(json_string_value(json_object_get(json_array_get(nodes, i), "op")),
				 "rank share_of_total zscore mad funnel actions among"))
			return false;
	}
	json_object_foreach(json_object_get(r->s->p->about, "inputs"), name, input) {
		const char *missing = json_string_value(json_object_get(input, "missing"));
		bool by_part = text_in_list(missing ? missing : "skip", "na carry") ||
			       json_array_size(json_object_get(input, "complete")) > 0;

		if (reads(nodes, name) && (json_object_get(input, "grain") || json_object_get(input, "by") ||
					   (sums && by_part)))
			return false;
	}
	return true;
}

/* The public form under attack, in the place of a cell that the test expects; NULL: it expects none. */
static void attack(struct formula_run *r, size_t test, const json_t *tables, const json_t *expect)
{
	double least = published_least(r->s->p->about);

	for (int i = 0; expect && least > 0 && i < ATTACKS; i++) {
		json_auto_t *other = json_deep_copy(tables);
		json_t *table;
		const char *name;

		json_object_foreach(other, name, table)
			published_attack(table, r->s->p->about, name, testing_attacks[i].attack, expect);
		run(r, test, &r->traced[test], other,
		    (struct trial){ .variant = testing_attacks[i].variant, .expect = expect, .least = least },
		    r->s->count - testing_attacks[i].compared);
	}
}

static void vary(struct formula_run *r, size_t test, const json_t *tables, size_t base)
{
	const struct traced *t = &r->traced[test];
	const char *level = json_string_value(json_object_get(test_at(r, test), "level"));
	bool national = strcmp(level, "national") == 0;
	double least = r->s->trial[base].least;
	bool other_way = t->graph && least == 0 && comparable(r, t->graph, national);

	for (int v = REPEATED; v < VARIANTS; v++) {
		json_t *other;

		if (v == BOUND || (v >= ALONE && !other_way) || v == (national ? ALONE : SUMS))
			continue;
		other = changed(r, tables, (enum variant)v, test_at(r, test));
		run(r, test, t, other, (struct trial){ .variant = (enum variant)v, .least = least }, base);
		json_decref(other);
	}
}

static bool run_all(struct formula_run *r, bool declared_only)
{
	size_t tests = json_array_size(r->s->p->tests);

	for (size_t i = 0; i < tests; i++) {
		json_t *tables = tables_of(r, test_at(r, i));
		double least = test_is_public(test_at(r, i)) ? published_least(r->s->p->about) : 0;
		size_t base = r->s->count;

		if (!tables)
			return false;
		run(r, i, &r->traced[i], tables, (struct trial){ .variant = DECLARED, .least = least }, base);
		for (size_t k = tests; i == 0 && k < json_array_size(r->cells); k++) {
			r->bound[k].least = least;
			run(r, 0, &r->traced[k], tables, r->bound[k], base);
		}
		if (i < VARIED_MAX && !declared_only)
			vary(r, i, tables, base);
		if (!declared_only) {	/* what hides a total need not hide a member */
			attack(r, i, tables, test_attacked(r->s->p, i, false));
			attack(r, i, tables, test_attacked(r->s->p, i, true));
		}
		json_decref(tables);
	}
	return true;
}

bool formula_trials(struct session *s, struct plugin_host *h, bool declared_only)
{
	struct formula_run *r = arena_alloc(s->c.arena, sizeof *r);
	bool ok = true;

	*r = (struct formula_run){ .s = s, .budget = { TESTS_BUDGET, TESTS_BUDGET }, .cells = json_array() };
	for (size_t i = 0; i < json_array_size(s->p->tests) && ok; i++)
		ok = plan_trace(r, i, json_object_get(test_at(r, i), "params"));
	if (ok && !declared_only)
		testing_bounds(json_object_get(s->p->about, "params"), r, plan_bound);
	ok = ok && formula_trace(r->traced, h, s->c.arena, s->p, r->cells, s->c.f) &&
	     run_all(r, declared_only);
	s->done = s->count;
	for (size_t i = 0; i < json_array_size(r->cells); i++)
		json_decref(r->traced[i].graph);
	json_decref(r->cells);
	return ok;
}

/* ------------------------------------------------------------------ step by step */

static bool find_test(size_t *at, const struct plugin *p, const char *name)
{
	for (*at = 0; *at < json_array_size(p->tests); ++*at)
		if (strcmp(json_string_value(json_object_get(json_array_get(p->tests, *at), "name")), name) == 0)
			return true;
	return false;
}

static bool steps_of(json_t **out, struct formula_run *r, size_t test, const char *territory, const char *period)
{
	const json_t *one = test_at(r, test), *expect = json_object_get(one, "expect");
	struct evaluation e = { .p = r->s->p, .graph = r->traced[0].graph, .keep = true,
				.level = json_string_value(json_object_get(one, "level")),
				.home = json_string_value(json_object_get(json_array_get(expect, 0), "territory")),
				.least = test_is_public(one) ? published_least(r->s->p->about) : 0 };
	json_t *tables;
	int32_t at;
	bool ok;

	if (!e.graph) {
		*r->s->c.f = r->traced[0].fault;
		return false;
	}
	tables = tables_of(r, one);
	e.tables = tables;
	periods_of(&e, one);
	ok = tables && evaluate(&e, r->s->c.arena, r->s->c.f);
	at = ok ? axis_at(e.territory, territory) : -1;
	if (at >= 0 && axis_at(e.wanted, period) >= 0)
		*out = graph_steps(r->s->c.arena, e.graph, &e.result,
				   &(struct graph_place){ .territory = (size_t)at, .period = period,
							  .place = e.department->link[0].at });
	json_decref(tables);
	return ok;
}

bool plugin_try_steps(json_t **out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		      const struct plugin_step *of, struct finding *f)
{
	struct session s = { .c = { .arena = a, .source = p->source, .len = p->source_len, .f = f }, .p = p };
	struct formula_run *r = arena_alloc(a, sizeof *r);
	size_t test;
	bool ok;

	*out = NULL;
	if (!p->graph || !find_test(&test, p, of->test))
		return true;
	*r = (struct formula_run){ .s = &s, .cells = json_array() };
	ok = plan_trace(r, test, json_object_get(test_at(r, test), "params")) &&
	     formula_trace(r->traced, h, a, p, r->cells, f);
	ok = ok && steps_of(out, r, test, of->territory, of->period);
	for (size_t i = 0; i < json_array_size(r->cells); i++)
		json_decref(r->traced[i].graph);
	json_decref(r->cells);
	return ok;
}
