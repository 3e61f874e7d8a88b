/*
 * Router: a path is matched segment by segment against the table of routes.
 *
 * Patterns with the same number of segments are tried in order, literal
 * segments before arguments, so that "/people/me" wins over "/people/{id}".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

const char *const method_names[METHODS] = { "GET", "POST", "PUT", "PATCH", "DELETE" };

struct router {
	struct pattern *pattern;		/* sorted by number of segments */
	int count;
	int first[SEGMENTS_MAX + 2];		/* first pattern with n segments */
};

int method_index(const char *method)
{
	if (strcmp(method, "HEAD") == 0)
		return 0;
	for (int i = 0; i < METHODS; i++)
		if (strcmp(method, method_names[i]) == 0)
			return i;
	return -1;
}

static bool refuse(struct err *e, const char *path, const char *why)
{
	err_cause(e, "route %s: %s", path, why);
	return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
}

static bool pattern_cut(struct pattern *p, const char *path, struct err *e)
{
	*p = (struct pattern){ .path = path, .plan_arg = -1 };
	if (*path != '/')
		return refuse(e, path, "does not begin with /");
	for (const char *c = path; *c; ) {
		size_t len = strcspn(++c, "/");

		if (p->count == SEGMENTS_MAX)
			return refuse(e, path, "too many segments");
		if (*c == '{') {
			if (p->args == ROUTE_ARGS)
				return refuse(e, path, "too many arguments");
			if (strncmp(c, "{plan}", 6) == 0)
				p->plan_arg = p->args;
			p->args++;
		} else {
			p->segment[p->count] = c;
		}
		p->segment_bytes[p->count++] = len;
		c += len;
	}
	return true;
}

/* Fewer segments first; then, from the left, literals before arguments. */
static int compare(const void *left, const void *right)
{
	const struct pattern *a = left, *b = right;

	if (a->count != b->count)
		return a->count - b->count;
	for (int i = 0; i < a->count; i++)
		if (!a->segment[i] != !b->segment[i])
			return a->segment[i] ? -1 : 1;
	return strcmp(a->path, b->path);
}

static void write_allow(struct pattern *p)
{
	p->allow[0] = 0;
	for (int m = 0; m < METHODS; m++)
		if (p->route[m]) {
			strcat(p->allow, method_names[m]);
			strcat(p->allow, m ? ", " : ", HEAD, ");
			p->open |= p->route[m]->access == ACCESS_OPEN;
		}
	strcat(p->allow, "OPTIONS");
}

static struct pattern *pattern_same(struct router *r, const char *path)
{
	for (int i = 0; i < r->count; i++)
		if (strcmp(r->pattern[i].path, path) == 0)
			return &r->pattern[i];
	return NULL;
}

static bool add(struct router *r, const struct route *route, int index, struct err *e)
{
	int m = method_index(route->method);
	struct pattern *p = pattern_same(r, route->path);

	if (m < 0 || strcmp(route->method, "HEAD") == 0)
		return refuse(e, route->path, "unknown method");
	if (!p) {
		p = &r->pattern[r->count];
		if (!pattern_cut(p, route->path, e))
			return false;
		r->count++;
	}
	if (p->route[m])
		return refuse(e, route->path, "is there twice with the same method");
	p->route[m] = route;
	p->index[m] = index;
	return true;
}

bool router_new(struct router **out, const struct route *routes, struct err *e)
{
	struct router *r = calloc(1, sizeof *r);
	int count = 0;

	while (routes[count].method)
		count++;
	if (r)
		r->pattern = calloc((size_t)count + 1, sizeof *r->pattern);
	if (!r || !r->pattern)
		abort();
	for (int i = 0; i < count; i++)
		if (!add(r, &routes[i], i, e)) {
			router_free(r);
			return false;
		}
	qsort(r->pattern, (size_t)r->count, sizeof *r->pattern, compare);
	for (int i = 0; i < r->count; i++)
		write_allow(&r->pattern[i]);
	for (int n = 0, i = 0; n < SEGMENTS_MAX + 2; n++) {
		while (i < r->count && r->pattern[i].count < n)
			i++;
		r->first[n] = i;
	}
	*out = r;
	return true;
}

void router_free(struct router *r)
{
	if (r)
		free(r->pattern);
	free(r);
}

static bool matches(const struct pattern *p, const char *const *segment, const size_t *bytes)
{
	for (int i = 0; i < p->count; i++) {
		if (!bytes[i])
			return p->count == 1 && p->segment[0] && !p->segment_bytes[0];
		if (p->segment[i] && (p->segment_bytes[i] != bytes[i] ||
				      memcmp(p->segment[i], segment[i], bytes[i]) != 0))
			return false;
	}
	return true;
}

const struct pattern *router_match(const struct router *r, struct arena *a, const char *path,
				   const char *arg[ROUTE_ARGS])
{
	const char *segment[SEGMENTS_MAX];
	size_t bytes[SEGMENTS_MAX];
	int count = 0;

	for (const char *c = path; *c; c += bytes[count++]) {
		if (count == SEGMENTS_MAX)
			return NULL;
		segment[count] = ++c;
		bytes[count] = strcspn(c, "/");
	}
	for (int i = r->first[count]; i < r->first[count + 1]; i++) {
		const struct pattern *p = &r->pattern[i];

		if (!matches(p, segment, bytes))
			continue;
		for (int s = 0, n = 0; s < count; s++)
			if (!p->segment[s])
				arg[n++] = arena_memdup(a, segment[s], bytes[s]);
		return p;
	}
	return NULL;
}
