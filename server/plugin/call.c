/*
 * Calls: validate with a report, row with the rows of a sheet.  What comes back is a stranger's.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "check.h"
#include "frame.h"
#include "host.h"
#include "json.h"
#include "remark.h"
#include "text.h"

#ifdef VIGIE_SANITIZED
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

enum { CALL_CPU_MS = 50 };

json_t *call_job(const struct plugin *p, bool survive, int cpu_ms)
{
	return json_pack("{s:s, s:s%, s:i, s:b, s:O, s:O*}", "op", "call", "source", p->source,
			 p->source_len, "cpu_ms", cpu_ms * SLOWER, "survive", survive, "series",
			 json_object_get(p->about, "series"), "columns",
			 json_object_get(p->about, "columns"));
}

/* ------------------------------------------------------------------ what is sent */

/* Months from `then` to `now`, -1 when they are no months or in the wrong order. */
static int months_between(const char *then, const char *now)
{
	int n;

	if (!then || !now || strlen(then) != 7 || strlen(now) != 7)
		return -1;
	n = (atoi(now) - atoi(then)) * 12 + atoi(now + 5) - atoi(then + 5);
	return n < 0 ? -1 : n;
}

json_t *report_frame(const json_t *report, const json_t *params)
{
	const json_t *figures = json_object_get(report, "figures");
	const char *period = json_string_value(json_object_get(report, "period"));
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(figures); i++) {
		json_t *figure = json_copy(json_array_get(figures, i));
		const char *then = json_string_value(json_object_get(figure, "period"));
		int ago = json_object_get(figure, "ago")
			      ? (int)json_integer_value(json_object_get(figure, "ago"))
			      : months_between(then ? then : period, period);

		json_object_set_new(figure, "ago", json_integer(ago));
		if (ago >= 0 && ago <= BACK_MAX)
			json_array_append(list, figure);
		json_decref(figure);
	}
	return json_pack("{s:O, s:O, s:O, s:O, s:o}", "period", json_object_get(report, "period"),
			 "territory", json_object_get(report, "territory"), "organisation",
			 json_object_get(report, "organisation"), "params", params, "figures",
			 list);
}

/* A cell as a text, as a person would have typed it; empty ones are null. */
static json_t *cell_text(const json_t *cell)
{
	char number[40];
	const char *text = json_string_value(cell);

	if (text)
		return *text ? json_string(text) : json_null();
	if (json_is_boolean(cell))
		return json_string(json_is_true(cell) ? "true" : "false");
	if (!json_is_number(cell))
		return json_null();
	snprintf(number, sizeof number, "%.15g", json_number_value(cell));
	return json_string(number);
}

json_t *sheet_frame(const json_t *about, const json_t *row, const json_t *params)
{
	const json_t *columns = json_object_get(about, "columns"),
		     *given = json_object_get(row, "cells");
	json_t *cells = json_object();

	for (size_t i = 0; i < json_array_size(columns); i++) {
		const char *name = json_string_value(json_array_get(columns, i));

		json_object_set_new(cells, name, cell_text(json_object_get(given, name)));
	}
	return json_pack("{s:O?, s:O, s:o}", "line", json_object_get(row, "line"), "params", params,
			 "cells", cells);
}

/* ------------------------------------------------------------------ what came back */

static bool in_list(const json_t *list, const char *word)
{
	for (size_t i = 0; word && i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
			return true;
	return false;
}

static bool fitting_text(const json_t *v)
{
	const char *s = json_string_value(v);

	return s && *s && strlen(s) == json_string_length(v) && text_printable(s) &&
	       text_length(s) <= REMARK_CHARS;
}

/* Every member of a dimension of the series that somebody types; `all`: every one of these
 * dimensions. */
static bool members_fit(const json_t *members, const struct series_def *def, bool all)
{
	const struct dimension_def *dims[DIMENSIONS_MAX + 1] = { NULL };
	size_t found = 0, wanted = 0;

	if (!json_is_object(members))
		return false;
	if (def)
		series_dimensions(dims, def);
	for (int i = 0; dims[i]; i++) {
		const char *member = json_string_value(json_object_get(members, dims[i]->id));

		if (dims[i]->derived)
			continue;
		wanted++;
		if (member && !text_in_list(member, dims[i]->words))
			return false;
		found += member != NULL;
	}
	return found == json_object_size(members) && (!all || found == wanted);
}

static bool remark_fits(const struct plugin *p, const json_t *one)
{
	const char *level = json_string_value(json_object_get(one, "level"));
	const char *about = json_string_value(json_object_get(one, "about"));
	const json_t *en = json_object_get(one, "en"), *members = json_object_get(one, "members");
	bool maps = p->kind == PLUGIN_MAPPER;

	return level && text_in_list(level, "warn stop") &&
	       in_list(json_object_get(p->about, maps ? "columns" : "series"), about) &&
	       fitting_text(json_object_get(one, "fr")) && (!en || fitting_text(en)) &&
	       (maps || members_fit(members, catalogue_find(about), false));
}

static bool row_fits(const struct plugin *p, const json_t *one)
{
	const char *id = json_string_value(json_object_get(one, "series"));
	const struct series_def *def = catalogue_find(id);
	const char *place = json_string_value(json_object_get(one, "territory"));
	const char *period = json_string_value(json_object_get(one, "period"));
	const char *state = json_string_value(json_object_get(one, "state"));
	const char *frequency = period ? period_frequency(period) : NULL;
	const json_t *value = json_object_get(one, "value"),
		     *reason = json_object_get(one, "reason");
	const json_t *organisation = json_object_get(one, "organisation");

	return def && in_list(json_object_get(p->about, "series"), id) && place &&
	       territory_known(place, def->level) && frequency &&
	       strcmp(frequency, def->periodicity) == 0 &&
	       members_fit(json_object_get(one, "dims"), def, true) &&
	       (state ? !value && text_in_list(state, "missing not_applicable")
		      : json_is_number(value) && isfinite(json_number_value(value)) &&
			    json_number_value(value) >= 0) &&
	       (!reason || (state && fitting_text(reason))) &&
	       (!organisation || fitting_text(organisation));
}

const json_t *call_answer(const struct plugin *p, const json_t *body)
{
	const json_t *answer = json_object_get(body, "said");
	bool maps = p->kind == PLUGIN_MAPPER;

	if (!json_is_array(answer) ||
	    json_array_size(answer) > (size_t)(maps ? RETURNED_MAX : REMARKS_MAX))
		return NULL;
	for (size_t i = 0; i < json_array_size(answer); i++) {
		const json_t *one = json_array_get(answer, i);

		if (maps && json_is_null(one))
			continue;
		if (!(maps && json_object_get(one, "series") ? row_fits(p, one)
							     : remark_fits(p, one)))
			return NULL;
	}
	return answer;
}

/* ------------------------------------------------------------------ a rule */

struct saying {
	struct arena *arena;
	const struct plugin *p;
	json_t *answer; /* owned; NULL: none came */
};

static bool take_remarks(void *to, int kind, const json_t *value, const char *bytes, size_t len,
			 struct finding *f)
{
	struct saying *s = to;

	(void)bytes;
	(void)len;
	if (kind == FRAME_FAULT) {
		fault_finding(f, s->arena, value);
		return false;
	}
	if (kind != FRAME_CELL || s->answer)
		return finding_set(f, V225, 0);
	s->answer = json_deep_copy(call_answer(s->p, value));
	return s->answer || finding_set(f, V225, 0);
}

/* "age=minor;sex=female" of an object, whose keys jansson can sort. */
static const char *dims_of(struct arena *a, const json_t *members)
{
	char *text = json_dumps(members, JSON_SORT_KEYS | JSON_COMPACT);
	json_auto_t *sorted = text ? json_loads(text, 0, NULL) : NULL;
	const char *key;
	json_t *v;
	char *out = arena_strdup(a, "");

	json_object_foreach(sorted, key, v) out =
	    arena_printf(a, "%s%s%s=%s", out, *out ? ";" : "", key, json_string_value(v));
	free(text);
	return out;
}

static void remark_of(struct plugin_remark *out, struct arena *a, const json_t *one)
{
	const char *en = json_string_value(json_object_get(one, "en"));

	*out = (struct plugin_remark) {
		.stops = strcmp(json_string_value(json_object_get(one, "level")), "stop") == 0,
		.about = arena_strdup(a, json_string_value(json_object_get(one, "about"))),
		.dims = dims_of(a, json_object_get(one, "members")),
		.fr = arena_strdup(a, json_string_value(json_object_get(one, "fr"))),
		.en = en ? arena_strdup(a, en) : NULL,
	};
}

bool plugin_validate(struct plugin_remark **out, size_t *count, struct plugin_host *h,
		     struct arena *a, const struct plugin *p, const json_t *report,
		     struct finding *f)
{
	struct check c = { .arena = a, .source = p->source, .len = p->source_len, .f = f };
	json_auto_t *params =
	    params_resolve(&c, json_object_get(p->about, "params"), NULL, "params");
	json_auto_t *frames = json_array(), *job = call_job(p, false, CALL_CPU_MS);
	struct saying s = { .arena = a, .p = p };
	bool ok = params != NULL;

	*count = 0;
	if (ok) {
		json_array_append_new(frames, report_frame(report, params));
		ok = host_exchange(h, a,
				   &(struct exchange) { .job = job,
							.cells = frames,
							.wall_ms = PLUGIN_RULE_MS * SLOWER,
							.out_max = 2 * FRAME_OUT_MAX,
							.answer = take_remarks,
							.to = &s },
				   f) &&
		     (s.answer || finding_set(f, V225, 0));
	}
	if (ok) {
		*count = json_array_size(s.answer);
		*out = arena_alloc(a, (*count + 1) * sizeof **out);
		for (size_t i = 0; i < *count; i++)
			remark_of(&(*out)[i], a, json_array_get(s.answer, i));
	} else {
		finding_keep(f, a);
	}
	json_decref(s.answer);
	return ok;
}

/* ------------------------------------------------------------------ a mapper */

struct mapping {
	struct arena *arena;
	const struct plugin *p;
	const json_t *sheet; /* rows */
	size_t done;
	json_t *rows, *remarks; /* owned */
};

static json_t *line_of(const struct mapping *m)
{
	return json_object_get(json_array_get(m->sheet, m->done), "line");
}

static bool stops(const json_t *answer)
{
	for (size_t i = 0; i < json_array_size(answer); i++) {
		const char *level =
		    json_string_value(json_object_get(json_array_get(answer, i), "level"));

		if (level && strcmp(level, "stop") == 0)
			return true;
	}
	return false;
}

/* The rows and remarks of one line; beside a "stop" its rows are not given. */
static void keep_line(struct mapping *m, const json_t *answer)
{
	bool stopped = stops(answer);

	for (size_t i = 0; i < json_array_size(answer); i++) {
		json_t *one = json_array_get(answer, i), *row;

		if (json_object_get(one, "level"))
			json_array_append_new(
			    m->remarks, json_pack("{s:O?, s:O, s:O, s:O, s:O*}", "line", line_of(m),
						  "level", json_object_get(one, "level"), "column",
						  json_object_get(one, "about"), "fr",
						  json_object_get(one, "fr"), "en",
						  json_object_get(one, "en")));
		else if (json_is_object(one) && !stopped) {
			row = json_deep_copy(one);
			json_object_set(row, "line", line_of(m));
			json_array_append_new(m->rows, row);
		}
	}
}

/* The mapper failed on this line: said there, the other lines go on. */
static void keep_failure(struct mapping *m, const struct finding *f)
{
	json_array_append_new(m->remarks,
			      json_pack("{s:O?, s:s, s:n, s:s, s:s}", "line", line_of(m), "level",
					"stop", "column", "fr",
					arena_printf(m->arena, "%s %s", finding_name(f->code),
						     finding_cause(m->arena, f, LANG_FR)),
					"en",
					arena_printf(m->arena, "%s %s", finding_name(f->code),
						     finding_cause(m->arena, f, LANG_EN))));
}

static bool take_line(void *to, int kind, const json_t *value, const char *bytes, size_t len,
		      struct finding *f)
{
	struct mapping *m = to;
	const json_t *answer = kind == FRAME_CELL ? call_answer(m->p, value) : NULL;
	struct finding own = { 0 };

	(void)bytes;
	(void)len;
	if ((kind != FRAME_CELL && kind != FRAME_FAULT) || m->done >= json_array_size(m->sheet))
		return finding_set(f, V225, 0);
	if (kind == FRAME_FAULT) {
		fault_finding(&own, m->arena, value);
		if (own.code >= V215 &&
		    own.code <= V217) { /* it used up its means: the next line would too */
			*f = own;
			return false;
		}
		keep_failure(m, &own);
	} else if (answer) {
		keep_line(m, answer);
	} else {
		return finding_set(f, V225, 0);
	}
	m->done++;
	if (json_array_size(m->rows) + json_array_size(m->remarks) > MAPPED_MAX)
		return finding_set(f, V358, 0, arena_printf(m->arena, "%d", MAPPED_MAX));
	return true;
}

/* The columns that the mapper reads are those of the sheet, as its first row has them. */
static bool columns_there(const struct plugin *p, struct arena *a, const json_t *rows,
			  struct finding *f)
{
	const json_t *columns = json_object_get(p->about, "columns");
	json_t *first = json_object_get(json_array_get(rows, 0), "cells"), *v;
	const char **names = arena_alloc(a, (json_object_size(first) + 1) * sizeof *names), *key;
	size_t n = 0;

	json_object_foreach(first, key, v) names[n++] = key;
	names[n] = NULL;
	for (size_t i = 0; first && i < json_array_size(columns); i++) {
		const char *name = json_string_value(json_array_get(columns, i)), *near;

		if (json_object_get(first, name))
			continue;
		near = text_nearest(name, names);
		return near ? finding_set(f, V350, 0, name, near)
			    : finding_set(f, V351, 0, name, join_names(a, names));
	}
	return true;
}

bool plugin_map(json_t **out, struct plugin_host *h, struct arena *a, const struct plugin *p,
		const struct plugin_sheet *sheet, struct finding *f)
{
	struct check c = { .arena = a, .source = p->source, .len = p->source_len, .f = f };
	json_auto_t *params =
	    params_resolve(&c, json_object_get(p->about, "params"), sheet->params, "params");
	json_auto_t *frames = json_array(), *job = call_job(p, true, CALL_CPU_MS);
	size_t count = json_array_size(sheet->rows);
	struct mapping m = { .arena = a,
			     .p = p,
			     .sheet = sheet->rows,
			     .rows = json_array(),
			     .remarks = json_array() };
	bool ok = params && columns_there(p, a, sheet->rows, f);

	for (size_t i = 0; ok && i < count; i++)
		json_array_append_new(
		    frames, sheet_frame(p->about, json_array_get(sheet->rows, i), params));
	ok = ok &&
	     host_exchange(h, a,
			   &(struct exchange) { .job = job,
						.cells = frames,
						.wall_ms = sheet->wall_ms > 0 ? sheet->wall_ms
									      : PLUGIN_JOB_MS,
						.out_max = (count + 1) * FRAME_OUT_MAX,
						.answer = take_line,
						.to = &m },
			   f) &&
	     (m.done == count || finding_set(f, V225, 0));
	*out = ok ? json_pack("{s:O, s:O}", "rows", m.rows, "remarks", m.remarks) : NULL;
	if (!ok)
		finding_keep(f, a);
	json_decref(m.rows);
	json_decref(m.remarks);
	return ok;
}
