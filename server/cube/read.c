/*
 * Reading a graph: its JSON becomes nodes whose attributes are checked once and for all.
 */
#include <jansson.h>
#include <stddef.h>
#include <string.h>

#include "nodes.h"
#include "text.h"

static const struct {
	const char *name;
	int least, most;
	const char *must, *may;
} ops[OP_COUNT] = {
#define X(op, name, least, most, must, may) [OP_##op] = { name, least, most, must, may },
	GRAPH_OPS(X)
#undef X
};

const char *node_op_name(enum graph_op op)
{
	return ops[op].name;
}

/* ------------------------------------------------------------------ attributes */

enum kind { KIND_NUMBER, KIND_COUNT, KIND_TEXT, KIND_WORD, KIND_LIST, KIND_WHERE, KIND_X };

/* Words of KIND_WORD stand in the order of their numbers. */
static const struct {
	const char *name;
	enum kind kind;
	size_t at;		/* offset in struct node */
	const char *const *words;
} attributes[] = {
#define AT(field) offsetof(struct node, field)
#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }
	{ "name", KIND_TEXT, AT(name), NULL },
	{ "input", KIND_TEXT, AT(name), NULL },
	{ "column", KIND_TEXT, AT(column), NULL },
	{ "within", KIND_TEXT, AT(within), NULL },
	{ "from", KIND_TEXT, AT(from), NULL },
	{ "x", KIND_X, AT(x), NULL },
	{ "a", KIND_NUMBER, AT(a), NULL },
	{ "b", KIND_NUMBER, AT(b), NULL },
	{ "p", KIND_NUMBER, AT(p), NULL },
	{ "coverage", KIND_NUMBER, AT(coverage), NULL },
	{ "level", KIND_NUMBER, AT(level), NULL },
	{ "per", KIND_NUMBER, AT(per), NULL },
	{ "n", KIND_COUNT, AT(n), NULL },
	{ "points", KIND_COUNT, AT(points), NULL },
	{ "min", KIND_COUNT, AT(min), NULL },
	{ "over", KIND_WORD, AT(over), WORDS("sum", "mean", "median", "min", "max", "quantile", "count", "size",
					     "share", "wmean", "first", "last") },
	{ "part", KIND_WORD, AT(part), WORDS("value", "low", "high", "slope", "z") },
	{ "period", KIND_WORD, AT(period), WORDS("month", "quarter", "year") },
	{ "reset", KIND_WORD, AT(reset), WORDS("never", "year") },
	{ "order", KIND_WORD, AT(order), WORDS("desc", "asc") },
	{ "ties", KIND_WORD, AT(ties), WORDS("min", "max", "mean", "first") },
	{ "direction", KIND_WORD, AT(direction), WORDS("up", "down") },
	{ "missing", KIND_WORD, AT(missing), WORDS("na", "skip") },
	{ "dims", KIND_LIST, AT(list), NULL },
	{ "list", KIND_LIST, AT(list), NULL },
	{ "where", KIND_WHERE, AT(where), NULL },
#undef WORDS
#undef AT
};

/* What is being read, for messages. */
struct reading {
	struct arena *a;
	struct finding *f;
	size_t node;
};

static bool wrong(const struct reading *r, const char *what)
{
	return finding_set(r->f, V701, 0, arena_printf(r->a, "%zu", r->node), arena_strdup(r->a, what));
}

/* A text or a list of texts. */
static bool read_list(const char *const **out, size_t *count, const struct reading *r, const json_t *json)
{
	size_t n = json_is_array(json) ? json_array_size(json) : 1;
	const char **list = arena_alloc(r->a, (n + 1) * sizeof *list);

	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_is_array(json) ? json_array_get(json, i) : json;

		if (!json_is_string(one))
			return wrong(r, "a list of texts");
		list[i] = arena_strdup(r->a, json_string_value(one));
	}
	*out = list;
	*count = n;
	return true;
}

static bool read_where(struct node *node, const struct reading *r, json_t *json)
{
	const char *dim;
	json_t *members;

	node->where = arena_alloc(r->a, (json_object_size(json) + 1) * sizeof *node->where);
	json_object_foreach(json, dim, members) {
		struct node_pick *p = &node->where[node->wheres++];

		p->dim = arena_strdup(r->a, dim);
		if (!read_list(&p->member, &p->members, r, members))
			return false;
	}
	return node->wheres > 0 || wrong(r, "where");
}

static bool read_word(int *out, const struct reading *r, const char *name, const char *const *words,
		      const json_t *json)
{
	for (int i = 0; words[i] && json_is_string(json); i++)
		if (strcmp(words[i], json_string_value(json)) == 0) {
			*out = i;
			return true;
		}
	return wrong(r, name);
}

static bool read_attribute(struct node *node, const struct reading *r, size_t which, json_t *json)
{
	void *at = (char *)node + attributes[which].at;
	const char *name = attributes[which].name;

	switch (attributes[which].kind) {
	case KIND_X:
		if (json_is_string(json) && node->op == OP_CONST) {
			node->name = arena_strdup(r->a, json_string_value(json));
			return true;
		}
		/* fall through */
	case KIND_NUMBER:
		*(double *)at = json_number_value(json);
		return json_is_number(json) || wrong(r, name);
	case KIND_COUNT:
		*(int *)at = (int)json_integer_value(json);
		return (json_is_integer(json) && json_integer_value(json) >= 0 &&
			json_integer_value(json) <= 1200) || wrong(r, name);
	case KIND_TEXT:
		*(const char **)at = arena_strdup(r->a, json_string_value(json));
		return json_is_string(json) || wrong(r, name);
	case KIND_WORD:
		return read_word(at, r, name, attributes[which].words, json);
	case KIND_LIST:
		return read_list(&node->list, &node->lists, r, json);
	case KIND_WHERE:
		return read_where(node, r, json);
	}
	return false;
}

static bool read_attributes(struct node *node, const struct reading *r, const json_t *json)
{
	const char *must = ops[node->op].must, *may = ops[node->op].may;

	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		const char *name = attributes[i].name;
		json_t *value = json_object_get(json, name);
		bool needed = text_in_list(name, must);

		if (!needed && !text_in_list(name, may))
			continue;
		if (value && !json_is_null(value) && !read_attribute(node, r, i, value))
			return false;
		if (needed && (!value || json_is_null(value)))
			return wrong(r, name);
	}
	return true;
}

/* ------------------------------------------------------------------ nodes */

/* The place of an earlier node. */
static bool read_place(int *out, const struct reading *r, const json_t *json, size_t below, const char *what)
{
	if (!json_is_integer(json) || json_integer_value(json) < 0 || (size_t)json_integer_value(json) >= below)
		return wrong(r, what);
	*out = (int)json_integer_value(json);
	return true;
}

/* Shares are shares, windows of trends are bounded (their work grows with the square), periods are some. */
static bool numbers_fit(const struct node *node)
{
	return node->level > 0 && node->level < 1 && node->p >= 0 && node->p <= 1 && node->coverage <= 1 &&
	       (node->op != OP_THEIL_SEN || node->n <= TREND_MAX) && node->points <= TREND_MAX &&
	       (!node->from || period_month(node->from) >= 0);
}

/* The words of `over` that each operator knows. */
static bool over_fits(const struct node *node)
{
	switch (node->op) {
	case OP_BY:
		return node->over != OVER_LAST && (node->over == OVER_WMEAN) == (node->args == 2);
	case OP_ROLLING:
		return node->over <= OVER_MAX && node->n > 0;
	case OP_TO:
		return (node->over <= OVER_MAX || node->over == OVER_LAST) && node->period > 0;
	default:
		return true;
	}
}

static void set_defaults(struct node *node)
{
	node->coverage = -1;	/* not asked */
	node->missing = -1;	/* as the input says */
	node->level = node->op == OP_REACH ? 0.90 : node->op == OP_FUNNEL ? 0.998 : 0.95;
	node->per = 1;
	node->p = 0.5;
	node->points = 12;
	node->within = "territory";
}

static bool read_node(struct node *node, const struct reading *r, const json_t *json)
{
	const char *op = json_string_value(json_object_get(json, "op"));
	const json_t *args = json_object_get(json, "args"), *line = json_object_get(json, "line");
	size_t count = json_array_size(args);

	for (node->op = 0; node->op < OP_COUNT; node->op++)
		if (op && strcmp(ops[node->op].name, op) == 0)
			break;
	if (node->op == OP_COUNT)
		return wrong(r, op ? op : "op");
	set_defaults(node);
	node->line = json_is_integer(line) ? (int)json_integer_value(line) : 0;
	if (count < (size_t)ops[node->op].least || count > (size_t)ops[node->op].most ||
	    (node->op == OP_RATE_RATIO && count == 3))
		return wrong(r, "args");
	for (size_t i = 0; i < count; i++)
		if (!read_place(&node->arg[i], r, json_array_get(args, i), r->node, "args"))
			return false;
	node->args = (int)count;
	return read_attributes(node, r, json) && (over_fits(node) || wrong(r, "over")) &&
	       (numbers_fit(node) || wrong(r, "bounds"));
}

/* ------------------------------------------------------------------ results */

static bool read_extras(struct graph *g, const struct reading *r, json_t *extra)
{
	const char *name;
	json_t *place;

	json_object_foreach(extra, name, place) {
		if (g->extras == GRAPH_EXTRAS_MAX)
			return wrong(r, "extra");
		g->extra[g->extras].name = arena_strdup(r->a, name);
		if (!read_place(&g->extra[g->extras].node, r, place, g->nodes, "extra"))
			return false;
		g->extras++;
	}
	return true;
}

static bool read_out(struct graph *g, const struct reading *r, const json_t *out)
{
	struct {
		const char *name;
		int *place;
	} const part[] = { { "value", &g->value }, { "numerator", &g->numerator },
			   { "denominator", &g->denominator }, { "low", &g->low }, { "high", &g->high } };

	for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
		const json_t *place = json_object_get(out, part[i].name);

		*part[i].place = -1;
		if (place && !json_is_null(place) &&
		    !read_place(part[i].place, r, place, g->nodes, part[i].name))
			return false;
	}
	return (g->value >= 0 || wrong(r, "value")) && read_extras(g, r, json_object_get(out, "extra"));
}

static bool read_protects(struct graph *g, const struct reading *r, const json_t *json)
{
	g->protects = arena_alloc(r->a, (json_array_size(json) + 1) * sizeof *g->protects);
	for (size_t i = 0; i < json_array_size(json); i++)
		if (!read_place(&g->protects[g->protects_count++], r, json_array_get(json, i), g->nodes,
				"protects"))
			return false;
	return true;
}

bool graph_read(const struct graph **out, struct arena *a, const json_t *json, struct finding *f)
{
	struct reading r = { a, f, 0 };
	struct graph *g = arena_alloc(a, sizeof *g);
	const json_t *nodes = json_object_get(json, "nodes");
	size_t count = json_array_size(nodes);

	if (json_integer_value(json_object_get(json, "v")) != 1)
		return wrong(&r, "v");
	if (count == 0 || count > GRAPH_NODES_MAX)
		return wrong(&r, "nodes");
	g->node = arena_alloc(a, count * sizeof *g->node);
	for (; r.node < count; r.node++, g->nodes++)
		if (!read_node(&g->node[r.node], &r, json_array_get(nodes, r.node)))
			return false;
	g->note = arena_strdup(a, json_string_value(json_object_get(json, "note")));
	*out = g;
	if (graph_back(g) > GRAPH_BACK_MAX)
		return finding_set(f, V709, 0, arena_printf(a, "%zu", graph_back(g)),
				   arena_printf(a, "%d", GRAPH_BACK_MAX));
	return read_out(g, &r, json_object_get(json, "out")) &&
	       read_protects(g, &r, json_object_get(json, "protects"));
}

size_t graph_nodes(const struct graph *g)
{
	return g->nodes;
}

size_t graph_protects(const int **out, const struct graph *g)
{
	*out = g->protects;
	return g->protects_count;
}

const char *graph_note(const struct graph *g)
{
	return g->note;
}
