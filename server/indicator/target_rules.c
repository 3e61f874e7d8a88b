/*
 * Targets beside the figures that answers show.
 */
#include "target_rules.h"

#include <jansson.h>
#include <string.h>

#include "cube.h"
#include "target.h"

static const struct target_bands bands = { .behind = TARGET_BEHIND_POINTS, .off = TARGET_OFF_POINTS,
					   .margin = TARGET_MARGIN_POINTS };

/* A target with the values that lead to its judgements. */
struct judged {
	struct target target;
	enum target_direction direction;
	const json_t *one, *course;	/* borrowed */
	size_t at;			/* of the course: values before the cell in hand */
	enum target_status before;	/* after them */
};

static const char *text(const json_t *object, const char *field)
{
	const char *value = json_string_value(json_object_get(object, field));

	return value ? value : "";
}

static double number(const json_t *object, const char *field)
{
	return json_number_value(json_object_get(object, field));
}

/* Of a period as the database keeps them, in days since 1970-01-01. */
static int32_t last_day(const char *period)
{
	int months = strlen(period) == 4 ? STEP_YEAR : strchr(period, 'Q') ? STEP_QUARTER : STEP_MONTH;

	return period_first_day(period_month(period) + months) - 1;
}

static enum target_direction direction_of(const char *word)
{
	return strcmp(word, "up") == 0 ? DIRECTION_UP : strcmp(word, "down") == 0 ? DIRECTION_DOWN : DIRECTION_NONE;
}

static void read_judged(struct judged *out, const json_t *one, struct arena *a)
{
	const json_t *target = json_object_get(one, "target"), *steps = json_object_get(target, "steps");
	const json_t *baseline = json_object_get(target, "baseline"), *goal = json_object_get(target, "target");
	struct target_step *step = arena_alloc(a, (json_array_size(steps) + 1) * sizeof *step);

	for (size_t i = 0; i < json_array_size(steps); i++)
		step[i] = (struct target_step){ last_day(text(json_array_get(steps, i), "period")),
						number(json_array_get(steps, i), "value") };
	*out = (struct judged){
		.target = { .baseline = number(baseline, "value"), .value = number(goal, "value"),
			    .start_day = last_day(text(baseline, "period")), .end_day = last_day(text(goal, "period")),
			    .path = strcmp(text(target, "path"), "stepped") == 0 ? PATH_STEPPED : PATH_LINEAR,
			    .step = step, .steps = json_array_size(steps) },
		.direction = direction_of(text(one, "direction")),
		.one = one, .course = json_object_get(one, "course"),
	};
}

/* Values of the course before `period`, each judged after the one before it. */
static void walk_to(struct judged *j, const char *period)
{
	for (; j->at < json_array_size(j->course); j->at++) {
		const json_t *c = json_array_get(j->course, j->at);
		int32_t day = last_day(text(c, "period"));

		if (strcmp(text(c, "period"), period) >= 0)
			return;
		if (day >= j->target.start_day)
			j->before = target_status(&j->target, j->direction, number(c, "value"), day, j->before, &bands);
	}
}

static json_t *status_json(enum target_status status)
{
	static const char *const names[] = { NULL, "off_path", "behind", "on_path", "reached" };

	return names[status] ? json_string(names[status]) : json_null();
}

static void tell(json_t *cell, struct judged *j)
{
	const json_t *value = json_object_get(cell, "value");
	const char *period = text(cell, "period");
	int32_t day = *period ? last_day(period) : INT32_MIN;
	double raw, clipped;

	if (day < j->target.start_day)
		return;
	json_object_set_new(cell, "expected", json_real(target_expected(&j->target, day)));
	if (!json_is_number(value))
		return;
	walk_to(j, period);
	json_object_set_new(cell, "progress_rate",
			    target_rate(&raw, &clipped, &j->target, json_number_value(value)) ?
				    json_pack("{s:f, s:f}", "raw", raw, "clipped", clipped) : json_null());
	json_object_set_new(cell, "status", status_json(target_status(&j->target, j->direction,
							json_number_value(value), day, j->before, &bands)));
}

/* Where the cells of each territory begin.  Owned. */
static json_t *places(const json_t *cells)
{
	json_t *first = json_object();
	const char *last = "";

	for (size_t i = 0; i < json_array_size(cells); i++) {
		const char *territory = text(json_array_get(cells, i), "territory");

		if (strcmp(territory, last) != 0)
			json_object_set_new(first, territory, json_integer((json_int_t)i));
		last = territory;
	}
	return first;
}

void target_tell(json_t *cells, const json_t *targets, struct arena *a)
{
	json_auto_t *first = places(cells);

	for (size_t i = 0; i < json_array_size(targets); i++) {
		const json_t *one = json_array_get(targets, i), *place;
		const json_t *target = json_object_get(one, "target");
		const char *territory = text(target, "territory");
		struct judged j;

		place = json_object_get(first, territory);
		if (!place || json_is_true(json_object_get(target, "former")))
			continue;
		read_judged(&j, one, a);
		for (size_t cell = (size_t)json_integer_value(place); cell < json_array_size(cells); cell++) {
			if (strcmp(text(json_array_get(cells, cell), "territory"), territory) != 0)
				break;
			tell(json_array_get(cells, cell), &j);
		}
	}
}

void target_tell_items(json_t *items, const json_t *targets, struct arena *a)
{
	for (size_t i = 0; i < json_array_size(items); i++)
		for (size_t k = 0; k < json_array_size(targets); k++) {
			json_t *item = json_array_get(items, i);
			const json_t *one = json_array_get(targets, k), *target = json_object_get(one, "target");
			struct judged j;

			if (strcmp(text(item, "id"), text(one, "id")) != 0)
				continue;
			read_judged(&j, one, a);
			if (!json_is_true(json_object_get(target, "former")))
				tell(item, &j);
			json_object_set(item, "baseline", json_object_get(target, "baseline"));
			json_object_set_new(item, "target", json_copy(json_object_get(target, "target")));
			json_object_set(json_object_get(item, "target"), "path", json_object_get(target, "path"));
			json_object_set(json_object_get(item, "target"), "origin", json_object_get(target, "origin"));
		}
}
