/*
 * The parts of an action or a measure in plan/1: who carries it, its dates, its
 * milestones, its budget, where it is deployed.
 */
#include <string.h>

#include "document.h"
#include "territory.h"

static const struct field milestone_fields[] = {
	{ "title_fr", FIELD_TEXT, FIELD_NEEDED, 300, NULL, 0 },
	{ "title_en", FIELD_TEXT, FIELD_ERASABLE, 300, NULL, 0 },
	{ "initial_due_on", FIELD_DAY, FIELD_ERASABLE | FIELD_NO_STATE, 0, NULL, 0 },
	{ "due_on", FIELD_DAY, FIELD_NEEDED, 0, NULL, 0 },
	{ "done_on", FIELD_DAY, FIELD_ERASABLE, 0, NULL, 0 },
	{ "reason", FIELD_TEXT, FIELD_NO_STATE, 1000, NULL, 0 },
	{ NULL, FIELD_TEXT, 0, 0, NULL, 0 },
};

static const struct field budget_fields[] = {
	{ "funding", FIELD_TEXT, 0, 200, NULL, 0 },
	{ "planned", FIELD_DECIMAL, FIELD_ERASABLE, 1e15, NULL, 0 },
	{ "committed", FIELD_DECIMAL, FIELD_ERASABLE, 1e15, NULL, 0 },
	{ "spent", FIELD_DECIMAL, FIELD_ERASABLE, 1e15, NULL, 0 },
	{ "currency", FIELD_TEXT, 0, 3, NULL, 0 },
	{ NULL, FIELD_TEXT, 0, 0, NULL, 0 },
};

static void tell(json_t *diff, const char *field, const json_t *old, const json_t *new)
{
	json_array_append_new(diff, json_pack("{s:s, s:O?, s:O?}", "field", field, "old", old,
					      "new", new));
}

/* ---------------------------------------------------------------- who carries it */

static const struct { const char *field, *role; } roles[] = {
	{ "lead", "lead" }, { "co_leads", "co_lead" }, { "partners", "partner" },
};

enum { ROLES = sizeof roles / sizeof *roles };

/* The codes of a role as a list of one's own. */
static json_t *codes_of(const json_t *object, int role)
{
	json_t *value = json_object_get(object, roles[role].field);

	if (json_is_array(value))
		return json_copy(value);
	return json_is_string(value) ? json_pack("[O]", value) : json_array();
}

static int place_of(const json_t *codes, const json_t *code)
{
	const json_t *one;
	size_t i;

	json_array_foreach(codes, i, one)
		if (json_equal(one, code))
			return (int)i;
	return -1;
}

/* Takes `code` out of a role that the document does not speak of: what it says elsewhere wins. */
static void leave_role(json_t *merged, json_t *diff, int role, const json_t *code)
{
	json_t *old = json_incref(json_object_get(merged, roles[role].field));
	json_t *left = codes_of(merged, role);

	json_array_remove(left, (size_t)place_of(left, code));
	if (role == 0 || json_array_size(left) == 0)
		json_object_del(merged, roles[role].field);
	else
		json_object_set(merged, roles[role].field, left);
	tell(diff, roles[role].field, old, json_object_get(merged, roles[role].field));
	json_decref(left);
	json_decref(old);
}

static void one_role_each(struct import *im, const struct json_reader *r, json_t *merged,
			  json_t *diff, int a, int b)
{
	json_t *of_a = codes_of(merged, a), *of_b = codes_of(merged, b), *code;
	bool a_given = json_object_get(r->object, roles[a].field);
	bool b_given = json_object_get(r->object, roles[b].field);
	size_t i;

	json_array_foreach(of_b, i, code) {
		if (place_of(of_a, code) < 0)
			continue;
		if (a_given == b_given)
			err_add(im->e, json_pointer(r, roles[b].field), MSG_TWO_ROLES,
				json_string_value(code));
		else
			leave_role(merged, diff, a_given ? b : a, code);
	}
	json_decref(of_a);
	json_decref(of_b);
}

void import_carriers(struct import *im, const struct json_reader *r, const char *object,
		     json_t *merged, const json_t *old, json_t *diff)
{
	const char *start = import_text(merged, "start_on");

	if (!start)
		start = im->start_on;
	for (int a = 0; a < ROLES; a++)
		for (int b = a + 1; b < ROLES; b++)
			one_role_each(im, r, merged, diff, a, b);
	for (int i = 0; i < ROLES; i++) {
		json_t *before = codes_of(old, i), *after = codes_of(merged, i);

		if (!import_same(before, after, FIELD_ORGANISATIONS))
			import_row(im, "assignments", json_pack("{s:O, s:s, s:O, s:s?}", object,
				json_object_get(merged, "number"), "role", roles[i].role,
				"organisations", after, "from_on",
				old ? im->known->today : start));
		json_decref(before);
		json_decref(after);
	}
}

/* ---------------------------------------------------------------- dates */

void import_due_dates(struct import *im, const struct json_reader *r, const json_t *merged,
		      const json_t *old, const char *reason)
{
	const char *due = import_text(merged, "due_on"), *was = import_text(old, "due_on");
	const char *start = import_text(merged, "start_on");
	const char *initial = import_text(merged, "initial_due_on");
	const char *first = import_text(old, "initial_due_on");

	if (was && (!due || strcmp(due, was) != 0) && !reason)
		err_add(im->e, json_pointer(r, "due_on"), MSG_MOVED_WITHOUT_REASON, was,
			due ? due : "-");
	if (first && (!initial || strcmp(initial, first) != 0))
		err_add(im->e, json_pointer(r, "initial_due_on"), MSG_INITIAL_STAYS, first);
	if (start && due && strcmp(due, start) < 0)
		err_add(im->e, json_pointer(r, "due_on"), MSG_DAYS_REVERSED, start, due);
}

/* ---------------------------------------------------------------- lists inside an action */

/* The element of `list` whose `key` is `value`; `value` NULL fits an absent key. */
static const json_t *element(const json_t *list, const char *key, const char *value)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const char *text = import_text(one, key);

		if (text && value ? strcmp(text, value) == 0 : text == value)
			return one;
	}
	return NULL;
}

struct part {
	const char *list, *rows, *key;
	const struct field *fields;
	bool dated;
};

static void one_part(struct import *im, const struct json_reader *r, const struct part *part,
		     const json_t *action, const json_t *old, const char *reason, json_t *diff)
{
	json_t *merged, *fields;

	import_merge(im, r, part->fields, old, &merged, &fields);
	if (import_text(merged, "reason"))
		reason = import_text(merged, "reason");
	if (part->dated)
		import_due_dates(im, r, merged, old, reason);
	if (!old || json_array_size(fields) > 0) {
		json_t *row = json_copy(merged);

		json_object_del(merged, "reason");
		tell(diff, part->list, old, merged);
		json_object_set(row, "action", json_object_get(action, "number"));
		if (reason)
			json_object_set_new(row, "reason", json_string(reason));
		import_row(im, part->rows, row);
	}
	json_decref(merged);
	json_decref(fields);
}

static void parts(struct import *im, const struct json_reader *r, const struct part *part,
		  const json_t *action, const json_t *old, json_t *diff)
{
	const json_t *list = NULL, *one;
	const json_t *had = json_object_get(old, part->list);
	const char *base;
	json_t *seen;
	size_t i;

	if (json_array_in(&list, r, part->list, JSON_NULLABLE) != JSON_GIVEN)
		return;
	base = json_pointer(r, part->list);
	seen = json_object();
	json_array_foreach(list, i, one) {
		const char *pointer = arena_printf(im->e->arena, "%s/%zu", base, i);
		struct json_reader inner = { one, pointer, im->e };
		const char *key = import_text(one, part->key);

		if (!json_is_object(one)) {
			err_add(im->e, pointer, MSG_WANT_OBJECT);
			continue;
		}
		if (json_object_get(seen, key ? key : ""))
			err_add(im->e, pointer, MSG_REPEATED, key ? key : "");
		json_object_set_new(seen, key ? key : "", json_true());
		one_part(im, &inner, part, action, element(had, part->key, key),
			 import_text(action, "reason"), diff);
	}
	json_decref(seen);
}

void import_milestones(struct import *im, const struct json_reader *r, const json_t *merged,
		       const json_t *old, json_t *diff)
{
	static const struct part part = { "milestones", "milestones", "title_fr", milestone_fields,
					  true };

	parts(im, r, &part, merged, old, diff);
}

static bool is_currency(const char *text)
{
	return strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

void import_budget(struct import *im, const struct json_reader *r, const json_t *merged,
		   const json_t *old, json_t *diff)
{
	static const struct part part = { "budget", "budget", "funding", budget_fields, false };
	const json_t *line;
	size_t i;

	parts(im, r, &part, merged, old, diff);
	json_array_foreach(json_object_get(r->object, "budget"), i, line) {
		const char *currency = import_text(line, "currency");

		if (currency && !is_currency(currency))
			err_add(im->e, arena_printf(im->e->arena, "%s/%zu/currency",
				json_pointer(r, "budget"), i), MSG_BAD_CHOICE, currency, "EUR, CHF, GBP…");
	}
}

/* ---------------------------------------------------------------- where it is deployed */

/* Puts the départements of `code` into `set`, or takes them out. */
static void mark(struct import *im, json_t *set, const char *code, bool in)
{
	const json_t *all = im->known->territories;
	json_t *entry;
	const char *level = json_string_value(json_array_get(json_object_get(all, code), 0));
	const char *one;

	json_object_foreach((json_t *)(uintptr_t)all, one, entry) {
		const char *parent = json_string_value(json_array_get(entry, 1));

		if (strcmp(json_string_value(json_array_get(entry, 0)), "department") != 0)
			continue;
		if (strcmp(one, code) != 0 && (!level || strcmp(level, "national") != 0) &&
		    (!parent || strcmp(parent, code) != 0))
			continue;
		if (in)
			json_object_set_new(set, one, json_true());
		else
			json_object_del(set, one);
	}
}

static void read_territories(struct import *im, const struct json_reader *r, const char *field,
			     unsigned flags, json_t *set, bool in)
{
	const json_t *list = NULL, *one;
	const char *base;
	size_t i;

	if (json_array_in(&list, r, field, flags) != JSON_GIVEN)
		return;
	base = json_pointer(r, field);
	json_array_foreach(list, i, one) {
		const char *pointer = arena_printf(im->e->arena, "%s/%zu", base, i);

		if (!json_is_string(one))
			err_add(im->e, pointer, MSG_WANT_TEXT);
		else if (territory_check(im->e, pointer, json_string_value(one)))
			mark(im, set, json_string_value(one), in);
	}
}

/* The départements of one deployment that are not there yet, in the order of their codes. */
static json_t *new_territories(json_t *set, const json_t *had)
{
	json_t *list = json_array(), *one;
	const char *code;
	size_t i;

	json_array_foreach(json_object_get(had, "territories"), i, one)
		json_object_del(set, json_string_value(one));
	json_object_foreach(set, code, one)
		json_array_append_new(list, json_string(code));
	return list;
}

static size_t one_deployment(struct import *im, const struct json_reader *r, const json_t *action,
			     const json_t *had)
{
	const char *organisation = NULL;
	json_t *set = json_object(), *list;
	size_t n = 0;

	json_only(r, "organisation territories except");
	json_text(&organisation, r, "organisation", JSON_REQUIRED, 32);
	if (organisation && !import_organisation(im, json_pointer(r, "organisation"), organisation))
		organisation = NULL;
	read_territories(im, r, "territories", JSON_REQUIRED, set, true);
	read_territories(im, r, "except", 0, set, false);
	if (organisation) {
		list = new_territories(set, element(had, "organisation", organisation));
		n = json_array_size(list);
		if (n > 0)
			import_row(im, "deployments", json_pack("{s:O, s:s, s:O}", "action",
				json_object_get(action, "number"), "organisation", organisation,
				"territories", list));
		json_decref(list);
	}
	json_decref(set);
	return n;
}

static size_t deployed(const json_t *list)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach(list, i, one)
		n += json_array_size(json_object_get(one, "territories"));
	return n;
}

void import_deployments(struct import *im, const struct json_reader *r, const json_t *merged,
			const json_t *old, json_t *diff)
{
	const json_t *list = NULL, *one, *had = json_object_get(old, "deployments");
	const char *level = import_text(merged, "level"), *base;
	size_t i, before = deployed(had), more = 0;
	bool national = level && strcmp(level, "department") != 0;

	if (national && before > 0)
		err_add(im->e, json_pointer(r, "level"), MSG_STILL_DEPLOYED);
	if (json_array_in(&list, r, "deployments", JSON_NULLABLE) != JSON_GIVEN)
		return;
	base = json_pointer(r, "deployments");
	if (national && json_array_size(list) > 0 && before == 0)
		err_add(im->e, base, MSG_NOT_DEPLOYED);
	json_array_foreach(list, i, one) {
		const char *pointer = arena_printf(im->e->arena, "%s/%zu", base, i);
		struct json_reader inner = { one, pointer, im->e };

		if (json_is_object(one))
			more += one_deployment(im, &inner, merged, had);
		else
			err_add(im->e, pointer, MSG_WANT_OBJECT);
	}
	if (more > 0)
		json_array_append_new(diff, json_pack("{s:s, s:I, s:I}", "field", "deployments",
			"old", (json_int_t)before, "new", (json_int_t)(before + more)));
}
