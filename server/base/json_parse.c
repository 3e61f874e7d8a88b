/*
 * JSON in and out: strict parsing, compact writing.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* True when brackets nest at most `max` deep.  Only looks at brackets outside strings. */
static bool depth_within(const char *bytes, size_t len, int max)
{
	bool in_string = false;
	int depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > max)
				return false;
		} else if (c == ']' || c == '}') {
			depth--;
		}
	}
	return true;
}

static bool syntax_error(const json_error_t *where, struct err *e)
{
	const char *line = arena_printf(e->arena, "%d", where->line > 0 ? where->line : 1);
	const char *column = arena_printf(e->arena, "%d", where->column > 0 ? where->column : 1);

	if (json_error_code(where) == json_error_duplicate_key)
		return err_set(e, ERR_SYNTAX, MSG_JSON_DUPLICATE, line, column);
	return err_set(e, ERR_SYNTAX, MSG_JSON_SYNTAX, line, column);
}

bool json_parse_any(json_t **out, const char *bytes, size_t len, struct err *e)
{
	size_t blank = 0;
	json_error_t where;

	while (blank < len && memchr(" \t\r\n", bytes[blank], 4))
		blank++;
	if (blank == len)
		return err_set(e, ERR_SYNTAX, MSG_BODY_MISSING);
	if (!depth_within(bytes, len, JSON_DEPTH_MAX))
		return err_set(e, ERR_SYNTAX, MSG_JSON_DEPTH,
			       arena_printf(e->arena, "%d", JSON_DEPTH_MAX));
	*out = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &where);
	return *out ? true : syntax_error(&where, e);
}

bool json_parse(json_t **out, const char *bytes, size_t len, struct err *e)
{
	json_t *root;

	if (!json_parse_any(&root, bytes, len, e))
		return false;
	if (!json_is_object(root)) {
		json_decref(root);
		return err_set(e, ERR_SYNTAX, MSG_JSON_NOT_OBJECT);
	}
	*out = root;
	return true;
}

const char *json_write(struct arena *a, const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
	const char *copy;

	if (!text)
		abort();	/* out of memory: a value that was parsed or built here can be written */
	copy = arena_strdup(a, text);
	free(text);
	return copy;
}
