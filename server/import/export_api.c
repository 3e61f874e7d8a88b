/*
 * Exports of a plan: its actions with their status, or the figures of a series, as CSV, XLSX or ODS.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "export.h"
#include "http.h"
#include "import.h"
#include "req.h"
#include "series.h"
#include "text.h"

bool export_is_number(const struct export_table *t, int row, int column)
{
	const char *text = sheet_cell(t->sheet, row, column);
	char *end;

	if (!*text || !text_in_list(t->sheet->name[column], t->numbers))
		return false;
	strtod(text, &end);
	return !*end;
}

bool export_csv(struct export_file *out, const struct export_table *t, struct err *e)
{
	const struct sheet *s = t->sheet;
	struct csv c;

	csv_open(&c, e->arena);
	for (int i = 0; i < s->columns; i++)
		csv_text(&c, s->name[i]);
	csv_end_line(&c);
	for (int row = 0; row < s->rows; row++) {
		for (int i = 0; i < s->columns; i++)
			if (export_is_number(t, row, i))
				csv_number(&c, sheet_cell(s, row, i));
			else
				csv_text(&c, sheet_cell(s, row, i));
		csv_end_line(&c);
	}
	*out = (struct export_file){ c.bytes, c.len };
	return true;
}

/* ------------------------------------------------------------------ actions */

static const char *const action_columns[] = {
	"number", "title", "territory", "organisation", "status", "progress", "confidence", "comment", "reason",
	"done_on", "carried_plan", "carried_measure", "objective", "measure", "level", "lead", "start_on",
	"initial_due_on", "due_on", "late", "stale", "blocked", "reported_at", "origin", "notice", "source",
	"exported_at",
};

enum { COLUMNS = sizeof action_columns / sizeof *action_columns };

static const char *said(struct req *rq, enum msg msg)
{
	static const char *const none[MSG_ARGS];

	return msg_text(&rq->arena, msg, rq->lang, none);
}

void export_rows(struct sheet *out, struct arena *a, const struct db_result *r, const char *const *names, int columns)
{
	size_t rows = (size_t)db_rows(r), width = (size_t)columns;
	const char **cell = arena_alloc(a, (rows * width + 1) * sizeof *cell);

	for (size_t i = 0; i < width; i++) {
		int column = db_column(r, names[i]);

		for (size_t row = 0; row < rows; row++) {
			const char *text = db_text(r, (int)row, column);

			cell[row * width + i] = text ? arena_strdup(a, text) : "";
		}
	}
	*out = (struct sheet){ .columns = columns, .rows = (int)rows, .name = names, .cell = cell };
}

bool export_actions(struct sheet *out, struct req *rq, const char *as_of)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &rq->db, Q_export_actions,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), as_of,
				      db_param_day(&rq->arena, rq->today), lang_code(rq->lang),
				      said(rq, MSG_EXPORT_NOTICE) }, &rq->err))
		return false;
	export_rows(out, &rq->arena, r, action_columns, COLUMNS);
	return true;
}

/* ------------------------------------------------------------------ figures */

static bool read_figures(struct sheet *out, struct req *rq, const char *code)
{
	const char *text;
	size_t len;

	return series_export(&text, &len, &rq->db, rq->plan_id, code, req_as_of(rq), &rq->err) &&
	       csv_read(out, text, len, EXPORT_ROWS_MAX, &rq->err);
}

/* ------------------------------------------------------------------ files */

static const char *as_of_text(struct req *rq)
{
	return req_as_of(rq) ? req_as_of(rq) : arena_strdup(&rq->arena, instant_format(clock_now_us()).text);
}

static void describe(struct export_table *t, struct req *rq, const char *series)
{
	const char **about = arena_alloc(&rq->arena, 12 * sizeof *about);
	bool fr = rq->lang == LANG_FR;
	int n = 0;

	about[n++] = "plan";
	about[n++] = rq->arg[0];
	about[n++] = fr ? "contenu" : "content";
	about[n++] = series ? series : fr ? "actions et déploiements" : "actions and deployments";
	about[n++] = fr ? "date" : "date";
	about[n++] = as_of_text(rq);
	about[n++] = fr ? "à savoir" : "notice";
	about[n++] = said(rq, series ? MSG_EXPORT_FIGURES : MSG_EXPORT_NOTICE);
	about[n++] = fr ? "réimport" : "import";
	about[n++] = said(rq, MSG_EXPORT_BACK);
	t->about = about;
	t->about_name = fr ? "À lire" : "Read me";
	t->name = series ? (fr ? "Chiffres" : "Figures") : "Actions";
	t->numbers = series ? "value" : EXPORT_ACTION_NUMBERS;
}

static bool answer(struct req *rq, const char *extension, const char *type,
		   bool (*make)(struct export_file *, const struct export_table *, struct err *))
{
	const char *series = req_query(rq, "series");
	struct export_file file;
	struct export_table t;
	struct sheet sheet;

	if (!(series ? read_figures(&sheet, rq, series) : export_actions(&sheet, rq, req_as_of(rq))))
		return false;
	t.sheet = &sheet;
	describe(&t, rq, series);
	if (!make(&file, &t, &rq->err))
		return false;
	rq->disposition = arena_printf(&rq->arena, "attachment; filename=\"%s-%s.%s\"", rq->arg[0],
				       series ? series : "actions", extension);
	return http_text(rq, 200, type, file.bytes, file.len);
}

bool export_api_csv(struct req *rq)
{
	return answer(rq, "csv", "text/csv; charset=utf-8", export_csv);
}

bool export_api_xlsx(struct req *rq)
{
	return answer(rq, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export_xlsx);
}

bool export_api_ods(struct req *rq)
{
	return answer(rq, "ods", "application/vnd.oasis.opendocument.spreadsheet", export_ods);
}
