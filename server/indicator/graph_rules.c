/*
 * What differs between two calculations: steps that came, went, read something else or have other
 * options.  Steps are alike when all that they rest on is, told by a hash of it.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "id.h"
#include "lifecycle_rules.h"

enum { NONE = -1 };

struct step {
	const char *op;
	char *own;			/* what it does: everything but what it reads, and where it is written */
	char whole[65];			/* the same with all that it rests on */
	const json_t *args;
	json_t *told;			/* owned */
	int partner;			/* in the other calculation */
};

struct steps {
	struct step *step;
	int count;
};

/* ------------------------------------------------------------------ steps */

static int arg_of(const struct step *s, size_t i)
{
	return (int)json_integer_value(json_array_get(s->args, i));
}

static void finish(struct steps *all, struct arena *a, json_t *node, const json_t *args)
{
	struct step *s = &all->step[all->count];
	const char *text;
	char *own;

	*s = (struct step){ .told = json_copy(node), .args = args, .partner = NONE };
	json_object_del(node, "args");
	json_object_del(node, "line");
	own = json_dumps(node, JSON_COMPACT | JSON_SORT_KEYS);
	s->own = arena_strdup(a, own);
	s->op = arena_strdup(a, json_string_value(json_object_get(node, "op")));
	text = s->own;
	for (size_t i = 0; i < json_array_size(args); i++)
		text = arena_printf(a, "%s %s", text, all->step[arg_of(s, i)].whole);
	id_sha256(s->whole, text, strlen(text));
	json_object_set_new(s->told, "step", json_integer(++all->count));
	free(own);
	json_decref(node);
}

/* A part of the result counts as a step that reads one. */
static void add_result(struct steps *all, struct arena *a, const char *name, const json_t *node)
{
	json_t *args = json_pack("[O]", node), *step = json_pack("{s:s, s:s, s:O}", "op", "result", "name", name,
								"args", args);

	finish(all, a, step, args);
	json_decref(args);	/* the step told keeps it */
}

static struct steps read_steps(struct arena *a, const json_t *graph)
{
	const json_t *nodes = json_object_get(graph, "nodes"), *out = json_object_get(graph, "out");
	json_t *extra = json_object_get(out, "extra"), *node;
	struct steps all = { arena_alloc(a, (json_array_size(nodes) + json_object_size(out) +
					      json_object_size(extra) + 1) * sizeof *all.step), 0 };
	const char *name;

	for (size_t i = 0; i < json_array_size(nodes); i++) {
		node = json_array_get(nodes, i);
		finish(&all, a, json_copy(node), json_object_get(node, "args"));
	}
	json_object_foreach((json_t *)(uintptr_t)out, name, node)
		if (json_is_integer(node))
			add_result(&all, a, name, node);
	json_object_foreach(extra, name, node)
		add_result(&all, a, arena_printf(a, "extra.%s", name), node);
	return all;
}

/* ------------------------------------------------------------------ pairs */

static bool same_args(const struct step *now, const struct step *then, const struct steps *after)
{
	size_t n = json_array_size(now->args);

	if (n != json_array_size(then->args))
		return false;
	for (size_t i = 0; i < n; i++)
		if (after->step[arg_of(now, i)].partner != arg_of(then, i))
			return false;
	return true;
}

enum likeness { WHOLE, OWN_AND_ARGS, OP_AND_ARGS, OWN };

static bool alike(enum likeness how, const struct step *now, const struct step *then, const struct steps *after)
{
	switch (how) {
	case WHOLE:
		return strcmp(now->whole, then->whole) == 0;
	case OWN_AND_ARGS:
		return strcmp(now->own, then->own) == 0 && same_args(now, then, after);
	case OP_AND_ARGS:
		return strcmp(now->op, then->op) == 0 && json_array_size(now->args) > 0 && same_args(now, then, after);
	default:
		return strcmp(now->own, then->own) == 0;
	}
}

static bool pair(enum likeness how, int at, struct steps *before, struct steps *after)
{
	for (int i = 0; i < before->count; i++) {
		if (before->step[i].partner != NONE || !alike(how, &after->step[at], &before->step[i], after))
			continue;
		before->step[i].partner = at;
		after->step[at].partner = i;
		return true;
	}
	return false;
}

static void tell(json_t *list, const char *change, const struct step *then, const struct step *now)
{
	json_array_append_new(list, json_pack("{s:s, s:O?, s:O?}", "change", change, "before",
					      then ? then->told : NULL, "after", now ? now->told : NULL));
}

static void compare(json_t *list, struct steps *before, struct steps *after)
{
	for (int i = 0; i < after->count; i++)
		pair(WHOLE, i, before, after);
	for (int i = 0; i < after->count; i++) {
		struct step *now = &after->step[i];

		if (now->partner != NONE || pair(OWN_AND_ARGS, i, before, after))
			continue;
		if (pair(OP_AND_ARGS, i, before, after))
			tell(list, "changed", &before->step[now->partner], now);
		else if (pair(OWN, i, before, after))
			tell(list, "rewired", &before->step[now->partner], now);
		else
			tell(list, "added", NULL, now);
	}
	for (int i = 0; i < before->count; i++)
		if (before->step[i].partner == NONE)
			tell(list, "removed", &before->step[i], NULL);
}

static void free_steps(struct steps *all)
{
	for (int i = 0; i < all->count; i++)
		json_decref(all->step[i].told);
}

json_t *graph_diff(struct arena *a, const json_t *before, const json_t *after)
{
	struct steps then = read_steps(a, before), now = read_steps(a, after);
	json_t *list = json_array();

	compare(list, &then, &now);
	free_steps(&then);
	free_steps(&now);
	return json_pack("{s:i, s:i, s:o}", "before", (int)json_array_size(json_object_get(before, "nodes")), "after",
			 (int)json_array_size(json_object_get(after, "nodes")), "changes", list);
}
