/*
 * Formulas: what is done with one before it is evaluated: its words are read, its recipe is
 * developed, and it is traced in the sandbox, for one set of parameters or for many.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "formula.h"
#include "frame.h"
#include "graph.h"
#include "host.h"
#include "text.h"

#ifdef VIGIE_SANITIZED
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

enum { TRACE_CPU_MS = 200, TRACE_OUT_MAX = 64 << 10 };

struct traces {
	struct arena *arena;
	struct traced *out;
	size_t count, done;
};

static bool take(void *to, int kind, const json_t *value, const char *bytes, size_t len,
		 struct finding *f)
{
	struct traces *t = to;
	struct traced *one = &t->out[t->done];
	const struct graph *graph;

	(void)bytes;
	(void)len;
	if ((kind != FRAME_CELL && kind != FRAME_FAULT) || t->done >= t->count)
		return finding_set(f, V225, 0);
	if (kind == FRAME_FAULT)
		fault_finding(&one->fault, t->arena, value);
	else if (graph_read(&graph, t->arena, value, &one->fault))
		one->graph = json_incref((json_t *)(uintptr_t)value);
	t->done++;
	return true;
}

json_t *formula_cell(struct check *c, const struct plugin *p, const struct plugin_view *view)
{
	json_t *params = params_resolve(c, json_object_get(p->about, "params"), view->params, "params");
	const char *level = view->level ? view->level :
					  json_string_value(json_array_get(
						  json_object_get(p->about, "levels"), 0));
	json_t *plan = view->plan ? json_incref((json_t *)(uintptr_t)view->plan) :
				    json_pack("{s:s, s:s, s:i}", "start_on", "2024-01-01", "end_on",
					      "2026-12-31", "stale_after_days", 45);
	json_t *out = !params ? NULL :
				json_pack("{s:O, s:s, s:i, s:O}", "params", params, "level", level, "as_of",
					  (int)view->as_of, "plan", plan);

	json_decref(params);
	json_decref(plan);
	return out;
}

bool formula_trace(struct traced *out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		   const json_t *cells, struct finding *f)
{
	struct traces t = { .arena = a, .out = out, .count = json_array_size(cells) };
	int line = source_line(p->source, p->source_len, "formula");
	json_t *job = json_pack("{s:s, s:s%, s:i, s:b, s:O, s:i, s:O*}", "op", "trace", "source", p->source,
				p->source_len, "cpu_ms", TRACE_CPU_MS * SLOWER, "survive", 1, "inputs",
				json_object_get(p->about, "inputs"), "line", p->developed ? line : 0, "dims",
				json_object_get(p->about, "dims"));
	bool ok;

	memset(out, 0, t.count * sizeof *out);
	if (p->developed)
		json_object_set_new(job, "code",
				    json_string(arena_printf(a, "return %s", p->developed)));
	ok = host_exchange(h, a,
			   &(struct exchange){ .job = job, .cells = cells,
					       .wall_ms = PLUGIN_CHECK_MS * SLOWER,
					       .out_max = (t.count + 1) * TRACE_OUT_MAX, .answer = take,
					       .to = &t },
			   f);
	json_decref(job);
	/* what is wrong with the result shows when formula has returned */
	for (size_t i = 0; i < t.done; i++) {
		if (out[i].fault.code != FINDING_NONE && out[i].fault.line == 0)
			out[i].fault.line = line;
	}
	/* a trace that used up its means is the last one: those after it share its finding */
	for (size_t i = t.done; ok && i < t.count; i++) {
		if (t.done == 0 || t.out[t.done - 1].fault.code == FINDING_NONE)
			return finding_set(f, V225, 0);
		out[i].fault = out[t.done - 1].fault;
	}
	return ok;
}

static bool trace_once(json_t **out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		       const struct plugin_view *view, struct finding *f)
{
	struct check c = { .arena = a, .source = p->source, .len = p->source_len, .f = f };
	json_t *cell = formula_cell(&c, p, view);
	json_auto_t *cells = json_array();
	struct traced one = { 0 };

	*out = NULL;
	if (!cell)
		return false;
	json_array_append_new(cells, cell);
	if (!formula_trace(&one, h, a, p, cells, f))
		return false;
	*out = one.graph;
	if (!one.graph)
		*f = one.fault;
	return one.graph != NULL;
}

bool plugin_trace(json_t **out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		  const struct plugin_view *view, struct finding *f)
{
	if (!trace_once(out, h, a, p, view, f))
		return false;
	json_object_del(*out, "note_line");
	return true;
}

/* The dimensions that the graph names belong to what the inputs must bring. */
static void add_dims(json_t *inputs, const json_t *dims)
{
	const char *name;
	json_t *list;

	json_object_foreach((json_t *)(uintptr_t)dims, name, list) {
		json_t *input = json_object_get(inputs, name);

		json_array_extend(json_object_get(input, "dims"), list);
		if (json_array_size(list) > 0)
			json_object_del(input, "columns");
	}
}

static int by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static bool listed(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], name) == 0)
			return true;
	return false;
}

const char *const *plugin_dims(struct arena *a, const json_t *about, const struct graph *g, const char *name,
			       bool members)
{
	const json_t *own = json_object_get(json_object_get(json_object_get(about, "inputs"), name), "dims");
	const json_t *result = json_object_get(about, "dims");
	const char *const *named = g ? graph_dims(a, g, name) : NULL;
	size_t count = 0, n = 0;
	const char **out;

	while (named && named[n])
		n++;
	out = arena_alloc(a, (n + json_array_size(own) + 1) * sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[count++] = named[i];
	for (size_t i = 0; i < json_array_size(own); i++) {
		const char *one = json_string_value(json_array_get(own, i));
		bool summed = false;

		for (size_t k = 0; !members && k < json_array_size(result); k++)
			summed = summed || strcmp(json_string_value(json_array_get(result, k)), one) == 0;
		if (!summed && !listed(out, count, one))
			out[count++] = one;
	}
	qsort(out, count, sizeof *out, by_text);
	return out;
}

/* ------------------------------------------------------------------ the sentence */

enum { RESULT_FIGURES = 5, OF_CELL = 2, HANDLES_MAX = RESULT_FIGURES + GRAPH_EXTRAS_MAX + OF_CELL, LIST_MAX = 240 };

/* "{value}" of each figure that the result gives, and of its cell; NULL-terminated.  Returns how many. */
static size_t handles(const char **known, struct arena *a, const json_t *out)
{
	size_t n = 0;
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)out, key, v)
		if (json_is_integer(v))
			known[n++] = arena_printf(a, "{%s}", key);
	json_object_foreach(json_object_get(out, "extra"), key, v)
		known[n++] = arena_printf(a, "{%s}", key);
	known[n++] = "{territory}";
	known[n++] = "{period}";
	known[n] = NULL;
	return n;
}

/*
 * A handle that no cell has would leave the sentence of ctx.note out, always.  Where the formula looks at its level,
 * the day or the plan, another trace may have it.
 */
static bool note_fits(struct check *c, const json_t *graph, int line)
{
	const char *known[HANDLES_MAX + 1], *near, *name, *end, *at = json_string_value(json_object_get(graph, "note"));
	char list[LIST_MAX];
	size_t n;

	if (!at || json_array_size(json_object_get(graph, "reads")) > 0)
		return true;
	n = handles(known, c->arena, json_object_get(graph, "out"));
	for (; (at = strchr(at, '{')); at = end) {
		end = at + strcspn(at, "}");
		end += *end == '}';
		name = arena_printf(c->arena, "%.*s", (int)(end - at), at);
		if (listed(known, n, name))
			continue;
		near = text_nearest(name, known);
		text_join(list, sizeof list, known);
		return finding_set(c->f, near ? V205 : V206, line, name, "ctx.note",
				   near ? near : arena_strdup(c->arena, list));
	}
	return true;
}

bool formula_check(struct check *c, struct plugin *p, struct plugin_host *h, const json_t *formula)
{
	const json_t *inputs = json_object_get(p->about, "inputs");
	const struct plugin_view usual = { 0 };

	if (is_tagged(formula, "recipe"))
		p->developed = recipe_code(c, formula, inputs, json_object_get(p->about, "params"));
	if (is_tagged(formula, "recipe") ? !p->developed : !words_check(c))
		return false;
	if (p->developed)
		p->rewritten = recipe_rewritten(c->arena, c->source, c->len,
						json_string_value(json_object_get(formula, "recipe")), p->developed);
	if (!trace_once(&p->graph, h, c->arena, p, &usual, c->f) ||
	    !note_fits(c, p->graph, (int)json_integer_value(json_object_get(p->graph, "note_line"))))
		return false;
	json_object_del(p->graph, "note_line");
	add_dims(json_object_get(p->about, "inputs"), json_object_get(p->graph, "dims"));
	json_object_del(p->graph, "dims");
	inputs_settle(p->about);
	return true;
}
