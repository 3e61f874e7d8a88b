/*
 * One object of a plan/1 document: its fields read by a table, each compared
 * with what was there.
 */
#include <string.h>

#include "document.h"
#include "text.h"

enum { NAMES_BYTES = 800 };

const char *import_text(const json_t *object, const char *field)
{
	return json_string_value(json_object_get(object, field));
}

static bool listed(const json_t *list, const json_t *value)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (json_equal(one, value))
			return true;
	return false;
}

/* Lists of codes: an order means nothing, and an empty one is none. */
static bool same_set(const json_t *a, const json_t *b)
{
	const json_t *one;
	size_t i;

	if (json_array_size(a) != json_array_size(b))
		return false;
	json_array_foreach(a, i, one)
		if (!listed(b, one))
			return false;
	return true;
}

static bool same_counts(const json_t *a, const json_t *b)
{
	static const char *const names[] = { "objectives", "measures", "actions" };

	for (int i = 0; i < 3; i++)
		if (!import_same(json_object_get(a, names[i]), json_object_get(b, names[i]),
				 FIELD_WHOLE))
			return false;
	return true;
}

bool import_same(const json_t *a, const json_t *b, enum field_kind kind)
{
	if (json_is_null(a))
		a = NULL;
	if (json_is_null(b))
		b = NULL;
	if (kind == FIELD_ORGANISATIONS)
		return same_set(a, b);
	if (kind == FIELD_COUNTS)
		return same_counts(a, b);
	if (kind == FIELD_TEXTS && json_array_size(a) == 0 && json_array_size(b) == 0)
		return true;
	if (!a || !b)
		return !a && !b;
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) >= json_number_value(b) &&
		       json_number_value(a) <= json_number_value(b);
	return json_equal(a, b);
}

/* The codes of all organisations, for text_nearest. */
static const char *const *organisation_codes(struct import *im)
{
	const char **codes = arena_alloc(im->e->arena,
					 (json_object_size(im->organisations) + 1) * sizeof *codes);
	const char *code;
	json_t *one;
	int n = 0;

	json_object_foreach(im->organisations, code, one)
		codes[n++] = code;
	return codes;
}

bool import_organisation(struct import *im, const char *pointer, const char *code)
{
	const char *nearest;

	if (json_object_get(im->organisations, code))
		return true;
	nearest = text_nearest(code, organisation_codes(im));
	if (nearest)
		return err_add(im->e, pointer, MSG_ORGANISATION_HINT, code, nearest);
	return err_add(im->e, pointer, MSG_UNKNOWN_ORGANISATION, code);
}

static enum json_found read_organisations(json_t **value, struct import *im,
					  const struct json_reader *r, const struct field *f,
					  unsigned flags)
{
	const json_t *list, *one;
	enum json_found found = json_array_in(&list, r, f->name, flags);
	const char *base;
	size_t i;

	if (found != JSON_GIVEN)
		return found;
	base = json_pointer(r, f->name);
	*value = json_array();
	json_array_foreach(list, i, one) {
		const char *pointer = arena_printf(im->e->arena, "%s/%zu", base, i);

		if (!json_is_string(one))
			err_add(im->e, pointer, MSG_WANT_TEXT);
		else if (listed(*value, one))
			err_add(im->e, pointer, MSG_REPEATED, json_string_value(one));
		else if (import_organisation(im, pointer, json_string_value(one)))
			json_array_append(*value, (json_t *)(uintptr_t)one);
	}
	return JSON_GIVEN;
}

/* Texts, each held to the same rules as a text field. */
static enum json_found read_texts(json_t **value, const struct json_reader *r,
				  const struct field *f, unsigned flags)
{
	const json_t *list, *one;
	enum json_found found = json_array_in(&list, r, f->name, flags);
	const char *base, *text;
	size_t i;

	if (found != JSON_GIVEN)
		return found;
	base = json_pointer(r, f->name);
	*value = json_array();
	json_array_foreach(list, i, one) {
		const char *place = arena_printf(r->e->arena, "%zu", i);
		json_t *holder = json_pack("{s:O}", place, one);
		struct json_reader element = { holder, base, r->e };

		if (json_text(&text, &element, place, JSON_REQUIRED, (size_t)f->max) == JSON_GIVEN)
			json_array_append(*value, (json_t *)(uintptr_t)one);
		json_decref(holder);
	}
	return JSON_GIVEN;
}

static enum json_found read_counts(json_t **value, const struct json_reader *r,
				   const struct field *f, unsigned flags)
{
	static const char *const names[] = { "objectives", "measures", "actions" };
	const json_t *object;
	enum json_found found = json_object_in(&object, r, f->name, flags);
	struct json_reader inner = { NULL, NULL, r->e };
	int64_t n;

	if (found != JSON_GIVEN)
		return found;
	inner.object = object;
	inner.base = json_pointer(r, f->name);
	json_only(&inner, "objectives measures actions");
	*value = json_object();
	for (int i = 0; i < 3; i++)
		if (json_whole(&n, &inner, names[i], JSON_NULLABLE, 0, (int64_t)f->max) ==
		    JSON_GIVEN)
			json_object_set_new(*value, names[i], json_integer(n));
	return JSON_GIVEN;
}

static enum json_found read_reference(struct import *im, const struct json_reader *r,
				      const struct field *f, unsigned flags, const char **text)
{
	enum json_found found = json_text(text, r, f->name, flags, (size_t)f->max);

	if (found != JSON_GIVEN)
		return found;
	if (f->kind == FIELD_ORGANISATION)
		return import_organisation(im, json_pointer(r, f->name), *text) ? JSON_GIVEN :
		       JSON_FAULT;
	if (json_object_get(json_object_get(im->numbers, f->choices), *text))
		return JSON_GIVEN;
	err_add(im->e, json_pointer(r, f->name), MSG_DANGLING, *text);
	return JSON_FAULT;
}

/* The value of one field as it is to be kept: a reference of one's own. */
static enum json_found read_field(json_t **value, struct import *im, const struct json_reader *r,
				  const struct field *f, unsigned flags)
{
	enum json_found found = JSON_ABSENT;
	const char *text;
	int32_t day;
	int64_t whole;
	double decimal;
	bool truth;

	switch (f->kind) {
	case FIELD_ORGANISATIONS:
		return read_organisations(value, im, r, f, flags);
	case FIELD_TEXTS:
		return read_texts(value, r, f, flags);
	case FIELD_COUNTS:
		return read_counts(value, r, f, flags);
	case FIELD_TEXT:
		found = json_text(&text, r, f->name, flags, (size_t)f->max);
		break;
	case FIELD_DAY:
		found = json_day(&day, r, f->name, flags);
		break;
	case FIELD_WHOLE:
		found = json_whole(&whole, r, f->name, flags, (int64_t)f->min, (int64_t)f->max);
		break;
	case FIELD_DECIMAL:
		found = json_decimal(&decimal, r, f->name, flags, f->min, f->max);
		break;
	case FIELD_TRUTH:
		found = json_truth(&truth, r, f->name, flags);
		break;
	case FIELD_CHOICE:
		found = json_choice(&text, r, f->name, flags, f->choices);
		break;
	case FIELD_ORGANISATION:
	case FIELD_PARENT:
		found = read_reference(im, r, f, flags, &text);
		break;
	case FIELD_IGNORED:
		break;
	}
	if (found == JSON_GIVEN)
		*value = json_incref(json_object_get(r->object, f->name));
	return found;
}

static void only_known(const struct json_reader *r, const struct field *fields)
{
	char names[NAMES_BYTES], *to = names;

	for (; fields->name; fields++)
		to = stpcpy(stpcpy(to, fields->name), " ");
	*to = '\0';
	json_only(r, names);
}

static void take(struct import *im, const struct json_reader *r, const struct field *f,
		 bool is_new, json_t *merged, json_t *diff)
{
	unsigned flags = (f->flags & FIELD_ERASABLE ? JSON_NULLABLE : 0) |
			 (is_new && f->flags & FIELD_NEEDED ? JSON_REQUIRED : 0);
	const json_t *old = json_object_get(merged, f->name);
	json_t *value = NULL;
	enum json_found found = read_field(&value, im, r, f, flags);

	if (found != JSON_GIVEN && found != JSON_NULL_GIVEN)
		return;
	if (f->flags & FIELD_NO_STATE || !import_same(old, value, f->kind)) {
		if (!(f->flags & FIELD_NO_STATE))
			json_array_append_new(diff, json_pack("{s:s, s:O?, s:O?}", "field", f->name,
							      "old", old, "new", value));
		if (value)
			json_object_set(merged, f->name, value);
		else
			json_object_del(merged, f->name);
	}
	json_decref(value);
}

void import_merge(struct import *im, const struct json_reader *r, const struct field *fields,
		  const json_t *old, json_t **merged, json_t **diff)
{
	*merged = old ? json_copy((json_t *)(uintptr_t)old) : json_object();
	*diff = json_array();
	only_known(r, fields);
	for (; fields->name; fields++)
		take(im, r, fields, !old, *merged, *diff);
}

void import_item(struct import *im, const char *object, const char *number, const json_t *merged,
		 bool is_new, json_t *diff)
{
	const char *title = import_text(merged, "title_fr");
	json_t *item;

	if (!is_new && json_array_size(diff) == 0) {
		im->same++;
		return;
	}
	item = json_pack("{s:s, s:s, s:s, s:s?}", "state", is_new ? "new" : "changed", "object", object,
			 "number", number, "title", title ? title : import_text(merged, "name_fr"));
	if (is_new)
		im->created++;
	else
		im->changed++;
	if (!is_new)
		json_object_set(item, "fields", diff);
	json_array_append_new(im->items, item);
}

void import_warn(struct import *im, const char *pointer, enum msg msg, const char *a, const char *b,
		 const char *c)
{
	const char *const args[MSG_ARGS] = { a, b, c };

	json_array_append_new(im->warnings, json_pack("{s:s, s:s, s:s}", "pointer", pointer, "code",
		msg_code(msg), "detail", msg_text(im->e->arena, msg, im->known->lang, args)));
}

void import_row(struct import *im, const char *list, json_t *row)
{
	json_t *rows = json_object_get(im->changes, list);

	if (!rows) {
		rows = json_array();
		json_object_set_new(im->changes, list, rows);
	}
	json_array_append_new(rows, row);
}
