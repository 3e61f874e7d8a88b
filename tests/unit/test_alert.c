/*
 * Alerts as tables: what each period brings, what is told after it.
 */
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert.h"
#include "../../server/indicator/alert_rules.h"

/* Periods are numbers, - for no data, ! for an error; states their first letters, n and e. */
struct story {
	const char *periods, *states;
};

static void tell(const struct alert_rule *rule, const struct story *stories, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct alert a = { 0 };
		char copy[100], told[100] = "", *save = NULL;

		snprintf(copy, sizeof copy, "%s", stories[i].periods);
		for (char *p = strtok_r(copy, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
			enum alert_news news = *p == '-' ? NEWS_NO_DATA : *p == '!' ? NEWS_ERROR : NEWS_VALUE;
			const char letter[] = { alert_name(alert_step(&a, rule, news, atof(p)))[0], ' ', '\0' };

			strcat(told, letter);
		}
		told[strlen(told) - 1] = '\0';
		assert_string_equal(told, stories[i].states);
	}
}
#define TELL(rule, ...)                                                                            \
	tell(rule, (const struct story[]){ __VA_ARGS__ },                                          \
	     sizeof((const struct story[]){ __VA_ARGS__ }) / sizeof(struct story))

IT(raises_and_resolves_at_once_by_default)
{
	const struct alert_rule rule = { .limit = 20, .resolve = 20, .for_periods = 1, .resolve_periods = 1 };

	TELL(&rule, { "10 20 21 20 30", "o o a o a" }, { "- 21 - 10 -", "n a n o n" });
}

IT(waits_for_periods_in_a_row)
{
	const struct alert_rule rule = { .limit = 20, .resolve = 20, .for_periods = 3, .resolve_periods = 2 };

	TELL(&rule, { "30 30 30 30", "w w a a" },
	     { "30 30 10 30 30 30", "w w o w w a" },
	     { "30 30 30 10 30 10 10", "w w a a a a o" });
}

IT(warns_before_it_alerts)
{
	const struct alert_rule rule = { .limit = 20, .resolve = 20, .warns = true, .warning = 15, .for_periods = 2,
					 .resolve_periods = 1 };

	TELL(&rule, { "16 16 16 10", "o w w o" }, { "16 21 21 16 10", "o w a w o" });
}

IT(lasts_until_values_are_back_behind_the_resolve_limit)
{
	const struct alert_rule rule = { .limit = 20, .resolve = 15, .for_periods = 1, .resolve_periods = 1 };

	TELL(&rule, { "21 19 16 15 19", "a a a o o" });
}

IT(watches_for_falls_too)
{
	const struct alert_rule rule = { .below = true, .warns = true, .warning = 60, .limit = 50, .resolve = 55,
					 .for_periods = 1, .resolve_periods = 1 };

	TELL(&rule, { "70 59 49 52 54 55 61", "o w a a a w o" });
}

IT(tells_silence_and_failure_apart_and_forgets_nothing)
{
	const struct alert_rule rule = { .limit = 20, .resolve = 20, .for_periods = 2, .resolve_periods = 2 };

	TELL(&rule, { "30 - 30", "w n a" },	/* a hole neither confirms nor ends */
	     { "30 30 ! 10 - 10", "w a e a n o" },
	     { "! - 10", "e n o" });
}

IT(follows_each_territory_by_itself_and_says_since_when)
{
	const struct alert_rule rule = { .below = true, .limit = 50, .resolve = 50, .for_periods = 2,
					 .resolve_periods = 1 };
	const char *const cell = "{s:s, s:s, s:s, s:f}";
	json_auto_t *cells = json_array();
	static const struct {
		const char *territory, *period;
	} places[] = { { "13", "2026-01" }, { "13", "2026-02" }, { "13", "2026-03" }, { "93", "2026-02" },
		       { "93", "2026-03" } };
	json_auto_t *states = NULL, *broken = NULL;
	const char *const told[] = { "warning 2026-01", "alert 2026-02", "alert 2026-02", "warning 2026-02",
				     "no_data 2026-03" };

	for (size_t i = 0; i < 5; i++)
		json_array_append_new(cells, json_pack(cell, "level", "department", "territory", places[i].territory,
						       "period", places[i].period, "value", 40.0));
	json_object_del(json_array_get(cells, 4), "value");
	states = alert_states(&rule, cells, false);
	broken = alert_states(&rule, cells, true);
	assert_int_equal(json_array_size(states), 5);
	for (size_t i = 0; i < 5; i++) {
		const json_t *s = json_array_get(states, i);
		char text[40];

		snprintf(text, sizeof text, "%s %s", json_string_value(json_object_get(s, "state")),
			 json_string_value(json_object_get(s, "since")));
		assert_string_equal(text, told[i]);
		assert_int_equal(json_object_get(s, "value") != NULL, i < 4);
	}
	assert_string_equal(json_string_value(json_object_get(json_array_get(broken, 1), "state")), "alert");
	assert_string_equal(json_string_value(json_object_get(json_array_get(broken, 2), "state")), "error");
	assert_null(json_object_get(json_array_get(broken, 2), "value"));
}

SPEC("alerts",
     RUN(raises_and_resolves_at_once_by_default),
     RUN(waits_for_periods_in_a_row),
     RUN(warns_before_it_alerts),
     RUN(lasts_until_values_are_back_behind_the_resolve_limit),
     RUN(watches_for_falls_too),
     RUN(tells_silence_and_failure_apart_and_forgets_nothing),
     RUN(follows_each_territory_by_itself_and_says_since_when))
