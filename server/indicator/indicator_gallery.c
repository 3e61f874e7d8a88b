/*
 * Publication of the plugins that come with the server.
 *
 * What is published are rows; a file only brings a new version.  A file never
 * changes a published version silently and never stops anything.
 */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "id.h"
#include "indicator_service.h"
#include "indicator_store.h"
#include "log.h"

struct gallery {
	struct indicator_work *work;
	struct arena *arena;
	struct err *e;
	bool last_try;
	struct indicator_published *out;
};

static int is_plugin(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return len > 4 && strcmp(d->d_name + len - 4, ".lua") == 0;
}

static bool note(struct gallery *g, const char *id, const char *on_disk, const struct finding *f)
{
	g->out->changed = true;
	return indicator_store_on_disk(&g->work->db, g->arena, id, on_disk, f, g->e);
}

static bool broken(struct gallery *g, const char *id, const struct finding *f)
{
	struct indicator_shipped known;
	char line[16];

	/* it ran out of time by the wall clock, or could not start: perhaps not its own fault */
	if ((f->code == V223 || f->code == V231) && !g->last_try) {
		log_event(LOG_INFO, "plugin", "id", id, "state", "not checked yet", "finding",
			  finding_name(f->code));
		return g->out->undecided = true;
	}
	snprintf(line, sizeof line, "%d", f->line);
	log_event(LOG_WARN, "plugin", "id", id, "state", "broken", "finding", finding_name(f->code), "line",
		  line, "where", f->where, "cause", finding_cause(g->arena, f, LANG_EN));
	if (!indicator_store_shipped(&known, &g->work->db, g->arena, id, NULL, g->e))
		return false;
	return !known.known || !known.shipped || note(g, id, "broken", f);
}

/* A new version; its tests must pass. */
static bool publish(struct gallery *g, const struct plugin *p, const char *sha256)
{
	struct plugin_test *tests;
	struct finding f = { 0 };
	size_t count;

	if (!plugin_test(&tests, &count, g->work->host, g->arena, p, &f))
		return broken(g, p->id, &f);
	for (size_t i = 0; i < count; i++)
		if (tests[i].finding.code != FINDING_NONE)
			return broken(g, p->id, &tests[i].finding);
	if (!indicator_store_publish(&g->work->db, g->arena, p, sha256, g->e))
		return false;
	g->out->changed = true;
	log_event(LOG_INFO, "plugin", "id", p->id, "version", p->version, "state", "published");
	return true;
}

static bool compare(struct gallery *g, const struct plugin *p)
{
	struct indicator_shipped known;
	const char *now = "same";
	char sha256[65];

	id_sha256(sha256, p->source, p->source_len);
	if (!indicator_store_shipped(&known, &g->work->db, g->arena, p->id, p->version, g->e))
		return false;
	if (known.known && (!known.shipped || strcmp(known.kind, plugin_kind_name(p->kind)) != 0)) {
		log_event(LOG_WARN, "plugin", "id", p->id, "state", "another plugin has this id");
		return true;
	}
	if (!known.sha256 && !known.newer_active &&
	    (!publish(g, p, sha256) ||
	     !indicator_store_shipped(&known, &g->work->db, g->arena, p->id, p->version, g->e)))
		return false;
	if (!known.sha256 && !known.newer_active)
		return true;		/* its tests fail: told already */
	if (!known.sha256 || strcmp(known.sha256, sha256) != 0) {
		now = "modified";
		log_event(LOG_WARN, "plugin", "id", p->id, "version", p->version, "state",
			  "modified on disk; the published version stays");
	}
	return strcmp(known.on_disk, now) == 0 || note(g, p->id, now, NULL);
}

static bool one_file(struct gallery *g, const char *folder, const char *name)
{
	const char *id = arena_memdup(g->arena, name, strlen(name) - 4), *text;
	struct finding f = { 0 };
	struct plugin p;
	size_t len = 0;
	bool ok;

	if (!plugin_file_read(&text, &len, g->arena, arena_printf(g->arena, "%s/%s", folder, name))) {
		log_event(LOG_WARN, "plugin", "id", id, "state", "unreadable");
		return true;
	}
	if (!plugin_check(&p, g->work->host, g->arena, id, text, len, &f))
		return broken(g, id, &f);
	ok = compare(g, &p);
	plugin_free(&p);
	return ok;
}

/* One folder; a gallery may be without some. */
static bool one_folder(struct gallery *g, const char *name)
{
	const char *folder = arena_printf(g->arena, "%s/%s", g->work->plugins_dir, name);
	struct dirent **found = NULL;
	int n = scandir(folder, &found, is_plugin, alphasort);
	bool ok = true;

	if (n < 0 && errno != ENOENT)
		log_event(LOG_WARN, "plugin", "folder", folder, "cause", strerror(errno));
	for (int i = 0; i < n; i++) {
		ok = ok && one_file(g, folder, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	return ok;
}

bool indicator_publish_shipped(struct indicator_published *out, struct indicator_work *w, bool last_try,
			       struct err *e)
{
	struct gallery g = { w, e->arena, e, last_try, out };

	*out = (struct indicator_published){ 0 };
	return one_folder(&g, "indicators") && one_folder(&g, "alerts") && one_folder(&g, "rules") &&
	       one_folder(&g, "mappers");
}
