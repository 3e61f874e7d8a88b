/*
 * Rules of rows: every fault of a batch is told, by row, before anything is kept.
 */
#include "series_rules.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "territory.h"
#include "text.h"

#define FIELDS "territory organisation period from_on to_on dims value state reason qualifier source " \
	"vintage secondary provisional fictitious"

enum { REASON_MAX = 300, TEXT_MAX = 500, VINTAGE_MAX = 40, MEMBERS_MAX = 40, LIST_TEXT = 400, QUOTED_MAX = 60 };

static const double value_end = 1e15;

static const char *text_in(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static const char *base_of(struct arena *a, const struct series_lines *lines, size_t i)
{
	if (lines->at)
		return lines->at[i];
	return lines->line ? arena_printf(a, "#/lines/%d", lines->line[i]) :
			     arena_printf(a, "#/rows/%zu", i);
}

/* ------------------------------------------------------------------ scope */

static bool in_scope(const struct series_rights *rights, const char *organisation, const char *territory)
{
	const json_t *codes = json_object_get(rights->scope, organisation), *code;
	size_t i;

	json_array_foreach(codes, i, code)
		if (strcmp(json_string_value(code), territory) == 0)
			return true;
	return false;
}

/* Rows whose place does not exist are left to the rules: nobody has a right on them. */
static bool scope_check(const struct series *s, const struct series_rights *rights,
			const struct series_lines *lines, struct err *e)
{
	const json_t *row;
	size_t i;

	if (rights->everywhere)
		return true;
	json_array_foreach(lines->rows, i, row) {
		const char *territory = text_in(row, "territory"), *o = text_in(row, "organisation");

		if (!territory || !territory_level(territory) ||
		    (s->by_organisation && (!o || !json_object_get(s->organisations, o))))
			continue;
		if (o && in_scope(rights, o, territory))
			continue;
		err_set(e, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
		err_add(e, base_of(e->arena, lines, i), MSG_OUT_OF_SCOPE);
	}
	return err_ok(e);
}

/* ------------------------------------------------------------------ dimensions */

/* The ids of a list of {"id"}, NULL-terminated; those derived from the organisation left out. */
static void ids(const char *out[MEMBERS_MAX + 1], const json_t *list)
{
	const json_t *one;
	size_t i;
	int n = 0;

	json_array_foreach(list, i, one)
		if (n < MEMBERS_MAX && !json_object_get(one, "derived"))
			out[n++] = text_in(one, "id");
	out[n] = NULL;
}

static const json_t *find_id(const json_t *list, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(text_in(one, "id"), id) == 0)
			return one;
	return NULL;
}

static bool unknown_dimension(const struct series *s, const char *where, const char *name, struct err *e)
{
	const json_t *known = find_id(s->dimensions, name);
	const char *names[MEMBERS_MAX + 1];
	char all[LIST_TEXT];

	ids(names, s->dimensions);
	if (known)
		return json_object_get(known, "derived") ?
		       err_add(e, where, MSG_DIMENSION_DERIVED, name) : true;
	text_join(all, sizeof all, names);
	return *all ? err_add(e, where, MSG_DIMENSION_UNKNOWN, name, all) :
		      err_add(e, where, MSG_DIMENSION_NONE, name);
}

/* The member that is given for one dimension, NULL with a fault. */
static const char *member(const json_t *dimension, const json_t *given, const char *where, struct err *e)
{
	const char *names[MEMBERS_MAX + 1], *text = json_string_value(given), *near;
	char all[LIST_TEXT];

	ids(names, json_object_get(dimension, "members"));
	text_join(all, sizeof all, names);
	if (!given || json_is_null(given) || (text && !*text)) {
		err_add(e, where, MSG_DIMENSION_MISSING, text_in(dimension, "id"), all);
		return NULL;
	}
	if (!text) {
		err_add(e, where, MSG_WANT_TEXT);
		return NULL;
	}
	if (find_id(json_object_get(dimension, "members"), text))
		return text;
	near = text_nearest(text, names);
	if (near)
		err_add(e, where, MSG_MEMBER_HINT, text, near);
	else
		err_add(e, where, MSG_MEMBER_UNKNOWN, text, all);
	return NULL;
}

bool series_derived(const struct series *s, const json_t *dimension, const char *organisation, const char *given,
		    const char *where, struct err *e)
{
	const char *kind = organisation ? text_in(s->organisations, organisation) : NULL;
	json_auto_t *text = json_string(given);

	if (!member(dimension, text, where, e))
		return false;
	return !kind || strcmp(kind, given) == 0 ||
	       err_add(e, where, MSG_DIMENSION_OTHER, organisation, kind, given);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *series_dims(const struct series *s, const json_t *dims, const char *base, struct err *e)
{
	struct json_reader r = { dims, base, e };
	const char *pairs[MEMBERS_MAX], *key, *text = "";
	const json_t *d;
	json_t *value;
	size_t i, n = 0;

	json_object_foreach((json_t *)(uintptr_t)dims, key, value)
		unknown_dimension(s, json_pointer(&r, key), key, e);
	json_array_foreach(s->dimensions, i, d) {
		const char *id = text_in(d, "id"), *m;

		if (json_object_get(d, "derived") || n == MEMBERS_MAX)
			continue;
		m = member(d, json_object_get(dims, id), json_pointer(&r, id), e);
		if (m)
			pairs[n++] = arena_printf(e->arena, "%s=%s", id, m);
	}
	qsort(pairs, n, sizeof *pairs, by_text);
	for (i = 0; i < n; i++)
		text = i ? arena_printf(e->arena, "%s;%s", text, pairs[i]) : pairs[i];
	return text;
}

static void check_dims(json_t *out, const struct series *s, const struct json_reader *r)
{
	const json_t *dims = NULL;
	json_auto_t *none = json_object();

	if (json_object_in(&dims, r, "dims", 0) == JSON_FAULT)
		return;
	json_object_set_new(out, "dims", json_string(series_dims(s, dims ? dims : none,
								 json_pointer(r, "dims"), r->e)));
}

/* ------------------------------------------------------------------ place */

static void check_territory(json_t *out, const struct series *s, const struct json_reader *r)
{
	const char *code, *where = json_pointer(r, "territory");

	if (json_text(&code, r, "territory", JSON_REQUIRED, 10) != JSON_GIVEN ||
	    !territory_check(r->e, where, code))
		return;
	if (strcmp(territory_level(code), s->level) != 0) {
		err_add(r->e, where, strcmp(s->level, "national") == 0 ? MSG_WANT_NATION :
			MSG_WANT_DEPARTMENT, code);
		return;
	}
	json_object_set_new(out, "territory", json_string(code));
}

/* The organisation whose code is nearest, or NULL. */
static const char *nearest_organisation(struct arena *a, const json_t *all, const char *code)
{
	const char **codes = arena_alloc(a, (json_object_size(all) + 1) * sizeof *codes), *key;
	json_t *kind;
	int n = 0;

	json_object_foreach((json_t *)(uintptr_t)all, key, kind)
		codes[n++] = key;
	return text_nearest(code, codes);
}

static bool by_force(const struct series *s)
{
	return find_id(s->dimensions, "force") != NULL;
}

static void check_organisation(json_t *out, const struct series *s, const struct json_reader *r)
{
	const char *code, *kind, *near, *where = json_pointer(r, "organisation");
	enum json_found found = json_text(&code, r, "organisation",
					  s->by_organisation ? JSON_REQUIRED : JSON_NULLABLE, 32);

	if (found != JSON_GIVEN)
		return;
	if (!s->by_organisation) {
		err_add(r->e, where, MSG_NO_ORGANISATION);
		return;
	}
	kind = text_in(s->organisations, code);
	if (!kind) {
		near = nearest_organisation(r->e->arena, s->organisations, code);
		if (near)
			err_add(r->e, where, MSG_ORGANISATION_HINT, code, near);
		else
			err_add(r->e, where, MSG_UNKNOWN_ORGANISATION, code);
	} else if (by_force(s) && strcmp(kind, "police") != 0 && strcmp(kind, "gendarmerie") != 0) {
		err_add(r->e, where, MSG_NOT_A_FORCE, code);
	} else {
		json_object_set_new(out, "organisation", json_string(code));
	}
}

/* ------------------------------------------------------------------ time */

static bool wrong_period(const struct series *s, const struct json_reader *r, const char *text)
{
	bool monthly = strcmp(s->periodicity, "month") == 0;
	const char *where = json_pointer(r, "period");
	struct series_period p;
	char meant[8];

	if (series_period_read(&p, text))
		return err_add(r->e, where, monthly ? MSG_PERIOD_MONTHLY : MSG_PERIOD_YEARLY, text);
	if (series_period_meant(meant, text))
		return err_add(r->e, where, MSG_PERIOD_HINT, text, meant);
	return err_add(r->e, where, MSG_PERIOD_WRONG, text, monthly ? "2026-03" : "2026");
}

static const char *day_text(struct arena *a, int32_t day)
{
	/* Days since 1970-01-01 as PostgreSQL reads them: a Julian day, which needs no calendar here. */
	return arena_printf(a, "J%d", day + 2440588);
}

static void check_period(json_t *out, bool *open, const struct series *s, const struct json_reader *r,
			 int32_t today)
{
	const char *text, *where = json_pointer(r, "period");
	struct series_period p;
	int32_t from, to;

	if (json_text(&text, r, "period", JSON_REQUIRED, 20) != JSON_GIVEN)
		return;
	if (!series_period_read(&p, text) ||
	    (!s->irregular && p.kind != *s->periodicity)) {
		wrong_period(s, r, text);
		return;
	}
	from = p.from_on;
	to = p.to_on;
	if (json_day(&from, r, "from_on", JSON_NULLABLE) == JSON_FAULT ||
	    json_day(&to, r, "to_on", JSON_NULLABLE) == JSON_FAULT)
		return;
	if (from > to)
		err_add(r->e, json_pointer(r, "from_on"), MSG_PERIODS_REVERSED);
	if (from > today)
		err_add(r->e, where, MSG_PERIOD_FUTURE, text);
	*open = to >= today;
	json_object_set_new(out, "period", json_string(text));
	json_object_set_new(out, "from_on", json_string(day_text(r->e->arena, from)));
	json_object_set_new(out, "to_on", json_string(day_text(r->e->arena, to)));
}

/* ------------------------------------------------------------------ value */

/* The shortest text that reads back as the same number. */
static const char *shortest(struct arena *a, double v)
{
	const char *text = arena_printf(a, "%.15g", v);

	return strtod(text, NULL) == v ? text : arena_printf(a, "%.17g", v);
}

/* The beginning of a text, short enough for a sentence. */
static const char *quoted(struct arena *a, const char *text)
{
	size_t len = strlen(text);

	if (len <= QUOTED_MAX)
		return text;
	for (len = QUOTED_MAX; ((unsigned char)text[len] & 0xC0) == 0x80; len--)
		;
	return arena_printf(a, "%.*s…", (int)len, text);
}

/* `written`: the number as its file says it, to be told in these words; or NULL. */
static bool check_number(json_t *out, const struct series *s, const struct json_reader *r, const json_t *given,
			 const char *written)
{
	const char *where = json_pointer(r, "value");
	double v = json_number_value(given);
	const char *told = written ? quoted(r->e->arena, written) : shortest(r->e->arena, v);

	if (json_is_string(given)) {
		const char *text = json_string_value(given);

		return strcmp(text, "s") == 0 ? err_add(r->e, where, MSG_SUPPRESSED_INPUT) :
		       err_add(r->e, where, MSG_NOT_A_NUMBER, quoted(r->e->arena, text));
	}
	if (!json_is_number(given))
		return err_add(r->e, where, MSG_WANT_NUMBER, "0", "1e15");
	if (v < 0)
		return err_add(r->e, where, MSG_NEGATIVE, told);
	if (v >= value_end)
		return err_add(r->e, where, MSG_TOO_BIG, told);
	if (s->whole && v != floor(v))
		return err_add(r->e, where, MSG_FRACTION, told);
	json_object_set_new(out, "value", json_string(shortest(r->e->arena, v)));
	return true;
}

static void check_value(json_t *out, const struct series *s, const struct json_reader *r, const char *written)
{
	const json_t *given = json_object_get(r->object, "value");
	const char *state = NULL, *reason = NULL;
	bool valued = given && !json_is_null(given);
	enum json_found said = json_choice(&state, r, "state", JSON_NULLABLE, "value missing not_applicable");
	enum json_found why = json_text(&reason, r, "reason", JSON_NULLABLE, REASON_MAX);

	if (said == JSON_FAULT || why == JSON_FAULT)
		return;
	if (valued && (reason || (state && strcmp(state, "value") != 0)))
		err_add(r->e, json_pointer(r, "value"), MSG_VALUE_AND_STATE);
	else if (valued)
		check_number(out, s, r, given, written);
	else if (!state || strcmp(state, "value") == 0)
		err_add(r->e, json_pointer(r, "value"), MSG_VALUE_NEEDED);
	else if (!reason && strcmp(state, "missing") == 0)
		err_add(r->e, json_pointer(r, "reason"), MSG_REASON_NEEDED);
	json_object_set_new(out, "state", json_string(valued || !state ? "value" : state));
	if (reason && strcmp(state ? state : "", "missing") == 0)
		json_object_set_new(out, "reason", json_string(reason));
}

static void check_rest(json_t *out, const struct json_reader *r, bool open)
{
	static const struct { const char *name; size_t max; } texts[] = {
		{ "source", TEXT_MAX }, { "vintage", VINTAGE_MAX }, { "qualifier", TEXT_MAX },
	};
	static const char *const truths[] = { "secondary", "provisional", "fictitious" };

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *text = i < 2 ? "" : NULL;

		json_text(&text, r, texts[i].name, JSON_NULLABLE, texts[i].max);
		if (text)
			json_object_set_new(out, texts[i].name, json_string(text));
	}
	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++) {
		bool value = false;

		json_truth(&value, r, truths[i], JSON_NULLABLE);
		/* the figure of a period that goes on can only be provisional */
		value = value || (open && strcmp(truths[i], "provisional") == 0);
		json_object_set_new(out, truths[i], json_boolean(value));
	}
}

/* ------------------------------------------------------------------ rows */

static json_t *check_row(const struct series *s, const struct series_lines *lines, size_t i, int32_t today,
			 struct err *e)
{
	const json_t *row = json_array_get(lines->rows, i);
	const char *base = base_of(e->arena, lines, i);
	struct json_reader r = { row, base, e };
	json_t *out = json_object();
	bool open = false;

	if (!json_is_object(row)) {
		err_add(e, base, MSG_WANT_OBJECT);
		return out;
	}
	json_only(&r, FIELDS);
	check_territory(out, s, &r);
	check_organisation(out, s, &r);
	check_period(out, &open, s, &r, today);
	check_dims(out, s, &r);
	check_value(out, s, &r, lines->written ? lines->written[i] : NULL);
	check_rest(out, &r, open);
	return out;
}

struct keyed { const char *key; size_t row; };

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : x->row < y->row ? -1 : 1;
}

static const char *or_empty(const json_t *o, const char *key)
{
	const char *text = text_in(o, key);

	return text ? text : "";
}

/* Whoever has a file counts its lines. */
static void row_twice(const struct series_lines *lines, size_t row, size_t first, struct err *e)
{
	const char *where = base_of(e->arena, lines, row);

	if (lines->line)
		err_add(e, where, MSG_LINE_TWICE, arena_printf(e->arena, "%d", lines->line[first]));
	else
		err_add(e, where, MSG_ROW_TWICE, base_of(e->arena, lines, first));
}

/* Twice the same figure from the same source: nobody could say which one counts. */
static void check_repeats(const json_t *out, const struct series_lines *lines, struct err *e)
{
	size_t n = json_array_size(out);
	struct keyed *keys = arena_alloc(e->arena, (n + 1) * sizeof *keys);

	for (size_t i = 0; i < n; i++) {
		const json_t *o = json_array_get(out, i);

		keys[i] = (struct keyed){ arena_printf(e->arena, "%s|%s|%s|%s|%s|%s|%s",
			or_empty(o, "territory"), or_empty(o, "organisation"), or_empty(o, "from_on"),
			or_empty(o, "to_on"), or_empty(o, "dims"), or_empty(o, "vintage"),
			or_empty(o, "source")), i };
	}
	qsort(keys, n, sizeof *keys, by_key);
	for (size_t i = 1; i < n; i++)
		if (strcmp(keys[i].key, keys[i - 1].key) == 0)
			row_twice(lines, keys[i].row, keys[i - 1].row, e);
}

bool series_rows_check(json_t **out, const struct series *s, const struct series_rights *rights,
		       const struct series_lines *lines, int32_t today, struct err *e)
{
	size_t n = json_array_size(lines->rows);
	json_t *checked;

	if (n == 0)
		return err_add(e, "#/rows", MSG_NO_ROWS);
	if (!scope_check(s, rights, lines, e))
		return false;
	checked = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(checked, check_row(s, lines, i, today, e));
	if (err_ok(e))
		check_repeats(checked, lines, e);
	if (!err_ok(e)) {
		json_decref(checked);
		return false;
	}
	*out = checked;
	return true;
}
