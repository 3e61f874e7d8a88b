/*
 * What a refresh computes and with which rows: no database, no clock.
 */
#include "indicator_rules.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

enum { SETTLE_US = 60 * 1000 * 1000, BACKOFF_MAX_S = 300 };

/* ------------------------------------------------------------------ periods */

/* First day of month `month` of year 0 on (January is 0), proleptic Gregorian; years begin in March here. */
static int32_t first_day(int month)
{
	int64_t months = (int64_t)month - 2, year = months / 12, of_year = months % 12;
	int64_t era = year / 400, of_era = year % 400;

	return (int32_t)(era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
			 (153 * of_year + 2) / 5 - 719468);
}

/* The month that holds `day`, counted as above. */
static int month_of(int32_t day)
{
	int month = (int)((day + 719468) / 30.436875) + 2;

	while (first_day(month) > day)
		month--;
	while (first_day(month + 1) <= day)
		month++;
	return month;
}

static void name_period(struct indicator_period *p, int month, int months)
{
	unsigned year = (unsigned)month / 12 % 10000, of_year = (unsigned)month % 12;

	if (months == 1)
		snprintf(p->text, sizeof p->text, "%04u-%02u", year, of_year + 1);
	else if (months == 3)
		snprintf(p->text, sizeof p->text, "%04u-Q%u", year, of_year / 3 + 1);
	else
		snprintf(p->text, sizeof p->text, "%04u", year);
	p->first = first_day(month);
	p->last = first_day(month + months) - 1;
}

size_t indicator_periods(struct indicator_period **out, struct arena *a, const char *frequency,
			 int32_t start, int32_t today)
{
	int months = strcmp(frequency, "year") == 0 ? 12 : strcmp(frequency, "quarter") == 0 ? 3 : 1;
	int from = month_of(start) / months * months, to = month_of(today);
	size_t count = start > today ? 0 : (size_t)((to - from) / months) + 1;

	*out = arena_alloc(a, (count + 1) * sizeof **out);
	for (size_t i = 0; i < count; i++)
		name_period(&(*out)[i], from + (int)i * months, months);
	return count;
}

bool indicator_due(const struct indicator_period *p, int32_t today, const char *computed,
		   int64_t refreshed_us, int64_t end_us)
{
	return p->last >= today || !text_in_list(p->text, computed) || end_us + SETTLE_US > refreshed_us;
}

/* ------------------------------------------------------------------ rows */

/* In the order of indicator_rows.sql. */
static const struct {
	const char *name;
	bool text;
} columns[] = {
	{ "number", true }, { "measure", true }, { "objective", true }, { "lead", true }, { "level", true },
	{ "territory", true }, { "organisation", true }, { "weight", false }, { "measure_weight", false },
	{ "status", true }, { "progress", false }, { "confidence", true }, { "start_on", false },
	{ "due_on", false }, { "initial_due_on", false }, { "done_on", false }, { "reported_on", false },
	{ "blocked", false }, { "revised", false }, { "costed", false }, { "budget_planned", false },
	{ "budget_committed", false }, { "budget_spent", false },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

size_t indicator_column(const char *name, bool *text)
{
	size_t i = 0;

	while (i < COLUMNS && strcmp(columns[i].name, name) != 0)
		i++;
	*text = i < COLUMNS && columns[i].text;
	return i;
}

json_t *indicator_columns(const json_t *rows, const json_t *declared)
{
	json_t *out = json_object();

	for (size_t i = 0; i < json_array_size(declared); i++) {
		const char *name = json_string_value(json_array_get(declared, i));
		bool text;
		size_t at = indicator_column(name ? name : "", &text);
		json_t *column = json_array();

		for (size_t k = 0; k < json_array_size(rows); k++) {
			json_t *value = json_array_get(json_array_get(rows, k), at);

			json_array_append_new(column, value ? json_incref(value) : json_null());
		}
		json_object_set_new(out, name ? name : "", column);
	}
	return out;
}

bool indicator_incomplete(uint32_t received, uint32_t expected)
{
	return (uint64_t)received * 5 < (uint64_t)expected * 4;
}

int indicator_backoff_s(int attempts)
{
	int wait = 1;

	while (attempts-- > 0 && wait < BACKOFF_MAX_S)
		wait *= 2;
	return wait < BACKOFF_MAX_S ? wait : BACKOFF_MAX_S;
}

/* ------------------------------------------------------------------ the sentence of a formula */

/* 1234.50 as "1 234,5", with narrow no-break spaces, or "1,234.5". */
static const char *written(struct arena *a, double x, int decimals, enum lang lang)
{
	const char *between = lang == LANG_FR ? "\u202F" : ",", *out = "";
	char *text = arena_printf(a, "%.*f", decimals, fabs(x)), *point = strchr(text, '.');
	size_t whole = point ? (size_t)(point - text) : strlen(text), rest = strlen(text);

	while (rest > whole && (text[rest - 1] == '0' || text[rest - 1] == '.'))
		rest -= 1;
	for (size_t i = 0; i < whole; i++)
		out = arena_printf(a, "%s%s%c", out, i > 0 && (whole - i) % 3 == 0 ? between : "", text[i]);
	if (rest > whole)
		out = arena_printf(a, "%s%s%.*s", out, lang == LANG_FR ? "," : ".", (int)(rest - whole - 1), point + 1);
	return x < 0 && strspn(text, "0.") != strlen(text) ? arena_printf(a, "-%s", out) : out;
}

const char *indicator_note(struct arena *a, const char *sentence, const json_t *cell, int decimals, enum lang lang)
{
	const char *out = "", *state = json_string_value(json_object_get(cell, "state"));

	if (!sentence || !state || strcmp(state, "value") != 0)
		return NULL;
	while (*sentence) {
		size_t plain = strcspn(sentence, "{"), name = strcspn(sentence + plain, "}");
		const char *key = name > 0 ? arena_memdup(a, sentence + plain + 1, name - 1) : "";
		const json_t *v = json_object_get(cell, key);

		out = arena_printf(a, "%s%.*s", out, (int)plain, sentence);
		sentence += plain;
		if (!*sentence)
			break;
		v = v ? v : json_object_get(json_object_get(cell, "extra"), key);
		if (sentence[name] != '}' || (!json_is_number(v) && !json_is_string(v)))
			return NULL;
		out = arena_printf(a, "%s%s", out, json_is_string(v) ? json_string_value(v) :
				   written(a, json_number_value(v), decimals, lang));
		sentence += name + 1;
	}
	return out;
}

/* ------------------------------------------------------------------ members */

json_t *indicator_members(const char *dims)
{
	json_t *out = json_object();

	for (const char *p = dims; *p; p += strcspn(p, ";"), p += *p == ';') {
		size_t len = strcspn(p, ";"), name = strcspn(p, "=;");

		if (name < len)
			json_object_setn_new(out, p, name, json_stringn(p + name + 1, len - name - 1));
	}
	return out;
}

static const char *id_of(const json_t *named)
{
	return json_string_value(json_object_get(named, "id"));
}

/* What may be asked for, blank-separated. */
static const char *choices(struct arena *a, const json_t *dims)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(dims); i++) {
		const json_t *one = json_array_get(dims, i), *members = json_object_get(one, "members");

		out = arena_printf(a, "%s%s%s", out, *out ? " " : "", id_of(one));
		for (size_t k = 0; k < json_array_size(members); k++)
			out = arena_printf(a, "%s %s=%s", out, id_of(one), id_of(json_array_get(members, k)));
	}
	return out;
}

static const char *with_commas(struct arena *a, const char *words)
{
	const char *out = "";

	for (const char *p = words; *p; p += strcspn(p, " "), p += *p == ' ')
		out = arena_printf(a, "%s%s%.*s", out, *out ? ", " : "", (int)strcspn(p, " "), p);
	return out;
}

const char *indicator_asked_members(const char **known, struct arena *a, const char *asked, const json_t *dims)
{
	const char *words = choices(a, dims), *fixed = "", *names = "";

	*known = with_commas(a, words);
	for (const char *p = asked; *p || p == asked; p += strcspn(p, ";"), p += *p == ';') {
		size_t len = strcspn(p, ";");
		const char *one = arena_memdup(a, p, len), *name = arena_memdup(a, p, strcspn(p, "=;"));

		if (!text_in_list(one, words) || text_in_list(name, names))
			return NULL;
		names = arena_printf(a, "%s %s", names, name);
		if (strchr(one, '='))
			fixed = arena_printf(a, "%s%s%s", fixed, *fixed ? "," : "", one);
	}
	return arena_printf(a, "{%s}", fixed);
}

bool indicator_has_members(const char *dims, const char *asked)
{
	for (const char *p = asked; *p; p += strcspn(p, ";"), p += *p == ';') {
		size_t len = strcspn(p, ";");
		bool found = memchr(p, '=', len) == NULL;

		for (const char *q = dims; *q && !found; q += strcspn(q, ";"), q += *q == ';')
			found = strcspn(q, ";") == len && strncmp(p, q, len) == 0;
		if (!found)
			return false;
	}
	return *dims != '\0';
}
