/*
 * A table of figures judged row by row: what each would change, and what of it is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "db.h"
#include "json.h"
#include "series.h"
#include "series_rules.h"
#include "text.h"

enum { FAULTS_MAX = 1000000 };

struct judge {
	struct db_session *s;
	const struct series *series;
	struct series_rights rights;
	const json_t *given;		/* the rows as the file has them; borrowed */
	const char *const *written;	/* their values; borrowed */
	const struct sheet *sheet;
	json_t *out;			/* a verdict for each row; owned by the caller */
	enum lang lang;
	int32_t today;
	struct err *e;
};

static const char *text_in(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* ------------------------------------------------------------------ faults */

static int by_line(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void fault_at(struct judge *j, size_t row, const char *field, const char *code, const char *detail)
{
	json_t *verdict = json_array_get(j->out, row), *faults = json_object_get(verdict, "faults");

	if (!faults) {
		faults = json_array();
		json_object_set_new(verdict, "faults", faults);
	}
	json_array_append_new(faults, json_pack("{s:s, s:s, s:s}", "field", field, "code", code, "detail", detail));
}

/* "#/lines/12/dims/age" is the cell "age" of line 12.  False when it is of the header. */
static bool place(struct judge *j, const struct fault *f)
{
	int line = atoi(f->where + strlen("#/lines/"));
	const char *field = strrchr(f->where + strlen("#/lines/"), '/');
	const int *at = bsearch(&line, j->sheet->line, (size_t)j->sheet->rows, sizeof line, by_line);

	if (!at)
		return false;
	fault_at(j, (size_t)(at - j->sheet->line), field ? field + 1 : "", msg_code(f->msg),
		 fault_detail(j->e, f, j->lang));
	return true;
}

/* Faults of the header are of the whole file; those of rows go to their rows. */
static bool take_faults(struct judge *j, const struct err *faults)
{
	for (const struct fault *f = faults->first; f; f = f->next)
		if (!place(j, f))
			err_add(j->e, f->where, f->msg, f->arg[0], f->arg[1], f->arg[2]);
	return err_ok(j->e);
}

/* ------------------------------------------------------------------ which rows speak */

/* An empty cell is no answer: a row of nothing but its place changes nothing. */
static bool is_silent(const json_t *row)
{
	static const char *const says[] = { "value", "state", "reason", "qualifier", "provisional", "fictitious" };

	for (size_t i = 0; i < sizeof says / sizeof *says; i++)
		if (json_object_get(row, says[i]))
			return false;
	return true;
}

/* What exports write for a protected count is no figure. */
static bool is_protected(const json_t *row)
{
	const char *state = text_in(row, "state"), *value = text_in(row, "value");

	return state && (strcmp(state, "published") == 0 ||
			 (strcmp(state, "suppressed") == 0 && (!value || strcmp(value, "s") == 0)));
}

static const char *left_alone(const json_t *row)
{
	return is_protected(row) ? "protected" : is_silent(row) ? "silent" : NULL;
}

/* ------------------------------------------------------------------ what each would change */

static json_t *said_before(const struct db_result *r, int i)
{
	json_t *old = json_pack("{s:s, s:b, s:b}", "state", db_text(r, i, db_column(r, "state")),
				"provisional", db_bool(r, i, db_column(r, "provisional")),
				"fictitious", db_bool(r, i, db_column(r, "fictitious")));

	for (int k = 0; k < 3; k++) {
		static const char *const names[] = { "value", "reason", "qualifier" };
		const char *text = db_text(r, i, db_column(r, names[k]));

		if (text)
			json_object_set_new(old, names[k], json_string(text));
	}
	return old;
}

/* What the file does not say of a figure stays as it is. */
static void keep_unsaid(json_t *row, const json_t *given, const json_t *old)
{
	static const char *const truths[] = { "provisional", "fictitious" };
	const char *qualifier = text_in(given, "qualifier");

	for (size_t i = 0; i < sizeof truths / sizeof *truths; i++)
		if (!json_object_get(given, truths[i]) && json_is_true(json_object_get(old, truths[i])))
			json_object_set_new(row, truths[i], json_true());
	if (!qualifier && json_object_get(old, "qualifier"))
		json_object_set(row, "qualifier", json_object_get(old, "qualifier"));
	else if (qualifier && text_in_list(qualifier, SHEET_ERASE))
		json_object_del(row, "qualifier");
}

static bool same_number(const json_t *a, const json_t *b)
{
	const char *x = json_string_value(a), *y = json_string_value(b);

	return x && y ? strtod(x, NULL) == strtod(y, NULL) : x == y;
}

static bool is_same(const json_t *row, const json_t *old)
{
	static const char *const fields[] = { "state", "reason", "qualifier", "provisional", "fictitious" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!json_equal(json_object_get(row, fields[i]), json_object_get(old, fields[i])) &&
		    (json_object_get(row, fields[i]) || json_object_get(old, fields[i])))
			return false;
	return same_number(json_object_get(row, "value"), json_object_get(old, "value"));
}

static bool may_write(const struct judge *j, const json_t *row)
{
	const json_t *codes = json_object_get(j->rights.scope, text_in(row, "organisation") ?
					      text_in(row, "organisation") : ""), *code;
	size_t i;

	if (j->rights.everywhere)
		return true;
	json_array_foreach(codes, i, code)
		if (strcmp(json_string_value(code), text_in(row, "territory")) == 0)
			return true;
	return false;
}

static bool compare(struct judge *j, const json_t *checked, const size_t *at)
{
	const struct series *series = j->series;
	db_result_auto *r = NULL;

	if (!db_run(&r, j->s, Q_observation_compare,
		    (const char *[]){ db_param_i64(j->e->arena, series->id),
				      db_param_i64(j->e->arena, series->plan_id), json_write(j->e->arena, checked) },
		    j->e))
		return false;
	for (int i = 0; i < db_rows(r); i++) {
		static const char *const none[MSG_ARGS];
		json_t *row = json_array_get(checked, (size_t)i), *verdict = json_array_get(j->out, at[i]);
		json_t *old = db_bool(r, i, 0) ? said_before(r, i) : NULL;

		keep_unsaid(row, json_array_get(j->given, at[i]), old);
		json_object_set(verdict, "row", row);
		json_object_set_new(verdict, "same", json_boolean(old && is_same(row, old)));
		if (!(old && is_same(row, old)) && !may_write(j, row))
			fault_at(j, at[i], "territory", msg_code(MSG_OUT_OF_SCOPE),
				 msg_text(j->e->arena, MSG_OUT_OF_SCOPE, j->lang, none));
		if (old)
			json_object_set_new(verdict, "old", old);
	}
	return true;
}

/* The rows that are still fit, and where they stand in the file. */
static size_t fit_rows(struct series_lines *out, size_t *at, struct judge *j)
{
	int *line = arena_alloc(j->e->arena, (json_array_size(j->given) + 1) * sizeof *line);
	const char **written = arena_alloc(j->e->arena, (json_array_size(j->given) + 1) * sizeof *written);
	json_t *row;
	size_t i, n = 0;

	*out = (struct series_lines){ .rows = json_array(), .line = line, .written = written };
	json_array_foreach(j->given, i, row) {
		const json_t *verdict = json_array_get(j->out, i);

		if (json_object_get(verdict, "faults") || json_object_get(verdict, "left"))
			continue;
		line[n] = j->sheet->line[i];
		written[n] = j->written[i];
		at[n++] = i;
		json_array_append(out->rows, row);
	}
	return n;
}

/*
 * The rules look at a batch whole: they are asked again without what they refused, until
 * nothing is, so that what is fine beside it is compared all the same.
 */
static bool judge_rows(struct judge *j)
{
	const struct series_rights everywhere = { .everywhere = true };
	size_t *at = arena_alloc(j->e->arena, (json_array_size(j->given) + 1) * sizeof *at);

	for (;;) {
		struct series_lines lines;
		struct err faults;
		json_t *checked = NULL;
		bool fine, ok = true;

		err_init(&faults, j->e->arena);
		faults.fault_max = FAULTS_MAX;
		if (fit_rows(&lines, at, j) == 0) {
			json_decref(lines.rows);
			return true;
		}
		fine = series_rows_check(&checked, j->series, &everywhere, &lines, j->today, &faults);
		ok = fine ? compare(j, checked, at) : take_faults(j, &faults);
		json_decref(checked);
		json_decref(lines.rows);
		if (fine || !ok)
			return ok;
	}
}

static bool judge_lines(struct judge *j, const struct series_lines *lines, const struct err *faults)
{
	json_t *row;
	size_t i;

	j->given = lines->rows;
	j->written = lines->written;
	json_array_foreach(lines->rows, i, row) {
		const char *left = left_alone(row);

		json_array_append_new(j->out, json_pack("{s:i}", "line", j->sheet->line[i]));
		if (left)
			json_object_set_new(json_array_get(j->out, i), "left", json_string(left));
	}
	return take_faults(j, faults) && judge_rows(j);
}

static bool judge(struct judge *j)
{
	struct series_lines lines = { 0 };
	db_result_auto *r = NULL;
	json_t *scope = NULL;
	struct err faults;
	bool ok;

	err_init(&faults, j->e->arena);
	faults.fault_max = FAULTS_MAX;
	if (!db_run(&r, j->s, Q_series_scope, (const char *[]){ db_param_i64(j->e->arena, j->series->plan_id) }, j->e))
		return false;
	j->rights.everywhere = db_bool(r, 0, db_column(r, "everywhere"));
	ok = json_parse(&scope, db_text(r, 0, db_column(r, "scope")), db_length(r, 0, db_column(r, "scope")), j->e);
	j->rights.scope = scope;
	if (ok) {
		(void)series_sheet_read(&lines, j->series, j->sheet, &faults);
		ok = judge_lines(j, &lines, &faults);
	}
	json_decref(lines.rows);
	json_decref(scope);
	return ok;
}

bool series_judge(json_t **out, struct db_session *s, int64_t plan_id, const char *code, const struct sheet *sheet,
		  enum lang lang, int32_t today, struct err *e)
{
	struct series series = { 0 };
	struct judge j = { .s = s, .series = &series, .sheet = sheet, .out = json_array(), .lang = lang,
			   .today = today, .e = e };
	bool ok = series_load(&series, s, code, plan_id, e);

	if (ok && !series.by_plan)
		ok = err_set(e, ERR_FORBIDDEN, MSG_SERIES_PUBLISHED);
	ok = ok && judge(&j);
	/* who sees what others said of a sensitive figure beside his own is known for it */
	if (ok && series.sensitive && j.rights.everywhere)
		ok = series_opened(s, &series, e);
	series_free(&series);
	if (!ok) {
		json_decref(j.out);
		j.out = NULL;
	}
	*out = j.out;
	return ok;
}

bool series_write_judged(struct db_session *s, int64_t plan_id, const char *code, const json_t *rows, struct err *e)
{
	struct series_recorded done;
	struct series series = { 0 };
	bool ok = series_load(&series, s, code, plan_id, e) &&
		  series_write(&done, s, &series, rows, VIA_CSV, e);

	series_free(&series);
	return ok;
}
