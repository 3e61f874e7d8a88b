/*
 * What the rules said of a report, and what that forbids.
 */
#include "check_rules.h"

#include <string.h>

#include "campaign_rules.h"

static const char *text_in(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* ------------------------------------------------------------------ what a rule sees */

/* What was typed: {"state", "value", "reason"}.  Owned. */
static json_t *typed_answer(const json_t *item)
{
	const char *typed = text_in(item, "typed"), *state = text_in(item, "state");
	double value;

	if (typed && typed[strspn(typed, " \t")] != '\0')
		return typed_number(&value, typed)
			   ? json_pack("{s:s, s:f}", "state", "value", "value", value)
			   : json_pack("{s:s}", "state", "empty");
	return state ? json_pack("{s:s, s:O*}", "state", state, "reason",
				 json_object_get(item, "reason"))
		     : json_pack("{s:s}", "state", "empty");
}

/* What stands of a figure that nothing is typed of.  Owned. */
static json_t *standing_answer(const json_t *cell)
{
	const char *answer = text_in(cell, "answer");
	json_t *out = json_pack("{s:s}", "state", answer ? answer : "empty");

	for (int i = 0; answer && i < 2; i++) {
		const char *field = i == 0 ? "value" : "reason";
		json_t *v = json_object_get(cell, field);

		if (v && !json_is_null(v))
			json_object_set(out, field, v);
	}
	return out;
}

json_t *check_figures(struct arena *a, const char *period, const json_t *cells, const json_t *items,
		      const json_t *before)
{
	json_t *out = json_array();

	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *cell = json_array_get(cells, i);
		const json_t *item =
		    item_of(a, items, text_in(cell, "series"), text_in(cell, "dims"));
		json_t *figure = item ? typed_answer(item) : standing_answer(cell);

		json_object_set_new(figure, "period", json_string(period));
		json_object_set(figure, "series", json_object_get(cell, "series"));
		json_object_set(figure, "dims", json_object_get(cell, "dims"));
		json_array_append_new(out, figure);
	}
	for (size_t i = 0; i < json_array_size(before); i++) {
		json_t *figure = json_copy(json_array_get(before, i));

		if (json_is_null(json_object_get(figure, "value")))
			json_object_del(figure, "value");
		json_array_append_new(out, figure);
	}
	return out;
}

/* ------------------------------------------------------------------ what it said */

/* Are all members of `part` ("age=minor") among those of `whole` ("age=minor;sex=female")? */
static bool covers(const char *whole, const char *part)
{
	while (*part) {
		size_t n = strcspn(part, ";");
		bool found = false;

		for (const char *at = whole; *at && !found;
		     at += strcspn(at, ";"), at += *at == ';')
			found = strcspn(at, ";") == n && strncmp(at, part, n) == 0;
		if (!found)
			return false;
		part += n + (part[n] == ';');
	}
	return true;
}

void check_add(json_t *findings, const json_t *cells, const struct check_remark *r)
{
	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *cell = json_array_get(cells, i);

		if (strcmp(text_in(cell, "series"), r->series) != 0 ||
		    !covers(text_in(cell, "dims"), r->dims))
			continue;
		json_array_append_new(
		    findings,
		    json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s*}", "series", r->series, "dims",
			      text_in(cell, "dims"), "rule", r->rule, "version", r->version,
			      "level", r->stops ? "stop" : "warn", "fr", r->fr, "en", r->en));
		return;
	}
}

static bool is_about(const json_t *finding, const json_t *figure)
{
	return strcmp(text_in(finding, "series"), text_in(figure, "series")) == 0 &&
	       strcmp(text_in(finding, "dims"), text_in(figure, "dims")) == 0;
}

static const char *word_of(struct arena *a, const json_t *items, const json_t *figure)
{
	const json_t *item = item_of(a, items, text_in(figure, "series"), text_in(figure, "dims"));
	const char *word = text_in(item, "confirmed");

	return word && word[strspn(word, " \t\n")] != '\0' ? word : NULL;
}

/* A fault at `where` when a rule stops the figure. */
static void add_stop(const json_t *figure, const json_t *findings, const char *where, struct err *e)
{
	for (size_t k = 0; k < json_array_size(findings); k++) {
		const json_t *f = json_array_get(findings, k);

		if (strcmp(text_in(f, "level"), "stop") != 0 || !is_about(f, figure))
			continue;
		err_add(e, where, MSG_RULE_STOPS, msg_either(e->arena, text_in(f, "fr"), text_in(f, "en")));
		return;
	}
}

bool check_confirmed(const json_t *cells, const json_t *items, const json_t *findings,
		     struct err *e)
{
	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *cell = json_array_get(cells, i);

		if (figure_is_open(cell) && !word_of(e->arena, items, cell))
			add_stop(cell, findings,
				 arena_printf(e->arena, "#/figures/%zu/confirmed", i), e);
	}
	return err_ok(e);
}

bool check_revised(const json_t *answer, const char *word, const json_t *findings, struct err *e)
{
	if (!word || word[strspn(word, " \t\n")] == '\0')
		add_stop(answer, findings, "#/confirmed", e);
	return err_ok(e);
}

json_t *revised_items(const json_t *body)
{
	static const char *const fields[][2] = { { "typed", "typed" },
						 { "state", "state" },
						 { "missing_reason", "reason" },
						 { "confirmed", "confirmed" } };
	const json_t *figure = json_object_get(body, "figure");
	json_t *dims = json_object_get(figure, "dims"), *item;

	if (!text_in(figure, "series"))
		return json_array();
	item = json_pack("{s:s, s:o}", "series", text_in(figure, "series"), "dims",
			 json_is_object(dims) ? json_incref(dims) : json_object());
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (text_in(body, fields[i][0]))
			json_object_set(item, fields[i][1], json_object_get(body, fields[i][0]));
	return json_pack("[o]", item);
}

void check_attach(json_t *answers, const json_t *items, const json_t *findings, struct arena *a)
{
	for (size_t i = 0; i < json_array_size(answers); i++) {
		json_t *answer = json_array_get(answers, i), *own = json_array();
		const char *word = word_of(a, items, answer);
		bool stopped = false;

		for (size_t k = 0; k < json_array_size(findings); k++) {
			json_t *f = json_array_get(findings, k);

			if (!is_about(f, answer))
				continue;
			json_array_append(own, f);
			stopped = stopped || strcmp(text_in(f, "level"), "stop") == 0;
		}
		if (findings)
			json_object_set(answer, "findings", own);
		if (word && (stopped || !findings))
			json_object_set_new(answer, "confirmed", json_string(word));
		json_decref(own);
	}
}
