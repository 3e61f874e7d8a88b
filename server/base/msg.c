/*
 * Messages: the catalogue and how its arguments are put in.
 */
#include "msg.h"

#include <string.h>

struct msg_info {
	const char *code, *text[2];
};

static const struct msg_info table[MSG_COUNT] = {
	[MSG_NONE] = { "", { "", "" } },
#define MSG(id, code, fr, en) [id] = { code, { fr, en } },
#include "msg.def"
#undef MSG
};

/* The argument that `at` ("{1}…") stands for, or -1 when it is plain text. */
static int argument_at(const char *at)
{
	if (at[0] == '{' && at[1] >= '0' && at[1] < '0' + MSG_ARGS && at[2] == '}')
		return at[1] - '0';
	return -1;
}

/* Between the two languages of an argument; no text of a person may hold it. */
enum { EITHER = '\x1f' };

const char *msg_either(struct arena *a, const char *fr, const char *en)
{
	return arena_printf(a, "%s%c%s", fr, EITHER, en ? en : fr);
}

/* The part of an argument that is read in this language; NULL reads as empty. */
static const char *argument_in(size_t *len, const char *arg, enum lang lang)
{
	const char *end = arg ? strchr(arg, EITHER) : NULL;

	if (end && lang == LANG_EN)
		arg = end + 1;
	*len = !arg ? 0 : end && lang == LANG_FR ? (size_t)(end - arg) : strlen(arg);
	return arg ? arg : "";
}

const char *msg_text(struct arena *a, enum msg msg, enum lang lang, const char *const arg[MSG_ARGS])
{
	const char *text = table[msg].text[lang];
	size_t size = strlen(text), len;
	char *out, *to;

	for (const char *at = text; *at; at++) {
		int i = argument_at(at);

		if (i >= 0) {
			argument_in(&len, arg[i], lang);
			size += len;
		}
	}
	out = to = arena_alloc(a, size + 1);
	while (*text) {
		int i = argument_at(text);

		if (i < 0) {
			*to++ = *text++;
			continue;
		}
		const char *own = argument_in(&len, arg[i], lang);

		to = mempcpy(to, own, len);
		text += 3;
	}
	*to = '\0';
	return out;
}

const char *msg_code(enum msg msg)
{
	return table[msg].code;
}

enum msg msg_find(const char *code)
{
	for (enum msg m = MSG_NONE + 1; m < MSG_COUNT; m++)
		if (strcmp(table[m].code, code) == 0)
			return m;
	return MSG_NONE;
}

const char *lang_code(enum lang lang)
{
	return lang == LANG_EN ? "en" : "fr";
}
