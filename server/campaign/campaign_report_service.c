/*
 * Reports: what is typed, sent, judged; figures become observations in the same transaction.
 */
#include <string.h>

#include "check_rules.h"
#include "clock.h"
#include "json.h"
#include "parts.h"
#include "series.h"

/* ------------------------------------------------------------------ finding */

static const char *copy(struct arena *a, const struct db_result *r, const char *column)
{
	return arena_strdup(a, db_text(r, 0, db_column(r, column)));
}

static bool flag(const struct db_result *r, const char *column)
{
	return db_bool(r, 0, db_column(r, column));
}

/* What most queries begin with; room for as many parameters as the longest has. */
static const char **name(struct arena *a, const struct unit *unit)
{
	const char **params = arena_alloc(a, 9 * sizeof *params);

	params[0] = db_param_i64(a, unit->plan_id);
	params[1] = unit->period;
	params[2] = unit->territory;
	params[3] = unit->organisation;
	return params;
}

struct db_call report_lock(struct arena *a, const struct unit *unit)
{
	return (struct db_call){ Q_campaign_unit_lock, name(a, unit) };
}

struct db_call report_keep_draft(struct arena *a, const struct unit *unit, const struct draft *d, int32_t today)
{
	const char **params = name(a, unit);

	params[4] = db_param_i64(a, d->version);
	params[5] = db_param_day(a, today);
	params[6] = json_write(a, d->body);
	params[7] = db_param_bool(d->asked);
	params[8] = d->findings ? json_write(a, d->findings) : NULL;
	return (struct db_call){ Q_campaign_draft_keep, params };
}

bool report_find(struct report *out, struct db_session *s, const struct unit *unit, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_campaign_report_find, name(e->arena, unit), e))
		return false;
	if (db_rows(r) == 0)
		return err_set(e, ERR_NOT_FOUND, MSG_NO_CAMPAIGN, unit->period);
	if (db_null(r, 0, db_column(r, "expectation")))
		return err_set(e, ERR_NOT_FOUND, MSG_NOT_EXPECTED, unit->territory,
			       unit->organisation);
	*out = (struct report) {
		.unit = *unit,
		.expectation = db_i64(r, 0, db_column(r, "expectation")),
		.version = db_i64(r, 0, db_column(r, "version")),
		.closed = flag(r, "closed"),
		.archived = flag(r, "archived"),
		.exempt = flag(r, "exempt"),
		.nothing_new = flag(r, "nothing_new"),
		.may_answer = flag(r, "may_answer"),
		.may_judge = flag(r, "may_judge"),
		.state = copy(e->arena, r, "state"),
		.cells = copy(e->arena, r, "cells"),
		.draft = copy(e->arena, r, "draft"),
	};
	return day_parse(&out->opens_on, db_text(r, 0, db_column(r, "opens_on")));
}

bool report_hold(struct report *r, struct db_session *s, struct err *e)
{
	const struct unit unit = r->unit;
	bool fictitious = r->fictitious;
	json_t *findings = r->findings;
	db_result_auto *held = NULL;

	if (!db_run(&held, s, Q_campaign_unit_lock, name(e->arena, &unit), e) ||
	    !report_find(r, s, &unit, e))
		return false;
	r->fictitious = fictitious;
	r->findings = findings;
	return true;
}

static bool is(const struct report *r, const char *state)
{
	return strcmp(r->state, state) == 0;
}

/* ------------------------------------------------------------------ figures into observations */

struct group {
	const char *code;
	json_t *rows;
	const char **at;
};

/* The pointer of a figure: its place in the report. */
static const char *pointer_of(struct arena *a, const json_t *cells, const char *series,
			      const char *dims)
{
	const json_t *cell;
	size_t i;

	json_array_foreach(
	    cells, i,
	    cell) if (strcmp(json_string_value(json_object_get(cell, "series")), series) == 0 &&
		      strcmp(json_string_value(json_object_get(cell, "dims")), dims) ==
			  0) return arena_printf(a, "#/figures/%zu", i);
	return "#";
}

static bool record_group(struct group *g, struct db_session *s, const struct report *r,
			 int32_t today, struct err *e)
{
	bool ok = json_array_size(g->rows) == 0 ||
		  series_record_rows(s, r->unit.plan_id, g->code, g->rows, g->at, today, e);

	json_array_clear(g->rows);
	return ok;
}

static bool record_rows(struct db_session *s, const struct report *r, const struct db_result *rows,
			const json_t *cells, int32_t today, struct err *e)
{
	struct group g = { "", json_array(),
			   arena_alloc(e->arena, ((size_t)db_rows(rows) + 1) * sizeof *g.at) };
	bool ok = true;

	for (int i = 0; ok && i < db_rows(rows); i++) {
		const char *code = db_text(rows, i, 0), *text = db_text(rows, i, 2);
		json_t *row = NULL;

		if (strcmp(code, g.code) != 0)
			ok = record_group(&g, s, r, today, e);
		g.code = code;
		g.at[json_array_size(g.rows)] =
		    pointer_of(e->arena, cells, code, db_text(rows, i, 1));
		ok = ok && json_parse(&row, text, strlen(text), e);
		json_array_append_new(g.rows, row);
	}
	ok = ok && record_group(&g, s, r, today, e);
	json_decref(g.rows);
	return ok;
}

/* The figures on which this transaction acted, as observations. */
static bool record(struct db_session *s, const struct report *r, bool provisional, int32_t today,
		   struct err *e)
{
	json_auto_t *cells = NULL;
	db_result_auto *rows = NULL;

	return json_parse_any(&cells, r->cells, strlen(r->cells), e) &&
	       db_run(&rows, s, Q_campaign_report_rows,
		      (const char *[]) { db_param_i64(e->arena, r->expectation),
					 db_param_bool(provisional), db_param_bool(r->fictitious) },
		      e) &&
	       record_rows(s, r, rows, cells, today, e);
}

/* ------------------------------------------------------------------ answering */

/* What the present state forbids to whoever answers. */
static bool answerable(const struct report *r, int32_t today, struct err *e)
{
	if (r->archived)
		return err_set(e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (r->closed)
		return err_set(e, ERR_CONFLICT, MSG_CAMPAIGN_CLOSED);
	if (r->exempt)
		return err_set(e, ERR_CONFLICT, MSG_REPORT_EXEMPT);
	if (r->opens_on > today)
		return err_set(e, ERR_CONFLICT, MSG_CAMPAIGN_NOT_OPEN,
			       arena_strdup(e->arena, day_format(r->opens_on).text));
	return is(r, "expected") || is(r, "draft") || is(r, "returned") ||
	       (is(r, "submitted") && r->nothing_new) || err_set(e, ERR_CONFLICT, MSG_REPORT_SENT);
}

bool report_save_draft(struct db_session *s, const struct report *r, const json_t *body, int32_t today, struct err *e)
{
	const struct draft d = { r->version, body, true, r->findings };
	struct db_call call = report_keep_draft(e->arena, &r->unit, &d, today);
	db_result_auto *kept = NULL;

	if (!draft_check(body, e) || !answerable(r, today, e) || !db_run(&kept, s, call.query, call.params, e))
		return false;
	/* nobody else writes to it meanwhile: only the right may have gone */
	return db_rows(kept) > 0 || err_set(e, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
}

static bool send(struct db_session *s, const struct report *r, const json_t *answers,
		 const char *comment, bool nothing_new, const char *why, struct err *e)
{
	db_result_auto *sent = NULL;

	return db_run(&sent, s, Q_campaign_report_submit,
		      (const char *[]) {
			  db_param_i64(e->arena, r->expectation), json_write(e->arena, answers),
			  comment, db_param_bool(nothing_new), why ? "revised" : "submitted", why },
		      e);
}

/* The figures to send with what the rules said of them: all that is wrong is told at once. */
static bool to_send(json_t **out, const struct report *r, const json_t *cells, const json_t *items, struct err *e)
{
	bool read = answers_read(out, cells, items, e);

	if (!check_confirmed(cells, items, r->findings, e) || !read)
		return false;
	check_attach(*out, items, r->findings, e->arena);
	return true;
}

bool report_submit(struct db_session *s, const struct report *r, int32_t today, struct err *e)
{
	json_auto_t *draft = NULL, *cells = NULL, *answers = NULL;
	const char *text = r->draft ? r->draft : "{\"figures\":[]}";

	return json_parse(&draft, text, strlen(text), e) &&
	       json_parse_any(&cells, r->cells, strlen(r->cells), e) && answerable(r, today, e) &&
	       to_send(&answers, r, cells, json_object_get(draft, "figures"), e) &&
	       send(s, r, answers, json_string_value(json_object_get(draft, "comment")), false,
		    NULL, e) &&
	       record(s, r, true, today, e);
}

/* Has a figure of the report been sent? */
static bool has_figures(const json_t *cells)
{
	const json_t *cell;
	size_t i;

	json_array_foreach(cells, i,
			   cell) if (strcmp(json_string_value(json_object_get(cell, "state")),
					    "expected") != 0) return true;
	return false;
}

bool report_nothing_new(struct db_session *s, const struct report *r, int32_t today, struct err *e)
{
	json_auto_t *cells = NULL, *none = json_array();

	if (!json_parse_any(&cells, r->cells, strlen(r->cells), e) || !answerable(r, today, e))
		return false;
	if (has_figures(cells))
		return err_set(e, ERR_CONFLICT, MSG_REPORT_SENT);
	return send(s, r, none, NULL, true, NULL, e);
}

/* ------------------------------------------------------------------ one figure of a body */

struct named {
	const char *series, *dims;
	const json_t *cell;
};

static void read_named(struct named *out, const json_t *cells, const struct json_reader *r,
		       unsigned flags)
{
	const json_t *figure = NULL, *dims = NULL, *cell;
	struct json_reader inner = { NULL, "#/figure", r->e };
	json_auto_t *none = json_object();
	size_t i;

	*out = (struct named) { 0 };
	if (json_object_in(&figure, r, "figure", flags) != JSON_GIVEN)
		return;
	inner.object = figure;
	json_only(&inner, "series dims");
	json_object_in(&dims, &inner, "dims", 0);
	if (json_text(&out->series, &inner, "series", JSON_REQUIRED, 80) != JSON_GIVEN)
		return;
	out->dims = dims_text(r->e->arena, dims ? dims : none);
	json_array_foreach(
	    cells, i,
	    cell) if (strcmp(json_string_value(json_object_get(cell, "series")), out->series) ==
			  0 &&
		      strcmp(json_string_value(json_object_get(cell, "dims")), out->dims) == 0 &&
		      strcmp(json_string_value(json_object_get(cell, "state")), "expected") != 0)
	    out->cell = cell;
	if (!out->cell)
		err_add(r->e, "#/figure", MSG_NO_FIGURE, out->series);
}

bool report_revise(struct db_session *s, const struct report *r, const json_t *body, int32_t today,
		   struct err *e)
{
	struct json_reader reader = { body, "#", e };
	json_auto_t *cells = NULL, *answer = NULL, *item = NULL, *answers = json_array();
	json_auto_t *items = revised_items(body);
	const char *reason = NULL, *typed = NULL, *state = NULL, *missing = NULL, *word = NULL;
	struct named figure;

	if (!json_parse_any(&cells, r->cells, strlen(r->cells), e))
		return false;
	json_only(&reader, "figure typed state missing_reason reason confirmed");
	read_named(&figure, cells, &reader, JSON_REQUIRED);
	json_text(&typed, &reader, "typed", JSON_NULLABLE, TYPED_MAX);
	json_choice(&state, &reader, "state", JSON_NULLABLE, "missing not_applicable");
	json_text(&missing, &reader, "missing_reason", JSON_NULLABLE, MISSING_MAX);
	json_text(&reason, &reader, "reason", JSON_REQUIRED, REASON_MAX);
	json_text(&word, &reader, "confirmed", JSON_NULLABLE, REASON_MAX);
	item = json_pack("{s:s*, s:s*, s:s*}", "typed", typed, "state", state, "reason", missing);
	if (answer_read(&answer, item, "#", e) && figure.cell) {
		json_object_set_new(answer, "series", json_string(figure.series));
		json_object_set_new(answer, "dims", json_string(figure.dims));
		check_revised(answer, word, r->findings, e);
	}
	if (!err_ok(e))
		return false;
	if (r->archived)
		return err_set(e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (!is(r, "submitted") && !is(r, "validated"))
		return err_set(e, ERR_CONFLICT, MSG_REPORT_NOT_SENT);
	json_array_append(answers, answer);
	check_attach(answers, items, r->findings, e->arena);
	return send(s, r, answers, NULL, false, reason, e) && record(s, r, true, today, e);
}

/* ------------------------------------------------------------------ judging */

static bool judge(struct db_session *s, const struct report *r, const char *state,
		  const char *reason, const struct named *figure, struct err *e)
{
	db_result_auto *judged = NULL;

	return db_run(&judged, s, Q_campaign_report_judge,
		      (const char *[]) { db_param_i64(e->arena, r->expectation), state, reason,
					 figure ? figure->series : NULL,
					 figure ? figure->dims : NULL },
		      e);
}

bool report_validate(struct db_session *s, const struct report *r, int32_t today, struct err *e)
{
	if (r->archived)
		return err_set(e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (is(r, "returned"))
		return err_set(e, ERR_CONFLICT, MSG_FIGURE_AWAITED);
	if (!is(r, "submitted"))
		return err_set(e, ERR_CONFLICT,
			       is(r, "validated") ? MSG_REPORT_VALIDATED : MSG_REPORT_NOT_SENT);
	return judge(s, r, "validated", NULL, NULL, e) && record(s, r, false, today, e);
}

bool report_return(struct db_session *s, const struct report *r, const json_t *body, int32_t today,
		   struct err *e)
{
	struct json_reader reader = { body, "#", e };
	json_auto_t *cells = NULL;
	const char *reason = NULL;
	struct named figure;

	if (!json_parse_any(&cells, r->cells, strlen(r->cells), e))
		return false;
	json_only(&reader, "figure reason");
	read_named(&figure, cells, &reader, r->nothing_new ? 0 : JSON_REQUIRED);
	json_text(&reason, &reader, "reason", JSON_REQUIRED, REASON_MAX);
	if (!err_ok(e))
		return false;
	if (r->archived)
		return err_set(e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	if (!is(r, "submitted") && !is(r, "returned"))
		return err_set(e, ERR_CONFLICT,
			       is(r, "validated") ? MSG_REPORT_VALIDATED : MSG_REPORT_NOT_SENT);
	return judge(s, r, "returned", reason, &figure, e) && record(s, r, false, today, e);
}
