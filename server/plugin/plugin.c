/*
 * Plugin: check a source, run a batch of cells.
 */
#include <string.h>

#include "check.h"
#include "formula.h"
#include "frame.h"
#include "host.h"
#include "json.h"
#include "text.h"

enum {
	DESCRIBE_CPU_MS = 250,
	CELL_CPU_MS = 50,
	DESCRIPTION_MAX = 512 << 10,	/* bytes */
};

#ifdef VIGIE_SANITIZED
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

struct description {
	struct arena *arena;
	char *text;
	size_t len;
};

static bool take_part(void *to, int kind, const json_t *value, const char *bytes, size_t len,
		      struct finding *f)
{
	struct description *d = to;

	if (kind == FRAME_FAULT) {
		fault_finding(f, d->arena, value);
		return false;
	}
	if (kind != FRAME_PART || d->len + len > DESCRIPTION_MAX)
		return finding_set(f, V225, 0);
	memcpy(d->text + d->len, bytes, len);
	d->len += len;
	return true;
}

static bool readable(const char *source, size_t len, struct arena *a, struct finding *f)
{
	int line = 1;
	const char *p;

	if (len > PLUGIN_SOURCE_MAX)
		return finding_set(f, V101, 0, arena_printf(a, "%zu", len));
	if (len > 0 && *source == '\033')
		return finding_set(f, V113, 0);
	if (text_utf8_valid(source, len) && !memchr(source, '\0', len))
		return true;
	/* The first line that cannot be read alone. */
	for (p = source; p < source + len; line++) {
		const char *end = memchr(p, '\n', (size_t)(source + len - p));
		size_t n = (size_t)((end ? end : source + len) - p);

		if (!text_utf8_valid(p, n) || memchr(p, '\0', n))
			break;
		p += n + 1;
	}
	return finding_set(f, V102, line);
}

static bool indicator_check(struct check *c, struct plugin *out, struct plugin_host *h, const json_t *raw)
{
	const json_t *formula = json_object_get(raw, "formula");

	return description_check(c, &out->about, out->id, raw) && (!formula || formula_check(c, out, h, formula)) &&
	       tests_check(c, out->about, json_object_get(raw, "tests")) && description_protects(c, raw);
}

static bool other_check(struct check *c, struct plugin *out, const json_t *raw)
{
	if (out->kind == PLUGIN_ALERT)
		return alert_check(c, &out->about, out->id, raw) && alert_tests_check(c, json_object_get(raw, "tests"));
	return kind_check(c, &out->about, out->kind, out->id, raw) &&
	       call_tests_check(c, out, json_object_get(raw, "tests"));
}

bool plugin_check(struct plugin *out, struct plugin_host *h, struct arena *a, const char *id,
		  const char *source, size_t len, struct finding *f)
{
	struct description d = { .arena = a };
	struct check c = { .arena = a, .source = source, .len = len, .f = f };
	json_t *job, *raw = NULL;
	struct err e;
	bool ok;

	*out = (struct plugin){ 0 };
	if (!readable(source, len, a, f))
		return false;
	d.text = arena_alloc(a, DESCRIPTION_MAX);
	job = json_pack("{s:s, s:s%, s:i}", "op", "describe", "source", source, len, "cpu_ms",
			DESCRIBE_CPU_MS * SLOWER);
	ok = host_exchange(h, a,
			   &(struct exchange){ .job = job, .wall_ms = PLUGIN_CHECK_MS * SLOWER,
					       .out_max = DESCRIPTION_MAX + 4096, .answer = take_part,
					       .to = &d },
			   f);
	json_decref(job);
	if (!ok) {
		fault_character(f, a, source, len);
		return false;
	}
	err_init(&e, a);
	if (!json_parse(&raw, d.text, d.len, &e))
		return finding_set(f, V225, 0);
	out->id = arena_strdup(a, id);
	out->source = arena_memdup(a, source, len);
	out->source_len = len;
	while (out->kind < PLUGIN_ALERT && !is_tagged(raw, plugin_kind_name(out->kind)))
		out->kind++;
	ok = out->kind == PLUGIN_INDICATOR ? indicator_check(&c, out, h, raw) : other_check(&c, out, raw);
	if (ok) {
		out->version = arena_strdup(
			a, json_string_value(json_object_get(out->about, "version")));
		out->tests = json_incref(json_object_get(raw, "tests"));
	} else {
		finding_keep(f, a);
		plugin_free(out);
	}
	json_decref(raw);
	return ok;
}

void plugin_free(struct plugin *p)
{
	json_decref(p->about);
	json_decref(p->graph);
	json_decref(p->tests);
	*p = (struct plugin){ 0 };
}

struct batch {
	struct arena *arena;
	const struct plugin *p;
	const json_t *cells;		/* as given */
	struct plugin_cell *out;
	size_t done;
};

static bool take_cell(void *to, int kind, const json_t *value, const char *bytes, size_t len,
		      struct finding *f)
{
	struct batch *b = to;

	(void)bytes;
	(void)len;
	if (kind == FRAME_FAULT) {
		fault_finding(f, b->arena, value);
		return false;
	}
	if (kind != FRAME_CELL || b->done >= json_array_size(b->cells))
		return finding_set(f, V225, 0);
	if (!cell_read(&b->out[b->done], b->arena, b->p->about, value, f))
		return false;
	b->done++;
	return true;
}

/* Every cell as the sandbox wants it.  NULL: *c->f is set. */
static json_t *frames(struct check *c, const struct plugin *p, const struct plugin_job *job,
		      const json_t *params)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(job->cells); i++) {
		json_t *one = cell_frame(c, p->about, "", json_array_get(job->cells, i), params,
					 job->plan);

		if (!one) {
			json_decref(out);
			return NULL;
		}
		json_array_append_new(out, one);
	}
	return out;
}

static const char *cell_name(struct arena *a, const json_t *cell)
{
	const char *t = json_string_value(json_object_get(cell, "territory"));
	const char *p = json_string_value(json_object_get(cell, "period"));

	return arena_printf(a, "%s, %s", t ? t : "?", p ? p : "?");
}

bool plugin_run(struct plugin_cell **out, struct plugin_host *h, struct arena *a,
		const struct plugin *p, const struct plugin_job *job, struct finding *f)
{
	struct check c = { .arena = a, .source = p->source, .len = p->source_len, .f = f };
	size_t count = json_array_size(job->cells);
	struct batch b = { .arena = a, .p = p, .cells = job->cells };
	json_t *params = params_resolve(&c, json_object_get(p->about, "params"), job->params, "params");
	json_t *cells = params ? frames(&c, p, job, params) : NULL, *order;
	bool ok = cells != NULL;

	if (p->kind == PLUGIN_ALERT)
		ok = finding_set(f, V604, 0, json_string_value(json_object_get(p->about, "on")));
	*out = b.out = arena_alloc(a, (count + 1) * sizeof *b.out);
	if (ok) {
		order = compute_job(p, false, CELL_CPU_MS * SLOWER);
		ok = host_exchange(h, a,
				   &(struct exchange){ .job = order, .cells = cells,
						       .wall_ms = job->wall_ms > 0 ? job->wall_ms :
										     PLUGIN_JOB_MS,
						       .out_max = (count + 1) * 4096 + FRAME_OUT_MAX,
						       .answer = take_cell, .to = &b },
				   f);
		if (ok && b.done != count)
			ok = finding_set(f, V225, 0);
		if (!ok && b.done < count)
			f->where = cell_name(a, json_array_get(job->cells, b.done));
		json_decref(order);
	}
	if (!ok)
		finding_keep(f, a);
	json_decref(cells);
	json_decref(params);
	return ok;
}
