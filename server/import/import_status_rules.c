/*
 * Status reports from a file: one row an action, or one of its deployments.
 */
#include <string.h>

#include "action.h"
#include "parts.h"
#include "territory.h"
#include "text.h"

#define KEYS "number territory organisation"
/* What exports tell beside it; an import does not read it. */
#define TOLD "plan objective measure title origin notice level lead start_on initial_due_on due_on late stale " \
	"blocked reported_at reported_by exported_at source"

enum { KEYS_COUNT = 3, FIELDS_COUNT = 8 };

static const char *const key_names[KEYS_COUNT] = { "number", "territory", "organisation" };
static const char *const fields[FIELDS_COUNT] = { "status", "progress", "confidence", "comment", "reason", "done_on",
	"carried_plan", "carried_measure" };

struct columns { int key[KEYS_COUNT], field[FIELDS_COUNT]; };

struct row {
	struct preview *p;
	const struct sheet *sheet;
	int at;				/* of the sheet */
	const char *key[KEYS_COUNT];	/* "" for none */
	const char *cell[FIELDS_COUNT];
	const json_t *known;		/* what stands there; NULL: the key was not asked */
	json_t *item;			/* of the preview; owned until it ends */
	struct err e;
};

/* ------------------------------------------------------------------ columns and keys */

static const char *cell_of(const struct sheet *s, int row, int column)
{
	return column < 0 ? "" : sheet_cell(s, row, column);
}

static struct columns find_columns(const struct sheet *s)
{
	struct columns c;

	for (int i = 0; i < KEYS_COUNT; i++)
		c.key[i] = sheet_column(s, key_names[i]);
	for (int i = 0; i < FIELDS_COUNT; i++)
		c.field[i] = sheet_column(s, fields[i]);
	return c;
}

/* The nation is where an action itself stands. */
static const char *place_in(const char *territory)
{
	return strcmp(territory, "FR") == 0 ? "" : territory;
}

static const char *key_text(struct arena *a, const char *const key[KEYS_COUNT])
{
	return arena_printf(a, "%s|%s|%s", key[0], key[1], key[2]);
}

static void read_key(const char *key[KEYS_COUNT], const struct sheet *s, const struct columns *c, int row)
{
	for (int i = 0; i < KEYS_COUNT; i++)
		key[i] = cell_of(s, row, c->key[i]);
	key[1] = place_in(key[1]);
}

json_t *status_keys(struct arena *a, const struct sheet *sheet)
{
	struct columns c = find_columns(sheet);
	json_t *keys = json_array(), *seen = json_object();

	for (int i = 0; i < sheet->rows; i++) {
		const char *key[KEYS_COUNT], *text;
		json_t *one;

		read_key(key, sheet, &c, i);
		text = key_text(a, key);
		if (!*key[0] || json_object_get(seen, text))
			continue;
		one = json_pack("{s:s, s:s, s:s, s:s}", "key", text, "number", key[0], "territory", key[1],
				"organisation", key[2]);
		for (int k = 6; k < FIELDS_COUNT; k++)
			if (*cell_of(sheet, i, c.field[k]))
				json_object_set_new(one, fields[k], json_string(cell_of(sheet, i, c.field[k])));
		json_object_set_new(seen, text, json_true());
		json_array_append_new(keys, one);
	}
	json_decref(seen);
	return keys;
}

static bool check_columns(const struct sheet *s, const struct columns *c, struct preview *p, struct err *e)
{
	char all[] = KEYS " " STATUS_FIELDS " " TOLD, *rest = all;
	const char *names[64] = { NULL }, *told = NULL;
	int n = 0, useful = 0;

	for (char *word; (word = strsep(&rest, " ")); )
		names[n++] = word;
	sheet_check_names(s, e);
	for (int i = 0; i < s->columns; i++)
		if (!text_in_list(s->name[i], KEYS " " STATUS_FIELDS " " TOLD))
			sheet_unknown_column(s->name[i], names, e);
		else if (text_in_list(s->name[i], TOLD))
			told = told ? arena_printf(e->arena, "%s, %s", told, s->name[i]) : s->name[i];
	if (told)
		preview_warn(p, 0, "number", MSG_COLUMN_NOT_READ, told, NULL);
	if (c->key[0] < 0)
		err_add(e, sheet_at(e->arena, 1), MSG_CSV_COLUMN_MISSING, "number");
	for (int i = 0; i < FIELDS_COUNT; i++)
		useful += c->field[i] >= 0;
	if (!useful)
		err_add(e, sheet_at(e->arena, 1), MSG_CSV_COLUMN_MISSING, "status");
	return err_ok(e);
}

/* ------------------------------------------------------------------ one row */

static bool truth(const json_t *o, const char *field)
{
	return json_is_true(json_object_get(o, field));
}

static bool is_erased(const char *cell)
{
	return *cell && text_in_list(cell, SHEET_ERASE);
}

/* Each fault of the row becomes a refused cell: "#/progress" the one of that name. */
static void refuse_all(struct row *r, json_t *told)
{
	for (const struct fault *f = r->e.first; f; f = f->next) {
		const char *field = f->where + strlen("#/"), *given = NULL;

		if (strncmp(field, "carried_to", 10) == 0)
			field = "carried_plan";
		for (int i = 0; i < KEYS_COUNT; i++)
			if (strcmp(field, key_names[i]) == 0)
				given = r->key[i];
		for (int i = 0; i < FIELDS_COUNT; i++)
			if (strcmp(field, fields[i]) == 0)
				given = r->cell[i];
		preview_refuse(r->p, r->item, field, given && *given ? given : NULL, msg_code(f->msg),
			       fault_detail(&r->e, f, r->p->lang));
		json_object_set_new(told, field, json_true());
	}
}

static void check_key(struct row *r)
{
	struct err *e = &r->e;

	if (!*r->key[0])
		err_add(e, "#/number", MSG_REQUIRED);
	else if (!truth(r->known, "action"))
		err_add(e, "#/number", MSG_NOT_FOUND, r->key[0]);
	if (!*r->key[1] != !*r->key[2])
		err_add(e, *r->key[1] ? "#/organisation" : "#/territory", MSG_REQUIRED);
	if (*r->key[1])
		territory_check(e, "#/territory", r->key[1]);
	if (*r->key[2] && !truth(r->known, "organisation"))
		err_add(e, "#/organisation", MSG_UNKNOWN_ORGANISATION, r->key[2]);
	if (err_ok(e) && !truth(r->known, "place"))
		err_add(e, "#/territory", MSG_NO_DEPLOYMENT, r->key[1], r->key[2]);
}

/* A cell as the JSON interface would take it. */
static json_t *cell_value(const char *field, const char *cell)
{
	size_t digits = strspn(cell, "0123456789");

	if (strcmp(field, "progress") == 0 && digits && digits < 10 && !cell[digits]) {
		json_int_t n = 0;

		for (const char *c = cell; *c; c++)
			n = 10 * n + (*c - '0');
		return json_integer(n);
	}
	return json_string(cell);
}

/* What stands there with the row's cells put in; an empty cell leaves what is there. */
static json_t *merged_state(const struct row *r)
{
	json_t *state = json_object();
	const char *old = json_string_value(json_object_get(r->known, "status"));
	bool moved = *r->cell[0] && old && strcmp(r->cell[0], old) != 0;

	for (int i = 0; i < FIELDS_COUNT; i++) {
		json_t *stands = json_object_get(r->known, fields[i]);

		if (is_erased(r->cell[i]))
			json_object_set_new(state, fields[i], json_null());
		else if (*r->cell[i])
			json_object_set_new(state, fields[i], cell_value(fields[i], r->cell[i]));
		/* a day and a place to go are of the state that was left */
		else if (stands && !(moved && i >= 5))
			json_object_set(state, fields[i], stands);
	}
	return state;
}

static unsigned unless(enum json_found found, unsigned field)
{
	return found == JSON_FAULT ? field : 0;
}

static void read_state(struct action_state *s, struct row *r, const json_t *state, int32_t today)
{
	struct json_reader in = { state, "#", &r->e };
	int64_t progress = ACTION_NO_PROGRESS;
	unsigned unread = 0;

	*s = (struct action_state){ .done_on = ACTION_NO_DAY };
	json_choice(&s->status, &in, "status", JSON_REQUIRED, ACTION_STATUSES);
	unread |= unless(json_whole(&progress, &in, "progress", JSON_NULLABLE, 0, 100), ACTION_PROGRESS);
	unread |= unless(json_choice(&s->confidence, &in, "confidence", JSON_NULLABLE, ACTION_CONFIDENCES),
			 ACTION_CONFIDENCE);
	unread |= unless(json_text(&s->comment, &in, "comment", JSON_NULLABLE, ACTION_COMMENT_MAX), ACTION_COMMENT);
	unread |= unless(json_text(&s->reason, &in, "reason", JSON_NULLABLE, ACTION_REASON_MAX), ACTION_REASON);
	unread |= unless(json_day(&s->done_on, &in, "done_on", JSON_NULLABLE), ACTION_DONE_ON);
	unread |= unless(json_text(&s->carried_plan, &in, "carried_plan", JSON_NULLABLE, 63), ACTION_CARRIED_TO);
	unread |= unless(json_text(&s->carried_measure, &in, "carried_measure", JSON_NULLABLE, 20), ACTION_CARRIED_TO);
	s->progress = (int)progress;
	if (s->carried_plan && !s->carried_measure)
		err_add(&r->e, "#/carried_measure", MSG_REQUIRED);
	action_state_check(s, unread, today, &r->e);
	if (s->carried_plan && s->carried_measure && (*r->cell[6] || *r->cell[7]) && !truth(r->known, "carried_known"))
		err_add(&r->e, "#/carried_measure", MSG_NO_MEASURE, s->carried_plan, s->carried_measure);
}

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

/* The state as it would be kept, all its fields there. */
static json_t *kept_state(const struct action_state *s, const json_t *state, const char *today_text)
{
	json_t *day = json_object_get(state, "done_on");

	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "status", text_or_null(s->status), "progress",
			 s->progress == ACTION_NO_PROGRESS ? json_null() : json_integer(s->progress),
			 "confidence", text_or_null(s->confidence), "comment", text_or_null(s->comment),
			 "reason", text_or_null(s->reason), "done_on",
			 s->done_on == ACTION_NO_DAY ? json_null() : json_is_string(day) ? json_incref(day) :
			 json_string(today_text), "carried_plan", text_or_null(s->carried_plan),
			 "carried_measure", text_or_null(s->carried_measure));
}

static bool is_null(const json_t *v)
{
	return !v || json_is_null(v);
}

/* True when something changes. */
static bool show_cells(struct row *r, const json_t *kept, const json_t *told)
{
	bool changes = false;

	for (int i = 0; i < FIELDS_COUNT; i++) {
		json_t *old = json_object_get(r->known, fields[i]), *new = json_object_get(kept, fields[i]);
		bool same = is_null(old) ? is_null(new) : json_equal(old, new);

		changes |= !same;
		if (json_object_get(told, fields[i]) || (same && !*r->cell[i]))
			continue;
		preview_cell(r->p, r->item, fields[i], same ? PREVIEW_SAME : PREVIEW_CHANGED,
			     old ? json_incref(old) : NULL, new ? json_incref(new) : NULL);
	}
	return changes;
}

static void write_row(const struct row *r, json_t *kept, json_t *writes)
{
	json_t *one = json_copy(kept);

	json_object_set_new(one, "number", json_string(r->key[0]));
	json_object_set_new(one, "territory", *r->key[1] ? json_string(r->key[1]) : json_null());
	json_object_set_new(one, "organisation", *r->key[2] ? json_string(r->key[2]) : json_null());
	json_object_set(one, "version", json_object_get(r->known, "version"));
	json_array_append_new(writes, one);
}

static void judge_state(struct row *r, json_t *writes, const char *today_text, int32_t today)
{
	json_auto_t *state = merged_state(r), *told = json_object(), *kept = NULL;
	struct action_state s;
	bool changes;

	read_state(&s, r, state, today);
	kept = kept_state(&s, state, today_text);
	refuse_all(r, told);
	changes = show_cells(r, kept, told);
	if (changes && err_ok(&r->e) && !truth(r->known, "may")) {
		err_add(&r->e, "#/number", MSG_OUT_OF_SCOPE);
		refuse_all(r, told);
	}
	if (changes && err_ok(&r->e))
		write_row(r, kept, writes);
}

static void name_row(struct row *r)
{
	for (int i = 0; i < KEYS_COUNT; i++)
		if (*r->key[i])
			json_object_set_new(r->item, key_names[i], json_string(r->key[i]));
	if (json_object_get(r->known, "title"))
		json_object_set(r->item, "title", json_object_get(r->known, "title"));
	if (json_object_get(r->known, "version"))
		json_object_set(r->item, "version", json_object_get(r->known, "version"));
}

static void judge_row(struct row *r, json_t *seen, json_t *writes, const char *today_text, int32_t today)
{
	const char *key = key_text(r->p->arena, r->key);
	const json_t *first = json_object_get(seen, key);
	json_auto_t *told = json_object();

	r->item = preview_row(r->sheet->line[r->at], *r->key[1] ? "deployment" : "action");
	name_row(r);
	if (r->sheet->cells[r->at] != r->sheet->columns)
		err_add(&r->e, "#/number", MSG_CSV_CELLS, arena_printf(r->p->arena, "%d", r->sheet->cells[r->at]),
			arena_printf(r->p->arena, "%d", r->sheet->columns));
	else
		check_key(r);
	if (first)
		err_add(&r->e, "#/number", MSG_DUPLICATE, r->key[0], json_string_value(first));
	else
		json_object_set_new(seen, key, json_string(sheet_at(r->p->arena, r->sheet->line[r->at])));
	if (err_ok(&r->e))
		judge_state(r, writes, today_text, today);
	else
		refuse_all(r, told);
	preview_end(r->p, r->item, false);
}

bool status_judge(json_t **writes, struct preview *p, const struct sheet *sheet, const json_t *known,
		  const char *today_text, int32_t today, struct err *e)
{
	struct columns c = find_columns(sheet);
	json_t *seen;

	*writes = NULL;
	if (!check_columns(sheet, &c, p, e))
		return false;
	*writes = json_array();
	seen = json_object();
	for (int i = 0; i < sheet->rows; i++) {
		struct row r = { .p = p, .sheet = sheet, .at = i };

		err_init(&r.e, e->arena);
		read_key(r.key, sheet, &c, i);
		for (int k = 0; k < FIELDS_COUNT; k++)
			r.cell[k] = cell_of(sheet, i, c.field[k]);
		r.known = json_object_get(known, key_text(e->arena, r.key));
		judge_row(&r, seen, *writes, today_text, today);
	}
	json_decref(seen);
	return true;
}
