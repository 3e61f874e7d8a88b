/*
 * Cells: what one computation is sent, and what its answer means.
 */
#include <math.h>
#include <string.h>

#include "check.h"
#include "clock.h"
#include "column.h"
#include "cube.h"
#include "json.h"
#include "protect.h"
#include "text.h"

static const char reasons[] = "not_reported not_due_yet zero_denominator coverage_below_minimum "
			      "too_few_points no_trend outside_validity plugin_failed";

json_t *compute_job(const struct plugin *p, bool survive, int cpu_ms)
{
	json_t *inputs = json_object(), *input;
	const char *key;

	json_object_foreach(json_object_get(p->about, "inputs"), key, input)
		json_object_set(inputs, key, json_object_get(input, "columns"));
	return json_pack("{s:s, s:s%, s:i, s:b, s:o}", "op", "compute", "source", p->source,
			 p->source_len, "cpu_ms", cpu_ms, "survive", survive, "inputs", inputs);
}

/* A day as text or number; `otherwise` when absent.  False: neither. */
static bool day_of(int32_t *out, const json_t *v, int32_t otherwise)
{
	*out = otherwise;
	if (!v || json_is_null(v))
		return true;
	if (json_is_integer(v)) {
		*out = (int32_t)json_integer_value(v);
		return true;
	}
	return json_is_string(v) && day_parse(out, json_string_value(v));
}

static json_t *plan_frame(const json_t *plan)
{
	json_t *stale = json_object_get(plan, "stale_after_days");

	return json_pack("{s:O?, s:O?, s:o}", "start_on", json_object_get(plan, "start_on"), "end_on",
			 json_object_get(plan, "end_on"), "stale_after_days",
			 json_is_integer(stale) ? json_incref(stale) : json_integer(45));
}

/* The declared columns of each input, all of one length. */
static bool rows_fit(const json_t *about, const json_t *rows)
{
	json_t *input;
	const char *name;

	json_object_foreach(json_object_get(about, "inputs"), name, input) {
		const json_t *columns = json_object_get(input, "columns");
		const json_t *data = json_object_get(rows, name);
		size_t height = 0;

		for (size_t i = 0; i < json_array_size(columns); i++) {
			const json_t *column = json_object_get(
				data, json_string_value(json_array_get(columns, i)));

			if (!json_is_array(column) || (i > 0 && json_array_size(column) != height))
				return false;
			height = json_array_size(column);
		}
	}
	return true;
}

json_t *cell_frame(struct check *c, const json_t *about, const char *path, const json_t *cell,
		   const json_t *params, const json_t *plan)
{
	const char *period = json_string_value(json_object_get(cell, "period"));
	const char *territory = json_string_value(json_object_get(cell, "territory"));
	const char *level = json_string_value(json_object_get(cell, "level"));
	json_t *rows = json_object_get(cell, "rows");
	int32_t first, last, as_of;

	if (!period || !territory || !level || !period_days(&first, &last, period) ||
	    !day_of(&as_of, json_object_get(cell, "as_of"), last) || !rows_fit(about, rows)) {
		check_fail(c, path, V603, territory ? territory : "?", NULL, NULL);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:O, s:o, s:O}", "period", period, "territory",
			 territory, "level", level, "period_start", first, "period_end", last, "as_of",
			 as_of, "params", params, "plan", plan_frame(plan), "rows", rows);
}

static bool figure(double *out, unsigned *has, unsigned bit, const json_t *body, const char *name)
{
	const json_t *v = json_object_get(body, name);

	if (!v)
		return true;
	if (!json_is_number(v) || !isfinite(json_number_value(v)))
		return false;
	*out = json_number_value(v);
	*has |= bit;
	return true;
}

static bool extra_fits(const json_t *extra)
{
	const char *key;
	json_t *v;
	int texts = 0;

	if (!extra)
		return true;
	if (!json_is_object(extra) || json_object_size(extra) > PLUGIN_EXTRAS_MAX)
		return false;
	json_object_foreach((json_t *)(uintptr_t)extra, key, v) {
		if (strlen(key) > 40 || (!json_is_number(v) && !json_is_string(v)) ||
		    (json_is_string(v) &&
		     (++texts > 1 || text_length(json_string_value(v)) > 80 ||
		      !text_printable(json_string_value(v)))))
			return false;
	}
	return true;
}

bool plugin_checks_hold(struct arena *a, const json_t *about, const json_t *figures, struct finding *f)
{
	const json_t *checks = json_object_get(about, "checks");

	for (size_t i = 0; i < json_array_size(checks); i++) {
		const json_t *one = json_array_get(checks, i);
		const char *field = json_string_value(json_object_get(one, "field"));
		const json_t *v = json_object_get(figures, field);
		const json_t *min = json_object_get(one, "min"), *max = json_object_get(one, "max");
		double x = figure_round(json_number_value(v));

		if (!v || ((!min || x >= json_number_value(min)) && (!max || x <= json_number_value(max))))
			continue;
		return finding_set(f, V408, 0, field, arena_printf(a, "%.12g", x),
				   min && max ? arena_printf(a, "%s … %s", json_write(a, min), json_write(a, max)) :
				   min	      ? arena_printf(a, "≥ %s", json_write(a, min)) :
						arena_printf(a, "≤ %s", json_write(a, max)));
	}
	return true;
}

static bool counts(struct plugin_cell *out, struct arena *a, const json_t *list)
{
	size_t n = json_array_size(list);
	double *count = arena_alloc(a, (n + 1) * sizeof *count);

	for (size_t i = 0; i < n; i++) {
		count[i] = json_number_value(json_array_get(list, i));
		if (!json_is_number(json_array_get(list, i)) || !isfinite(count[i]))
			return false;
	}
	out->protects = count;
	out->protects_count = n;
	return n <= PLUGIN_PROTECTS_MAX;
}

bool cell_read(struct plugin_cell *out, struct arena *a, const json_t *about, const json_t *body,
	       struct finding *f)
{
	const char *why = json_string_value(json_object_get(body, "missing"));
	const json_t *extra = json_object_get(body, "extra");
	unsigned value = 0;

	*out = (struct plugin_cell){ .state = why ? CELL_MISSING : CELL_VALUE };
	if (why) {
		bool known = !strchr(why, ' ') && text_in_list(why, reasons);

		if (text_length(why) > 300)
			return finding_set(f, V323, 0, "missing", "300");
		out->reason = known ? arena_strdup(a, why) : "other";
		out->sentence = known ? NULL : fault_text(a, why);
		return true;
	}
	if (!figure(&out->value, &value, 1, body, "value") || value == 0 ||
	    !figure(&out->numerator, &out->has, HAS_NUMERATOR, body, "numerator") ||
	    !figure(&out->denominator, &out->has, HAS_DENOMINATOR, body, "denominator") ||
	    !figure(&out->low, &out->has, HAS_LOW, body, "low") ||
	    !figure(&out->high, &out->has, HAS_HIGH, body, "high") || !extra_fits(extra) ||
	    !counts(out, a, json_object_get(body, "protects")))
		return finding_set(f, V225, 0);
	if (extra && json_object_size(extra) > 0)
		out->extra = json_write(a, extra);
	return plugin_checks_hold(a, about, body, f);
}

struct plugin_cell cell_hidden(void)
{
	return (struct plugin_cell){ .state = CELL_SUPPRESSED, .reason = "small_count" };
}

void cell_protect(struct plugin_cell *cell, double least)
{
	const struct protect_counts counts = { cell->has & HAS_NUMERATOR, cell->has & HAS_DENOMINATOR, cell->numerator,
					       cell->denominator, cell->protects, cell->protects_count };

	if (cell->state == CELL_VALUE && protect_rests_on_small(&counts, least))
		*cell = cell_hidden();
}
