/*
 * Tests of plugins.  A program of tests is also the binary that the host starts again as its
 * sandbox, as vigie itself does: its main() looks for that first.
 */
#ifndef VIGIE_PLUGIN_SPEC_H
#define VIGIE_PLUGIN_SPEC_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"
#include "spec.h"

#ifdef VIGIE_SANITIZED
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

struct lua_file {
	char id[120];
	char text[PLUGIN_SOURCE_MAX + 8192];
	size_t len;
};

/* Reads tests/plugin/<folder>/<name>; the id is the name without .lua. */
static inline void lua_file_read(struct lua_file *out, const char *folder, const char *name)
{
	char path[300];
	FILE *in;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	in = fopen(path, "rb");
	assert_non_null(in);
	out->len = fread(out->text, 1, sizeof out->text, in);
	fclose(in);
	snprintf(out->id, sizeof out->id, "%.*s", (int)(strlen(name) - 4), name);
}

static inline int lua_file_is(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return len > 4 && strcmp(d->d_name + len - 4, ".lua") == 0;
}

/* Calls `each` with every .lua of `folder`, in order; returns how many there were. */
static inline int lua_files(const char *folder, void (*each)(const char *folder, const char *name))
{
	struct dirent **found = NULL;
	int n = scandir(folder, &found, lua_file_is, alphasort);

	for (int i = 0; i < n; i++) {
		each(folder, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	return n;
}

/* Checks a source, then runs its tests: the first finding, or FINDING_NONE. */
static inline struct finding lua_first_finding(struct plugin_host *h, struct arena *a, const char *id,
					       const char *source, size_t len)
{
	struct plugin_test *tests = NULL;
	struct finding f = { 0 };
	struct plugin p;
	size_t count = 0;

	if (!plugin_check(&p, h, a, id, source, len, &f))
		return f;
	if (plugin_test(&tests, &count, h, a, &p, &f)) {
		for (size_t i = 0; i < count && f.code == FINDING_NONE; i++)
			f = tests[i].finding;
	}
	plugin_free(&p);
	return f;
}

#endif
