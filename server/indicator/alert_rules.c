/*
 * The states of an alert along the cells of its indicator.
 */
#include "alert_rules.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

static const char *text(const json_t *cell, const char *field)
{
	const char *value = json_string_value(json_object_get(cell, field));

	return value ? value : "";
}

/* Is the next cell of another territory, or is there none? */
static bool is_newest(const json_t *cells, size_t i)
{
	const char *own = text(json_array_get(cells, i), "territory");

	return i + 1 == json_array_size(cells) || strcmp(own, text(json_array_get(cells, i + 1), "territory")) != 0;
}

json_t *alert_states(const struct alert_rule *rule, const json_t *cells, bool broken)
{
	const char *territory = "", *since = "", *before = "";
	json_t *out = json_array();
	struct alert a = { 0 };

	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *cell = json_array_get(cells, i), *value = json_object_get(cell, "value");
		enum alert_news news = broken && is_newest(cells, i) ? NEWS_ERROR :
				       json_is_number(value) ? NEWS_VALUE : NEWS_NO_DATA;
		const char *state;
		json_t *told;

		if (strcmp(text(cell, "territory"), territory) != 0) {
			territory = text(cell, "territory");
			before = "";
			a = (struct alert){ 0 };
		}
		state = alert_name(alert_step(&a, rule, news, json_number_value(value)));
		since = strcmp(state, before) == 0 ? since : text(cell, "period");
		before = state;
		told = json_pack("{s:s, s:s, s:s, s:s, s:s}", "level", text(cell, "level"), "territory", territory,
				 "period", text(cell, "period"), "state", state, "since", since);
		if (news == NEWS_VALUE)
			json_object_set_new(told, "value", json_copy((json_t *)(uintptr_t)value));
		json_array_append_new(out, told);
	}
	return out;
}
