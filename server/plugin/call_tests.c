/*
 * Tests of rules and mappers: their declarations, checked; the declared ones and the automatic
 * ones run in one sandbox, judged.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "frame.h"
#include "host.h"
#include "json.h"
#include "remark.h"
#include "testing.h"
#include "text.h"

#include "gen/plugin_options.inc"

#ifdef VIGIE_SANITIZED
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

enum { CALL_CPU_MS = 50 };

static const char *text_of(const json_t *object, const char *field)
{
	return json_string_value(json_object_get(object, field));
}

/* ------------------------------------------------------------------ declarations */

/* { warn = "clients.fines" } or { stop = "Mois" }: which, or NULL. */
static const char *expected_level(const json_t *expect)
{
	return json_object_get(expect, "stop")	 ? "stop"
	       : json_object_get(expect, "warn") ? "warn"
						 : NULL;
}

static bool remark_expected(struct check *c, const struct plugin *p, const json_t *expect,
			    const char *path)
{
	static const char *const of_rule[] = { OPTIONS_RuleExpect, NULL };
	static const char *const of_mapper[] = { OPTIONS_MapperExpect, NULL };
	bool maps = p->kind == PLUGIN_MAPPER;
	const char *level = expected_level(expect);
	const json_t *names = json_object_get(p->about, maps ? "columns" : "series");
	const json_t *members = json_object_get(expect, "members");
	const char *own = text_of(expect, level);
	bool known = false;

	if (!check_only(c, expect, path, maps ? of_mapper : of_rule) ||
	    !check_text(c, expect, path, level, true, COLUMN_CHARS) ||
	    !check_text(c, expect, path, "text", false, REMARK_CHARS) ||
	    !check_whole(c, expect, path, "line", false, 1, 100000))
		return false;
	if (members && (!json_is_object(members) || !is_table(members)))
		return check_fail(c, check_path(c, path, "members"), V304, "members", "@table",
				  NULL);
	for (size_t i = 0; i < json_array_size(names); i++)
		known = known || strcmp(json_string_value(json_array_get(names, i)), own) == 0;
	return known || check_fail(c, check_path(c, path, level), V305, level, own,
				   join_items(c->arena, names));
}

static bool row_expected(struct check *c, const struct plugin *p, const json_t *expect,
			 const char *path)
{
	const struct dimension_def *dims[DIMENSIONS_MAX + 1] = { NULL };
	const char *known[8 + DIMENSIONS_MAX + 1] = { "series", "territory", "organisation",
						      "period", "value",     "state",
						      "reason", "line" };
	const struct series_def *def;
	int n = 8;

	(void)p;
	if (!check_text(c, expect, path, "series", true, 80))
		return false;
	def = catalogue_find(text_of(expect, "series"));
	if (!def)
		return check_fail(c, check_path(c, path, "series"), V341, text_of(expect, "series"),
				  join_items(c->arena, json_object_get(p->about, "series")), NULL);
	series_dimensions(dims, def);
	for (int i = 0; dims[i]; i++)
		known[n++] = dims[i]->id;
	known[n] = NULL;
	return check_only(c, expect, path, known);
}

static bool expects_check(struct check *c, const struct plugin *p, const json_t *test,
			  const char *path)
{
	const json_t *list = json_object_get(test, "expect");
	const char *name = text_of(test, "name"), *where = check_path(c, path, "expect");

	if (!list || !is_table(list) || (json_is_object(list) && json_object_size(list) > 0))
		return check_fail(c, path, V338, name, NULL, NULL);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		const char *at = check_item(c, where, i);

		if (!json_is_object(one) || !is_table(one))
			return check_fail(c, at, V304, at, "@table", NULL);
		if (!expected_level(one) && p->kind == PLUGIN_RULE)
			return check_fail(c, at, V303, at, "{ warn = \"…\" }", NULL);
		if (!(expected_level(one) ? remark_expected(c, p, one, at)
					  : row_expected(c, p, one, at)))
			return false;
	}
	return true;
}

/* What the test is called with: the figures of a report, or the rows of a sheet.  Owned; NULL:
 * failed. */
static json_t *given_of(struct check *c, const struct plugin *p, const json_t *test,
			const char *path)
{
	const char *name = p->kind == PLUGIN_MAPPER ? "sheet" : "report";
	const json_t *given = json_object_get(test, "given"), *rows = json_object_get(given, name);
	const char *known[] = { name, NULL }, *where = check_path(c, path, "given");
	json_t *out;

	if (!given || !rows) {
		check_fail(c, given ? where : path, V303, check_path(c, where, name),
			   arena_printf(c->arena, "given = { %s = rows [[ … ]] }", name), NULL);
		return NULL;
	}
	if (!check_only(c, given, where, known))
		return NULL;
	where = check_path(c, where, name);
	if (!is_tagged(rows, "rows")) {
		check_fail(c, where, V304, where, "@rows", NULL);
		return NULL;
	}
	out = p->kind == PLUGIN_MAPPER ? kind_sheet(c, rows)
				       : kind_figures(c, p->about, rows, text_of(test, "period"));
	if (!out && c->f->line == 0)
		c->f->line = source_line(c->source, c->len, where);
	return out;
}

static bool test_check(struct check *c, const struct plugin *p, const json_t *test,
		       const char *path)
{
	static const char *const of_rule[] = { OPTIONS_RuleTest, NULL };
	static const char *const of_mapper[] = { OPTIONS_MapperTest, NULL };
	json_t *resolved, *given;

	if (!json_is_object(test) || !is_table(test))
		return check_fail(c, path, V304, path, "@table", NULL);
	if (!check_only(c, test, path, p->kind == PLUGIN_MAPPER ? of_mapper : of_rule) ||
	    !check_text(c, test, path, "name", true, 200) ||
	    !check_text(c, test, path, "period", p->kind == PLUGIN_RULE, 10) ||
	    !check_text(c, test, path, "territory", false, 10) ||
	    !check_text(c, test, path, "organisation", false, 40))
		return false;
	if (p->kind == PLUGIN_RULE &&
	    (!period_frequency(text_of(test, "period")) ||
	     strcmp(period_frequency(text_of(test, "period")), "month") != 0))
		return check_fail(c, check_path(c, path, "period"), V336, text_of(test, "period"),
				  "2025-01", NULL);
	resolved = params_resolve(c, json_object_get(p->about, "params"),
				  json_object_get(test, "params"), check_path(c, path, "params"));
	given = resolved ? given_of(c, p, test, path) : NULL;
	json_decref(resolved);
	json_decref(given);
	return given && expects_check(c, p, test, path);
}

bool call_tests_check(struct check *c, const struct plugin *p, const json_t *tests)
{
	if (!tests_listed(c, tests))
		return false;
	for (size_t i = 0; i < json_array_size(tests); i++)
		if (!test_check(c, p, json_array_get(tests, i), check_item(c, "tests", i)))
			return false;
	return true;
}

/* ------------------------------------------------------------------ what is run */

struct one_call {
	enum variant variant;
	size_t test;
	size_t base;		/* the declared call it varies */
	const char *param, *at; /* BOUND: which, and its value as text */
	json_t *said;		/* owned; NULL: it failed, `fault` says how */
	struct finding fault;
};

struct calling {
	struct check c;
	const struct plugin *p;
	struct one_call *call; /* `room` places; moves when one more is added */
	size_t count, room, done;
	json_t *frames; /* owned */
};

/* Takes over `frame`.  There is always room: a file bounds what can be planned. */
static void add(struct calling *s, struct one_call call, json_t *frame)
{
	struct one_call *old = s->call;

	if (s->count == s->room) {
		s->room = 2 * s->room + 100;
		s->call = arena_alloc(s->c.arena, s->room * sizeof *s->call);
		if (old)
			memcpy(s->call, old, s->count * sizeof *old);
	}
	s->call[s->count++] = call;
	json_array_append_new(s->frames, frame);
}

static bool plan_test(struct calling *s, size_t i)
{
	const json_t *test = json_array_get(s->p->tests, i);
	json_auto_t *params = params_resolve(&s->c, json_object_get(s->p->about, "params"),
					     json_object_get(test, "params"), "params");
	json_auto_t *given = given_of(&s->c, s->p, test, check_item(&s->c, "tests", i));

	if (!params || !given)
		return false;
	if (s->p->kind == PLUGIN_RULE) {
		json_auto_t *report = json_pack(
		    "{s:s, s:s, s:s, s:O}", "period", text_of(test, "period"), "territory",
		    text_of(test, "territory") ? text_of(test, "territory") : "75", "organisation",
		    text_of(test, "organisation") ? text_of(test, "organisation") : "DGPN",
		    "figures", given);

		add(s, (struct one_call) { .test = i }, report_frame(report, params));
		return true;
	}
	for (size_t r = 0; r < json_array_size(given); r++)
		add(s, (struct one_call) { .test = i },
		    sheet_frame(s->p->about, json_array_get(given, r), params));
	return true;
}

/* A copy of `frame` whose `name` is `part`, which is taken over. */
static json_t *with(const json_t *frame, const char *name, json_t *part)
{
	json_t *out = json_copy((json_t *)(uintptr_t)frame);

	json_object_set_new(out, name, part);
	return out;
}

/* The figures emptied, said missing, or all 0. */
static json_t *figures_varied(const json_t *figures, enum variant v)
{
	json_t *out = json_array();

	for (size_t i = 0; v != EMPTY && i < json_array_size(figures); i++) {
		json_t *figure = json_copy(json_array_get(figures, i));

		if (v == MISSING) {
			json_object_set_new(figure, "state", json_string("missing"));
			json_object_del(figure, "value");
		} else if (json_object_get(figure, "value")) {
			json_object_set_new(figure, "value", json_integer(0));
		}
		json_array_append_new(out, figure);
	}
	return out;
}

static void vary_report(struct calling *s, size_t base, const json_t *frame)
{
	for (int v = EMPTY; v <= ZERO; v++)
		if (v == EMPTY || v == MISSING || v == ZERO)
			add(s,
			    (struct one_call) { .variant = (enum variant)v,
						.test = s->call[base].test,
						.base = base },
			    with(frame, "figures",
				 figures_varied(json_object_get(frame, "figures"),
						(enum variant)v)));
}

/* The row with one cell emptied, each in turn, then all. */
static void vary_row(struct calling *s, size_t base, const json_t *frame)
{
	json_t *cells = json_object_get(frame, "cells"), *none = json_object(), *v;
	const char *key;

	json_object_foreach(cells, key, v)
	{
		json_t *less = json_copy(cells);

		json_object_set_new(less, key, json_null());
		json_object_set_new(none, key, json_null());
		add(s,
		    (struct one_call) {
			.variant = MISSING, .test = s->call[base].test, .base = base },
		    with(frame, "cells", less));
	}
	add(s, (struct one_call) { .variant = EMPTY, .test = s->call[base].test, .base = base },
	    with(frame, "cells", none));
}

struct bounding {
	struct calling *s;
	size_t base;
	const json_t *frame;
};

static void add_bound(void *to, const char *name, const json_t *value, const char *text)
{
	struct bounding *b = to;
	const json_t *def = json_object_get(json_object_get(b->s->p->about, "params"), name);
	json_t *params = json_copy(json_object_get(b->frame, "params"));

	json_object_set_new(params, name, param_value(def, value));
	add(b->s,
	    (struct one_call) { .variant = BOUND,
				.test = b->s->call[b->base].test,
				.base = b->base,
				.param = name,
				.at = arena_strdup(b->s->c.arena, text) },
	    with(b->frame, "params", params));
}

static bool plan_calls(struct calling *s)
{
	size_t declared;

	for (size_t i = 0; i < json_array_size(s->p->tests); i++)
		if (!plan_test(s, i))
			return false;
	declared = s->count;
	for (size_t i = 0; i < declared && i < VARIED_MAX; i++) {
		const json_t *frame = json_array_get(s->frames, i);

		add(s,
		    (struct one_call) { .variant = REPEATED, .test = s->call[i].test, .base = i },
		    json_copy((json_t *)(uintptr_t)frame));
		if (s->p->kind == PLUGIN_RULE)
			vary_report(s, i, frame);
		else
			vary_row(s, i, frame);
		testing_bounds(json_object_get(s->p->about, "params"),
			       &(struct bounding) { s, i, frame }, add_bound);
	}
	return true;
}

static bool take(void *to, int kind, const json_t *value, const char *bytes, size_t len,
		 struct finding *f)
{
	struct calling *s = to;
	struct one_call *call = &s->call[s->done];

	(void)bytes;
	(void)len;
	if ((kind != FRAME_CELL && kind != FRAME_FAULT) || s->done >= s->count)
		return finding_set(f, V225, 0);
	if (kind == FRAME_FAULT)
		fault_finding(&call->fault, s->c.arena, value);
	else
		call->said = json_deep_copy(call_answer(s->p, value));
	s->done++;
	return kind == FRAME_FAULT || call->said || finding_set(f, V225, 0);
}

/* The sandbox stops at the first call that uses up its means: those after it share its finding. */
static bool run_calls(struct calling *s, struct plugin_host *h)
{
	json_auto_t *job = call_job(s->p, true, CALL_CPU_MS);
	const struct finding *last;
	bool ok = host_exchange(h, s->c.arena,
				&(struct exchange) { .job = job,
						     .cells = s->frames,
						     .wall_ms = PLUGIN_CHECK_MS * SLOWER,
						     .out_max = (s->count + 1) * FRAME_OUT_MAX,
						     .answer = take,
						     .to = s },
				s->c.f);

	if (!ok || s->done == s->count)
		return ok;
	last = s->done > 0 ? &s->call[s->done - 1].fault : NULL;
	if (!last || last->code < V215 || last->code > V217)
		return finding_set(s->c.f, V225, 0);
	for (size_t i = s->done; i < s->count; i++)
		s->call[i].fault = *last;
	return true;
}

/* ------------------------------------------------------------------ what is judged */

static const char *and_field(struct arena *a, const char *out, const char *name, const json_t *v)
{
	return v ? arena_printf(a, "%s%s%s = %s", out, *out ? ", " : "", name, json_write(a, v)) : out;
}

/*
 * `warn "clients.fines"` or `{ series = …, period = … }`, for messages: of a remark beside its series what `want` asks
 * of it (NULL: nothing), so that two that differ are told apart.
 */
static const char *shown(struct arena *a, const json_t *one, const json_t *want, json_int_t line)
{
	const char *level = text_of(one, "level"), *out = "", *key;
	json_t *v, *dims = json_object_get(one, "dims"), *own = json_object_get(one, "line");
	bool got = level != NULL;

	level = level ? level : expected_level(one);
	if (level) {
		out = arena_printf(a, "%s \"%s\"", level, text_of(one, got ? "about" : level));
		if (json_object_get(want, "text"))
			out = and_field(a, out, "text", json_object_get(one, got ? "fr" : "text"));
		if (json_object_get(want, "members"))
			out = and_field(a, out, "members", json_object_get(one, "members"));
	} else {
		json_object_foreach((json_t *)(uintptr_t)one, key, v)
			out = v == dims || v == own ? out : and_field(a, out, key, v);
		json_object_foreach(dims, key, v)
			out = and_field(a, out, key, v);
	}
	if (json_object_get(want, "line"))
		out = arena_printf(a, "%s, line = %lld", out, (long long)line);
	return level ? out : arena_printf(a, "{ %s }", out);
}

static bool same_value(const json_t *x, const json_t *y)
{
	double a = json_number_value(x), b = json_number_value(y);

	if (json_is_number(x) && json_is_number(y))
		return fabs(a - b) <= 1e-9 * fmax(1, fmax(fabs(a), fabs(b)));
	return json_equal((json_t *)(uintptr_t)x, (json_t *)(uintptr_t)y);
}

static bool remark_as_expected(const json_t *got, const json_t *expect, json_int_t line)
{
	const char *level = expected_level(expect), *part = text_of(expect, "text");
	const json_t *members = json_object_get(expect, "members"),
		     *at = json_object_get(expect, "line");

	return text_of(got, "level") && strcmp(text_of(got, "level"), level) == 0 &&
	       strcmp(text_of(got, "about"), text_of(expect, level)) == 0 &&
	       (!part || strstr(text_of(got, "fr"), part)) &&
	       (!at || json_integer_value(at) == line) &&
	       (!members ||
		json_equal((json_t *)(uintptr_t)members, json_object_get(got, "members")));
}

/* Everything that was expected is there, and nothing else but the line. */
static bool row_as_expected(const json_t *got, const json_t *expect, json_int_t line)
{
	const json_t *dims = json_object_get(got, "dims"), *at = json_object_get(expect, "line");
	size_t fields = json_object_size(got) - 1 + json_object_size(dims) + (at != NULL);
	const char *key;
	json_t *v;

	if (text_of(got, "level") || (at && json_integer_value(at) != line) ||
	    json_object_size(expect) != fields)
		return false;
	json_object_foreach((json_t *)(uintptr_t)expect, key, v)
	{
		const json_t *own = json_object_get(got, key);

		own = own ? own : json_object_get(dims, key);
		if (v != at && (!own || !same_value(own, v)))
			return false;
	}
	return true;
}

/* All that the calls of one test said, with the line of each. */
struct told {
	const json_t **one;
	json_int_t *line;
	size_t count;
};

static void gather(struct told *out, const struct calling *s, size_t test, struct finding *f)
{
	size_t room = 0;

	for (size_t i = 0; i < s->count; i++)
		room += json_array_size(s->call[i].said);
	out->count = 0;
	out->one = arena_alloc(s->c.arena, room * sizeof *out->one);
	out->line = arena_alloc(s->c.arena, room * sizeof *out->line);
	for (size_t i = 0; i < s->count; i++) {
		const struct one_call *call = &s->call[i];
		const json_t *line = json_object_get(json_array_get(s->frames, i), "line");

		if (call->variant != DECLARED || call->test != test)
			continue;
		if (call->fault.code != FINDING_NONE) {
			*f = call->fault;
			return;
		}
		for (size_t k = 0; k < json_array_size(call->said); k++) {
			if (json_is_null(json_array_get(call->said, k)))
				continue;
			out->line[out->count] = json_integer_value(line);
			out->one[out->count++] = json_array_get(call->said, k);
		}
	}
}

static void judge_declared(struct finding *f, const struct calling *s, size_t test)
{
	const json_t *expect = json_object_get(json_array_get(s->p->tests, test), "expect");
	size_t wanted = json_array_size(expect);
	struct told told;

	gather(&told, s, test, f);
	for (size_t i = 0; f->code == FINDING_NONE && (i < wanted || i < told.count); i++) {
		const json_t *want = json_array_get(expect, i),
			     *got = i < told.count ? told.one[i] : NULL;
		const char *path = arena_printf(s->c.arena, "tests.%zu.expect.%zu", test + 1,
						(i < wanted ? i : 0) + 1);

		if (want && got &&
		    (expected_level(want) ? remark_as_expected(got, want, told.line[i])
					  : row_as_expected(got, want, told.line[i])))
			continue;
		finding_set(f, V512, source_line(s->p->source, s->p->source_len, path),
			    got ? shown(s->c.arena, got, want, told.line[i]) : "@nothing",
			    want ? shown(s->c.arena, want, want, json_integer_value(json_object_get(want, "line"))) :
				   "@nothing");
	}
}

static void judge_variant(struct finding *f, const struct calling *s, const struct one_call *call)
{
	static const enum finding_code fails[VARIANTS] = {
		[REPEATED] = V505, [EMPTY] = V507, [MISSING] = V507, [BOUND] = V508, [ZERO] = V511
	};
	const struct one_call *base = &s->call[call->base];
	struct arena *a = s->c.arena;

	if (base->fault.code != FINDING_NONE)
		return;
	if (call->fault.code != FINDING_NONE) {
		finding_set(f, fails[call->variant], call->fault.line, call->param, call->at);
		f->inner = &call->fault;
	} else if (call->variant == REPEATED && !json_equal(call->said, base->said)) {
		finding_set(f, V505, 0, json_write(a, base->said), json_write(a, call->said));
	}
}

static size_t judge(struct plugin_test *out, const struct calling *s)
{
	size_t n = json_array_size(s->p->tests), count = n;

	for (size_t i = 0; i < n; i++) {
		out[i] = (struct plugin_test) {
			.name = arena_strdup(s->c.arena,
					     text_of(json_array_get(s->p->tests, i), "name"))
		};
		judge_declared(&out[i].finding, s, i);
		finding_keep(&out[i].finding, s->c.arena);
	}
	for (int v = REPEATED; v < VARIANTS; v++) {
		struct plugin_test *to = &out[count];

		if (v == PERMUTED || v == ALONE || v == SUMS ||
		    (v == ZERO && s->p->kind == PLUGIN_MAPPER))
			continue;
		count++;
		*to = (struct plugin_test) { .name = testing_name((enum variant)v),
					     .automatic = true,
					     .skipped = true };
		for (size_t i = 0; i < s->count && to->finding.code == FINDING_NONE; i++) {
			if (s->call[i].variant != (enum variant)v)
				continue;
			to->skipped =
			    to->skipped && s->call[s->call[i].base].fault.code != FINDING_NONE;
			judge_variant(&to->finding, s, &s->call[i]);
			if (to->finding.code != FINDING_NONE)
				to->finding.where =
				    text_of(json_array_get(s->p->tests, s->call[i].test), "name");
		}
		finding_keep(&to->finding, s->c.arena);
	}
	return count;
}

bool call_tests_run(struct plugin_test **out, size_t *count, struct plugin_host *h, struct arena *a,
		    const struct plugin *p, struct finding *f)
{
	struct calling s = { .c = { .arena = a, .source = p->source, .len = p->source_len, .f = f },
			     .p = p,
			     .frames = json_array() };
	bool ok = plan_calls(&s) && run_calls(&s, h);

	*out = arena_alloc(a, (PLUGIN_TESTS_MAX + VARIANTS) * sizeof **out);
	*count = ok ? judge(*out, &s) : 0;
	for (size_t i = 0; i < s.count; i++)
		json_decref(s.call[i].said);
	json_decref(s.frames);
	return ok;
}
