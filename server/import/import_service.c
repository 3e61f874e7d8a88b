/*
 * The use case: a file judged, kept as a preview, committed whole.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "id.h"
#include "parts.h"
#include "plan.h"
#include "series.h"

enum { PLAN_FAULTS_MAX = 100000 };

static bool is(const char *text, const char *word)
{
	return strcmp(text, word) == 0;
}

static const char *text_in(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* ------------------------------------------------------------------ a plan */

/* "#/actions/3/due_on": the object that it is of, in the words of the preview, and the rest. */
static json_t *object_at(const char **field, const json_t *document, const char *pointer)
{
	static const char *const lists[][2] = { { "organisations", "organisation" }, { "objectives", "objective" },
						{ "measures", "measure" }, { "actions", "action" } };
	const char *rest = pointer + strcspn(pointer, "/");
	json_t *row;

	rest += *rest == '/';
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		size_t len = strlen(lists[i][0]);
		const json_t *one;
		const char *number;

		if (strncmp(rest, lists[i][0], len) != 0 || rest[len] != '/')
			continue;
		one = json_array_get(json_object_get(document, lists[i][0]), strtoul(rest + len + 1, NULL, 10));
		number = text_in(one, "number") ? text_in(one, "number") : text_in(one, "code");
		rest += len + 1;
		rest += strcspn(rest, "/");
		*field = *rest ? rest + 1 : lists[i][1];
		row = preview_row(0, lists[i][1]);
		if (number)
			json_object_set_new(row, "number", json_string(number));
		return row;
	}
	*field = *rest ? rest : "plan";
	return preview_row(0, "plan");
}

static void take_refusals(struct preview *p, const json_t *refused, const json_t *document)
{
	const json_t *one;
	size_t i;

	json_array_foreach(refused, i, one) {
		const char *field;
		json_t *row = object_at(&field, document, text_in(one, "pointer"));

		preview_refuse(p, row, field, NULL, text_in(one, "code"), text_in(one, "detail"));
		preview_end(p, row, false);
	}
}

static void take_items(struct preview *p, const json_t *items)
{
	const json_t *item, *cell;
	size_t i, k;

	json_array_foreach(items, i, item) {
		json_t *row = preview_row(0, text_in(item, "object"));

		json_object_set(row, "number", json_object_get(item, "number"));
		if (text_in(item, "title"))
			json_object_set(row, "title", json_object_get(item, "title"));
		json_array_foreach(json_object_get(item, "fields"), k, cell)
			preview_cell(p, row, text_in(cell, "field"), PREVIEW_CHANGED,
				     json_incref(json_object_get(cell, "old")),
				     json_incref(json_object_get(cell, "new")));
		preview_end(p, row, is(text_in(item, "state"), "new"));
	}
}

static void take_warnings(struct preview *p, const json_t *warnings)
{
	const json_t *one;
	size_t i;

	json_array_foreach(warnings, i, one)
		json_array_append_new(p->warnings, json_pack("{s:n, s:s, s:s, s:s}", "line", "field",
			text_in(one, "pointer"), "code", text_in(one, "code"), "detail", text_in(one, "detail")));
}

static bool judge_plan(struct preview *p, struct db_session *s, const struct import_file *f, struct err *e)
{
	struct plan_imported done;
	const json_t *counts;
	struct err faults;

	err_init(&faults, e->arena);
	faults.fault_max = PLAN_FAULTS_MAX;
	if (!plan_import(&done, s, f->document, true, p->lang, &faults) && (!done.preview || !faults.first)) {
		*e = faults;
		json_decref(done.preview);
		return false;
	}
	take_items(p, json_object_get(done.preview, "items"));
	take_refusals(p, json_object_get(done.preview, "refused"), f->document);
	take_warnings(p, json_object_get(done.preview, "warnings"));
	counts = json_object_get(done.preview, "counts");
	p->rows[PREVIEW_SAME] = (int)json_integer_value(json_object_get(counts, "same"));
	json_decref(done.preview);
	return true;
}

/* ------------------------------------------------------------------ status reports */

static const char *day_text(struct arena *a, int32_t day)
{
	return arena_strdup(a, day_format(day).text);
}

static bool judge_status(json_t **writes, struct preview *p, struct db_session *s, const struct import_file *f,
			 int64_t plan_id, int32_t today, struct err *e)
{
	json_auto_t *keys = status_keys(e->arena, &f->sheet), *known = NULL;
	db_result_auto *r = NULL;

	return db_run(&r, s, Q_import_states,
		      (const char *[]){ db_param_i64(e->arena, plan_id), json_write(e->arena, keys),
					lang_code(p->lang) }, e) &&
	       json_parse(&known, db_text(r, 0, 0), db_length(r, 0, 0), e) &&
	       status_judge(writes, p, &f->sheet, known, day_text(e->arena, today), today, e);
}

/* ------------------------------------------------------------------ figures */

/* The dimensions of a row, for people: "minor, female". */
static const char *members_of(struct arena *a, const char *dims)
{
	char *out = arena_alloc(a, strlen(dims) * 2 + 1), *to = out;

	for (const char *c = dims; *c; c += strcspn(c, ";"), c += *c == ';') {
		const char *member = strchr(c, '=') + 1;
		size_t n = strcspn(member, ";");

		if (to > out)
			to = stpcpy(to, ", ");
		memcpy(to, member, n);
		to += n;
	}
	return out;
}

/* `series` where the file has a column for it. */
static void name_figure(struct arena *a, json_t *item, const struct sheet *sheet, size_t at, const json_t *row)
{
	static const char *const names[] = { "series", "territory", "organisation", "period" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int column = sheet_column(sheet, names[i]);

		if (column >= 0 && *sheet_cell(sheet, (int)at, column))
			json_object_set_new(item, names[i], json_string(sheet_cell(sheet, (int)at, column)));
	}
	if (text_in(row, "dims") && *text_in(row, "dims"))
		json_object_set_new(item, "title", json_string(members_of(a, text_in(row, "dims"))));
}

static json_t *shown(const json_t *o, const char *field)
{
	const char *text = text_in(o, field);

	if (text && is(field, "value"))
		return json_real(strtod(text, NULL));
	return json_incref(json_object_get(o, field));
}

/* What goes without saying of a figure that is new. */
static bool is_plain(const json_t *v)
{
	return !v || json_is_false(v) || (json_is_string(v) && is(json_string_value(v), "value"));
}

static void show_figure(struct preview *p, json_t *item, const json_t *row, const json_t *old)
{
	static const char *const fields[] = { "value", "state", "reason", "qualifier", "provisional", "fictitious" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		json_t *a = shown(old, fields[i]), *b = shown(row, fields[i]);
		bool same = a && b ? json_equal(a, b) : !a && !b;

		if (same ? b && i == 0 : old || !is_plain(b))
			preview_cell(p, item, fields[i], same ? PREVIEW_SAME : old ? PREVIEW_CHANGED : PREVIEW_NEW,
				     json_incref(a), json_incref(b));
		json_decref(a);
		json_decref(b);
	}
}

static const char *given_cell(const struct sheet *sheet, size_t at, const char *field)
{
	int column = sheet_column(sheet, field);

	return column >= 0 && *sheet_cell(sheet, (int)at, column) ? sheet_cell(sheet, (int)at, column) : NULL;
}

/* The rows of one series, and where each comes from. */
struct part {
	const char *series;
	struct sheet sheet;
	const int *line;		/* of the file, for each row */
};

static void show_verdict(struct preview *p, json_t *writes, const struct part *part, size_t at,
			 const json_t *verdict, int *protected)
{
	json_t *item = preview_row(part->line[at], "figure"), *row = json_object_get(verdict, "row");
	const json_t *old = json_object_get(verdict, "old"), *faults = json_object_get(verdict, "faults"), *one;
	const char *left = text_in(verdict, "left");
	size_t i;

	name_figure(p->arena, item, &part->sheet, at, row);
	*protected += left && is(left, "protected");
	json_array_foreach(faults, i, one) {
		const char *field = text_in(one, "field");

		preview_refuse(p, item, *field ? field : "territory", given_cell(&part->sheet, at, field),
			       text_in(one, "code"), text_in(one, "detail"));
	}
	if (row && !faults)
		show_figure(p, item, row, old);
	if (row && !faults && !json_is_true(json_object_get(verdict, "same")))
		json_array_append(writes, row);
	preview_end(p, item, row && !old);
}

/*
 * The rows of `series` in a file of several.  A column that they leave empty belongs to the
 * others; each row has a line of its own, since one line of a foreign sheet may make several.
 */
static void take_part(struct part *out, const struct sheet *all, const char *series, struct arena *a)
{
	size_t most = (size_t)all->rows + 1, width = (size_t)all->columns;
	int *from = arena_alloc(a, most * sizeof *from), *line = arena_alloc(a, most * sizeof *line);
	int *number = arena_alloc(a, most * sizeof *number), *cells = arena_alloc(a, most * sizeof *cells);
	int *column = arena_alloc(a, width * sizeof *column), own = sheet_column(all, "series");
	const char **name = arena_alloc(a, width * sizeof *name), **cell;
	int rows = 0, columns = 0;

	for (int i = 0; i < all->rows; i++)
		if (is(sheet_cell(all, i, own), series))
			from[rows++] = i;
	for (int k = 0; k < all->columns; k++) {
		bool used = false;

		for (int i = 0; i < rows && !used; i++)
			used = *sheet_cell(all, from[i], k) != '\0';
		if (used)
			name[columns] = all->name[k], column[columns++] = k;
	}
	cell = arena_alloc(a, ((size_t)rows * (size_t)columns + 1) * sizeof *cell);
	for (int i = 0; i < rows; i++) {
		for (int k = 0; k < columns; k++)
			cell[i * columns + k] = sheet_cell(all, from[i], column[k]);
		line[i] = all->line[from[i]];
		number[i] = i + 2;
		cells[i] = columns;
	}
	*out = (struct part) { series, { columns, rows, name, cell, number, cells }, line };
}

static bool judge_part(json_t *writes, struct preview *p, struct db_session *s,
		       const struct part *part, int64_t plan_id, int32_t today, int *protected,
		       struct err *e)
{
	json_auto_t *verdicts = NULL;
	json_t *rows = json_array();
	const json_t *one;
	size_t i;

	json_array_append_new(writes, json_pack("{s:s, s:o}", "series", part->series, "rows", rows));
	if (!series_judge(&verdicts, s, plan_id, part->series, &part->sheet, p->lang, today, e))
		return false;
	json_array_foreach(verdicts, i, one)
		show_verdict(p, rows, part, i, one, protected);
	return true;
}

/* Of several series, each in its turn, in the order that the file first names them. */
static bool judge_parts(json_t *writes, struct preview *p, struct db_session *s, const struct import_file *f,
			int64_t plan_id, int32_t today, int *protected, struct err *e)
{
	json_auto_t *done = json_object();
	int own = sheet_column(&f->sheet, "series");

	for (int i = 0; i < f->sheet.rows; i++) {
		const char *series = sheet_cell(&f->sheet, i, own);
		struct part part;

		if (json_object_get(done, series))
			continue;
		json_object_set_new(done, series, json_true());
		take_part(&part, &f->sheet, series, e->arena);
		if (!judge_part(writes, p, s, &part, plan_id, today, protected, e))
			return false;
	}
	preview_sort(p);
	return true;
}

static bool judge_figures(json_t **writes, struct preview *p, struct db_session *s, const struct import_file *f,
			  int64_t plan_id, int32_t today, struct err *e)
{
	const struct part whole = { f->series, f->sheet, f->sheet.line };
	int protected = 0;

	*writes = json_array();
	if (!(f->series ? judge_part(*writes, p, s, &whole, plan_id, today, &protected, e) :
			  judge_parts(*writes, p, s, f, plan_id, today, &protected, e)))
		return false;
	if (protected)
		preview_warn(p, 0, "value", MSG_PROTECTED_NOT_READ, arena_printf(e->arena, "%d", protected), NULL);
	return true;
}

/* ------------------------------------------------------------------ judging */

/* What the file meets, whatever the language that it is told in; another one, and the data moved. */
static void take_basis(struct import_judged *j)
{
	json_auto_t *met = json_array();
	const json_t *item;
	char *text;
	size_t i;

	json_array_foreach(json_object_get(j->preview, "items"), i, item) {
		json_t *one = json_copy((json_t *)(uintptr_t)item);

		json_object_del(one, "title");
		json_array_append_new(met, one);
	}
	text = json_dumps(met, JSON_COMPACT | JSON_REAL_PRECISION(17));
	if (!text)
		abort();
	id_sha256(j->basis, text, strlen(text));
	free(text);
}

bool import_judge(struct import_judged *out, struct preview *p, struct db_session *s, const struct import_file *f,
		  int64_t plan_id, const char *plan, int32_t today, struct err *e)
{
	bool ok;

	*out = (struct import_judged){ 0 };
	if (is(f->kind, "plan"))
		ok = judge_plan(p, s, f, e);
	else if (is(f->kind, "status"))
		ok = judge_status(&out->writes, p, s, f, plan_id, today, e);
	else
		ok = judge_figures(&out->writes, p, s, f, plan_id, today, e);
	if (!ok) {
		import_judged_drop(out);
		return false;
	}
	out->refused = p->cells[PREVIEW_REFUSED];
	out->changes = p->rows[PREVIEW_NEW] + p->rows[PREVIEW_CHANGED] > 0;
	out->preview = preview_close(p, plan);
	take_basis(out);
	return true;
}

void import_judged_drop(struct import_judged *j)
{
	json_decref(j->preview);
	json_decref(j->writes);
	j->preview = j->writes = NULL;
}

bool import_propose(int64_t *id, struct db_session *s, const struct import_file *f, struct import_judged *j,
		    int64_t plan_id, const struct import_origin *origin, struct err *e)
{
	struct arena *a = e->arena;
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_import_add,
		    (const char *[]){ plan_id ? db_param_i64(a, plan_id) : NULL, f->kind, f->series, origin->file_name,
				      origin->sha256, db_param_i64(a, f->rows), import_content(a, f),
				      json_write(a, j->preview), j->basis, db_param_i64(a, j->refused),
				      f->mapper_version ? db_param_i64(a, f->mapper_version) : NULL }, e))
		return false;
	*id = db_i64(r, 0, 0);
	return true;
}

bool import_document(const char **out, struct db_session *s, int64_t id, struct err *e)
{
	const char *text = db_param_i64(e->arena, id);
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_import_get, (const char *[]){ text }, e))
		return false;
	if (db_rows(r) == 0)
		return err_set(e, ERR_NOT_FOUND, MSG_NOT_FOUND, text);
	*out = arena_memdup(e->arena, db_text(r, 0, 0), db_length(r, 0, 0));
	return true;
}

/* ------------------------------------------------------------------ committing */

struct commit {
	struct db_session *s;
	int64_t id, plan_id;
	struct import_file file;
	const char *basis;
	struct import_judged judged;
	struct import_done *out;
	enum lang lang;
	int32_t today;
	struct err *e;
};

/* What is committed can be read, and is not to be written any more. */
static bool not_locked(struct commit *c)
{
	const char *body;

	return import_document(&body, c->s, c->id, c->e) && err_set(c->e, ERR_CONFLICT, MSG_IMPORT_COMMITTED);
}

static bool lock(struct commit *c)
{
	struct arena *a = c->e->arena;
	db_result_auto *r = NULL;
	int64_t refused;

	if (!db_run(&r, c->s, Q_import_lock, (const char *[]){ db_param_i64(a, c->id) }, c->e))
		return false;
	if (db_rows(r) == 0)
		return not_locked(c);
	if (db_bool(r, 0, db_column(r, "expired")))
		return err_set(c->e, ERR_CONFLICT, MSG_IMPORT_EXPIRED);
	refused = db_i64(r, 0, db_column(r, "refused"));
	if (refused)
		return err_set(c->e, ERR_CONFLICT, MSG_IMPORT_REFUSED, db_param_i64(a, refused));
	if (db_bool(r, 0, db_column(r, "archived")))
		return err_set(c->e, ERR_CONFLICT, MSG_PLAN_ARCHIVED);
	c->plan_id = db_i64(r, 0, db_column(r, "plan_id"));
	c->basis = arena_strdup(a, db_text(r, 0, db_column(r, "basis")));
	return import_content_read(&c->file, arena_strdup(a, db_text(r, 0, db_column(r, "kind"))),
				   arena_strdup(a, db_text(r, 0, db_column(r, "series"))),
				   db_text(r, 0, db_column(r, "content")), c->e);
}

/* 412 with the import as it would be now. */
static bool moved(struct commit *c)
{
	const char *body;
	json_auto_t *document = NULL;

	if (!import_document(&body, c->s, c->id, c->e) || !json_parse(&document, body, strlen(body), c->e))
		return false;
	json_object_set(document, "preview", c->judged.preview);
	err_set(c->e, ERR_CHANGED, MSG_IMPORT_MOVED);
	c->e->current = json_write(c->e->arena, document);
	return false;
}

static bool write_plan(struct commit *c)
{
	struct plan_imported done;
	bool ok = plan_import(&done, c->s, c->file.document, false, c->lang, c->e);

	json_decref(done.preview);
	c->plan_id = done.plan_id;
	return ok;
}

static bool write_reports(struct commit *c)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, c->s, Q_import_reports,
		    (const char *[]){ db_param_i64(c->e->arena, c->plan_id),
				      json_write(c->e->arena, c->judged.writes) }, c->e))
		return false;
	return db_i64(r, 0, 0) == (int64_t)json_array_size(c->judged.writes) || moved(c);
}

static bool write_figures(struct commit *c)
{
	const json_t *one;
	size_t i;

	json_array_foreach(c->judged.writes, i, one)
		if (json_array_size(json_object_get(one, "rows")) > 0 &&
		    !series_write_judged(c->s, c->plan_id, text_in(one, "series"), json_object_get(one, "rows"), c->e))
			return false;
	return true;
}

static bool write(struct commit *c)
{
	db_result_auto *r = NULL;
	bool ok = true;

	if (is(c->file.kind, "plan"))
		ok = write_plan(c);
	else if (c->judged.changes && is(c->file.kind, "status"))
		ok = write_reports(c);
	else if (c->judged.changes)
		ok = write_figures(c);
	return ok && db_run(&r, c->s, Q_import_commit,
			    (const char *[]){ db_param_i64(c->e->arena, c->id), db_param_i64(c->e->arena, c->plan_id) },
			    c->e);
}

static bool commit(struct commit *c)
{
	struct preview p;
	bool ok;

	if (!lock(c))
		return false;
	preview_open(&p, c->e->arena, c->lang);
	ok = import_judge(&c->judged, &p, c->s, &c->file, c->plan_id, text_in(c->file.document, "code"), c->today,
			  c->e);
	preview_drop(&p);
	if (!ok)
		return false;
	ok = strcmp(c->judged.basis, c->basis) == 0 ? write(c) : moved(c);
	c->out->plan_id = c->plan_id;
	c->out->wrote = c->judged.changes;
	return ok;
}

bool import_commit(struct import_done *out, struct db_session *s, int64_t id, int32_t today, enum lang lang,
		   struct err *e)
{
	struct commit c = { .s = s, .id = id, .out = out, .lang = lang, .today = today, .e = e };
	bool joined = s->tx != NULL, ok;

	*out = (struct import_done){ 0, false };
	if (!joined && !db_begin(s, e))
		return false;
	ok = commit(&c) && (joined || db_commit(s, e));
	if (!ok && !joined)
		db_rollback(s);
	import_judged_drop(&c.judged);
	import_file_close(&c.file);
	return ok;
}
