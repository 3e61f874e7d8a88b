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
#include "frame.h"
#include "host.h"
#include "protect.h"
#include "published.h"
#include "testing.h"
#include "text.h"

#ifdef VIGIE_SANITIZED
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

enum { CELL_CPU_MS = 50 };

static const char *const variant_names[VARIANTS] = {
	"", "auto.repeated", "auto.permuted", "auto.empty", "auto.missing", "auto.bounds", "auto.zero",
	"auto.alone", "auto.sums", "auto.small", "auto.hidden"
};

const struct attacking testing_attacks[ATTACKS] = {
	{ NEAR, ATTACK_ROWS, false },
	{ SMALL, ATTACK_ROWS_TWICE, true },
	{ NEAR, ATTACK_SERIES, false },
	{ SMALL, ATTACK_SERIES_TWICE, true },
	{ MOVED, ATTACK_MOVED, false },
	{ HIDDEN, ATTACK_HIDDEN, true },
};

const char *testing_name(enum variant v)
{
	return variant_names[v];
}

static const char *test_name(const struct session *s, size_t test)
{
	return json_string_value(json_object_get(json_array_get(s->p->tests, test), "name"));
}

struct trial *testing_add(struct session *s)
{
	struct trial *old = s->trial;

	if (s->count == s->room) {
		s->room = 2 * s->room + 100;
		s->trial = arena_alloc(s->c.arena, s->room * sizeof *s->trial);
		if (old)
			memcpy(s->trial, old, s->count * sizeof *old);
	}
	return &s->trial[s->count++];
}

/* Takes over `cell`. */
static void add(struct session *s, struct trial t, json_t *cell)
{
	*testing_add(s) = t;
	json_array_append_new(s->cells, cell);
}

void testing_bounds(const json_t *params, void *to,
		    void (*each)(void *to, const char *name, const json_t *value, const char *text))
{
	const char *name;
	json_t *def;

	json_object_foreach((json_t *)(uintptr_t)params, name, def) {
		const json_t *choices = json_object_get(def, "choices");
		json_auto_t *tried = json_array();

		if (json_object_get(def, "min"))
			json_array_append(tried, json_object_get(def, "min"));
		if (json_object_get(def, "max"))
			json_array_append(tried, json_object_get(def, "max"));
		if (json_is_array(choices))
			json_array_extend(tried, (json_t *)(uintptr_t)choices);
		if (strcmp(json_string_value(json_object_get(def, "type")), "boolean") == 0) {
			json_array_append_new(tried, json_true());
			json_array_append_new(tried, json_false());
		}
		for (size_t i = 0; i < json_array_size(tried); i++) {
			json_auto_t *value = param_value(def, json_array_get(tried, i));
			char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

			if (text)
				each(to, name, json_array_get(tried, i), text);
			free(text);
		}
	}
}

struct bounding {
	struct session *s;
	size_t base;
	const json_t *cell;
};

static void add_bound(void *to, const char *name, const json_t *value, const char *text)
{
	struct bounding *b = to;
	const json_t *def = json_object_get(json_object_get(b->s->p->about, "params"), name);
	json_t *params = json_copy(json_object_get(b->cell, "params"));
	json_t *out = json_copy((json_t *)(uintptr_t)b->cell);

	json_object_set_new(params, name, param_value(def, value));
	json_object_set_new(out, "params", params);
	add(b->s,
	    (struct trial){ .variant = BOUND, .test = b->s->trial[b->base].test, .base = b->base, .param = name,
			    .at = arena_strdup(b->s->c.arena, text), .least = b->s->trial[b->base].least,
			    .hidden = b->s->trial[b->base].hidden },
	    out);
}

/* A trial of one expectation of a test. */
static bool plan(struct session *s, struct trial t, const json_t *expect, enum attack attack)
{
	const json_t *test = json_array_get(s->p->tests, t.test);
	json_t *cell = test_cell(&t.hidden, &s->c, s->p->about, test, t.test, expect,
				 &(struct test_view){ t.least, attack });

	if (cell)
		add(s, t, cell);
	return cell != NULL;
}

static bool plan_declared(struct session *s)
{
	double least = published_least(s->p->about);

	for (size_t i = 0; i < json_array_size(s->p->tests); i++) {
		const json_t *test = json_array_get(s->p->tests, i);
		const json_t *expect = json_object_get(test, "expect");

		for (size_t k = 0; k < json_array_size(expect); k++) {
			const json_t *one = json_array_get(expect, k);

			const struct trial t = { .test = i, .expect = one,
						 .least = test_is_public(test) ? least : 0 };

			if (!plan(s, t, one, NO_ATTACK))
				return false;
		}
	}
	return true;
}

/* The public form under attack, in the place of declared trial `base`. */
static bool plan_attacks(struct session *s, size_t base)
{
	double least = published_least(s->p->about);
	struct trial like = s->trial[base];

	for (int i = 0; least > 0 && i < ATTACKS; i++) {
		struct trial t = { .variant = testing_attacks[i].variant, .test = like.test, .least = least,
				   .base = s->count - testing_attacks[i].compared };

		if (!plan(s, t, like.expect, testing_attacks[i].attack))
			return false;
	}
	return true;
}

static void add_variant(struct session *s, size_t base, enum variant v, const char *only)
{
	struct trial like = s->trial[base];

	add(s, (struct trial){ .variant = v, .test = like.test, .base = base, .param = only, .least = like.least,
			       .hidden = like.hidden },
	    testing_varied_cell(s->p, json_array_get(s->cells, base), v, only));
}

/* A denominator may be 0 while the numerator is not: each input alone, where its numbers are not 0 already. */
static void plan_zeros(struct session *s, size_t base)
{
	const json_t *rows = json_object_get(json_array_get(s->cells, base), "rows");
	const char *name;
	json_t *table;

	json_object_foreach((json_t *)(uintptr_t)rows, name, table) {
		json_auto_t *zero = testing_varied(testing_input(s->p, name), table, ZERO);

		if (json_object_size(rows) > 1 && !json_equal(zero, table))
			add_variant(s, base, ZERO, name);
	}
}

static void plan_variants(struct session *s, size_t base)
{
	const json_t *cell = json_array_get(s->cells, base);

	for (int v = REPEATED; v <= ZERO; v++)
		if (v != BOUND)
			add_variant(s, base, (enum variant)v, NULL);
	plan_zeros(s, base);
	testing_bounds(json_object_get(s->p->about, "params"), &(struct bounding){ s, base, cell }, add_bound);
}

/* However many cells are declared, one of each test is attacked. */
static bool plan_trials(struct session *s)
{
	size_t declared;

	if (!plan_declared(s))
		return false;
	declared = s->count;
	for (size_t i = 0; i < declared; i++) {
		if (i < VARIED_MAX)
			plan_variants(s, i);
		if ((i < VARIED_MAX || s->trial[i].expect == test_attacked(s->p, s->trial[i].test, false)) &&
		    !plan_attacks(s, i))
			return false;
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
	if (t->hidden) {	/* nothing is computed from what is not shown */
		t->fault = (struct finding){ 0 };
		t->cell = cell_hidden();
	}
	cell_protect(&t->cell, t->least);
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

static bool close_to(double x, double wanted, double tolerance)
{
	double scale = fmax(fabs(wanted), fabs(x));

	return fabs(x - wanted) <= tolerance * (scale > 1 ? scale : 1);
}

/* `got` NULL: the result has none of that name. */
static bool unlike(struct finding *f, int line, const char *name, const char *got, const char *wanted)
{
	return got ? finding_set(f, V501, line, name, got, wanted) : finding_set(f, V517, line, name, wanted);
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
			ok = unlike(f, line, arena_printf(s->c.arena, "extra.%s", key),
				    !own		? NULL :
				    json_is_string(own) ? arena_strdup(s->c.arena, json_string_value(own)) :
							  figure_shown(s->c.arena, json_number_value(own)),
				    json_is_string(v) ? json_string_value(v) :
							figure_shown(s->c.arena, json_number_value(v)));
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
			return unlike(f, line, figures[i].name,
				      figures[i].given ? figure_shown(s->c.arena, figures[i].x) : NULL,
				      figure_shown(s->c.arena, json_number_value(wanted)));
	}
	return expect_extra(f, s, t, line);
}

static void judge_declared(struct finding *f, const struct session *s, const struct trial *t, size_t k)
{
	const char *state = test_expected_state(t->expect);
	const char *reason = json_string_value(json_object_get(t->expect, "reason"));
	static const char *const states[] = { "value", "missing", "not_applicable", "suppressed" };
	const char *got = states[t->cell.state];
	const char *own = t->cell.sentence ? t->cell.sentence : t->cell.reason;
	int line = source_line(s->p->source, s->p->source_len,
			       arena_printf(s->c.arena, "tests.%zu.expect.%zu", t->test + 1, k + 1));

	if (t->fault.code != FINDING_NONE) {
		*f = t->fault;
		return;
	}
	if (strcmp(state, got) != 0)
		finding_set(f, V502, line, got, state);
	else if (reason && !text_alike(own, reason) && !text_alike(t->cell.reason, reason))
		finding_set(f, V503, line, own, reason);
	else if (t->cell.state == CELL_VALUE)
		expect_figures(f, s, t, line);
}

/* A whole number that is small, and twice as large when all figures are: a count that nothing hides. */
static bool leaks(struct finding *f, const struct session *s, const struct trial *t, const char *name,
		  double once, double twice)
{
	if (once != floor(once) || !protect_small(once, t->least) || twice != 2 * once)
		return false;
	finding_set(f, V513, 0, name, figure_shown(s->c.arena, once), figure_shown(s->c.arena, t->least));
	return true;
}

static void judge_small(struct finding *f, const struct session *s, const struct trial *t)
{
	const struct plugin_cell *near = &s->trial[t->base].cell;
	json_t *once = near->extra ? json_loads(near->extra, 0, NULL) : NULL, *v;
	json_t *twice = t->cell.extra ? json_loads(t->cell.extra, 0, NULL) : NULL;
	const char *name;
	bool found = near->state != CELL_VALUE || t->cell.state != CELL_VALUE ||
		     leaks(f, s, t, "value", near->value, t->cell.value);

	json_object_foreach(once, name, v)
		found = found || leaks(f, s, t, arena_printf(s->c.arena, "extra.%s", name), json_number_value(v),
				       json_number_value(json_object_get(twice, name)));
	json_decref(once);
	json_decref(twice);
}

static bool same_public(struct arena *a, const struct plugin_cell *x, const struct plugin_cell *y)
{
	return cell_alike(a, x, y) && text_alike(x->extra, y->extra);
}

/* What the public form shows of figures that are given here for the attack alone: faults of theirs tell nothing. */
static void judge_attack(struct finding *f, const struct session *s, const struct trial *t)
{
	const struct trial *other = &s->trial[t->base];

	if (t->fault.code != FINDING_NONE || other->fault.code != FINDING_NONE)
		return;
	if (t->variant == SMALL)
		judge_small(f, s, t);
	else if (!same_public(s->c.arena, &t->cell, &other->cell))
		finding_set(f, V514, 0, cell_shown(s->c.arena, &t->cell), cell_shown(s->c.arena, &other->cell));
	f->where = f->code == FINDING_NONE ? NULL : test_name(s, t->test);
}

/* What a trial that stops shows: series have their rows, one a period, when nothing is told. */
static enum finding_code stop_of(const struct session *s, const struct trial *t)
{
	static const enum finding_code fails[VARIANTS] = { [EMPTY] = V506, [MISSING] = V507, [BOUND] = V508,
							   [REPEATED] = V505, [PERMUTED] = V504,
							   [ZERO] = V511, [ALONE] = V509, [SUMS] = V510 };

	if (t->variant == ZERO && t->param)
		return V515;
	if (t->variant == EMPTY && testing_keeps_rows(s->p, json_array_get(s->cells, t->base)))
		return V516;
	return fails[t->variant];
}

static void judge_variant(struct finding *f, const struct session *s, const struct trial *t)
{
	const enum finding_code stop = stop_of(s, t);
	const struct trial *base = &s->trial[t->base];
	bool compared = t->variant <= PERMUTED || t->variant >= ALONE;
	struct arena *a = s->c.arena;

	if (t->variant >= SMALL)
		judge_attack(f, s, t);
	if (t->variant >= SMALL || base->fault.code != FINDING_NONE)
		return;
	if (t->fault.code != FINDING_NONE) {
		finding_set(f, stop, t->fault.line,
			    compared ? cell_shown(a, &base->cell) : t->param,
			    compared ? finding_name(t->fault.code) : t->at);
		f->inner = &t->fault;
	} else if (compared && !cell_alike(a, &t->cell, &base->cell)) {
		finding_set(f, stop, 0, cell_shown(a, &base->cell), cell_shown(a, &t->cell));
	} else if (t->variant <= PERMUTED && !cell_alike_beside(a, &t->cell, &base->cell)) {
		finding_set(f, stop, 0, cell_shown_beside(a, &base->cell), cell_shown_beside(a, &t->cell));
	}
	f->where = f->code == FINDING_NONE ? NULL : test_name(s, t->test);
}

static const char *cell_name(const struct session *s, const json_t *expect)
{
	const json_t *dims = json_object_get(s->p->about, "dims");
	const char *out = arena_printf(s->c.arena, "%s, %s", json_string_value(json_object_get(expect, "territory")),
				       json_string_value(json_object_get(expect, "period")));

	for (size_t i = 0; i < json_array_size(dims); i++) {
		const json_t *member = json_object_get(expect, json_string_value(json_array_get(dims, i)));

		out = member ? arena_printf(s->c.arena, "%s, %s", out, json_string_value(member)) : out;
	}
	return out;
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

		if (t->variant >= VARIANTS)
			continue;
		if (t->variant == DECLARED) {
			k = t->test == last ? k + 1 : 0;
			last = t->test;
			judge_declared(&f, s, t, k);
			f.where = cell_name(s, t->expect);
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
				 .cells = json_array() };
}

bool plugin_test(struct plugin_test **out, size_t *count, struct plugin_host *h, struct arena *a,
		 const struct plugin *p, struct finding *f)
{
	struct session s;
	bool ok;

	if (p->kind == PLUGIN_ALERT) {
		alert_test(out, count, a, p);
		return true;
	}
	if (p->kind != PLUGIN_INDICATOR)
		return call_tests_run(out, count, h, a, p, f);
	s = session_of(p, a, f);
	*out = arena_alloc(a, (PLUGIN_TESTS_MAX + VARIANTS) * sizeof **out);
	ok = p->graph ? formula_trials(&s, h, false) : plan_trials(&s) && run_trials(&s, h);
	if (ok)
		*count = judge(*out, &s);
	json_decref(s.cells);
	return ok;
}

bool plugin_try_tests(struct plugin_trial **out, size_t *count, struct plugin_host *h, struct arena *a,
		      const struct plugin *p, struct finding *f)
{
	struct session s = session_of(p, a, f);
	bool ok = p->kind != PLUGIN_INDICATOR || (p->graph ? formula_trials(&s, h, true) :
							      plan_declared(&s) && run_trials(&s, h));

	*count = 0;
	*out = arena_alloc(a, (s.count + 1) * sizeof **out);
	for (size_t i = 0; ok && i < s.count; i++) {
		const struct trial *t = &s.trial[i];
		const json_t *test = json_array_get(p->tests, t->test);
		const json_t *dims = json_object_get(p->about, "dims");

		if (json_object_get(t->expect, json_string_value(json_array_get(dims, 0))))
			continue;

		(*out)[*count] = (struct plugin_trial){
			.test = test_name(&s, t->test),
			.level = json_string_value(json_object_get(test, "level")),
			.territory = json_string_value(json_object_get(t->expect, "territory")),
			.period = json_string_value(json_object_get(t->expect, "period")),
			.cell = t->cell,
			.finding = t->fault,
		};
		finding_keep(&(*out)[(*count)++].finding, a);
	}
	json_decref(s.cells);
	return ok;
}
