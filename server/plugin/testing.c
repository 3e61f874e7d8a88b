/*
 * Testing: runs the declared tests of a plugin and the automatic ones, in one sandbox.
 *
 * The automatic tests ask of every indicator what an author rarely thinks of: no row at all,
 * optional information missing, rows in another order, the same run twice, parameters at their
 * bounds.  They only look at cells whose declared run did not fail.
 */
#include <math.h>
#include <string.h>

#include "check.h"
#include "column.h"
#include "frame.h"
#include "host.h"
#include "text.h"

#ifdef VIGIE_SANITIZED
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

enum { CELL_CPU_MS = 50, VARIED_MAX = 10, CELLS_MAX = 1000 };

enum variant { DECLARED, REPEATED, PERMUTED, EMPTY, MISSING, BOUND, VARIANTS };

static const char *const variant_names[VARIANTS] = { "", "auto.repeated", "auto.permuted", "auto.empty",
						     "auto.missing", "auto.bounds" };

struct trial {
	enum variant variant;
	size_t test;
	const json_t *expect;		/* borrowed from the plugin */
	size_t base;			/* the declared trial it varies */
	const char *param, *at;		/* BOUND: which, and its value as text */
	struct plugin_cell cell;
	struct finding fault;		/* FINDING_NONE: `cell` holds the answer */
};

struct session {
	struct check c;
	const struct plugin *p;
	struct trial *trial;
	size_t count, done;
	json_t *cells;			/* owned */
};

static const char *test_name(const struct session *s, size_t test)
{
	return json_string_value(json_object_get(json_array_get(s->p->tests, test), "name"));
}

/* Takes over `cell`. */
static void add(struct session *s, struct trial t, json_t *cell)
{
	if (!cell || s->count >= CELLS_MAX) {
		json_decref(cell);
		return;
	}
	s->trial[s->count++] = t;
	json_array_append_new(s->cells, cell);
}

static json_t *reversed(const json_t *column)
{
	json_t *out = json_array();

	for (size_t i = json_array_size(column); i > 0; i--)
		json_array_append(out, json_array_get(column, i - 1));
	return out;
}

static json_t *blank(const json_t *column)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(column); i++)
		json_array_append_new(out, json_null());
	return out;
}

/* A series always has its rows, one a period: with nothing told, their values are missing. */
static bool is_lattice(const struct plugin *p, const char *input)
{
	const json_t *def = json_object_get(json_object_get(p->about, "inputs"), input);
	const char *kind = json_string_value(json_object_get(def, "kind"));

	return text_in_list(kind, "series reference indicator_value");
}

/* A copy of `cell` with its rows changed. */
static json_t *varied(const struct plugin *p, const json_t *cell, enum variant v)
{
	json_t *out = json_copy((json_t *)(uintptr_t)cell), *rows = json_object(), *input, *column;
	const char *name, *key;

	json_object_foreach(json_object_get(cell, "rows"), name, input) {
		enum variant here = v == EMPTY && is_lattice(p, name) ? MISSING : v;
		json_t *data = json_object();

		json_object_foreach(input, key, column) {
			json_t *made = here == EMPTY	? json_array() :
				       here == PERMUTED ? reversed(column) :
				       here == MISSING && column_is_optional(key) ? blank(column) :
										    json_incref(column);

			json_object_set_new(data, key, made);
		}
		json_object_set_new(rows, name, data);
	}
	json_object_set_new(out, "rows", rows);
	return out;
}

static void add_bound(struct session *s, size_t base, const json_t *cell, const char *name,
		      const json_t *def, const json_t *bound)
{
	json_t *value = bound ? param_value(def, bound) : NULL, *params, *out;
	char *text;

	if (!value)
		return;
	text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
	params = json_copy(json_object_get(cell, "params"));
	json_object_set_new(params, name, value);
	out = json_copy((json_t *)(uintptr_t)cell);
	json_object_set_new(out, "params", params);
	add(s,
	    (struct trial){ .variant = BOUND, .test = s->trial[base].test, .base = base, .param = name,
			    .at = arena_strdup(s->c.arena, text) },
	    out);
	free(text);
}

static void add_bounds(struct session *s, size_t base, const json_t *cell)
{
	const char *name;
	json_t *def, *yes = json_true(), *no = json_false();

	json_object_foreach(json_object_get(s->p->about, "params"), name, def) {
		const json_t *choices = json_object_get(def, "choices");

		add_bound(s, base, cell, name, def, json_object_get(def, "min"));
		add_bound(s, base, cell, name, def, json_object_get(def, "max"));
		for (size_t i = 0; i < json_array_size(choices); i++)
			add_bound(s, base, cell, name, def, json_array_get(choices, i));
		if (strcmp(json_string_value(json_object_get(def, "type")), "boolean") == 0) {
			add_bound(s, base, cell, name, def, yes);
			add_bound(s, base, cell, name, def, no);
		}
	}
}

static bool plan_declared(struct session *s)
{
	for (size_t i = 0; i < json_array_size(s->p->tests); i++) {
		const json_t *test = json_array_get(s->p->tests, i);
		const json_t *expect = json_object_get(test, "expect");

		for (size_t k = 0; k < json_array_size(expect); k++) {
			const json_t *one = json_array_get(expect, k);
			json_t *cell = test_cell(&s->c, s->p->about, test, i, one);

			if (!cell)
				return false;
			add(s, (struct trial){ .test = i, .expect = one }, cell);
		}
	}
	return true;
}

static bool plan_trials(struct session *s)
{
	size_t declared;

	if (!plan_declared(s))
		return false;
	declared = s->count;
	for (size_t i = 0; i < declared && i < VARIED_MAX; i++) {
		const json_t *cell = json_array_get(s->cells, i);

		for (int v = REPEATED; v <= MISSING; v++)
			add(s,
			    (struct trial){ .variant = (enum variant)v, .test = s->trial[i].test, .base = i },
			    varied(s->p, cell, (enum variant)v));
		add_bounds(s, i, cell);
	}
	return true;
}

static bool take(void *to, int kind, const json_t *value, const char *bytes, size_t len,
		 struct finding *f)
{
	struct session *s = to;
	struct trial *t = &s->trial[s->done];

	(void)bytes;
	(void)len;
	if ((kind != FRAME_CELL && kind != FRAME_FAULT) || s->done >= s->count)
		return finding_set(f, V225, 0);
	if (kind == FRAME_FAULT)
		fault_finding(&t->fault, s->c.arena, value);
	else
		(void)cell_read(&t->cell, s->c.arena, s->p->about, value, &t->fault);
	s->done++;
	return true;
}

/* The sandbox stops at the first cell that uses up its means: those after it share its finding. */
static bool all_answered(struct session *s, struct finding *f)
{
	const struct finding *last = s->done > 0 ? &s->trial[s->done - 1].fault : NULL;

	if (s->done == s->count)
		return true;
	if (!last || last->code < V215 || last->code > V217)
		return finding_set(f, V225, 0);
	for (size_t i = s->done; i < s->count; i++)
		s->trial[i].fault = *last;
	return true;
}

static const char *shown(struct arena *a, double x)
{
	return arena_printf(a, "%.12g", x);
}

static const char *shown_cell(struct arena *a, const struct plugin_cell *c)
{
	return c->state == CELL_VALUE ? shown(a, c->value) :
					arena_printf(a, "missing \"%s\"", c->sentence ? c->sentence : c->reason);
}

static bool close_to(double x, double wanted, double tolerance)
{
	double scale = fmax(fabs(wanted), fabs(x));

	return fabs(x - wanted) <= tolerance * (scale > 1 ? scale : 1);
}

static bool same_text(const char *x, const char *y)
{
	return x == y || (x && y && strcmp(x, y) == 0);
}

/* The same at 12 significant digits. */
static bool same(struct arena *a, const struct plugin_cell *x, const struct plugin_cell *y)
{
	return strcmp(shown_cell(a, x), shown_cell(a, y)) == 0 && x->has == y->has &&
	       strcmp(shown(a, x->numerator), shown(a, y->numerator)) == 0 &&
	       strcmp(shown(a, x->denominator), shown(a, y->denominator)) == 0 &&
	       strcmp(shown(a, x->low), shown(a, y->low)) == 0 &&
	       strcmp(shown(a, x->high), shown(a, y->high)) == 0 && same_text(x->reason, y->reason);
}

static bool expect_extra(struct finding *f, const struct session *s, const struct trial *t, int line)
{
	const json_t *wanted = json_object_get(t->expect, "extra");
	json_t *got = t->cell.extra ? json_loads(t->cell.extra, 0, NULL) : NULL, *v;
	const char *key;
	bool ok = true;

	json_object_foreach((json_t *)(uintptr_t)wanted, key, v) {
		const json_t *own = json_object_get(got, key);
		bool fits = json_is_number(v) ?
				    json_is_number(own) &&
					    close_to(json_number_value(own), json_number_value(v), 1e-9) :
				    json_equal((json_t *)(uintptr_t)own, v);

		if (ok && !fits)
			ok = finding_set(f, V501, line, arena_printf(s->c.arena, "extra.%s", key),
					 !own			? "@nothing" :
					 json_is_string(own) ? arena_strdup(s->c.arena, json_string_value(own)) :
							       shown(s->c.arena, json_number_value(own)),
					 json_is_string(v) ? json_string_value(v) :
							     shown(s->c.arena, json_number_value(v)));
	}
	json_decref(got);
	return ok;
}

static bool expect_figures(struct finding *f, const struct session *s, const struct trial *t, int line)
{
	const struct {
		const char *name;
		double x;
		bool given;
	} figures[] = { { "value", t->cell.value, true },
			{ "numerator", t->cell.numerator, t->cell.has & HAS_NUMERATOR },
			{ "denominator", t->cell.denominator, t->cell.has & HAS_DENOMINATOR },
			{ "low", t->cell.low, t->cell.has & HAS_LOW },
			{ "high", t->cell.high, t->cell.has & HAS_HIGH } };
	const json_t *own = json_object_get(t->expect, "tolerance");
	double tolerance = own ? json_number_value(own) : 1e-9;

	for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
		const json_t *wanted = json_object_get(t->expect, figures[i].name);

		if (wanted && (!figures[i].given ||
			       !close_to(figures[i].x, json_number_value(wanted), tolerance)))
			return finding_set(f, V501, line, figures[i].name,
					   figures[i].given ? shown(s->c.arena, figures[i].x) : "@nothing",
					   shown(s->c.arena, json_number_value(wanted)));
	}
	return expect_extra(f, s, t, line);
}

static void judge_declared(struct finding *f, const struct session *s, const struct trial *t, size_t k)
{
	const char *state = json_string_value(json_object_get(t->expect, "state"));
	const char *reason = json_string_value(json_object_get(t->expect, "reason"));
	const char *got = t->cell.state == CELL_VALUE ? "value" : "missing";
	const char *own = t->cell.sentence ? t->cell.sentence : t->cell.reason;
	int line = source_line(s->p->source, s->p->source_len,
			       arena_printf(s->c.arena, "tests.%zu.expect.%zu", t->test + 1, k + 1));

	if (t->fault.code != FINDING_NONE) {
		*f = t->fault;
		return;
	}
	state = state ? state : reason ? "missing" : "value";
	if (strcmp(state, got) != 0)
		finding_set(f, V502, line,
			    t->cell.state == CELL_VALUE ? "value" : arena_printf(s->c.arena, "missing"),
			    state);
	else if (reason && !same_text(own, reason) && !same_text(t->cell.reason, reason))
		finding_set(f, V503, line, own, reason);
	else if (t->cell.state == CELL_VALUE)
		expect_figures(f, s, t, line);
}

static void judge_variant(struct finding *f, const struct session *s, const struct trial *t)
{
	static const enum finding_code fails[VARIANTS] = { [EMPTY] = V506, [MISSING] = V507, [BOUND] = V508,
							   [REPEATED] = V505, [PERMUTED] = V504 };
	const struct trial *base = &s->trial[t->base];
	struct arena *a = s->c.arena;

	if (base->fault.code != FINDING_NONE)
		return;
	if (t->fault.code != FINDING_NONE) {
		bool compared = t->variant <= PERMUTED;

		finding_set(f, fails[t->variant], t->fault.line,
			    compared ? shown_cell(a, &base->cell) : t->param,
			    compared ? finding_name(t->fault.code) : t->at);
		f->detail = arena_printf(a, "%s %s", finding_name(t->fault.code),
					 finding_cause(a, &t->fault, LANG_FR));
	} else if (t->variant <= PERMUTED && !same(a, &t->cell, &base->cell)) {
		finding_set(f, fails[t->variant], 0, shown_cell(a, &base->cell), shown_cell(a, &t->cell));
	}
	f->where = f->code == FINDING_NONE ? NULL : test_name(s, t->test);
}

static const char *cell_name(struct arena *a, const json_t *expect)
{
	return arena_printf(a, "%s, %s", json_string_value(json_object_get(expect, "territory")),
			    json_string_value(json_object_get(expect, "period")));
}

static size_t judge(struct plugin_test *out, const struct session *s)
{
	size_t n = json_array_size(s->p->tests), k = 0, last = SIZE_MAX;

	for (size_t i = 0; i < n; i++)
		out[i].name = arena_strdup(s->c.arena, test_name(s, i));
	for (int v = REPEATED; v < VARIANTS; v++) {
		out[n + (size_t)v - 1].name = variant_names[v];
		out[n + (size_t)v - 1].automatic = true;
		out[n + (size_t)v - 1].skipped = true;
	}
	for (size_t i = 0; i < s->count; i++) {
		const struct trial *t = &s->trial[i];
		struct finding f = { 0 };
		struct plugin_test *to;

		if (t->variant == DECLARED) {
			k = t->test == last ? k + 1 : 0;
			last = t->test;
			judge_declared(&f, s, t, k);
			f.where = cell_name(s->c.arena, t->expect);
			to = &out[t->test];
		} else {
			judge_variant(&f, s, t);
			to = &out[n + (size_t)t->variant - 1];
			to->skipped = to->skipped && s->trial[t->base].fault.code != FINDING_NONE;
		}
		if (to->finding.code == FINDING_NONE && f.code != FINDING_NONE) {
			to->finding = f;
			finding_keep(&to->finding, s->c.arena);
		}
	}
	return n + VARIANTS - 1;
}

/* Runs what was planned; false when there is no answer to each trial. */
static bool run_trials(struct session *s, struct plugin_host *h)
{
	struct arena *a = s->c.arena;
	json_t *job = compute_job(s->p, true, CELL_CPU_MS * SLOWER);
	bool ok = host_exchange(h, a,
				&(struct exchange){ .job = job, .cells = s->cells,
						    .wall_ms = PLUGIN_CHECK_MS * SLOWER,
						    .out_max = (s->count + 1) * 4096 + FRAME_OUT_MAX,
						    .answer = take, .to = s },
				s->c.f);

	json_decref(job);
	ok = ok && all_answered(s, s->c.f);
	if (!ok && s->done < s->count)
		s->c.f->where = arena_strdup(a, test_name(s, s->trial[s->done].test));
	return ok;
}

static struct session session_of(const struct plugin *p, struct arena *a, struct finding *f)
{
	return (struct session){ .c = { .arena = a, .source = p->source, .len = p->source_len, .f = f },
				 .p = p,
				 .trial = arena_alloc(a, (CELLS_MAX + 1) * sizeof(struct trial)),
				 .cells = json_array() };
}

bool plugin_test(struct plugin_test **out, size_t *count, struct plugin_host *h, struct arena *a,
		 const struct plugin *p, struct finding *f)
{
	struct session s = session_of(p, a, f);
	bool ok;

	*out = arena_alloc(a, (PLUGIN_TESTS_MAX + VARIANTS) * sizeof **out);
	ok = plan_trials(&s) && run_trials(&s, h);
	if (ok)
		*count = judge(*out, &s);
	json_decref(s.cells);
	return ok;
}

bool plugin_try_tests(struct plugin_trial **out, size_t *count, struct plugin_host *h, struct arena *a,
		      const struct plugin *p, struct finding *f)
{
	struct session s = session_of(p, a, f);
	bool ok = plan_declared(&s) && run_trials(&s, h);

	*count = ok ? s.count : 0;
	*out = arena_alloc(a, (s.count + 1) * sizeof **out);
	for (size_t i = 0; i < *count; i++) {
		const struct trial *t = &s.trial[i];
		const json_t *test = json_array_get(p->tests, t->test);

		(*out)[i] = (struct plugin_trial){
			.test = test_name(&s, t->test),
			.level = json_string_value(json_object_get(test, "level")),
			.territory = json_string_value(json_object_get(t->expect, "territory")),
			.period = json_string_value(json_object_get(t->expect, "period")),
			.cell = t->cell,
			.finding = t->fault,
		};
		finding_keep(&(*out)[i].finding, a);
	}
	json_decref(s.cells);
	return ok;
}
