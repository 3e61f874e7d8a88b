/*
 * A whole plan/1 document: every list in the order in which things refer to each
 * other, every fault told, nothing written.
 */
#include <string.h>

#include "document.h"

#define ORIGINS "published illustrative"
#define KINDS "police gendarmerie justice state local association international other"

static const struct field plan_fields[] = {
	{ "format", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "about", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "code", FIELD_TEXT, FIELD_NEEDED, 63, NULL, 0 },
	{ "title_fr", FIELD_TEXT, FIELD_NEEDED, 300, NULL, 0 },
	{ "title_en", FIELD_TEXT, FIELD_ERASABLE, 300, NULL, 0 },
	{ "lead", FIELD_ORGANISATION, FIELD_ERASABLE, 32, NULL, 0 },
	{ "start_on", FIELD_DAY, FIELD_NEEDED, 0, NULL, 0 },
	{ "end_on", FIELD_DAY, FIELD_NEEDED, 0, NULL, 0 },
	{ "time_zone", FIELD_TEXT, 0, 64, NULL, 0 },
	{ "stale_after_days", FIELD_WHOLE, 0, 3660, NULL, 1 },
	{ "expected", FIELD_COUNTS, FIELD_ERASABLE, 1000000, NULL, 0 },
	{ "origin_note_fr", FIELD_TEXT, FIELD_ERASABLE, 4000, NULL, 0 },
	{ "origin_note_en", FIELD_TEXT, FIELD_ERASABLE, 4000, NULL, 0 },
	{ "sources", FIELD_TEXTS, FIELD_ERASABLE, 1000, NULL, 0 },
	{ "reason", FIELD_TEXT, FIELD_NO_STATE, 1000, NULL, 0 },
	{ "organisations", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "objectives", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "measures", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "actions", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ NULL, FIELD_TEXT, 0, 0, NULL, 0 },
};

static const struct field organisation_fields[] = {
	{ "code", FIELD_TEXT, FIELD_NEEDED, 32, NULL, 0 },
	{ "name_fr", FIELD_TEXT, FIELD_NEEDED, 300, NULL, 0 },
	{ "name_en", FIELD_TEXT, FIELD_ERASABLE, 300, NULL, 0 },
	{ "kind", FIELD_CHOICE, FIELD_NEEDED, 0, KINDS, 0 },
	{ NULL, FIELD_TEXT, 0, 0, NULL, 0 },
};

static const struct field objective_fields[] = {
	{ "number", FIELD_TEXT, FIELD_NEEDED, 20, NULL, 0 },
	{ "title_fr", FIELD_TEXT, FIELD_NEEDED, 300, NULL, 0 },
	{ "title_en", FIELD_TEXT, FIELD_ERASABLE, 300, NULL, 0 },
	{ "origin", FIELD_CHOICE, 0, 0, ORIGINS, 0 },
	{ NULL, FIELD_TEXT, 0, 0, NULL, 0 },
};

static const struct field measure_fields[] = {
	{ "number", FIELD_TEXT, FIELD_NEEDED, 20, NULL, 0 },
	{ "objective", FIELD_PARENT, FIELD_NEEDED, 20, "objectives", 0 },
	{ "title_fr", FIELD_TEXT, FIELD_NEEDED, 300, NULL, 0 },
	{ "title_en", FIELD_TEXT, FIELD_ERASABLE, 300, NULL, 0 },
	{ "origin", FIELD_CHOICE, 0, 0, ORIGINS, 0 },
	{ "basis", FIELD_TEXT, FIELD_ERASABLE, 1000, NULL, 0 },
	{ "flagship", FIELD_TRUTH, 0, 0, NULL, 0 },
	{ "weight", FIELD_DECIMAL, 0, 1000, NULL, 0.001 },
	{ "lead", FIELD_ORGANISATION, FIELD_ERASABLE, 32, NULL, 0 },
	{ "co_leads", FIELD_ORGANISATIONS, FIELD_ERASABLE, 0, NULL, 0 },
	{ "partners", FIELD_ORGANISATIONS, FIELD_ERASABLE, 0, NULL, 0 },
	{ "reason", FIELD_TEXT, FIELD_NO_STATE, 1000, NULL, 0 },
	{ NULL, FIELD_TEXT, 0, 0, NULL, 0 },
};

static const struct field action_fields[] = {
	{ "number", FIELD_TEXT, FIELD_NEEDED, 20, NULL, 0 },
	{ "measure", FIELD_PARENT, FIELD_NEEDED, 20, "measures", 0 },
	{ "title_fr", FIELD_TEXT, FIELD_NEEDED, 300, NULL, 0 },
	{ "title_en", FIELD_TEXT, FIELD_ERASABLE, 300, NULL, 0 },
	{ "origin", FIELD_CHOICE, 0, 0, ORIGINS, 0 },
	{ "level", FIELD_CHOICE, FIELD_NEEDED, 0, "national department", 0 },
	{ "weight", FIELD_DECIMAL, 0, 1000, NULL, 0.001 },
	{ "deliverable_fr", FIELD_TEXT, FIELD_ERASABLE, 1000, NULL, 0 },
	{ "deliverable_en", FIELD_TEXT, FIELD_ERASABLE, 1000, NULL, 0 },
	{ "start_on", FIELD_DAY, FIELD_ERASABLE, 0, NULL, 0 },
	{ "initial_due_on", FIELD_DAY, FIELD_ERASABLE, 0, NULL, 0 },
	{ "due_on", FIELD_DAY, FIELD_ERASABLE, 0, NULL, 0 },
	{ "lead", FIELD_ORGANISATION, FIELD_ERASABLE, 32, NULL, 0 },
	{ "co_leads", FIELD_ORGANISATIONS, FIELD_ERASABLE, 0, NULL, 0 },
	{ "partners", FIELD_ORGANISATIONS, FIELD_ERASABLE, 0, NULL, 0 },
	{ "reason", FIELD_TEXT, FIELD_NO_STATE, 1000, NULL, 0 },
	{ "milestones", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "budget", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "deployments", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "declared", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ "deployments_declared", FIELD_IGNORED, 0, 0, NULL, 0 },
	{ NULL, FIELD_TEXT, 0, 0, NULL, 0 },
};

/* ---------------------------------------------------------------- names of things */

static bool is_plan_code(const char *code)
{
	return code[0] != '-' && strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(code);
}

static bool is_organisation_code(const char *code)
{
	return code[0] != '-' && code[0] != '_' && strlen(code) <= 32 &&
	       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == strlen(code);
}

/* "7.2", "12bis": letters and digits, single full stops between. */
static bool is_number(const char *text)
{
	static const char alnum[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	if (strlen(text) > 20)
		return false;
	for (;;) {
		size_t n = strspn(text, alnum);

		if (n == 0)
			return false;
		text += n;
		if (!*text)
			return true;
		if (*text++ != '.')
			return false;
	}
}

/* ---------------------------------------------------------------- lists */

struct list {
	const char *name, *object, *key;	/* "actions", "action", "number" */
	const struct field *fields;
	enum msg bad_key;
	bool (*good_key)(const char *key);
	/* What a merged object needs beyond its fields. */
	void (*more)(struct import *im, const struct json_reader *r, json_t *merged,
		     const json_t *old, json_t *diff);
};

static void warn_outside(struct import *im, const struct json_reader *r, const json_t *merged)
{
	static const char *const days[] = { "start_on", "due_on" };

	for (int i = 0; i < 2 && im->start_on && im->end_on; i++) {
		const char *day = import_text(merged, days[i]);

		if (day && (strcmp(day, im->start_on) < 0 || strcmp(day, im->end_on) > 0))
			import_warn(im, json_pointer(r, days[i]), MSG_OUTSIDE_PLAN, day,
				    im->start_on, im->end_on);
	}
}

static void more_of_measure(struct import *im, const struct json_reader *r, json_t *merged,
			    const json_t *old, json_t *diff)
{
	import_carriers(im, r, "measure", merged, old, diff);
}

static void more_of_action(struct import *im, const struct json_reader *r, json_t *merged,
			   const json_t *old, json_t *diff)
{
	import_due_dates(im, r, merged, old, import_text(merged, "reason"));
	import_carriers(im, r, "action", merged, old, diff);
	import_milestones(im, r, merged, old, diff);
	import_budget(im, r, merged, old, diff);
	import_deployments(im, r, merged, old, diff);
	if (!old || json_array_size(diff) > 0)
		warn_outside(im, r, merged);
	if (!im->told_of_status && (json_object_get(r->object, "declared") ||
				    json_object_get(r->object, "deployments_declared"))) {
		im->told_of_status = true;
		import_warn(im, r->base, MSG_STATUS_IGNORED, NULL, NULL, NULL);
	}
}

static void more_of_organisation(struct import *im, const struct json_reader *r, json_t *merged,
				 const json_t *old, json_t *diff)
{
	if (old && json_array_size(diff) > 0)
		import_warn(im, r->base, MSG_ORGANISATION_RENAMED, import_text(merged, "code"),
			    NULL, NULL);
}

static const struct list organisations = { "organisations", "organisation", "code", organisation_fields,
	MSG_BAD_ORGANISATION_CODE, is_organisation_code, more_of_organisation };
static const struct list objectives = { "objectives", "objective", "number", objective_fields,
	MSG_BAD_NUMBER, is_number, NULL };
static const struct list measures = { "measures", "measure", "number", measure_fields,
	MSG_BAD_NUMBER, is_number, more_of_measure };
static const struct list actions = { "actions", "action", "number", action_fields,
	MSG_BAD_NUMBER, is_number, more_of_action };

/* True when the row itself differs, not only what hangs on it. */
static bool row_differs(const json_t *diff)
{
	static const char hanging[] = "milestones budget deployments";
	const json_t *one;
	size_t i;

	json_array_foreach(diff, i, one) {
		const char *field = import_text(one, "field"), *at = strstr(hanging, field);
		size_t len = strlen(field);

		if (!at || (at > hanging && at[-1] != ' ') || (at[len] && at[len] != ' '))
			return true;
	}
	return false;
}

static void read_object(struct import *im, const struct list *list, const struct json_reader *r,
			const char *key, const json_t *old)
{
	json_t *merged, *diff;

	import_merge(im, r, list->fields, old, &merged, &diff);
	if (list->more)
		list->more(im, r, merged, old, diff);
	import_item(im, list->object, key, merged, !old, diff);
	if (!old || row_differs(diff))
		import_row(im, list->name, json_incref(merged));
	json_decref(merged);
	json_decref(diff);
}

/* The key of an element, checked; NULL after a fault, since nothing can be compared then. */
static const char *key_of(const struct list *list, const struct json_reader *r, json_t *seen)
{
	const char *key = NULL, *first;

	if (!json_object_get(r->object, list->key))
		err_add(r->e, json_pointer(r, list->key), MSG_REQUIRED);
	key = import_text(r->object, list->key);
	if (!key)
		return NULL;		/* of a wrong type: told with the other fields */
	if (!list->good_key(key)) {
		err_add(r->e, json_pointer(r, list->key), list->bad_key, key);
		return NULL;
	}
	first = import_text(seen, key);
	if (first) {
		err_add(r->e, json_pointer(r, list->key), MSG_DUPLICATE, key, first);
		return NULL;
	}
	json_object_set_new(seen, key, json_string(r->base));
	return key;
}

/* An object whose key is no good: compared with nothing, but its other faults are told too. */
static void read_nameless(struct import *im, const struct list *list, const struct json_reader *r)
{
	json_t *nothing = json_object(), *merged, *diff;

	import_merge(im, r, list->fields, nothing, &merged, &diff);
	json_decref(merged);
	json_decref(diff);
	json_decref(nothing);
}

/* Says which keys there will be before anything is read, so that references may point anywhere. */
static void announce(const struct list *list, const json_t *document, json_t *into)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(document, list->name), i, one) {
		const char *key = import_text(one, list->key);

		if (key && !json_object_get(into, key))
			json_object_set_new(into, key, json_true());
	}
}

static void read_list(struct import *im, const struct list *list, const json_t *old_by_key)
{
	struct json_reader root = { im->document, "#", im->e };
	const json_t *elements = NULL, *one;
	json_t *seen;
	size_t i;

	if (json_array_in(&elements, &root, list->name, 0) != JSON_GIVEN)
		return;
	seen = json_object();
	json_array_foreach(elements, i, one) {
		const char *base = arena_printf(im->e->arena, "#/%s/%zu", list->name, i), *key;
		struct json_reader r = { one, base, im->e };

		if (!json_is_object(one))
			err_add(im->e, base, MSG_WANT_OBJECT);
		else if ((key = key_of(list, &r, seen)))
			read_object(im, list, &r, key, json_object_get(old_by_key, key));
		else
			read_nameless(im, list, &r);
	}
	json_decref(seen);
}

/* The objects of a list by their number. */
static json_t *by_number(const json_t *plan, const char *list)
{
	json_t *map = json_object(), *one;
	size_t i;

	json_array_foreach(json_object_get(plan, list), i, one)
		json_object_set(map, import_text(one, "number"), one);
	return map;
}

static void read_numbered(struct import *im, const struct list *list)
{
	json_t *old = by_number(im->known->plan, list->name);
	json_t *all = json_copy(old);

	announce(list, im->document, all);
	json_object_set_new(im->numbers, list->name, all);
	read_list(im, list, old);
	json_decref(old);
}

/* ---------------------------------------------------------------- the plan itself */

static void check_plan(struct import *im, const struct json_reader *r, const json_t *merged)
{
	const char *code = import_text(merged, "code"), *zone = import_text(r->object, "time_zone");

	if (code && !is_plan_code(code))
		err_add(im->e, "#/code", MSG_BAD_CODE, code);
	if (zone && !im->known->zone_known)
		err_add(im->e, "#/time_zone", MSG_UNKNOWN_ZONE, zone);
	im->start_on = import_text(merged, "start_on");
	im->end_on = import_text(merged, "end_on");
	if (im->start_on && im->end_on && strcmp(im->end_on, im->start_on) <= 0)
		err_add(im->e, "#/end_on", MSG_DAYS_REVERSED, im->start_on, im->end_on);
}

static void warn_counts(struct import *im, const json_t *merged)
{
	static const char *const names[] = { "objectives", "measures", "actions" };
	struct arena *a = im->e->arena;

	for (int i = 0; i < 3; i++) {
		const json_t *expected = json_object_get(json_object_get(merged, "expected"), names[i]);
		size_t entered = json_object_size(json_object_get(im->numbers, names[i]));

		if (!expected || (json_int_t)entered == json_integer_value(expected))
			continue;
		import_warn(im, arena_printf(a, "#/expected/%s", names[i]), MSG_COUNT_MISMATCH,
			    arena_printf(a, "%zu", entered),
			    arena_printf(a, "%lld", (long long)json_integer_value(expected)), NULL);
	}
}

static void read_all(struct import *im)
{
	struct json_reader root = { im->document, "#", im->e };
	const json_t *old = im->known->plan;
	json_t *merged, *diff;

	announce(&organisations, im->document, im->organisations);
	read_list(im, &organisations, im->known->organisations);
	import_merge(im, &root, plan_fields, old, &merged, &diff);
	check_plan(im, &root, merged);
	import_item(im, "plan", import_text(im->document, "code") ? import_text(im->document, "code") :
		    "", merged, !old, diff);
	if (!old || json_array_size(diff) > 0) {
		json_t *row = json_copy(merged);
		static const char *const lists[] = { "organisations", "objectives", "measures", "actions" };

		for (int i = 0; i < 4; i++)
			json_object_del(row, lists[i]);
		json_object_set_new(im->changes, "plan", row);
	}
	read_numbered(im, &objectives);
	read_numbered(im, &measures);
	read_numbered(im, &actions);
	warn_counts(im, merged);
	json_decref(diff);
	json_decref(merged);
}

static json_t *refusals(const struct err *e, enum lang lang)
{
	json_t *list = json_array();

	for (const struct fault *f = e->first; f; f = f->next)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "pointer", f->where, "code",
			msg_code(f->msg), "detail", fault_detail(e, f, lang)));
	return list;
}

bool import_check(struct import_result *out, const json_t *document,
		  const struct import_known *known, struct err *e)
{
	const char *format = import_text(document, "format"), *code = import_text(document, "code");
	struct import im = { .e = e, .known = known, .document = document,
		.organisations = json_copy((json_t *)(uintptr_t)known->organisations),
		.numbers = json_object(), .items = json_array(), .warnings = json_array(),
		.changes = json_object() };

	if (!format || strcmp(format, "plan/1") != 0)
		err_add(e, "#/format", MSG_PLAN_FORMAT);
	else
		read_all(&im);
	out->changes = im.changes;
	out->preview = json_pack("{s:s?, s:b, s:{s:i, s:i, s:i, s:i}, s:o, s:o, s:o}", "plan", code,
		"new_plan", !known->plan, "counts", "new", im.created, "changed", im.changed,
		"same", im.same, "refused", e->fault_count, "items", im.items,
		"refused", refusals(e, known->lang), "warnings", im.warnings);
	json_decref(im.organisations);
	json_decref(im.numbers);
	return err_ok(e);
}
