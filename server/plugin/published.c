/*
 * Published: fixtures as a publication shows them.
 */
#include <math.h>
#include <string.h>

#include "catalogue.h"
#include "protect.h"
#include "published.h"

bool published_input(const json_t *input)
{
	const struct series_def *s = catalogue_find(json_string_value(json_object_get(input, "id")));

	return s && s->sensitive;
}

int64_t published_floor(const json_t *input)
{
	return published_input(input) ? catalogue_find(json_string_value(json_object_get(input, "id")))->floor : 0;
}

double published_least(const json_t *about)
{
	const json_t *min = json_object_get(json_object_get(about, "confidentiality"), "min");
	double least = 0;
	const char *name;
	json_t *input;

	json_object_foreach(json_object_get(about, "inputs"), name, input)
		if (published_input(input))
			least = fmax(least, protect_least((double)published_floor(input), json_number_value(min)));
	return least;
}

static bool lists(const json_t *list, const char *word)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
			return true;
	return false;
}

static size_t members(const struct dimension_def *d)
{
	size_t n = 1;

	for (const char *p = d->words; *p; p++)
		n += *p == ' ';
	return n;
}

/* Are cells of the input less than all members of the dimension? */
static bool narrows(const json_t *input, const struct dimension_def *d)
{
	const json_t *where = json_object_get(json_object_get(input, "where"), d->id);

	return lists(json_object_get(input, "dims"), d->id) ||
	       (where && (d->derived || json_array_size(where) < members(d)));
}

const char *published_way(const json_t *input)
{
	const struct series_def *s = catalogue_find(json_string_value(json_object_get(input, "id")));
	const char *agg = json_string_value(json_object_get(input, "agg"));
	const char *over = json_string_value(json_object_get(input, "over_time"));
	const struct dimension_def *d[DIMENSIONS_MAX + 1] = { NULL };
	const char *way = "";

	if (!s || strcmp(agg ? agg : s->over_territories, "sum") != 0 ||
	    strcmp(over ? over : s->over_time, "mean") == 0)
		return NULL;
	series_dimensions(d, s);
	for (int i = 0; d[i]; i++) {
		if (!narrows(input, d[i]))
			continue;
		if (*way)
			return NULL;
		way = d[i]->id;
	}
	return way;
}

/* ------------------------------------------------------------------ what is shown */

bool published_figure(double *out, double count, int64_t floor)
{
	int64_t shown = protect_count(llround(count), floor);

	*out = (double)shown;
	return shown != PROTECT_HIDDEN;
}

/* The total of the group of part `first`. */
static int64_t total_of_group(const struct published_part *part, size_t parts, size_t first, int64_t floor)
{
	struct protect_parts p = { 0 };
	int64_t total = 0;

	for (size_t i = first; i < parts; i++) {
		int64_t count = llround(part[i].count), shown = protect_count(count, floor);

		if (count == 0 || strcmp(part[i].group, part[first].group) != 0)
			continue;
		total += count;
		p.count++;
		p.hidden += shown == PROTECT_HIDDEN;
		p.least += protect_low(shown, floor);
	}
	return protect_total(total, &p, floor);
}

bool published_total(double *out, const struct published_part *part, size_t parts, int64_t floor)
{
	*out = 0;
	for (size_t i = 0; i < parts; i++) {
		bool told = false;
		int64_t total;

		for (size_t k = 0; k < i && !told; k++)
			told = strcmp(part[k].group, part[i].group) == 0;
		if (told)
			continue;
		total = total_of_group(part, parts, i, floor);
		if (total == PROTECT_HIDDEN)
			return false;
		*out += (double)total;
	}
	return true;
}

/* ------------------------------------------------------------------ attacks */

/* How many sources of sensitive figures are declared before that of the input. */
static size_t source_number(const json_t *about, const char *name)
{
	const json_t *inputs = json_object_get(about, "inputs"), *own = json_object_get(inputs, name);
	const char *id = json_string_value(json_object_get(own, "id")), *key;
	json_auto_t *before = json_object();
	json_t *input;

	json_object_foreach((json_t *)(uintptr_t)inputs, key, input) {
		const char *other = json_string_value(json_object_get(input, "id"));

		if (published_input(input) && strcmp(other, id) == 0)
			return json_object_size(before);
		if (published_input(input))
			json_object_set_new(before, other, json_true());
	}
	return 0;
}

static const char *text_at(const json_t *table, const char *column, size_t row)
{
	const char *text = json_string_value(json_array_get(json_object_get(table, column), row));

	return text ? text : "";
}

/* Is the row of the member that the cell is of?  A total has all rows. */
static bool of_member(const json_t *table, size_t row, const json_t *dims, const json_t *expect)
{
	for (size_t i = 0; i < json_array_size(dims); i++) {
		const char *dim = json_string_value(json_array_get(dims, i));
		const char *member = json_string_value(json_object_get(expect, dim)), *own = text_at(table, dim, row);

		if (member && *own && strcmp(own, member) != 0)
			return false;
	}
	return true;
}

/* The n-th row with a figure of the last period of the expected cell; SIZE_MAX: it has fewer. */
static size_t row_of_cell(const json_t *table, const json_t *dims, const json_t *expect, size_t n)
{
	const char *period = json_string_value(json_object_get(expect, "period")), *last = "";
	const char *where = json_string_value(json_object_get(expect, "territory"));
	const char *level = strcmp(where, "FR") == 0	     ? "national" :
			    strncmp(where, "REG", 3) == 0 ? "region" :
							    "department";
	const json_t *values = json_object_get(table, "value");
	size_t met = 0, nth = SIZE_MAX;

	for (size_t i = 0; i < json_array_size(values); i++) {
		const char *at = text_at(table, "period", i), *place = text_at(table, "territory", i);

		if (!json_is_number(json_array_get(values, i)) || strncmp(at, period, strlen(at)) > 0 ||
		    strcmp(at, last) < 0 || (*place && !territory_covers(where, level, place)) ||
		    !of_member(table, i, dims, expect))
			continue;
		if (strcmp(at, last) != 0) {
			last = at;
			met = 0;
			nth = SIZE_MAX;
		}
		nth = met++ == n ? i : nth;
	}
	return nth;
}

/* The one count that an attack changes; SIZE_MAX: none of this series. */
static size_t row_attacked(const json_t *table, const json_t *dims, size_t series, enum attack attack,
			   const json_t *expect)
{
	bool of_second = attack == ATTACK_SERIES || attack == ATTACK_SERIES_TWICE;

	if (series != (of_second ? 1 : 0))
		return SIZE_MAX;
	return row_of_cell(table, dims, expect, attack == ATTACK_ROWS || attack == ATTACK_ROWS_TWICE ? 1 : 0);
}

static void set_all(json_t *values, double factor)
{
	for (size_t i = 0; i < json_array_size(values); i++) {
		const json_t *own = json_array_get(values, i);

		if (json_is_number(own))
			json_array_set_new(values, i, json_real(factor * json_number_value(own)));
	}
}

void published_attack(json_t *table, const json_t *about, const char *name, enum attack attack,
		      const json_t *expect)
{
	const json_t *input = json_object_get(json_object_get(about, "inputs"), name);
	int64_t factor = attack == ATTACK_ROWS_TWICE || attack == ATTACK_SERIES_TWICE ? 2 : 1;
	int64_t shown = ((int64_t)ceil(published_least(about) / PROTECT_BASE) + 1) * PROTECT_BASE;
	int64_t own = attack == ATTACK_HIDDEN ? 3 : attack == ATTACK_MOVED ? 4 : shown + PROTECT_BASE;
	json_t *values = json_object_get(table, "value");
	size_t changed;

	if (!published_input(input)) {
		set_all(values, (double)factor);
		return;
	}
	changed = row_attacked(table, json_object_get(about, "dims"), source_number(about, name), attack, expect);
	for (size_t i = 0; i < json_array_size(values); i++)
		if (json_is_number(json_array_get(values, i)))
			json_array_set_new(values, i, json_integer(factor * (i == changed ? own : shown)));
}
