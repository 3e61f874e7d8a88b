/*
 * Fault: what Lua said, as a numbered finding.  Pure text: the wording of Lua 5.4's messages is
 * known here and nowhere else.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "text.h"

struct said {
	struct finding *f;
	struct arena *a;
	const char *text;	/* without "plugin:9: " */
	int line;
	const char *in;		/* the function that was called, or "" */
};

static const char *word_of_type(const char *type, size_t len)
{
	static const struct {
		const char *lua, *word;
	} types[] = { { "nil", "@missing" },   { "number", "@number" },	    { "string", "@text" },
		      { "table", "@table" },   { "boolean", "@boolean" },   { "function", "@function" },
		      { "userdata", "@table" } };

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strlen(types[i].lua) == len && strncmp(types[i].lua, type, len) == 0)
			return types[i].word;
	}
	return "@other";
}

/* The text between the last pair of quotes that follows `after`; NULL: none. */
static const char *quoted(struct said *s, const char *after)
{
	const char *at = strstr(s->text, after), *open, *end;

	open = at ? strchr(at + strlen(after), '\'') : NULL;
	end = open ? strrchr(open, '\'') : NULL;
	return end && end > open ? arena_memdup(s->a, open + 1, (size_t)(end - open - 1)) : NULL;
}

/* The number that follows `after`, as text, or the line of the message. */
static const char *line_after(struct said *s, const char *after)
{
	const char *at = strstr(s->text, after);

	return arena_printf(s->a, "%d", at ? atoi(at + strlen(after)) : s->line);
}

static bool has(struct said *s, const char *part)
{
	return strstr(s->text, part) != NULL;
}

static bool say(struct said *s, enum finding_code code, const char *x, const char *y, const char *z)
{
	finding_set(s->f, code, s->line, x, y, z);
	return true;
}

static bool brace(struct said *s, const char *near)
{
	static const char *const closing = "end then do else elseif until";

	if (has(s, "near <eof>"))
		return say(s, V104, line_after(s, "at line "), NULL, NULL);
	if (near && (strchr("_\"'{[-", *near) || (unsigned char)(*near | 32) - 'a' < 26 ||
		     (unsigned char)*near - '0' < 10) &&
	    *near && !text_in_list(near, closing))
		return say(s, V103, near, NULL, NULL);
	return say(s, V109, near ? near : "}", NULL, NULL);
}

/* "'end' expected (to close 'if' at line 3) near …" */
static bool block(struct said *s)
{
	const char *closer = s->text[1] == 'e' ? "end" : s->text[1] == 'u' ? "until" :
							  s->text[1] == ')' ? ")" : "]";
	const char *opener = *closer == ')' ? "(" : *closer == ']' ? "[" : "function";
	const char *named = strstr(s->text, "(to close '");

	if (named) {
		named += strlen("(to close '");
		opener = arena_memdup(s->a, named, strcspn(named, "'"));
	}
	return say(s, V107, opener, line_after(s, "at line "), closer);
}

static bool syntax(struct said *s)
{
	const char *near = quoted(s, " near ");

	if (has(s, "binary chunk"))
		return say(s, V113, NULL, NULL, NULL);
	if (has(s, "unfinished long"))
		return say(s, V106, line_after(s, "at line "), NULL, NULL);
	if (has(s, "unfinished string"))
		return say(s, V105, NULL, NULL, NULL);
	if (has(s, "malformed number"))
		return say(s, V117, near, NULL, NULL);
	if ((strcmp(s->text, "C stack overflow") == 0 && s->line == 0) || has(s, "syntax levels") ||
	    has(s, "too many registers") || has(s, "too many C levels"))
		return say(s, V112, NULL, NULL, NULL);
	if (near && strcmp(near, "!") == 0)
		return say(s, V110, NULL, NULL, NULL);
	if (strncmp(s->text, "'}' expected", 12) == 0)
		return brace(s, near);
	if (strncmp(s->text, "'then' expected", 15) == 0 && near && strcmp(near, "=") == 0)
		return say(s, V108, NULL, NULL, NULL);
	if (has(s, " near <eof>") && strncmp(s->text, "unexpected", 10) == 0)
		return say(s, V118, NULL, NULL, NULL);
	if (has(s, "label") || has(s, "too many local") || has(s, "break outside"))
		return say(s, V114, NULL, NULL, NULL);
	if (strncmp(s->text, "<eof> expected", 14) == 0 || strncmp(s->text, "'<eof>' expected", 16) == 0)
		return say(s, V111, near, NULL, NULL);
	if (strncmp(s->text, "'end' expected", 14) == 0 || strncmp(s->text, "')' expected", 12) == 0 ||
	    strncmp(s->text, "']' expected", 12) == 0 || strncmp(s->text, "'until' expected", 16) == 0)
		return block(s);
	if (has(s, " near "))
		return near ? say(s, V109, near, NULL, NULL) : say(s, V114, NULL, NULL, NULL);
	return false;
}

/* "attempt to … a nil value (field 'x')" */
static bool attempt(struct said *s)
{
	const char *name = quoted(s, " value (");
	bool nil = has(s, " a nil value");

	name = name ? name : "@value";
	if (has(s, "attempt to call"))
		return say(s, V211, name, NULL, NULL);
	if (has(s, "attempt to index") || has(s, "attempt to get length"))
		return say(s, V210, name, NULL, NULL);
	if (has(s, "attempt to concatenate"))
		return say(s, V212, name, NULL, NULL);
	if (has(s, "attempt to perform 'n") || has(s, "attempt to divide by zero"))
		return say(s, V228, NULL, NULL, NULL);
	if (has(s, "attempt to perform"))
		return say(s, nil ? V208 : V214, name, NULL, NULL);
	return false;
}

static bool comparison(struct said *s)
{
	const char *at = strstr(s->text, "attempt to compare "), *with, *one;

	if (!at)
		return false;
	at += strlen("attempt to compare ");
	if (strncmp(at, "two ", 4) == 0) {
		one = word_of_type(at + 4, strcspn(at + 4, " "));
		return say(s, V209, one, one, NULL);
	}
	with = strstr(at, " with ");
	if (!with)
		return false;
	return say(s, V209, word_of_type(at, (size_t)(with - at)),
		   word_of_type(with + 6, strlen(with + 6)), NULL);
}

static bool argument(struct said *s)
{
	const char *at = strstr(s->text, "bad argument #"), *name, *end;

	if (!at)
		return false;
	name = strchr(at, '\'');
	end = name ? strchr(name + 1, '\'') : NULL;
	if (!end)
		return false;
	name = arena_memdup(s->a, name + 1, (size_t)(end - name - 1));
	return say(s, V213, arena_printf(s->a, "%d", atoi(at + 14)),
		   strcmp(name, "?") == 0 ? s->in : name, NULL);
}

/* "calling 'rows' on bad self (string expected, got table)" */
static bool by_colon(struct said *s)
{
	const char *name = has(s, "on bad self") ? strstr(s->text, "calling '") : NULL;

	if (!name)
		return false;
	name += strlen("calling '");
	return say(s, V256, arena_memdup(s->a, name, strcspn(name, "'")), NULL, NULL);
}

static bool running(struct said *s)
{
	if (comparison(s) || attempt(s) || argument(s) || by_colon(s))
		return true;
	if (has(s, "stack overflow") || has(s, "error in error handling"))
		return say(s, V218, NULL, NULL, NULL);
	if (has(s, "not enough memory"))
		return say(s, V217, "64", NULL, NULL);
	if (has(s, "invalid order function"))
		return say(s, V227, NULL, NULL, NULL);
	if (has(s, "no integer representation") || has(s, "must be a number"))
		return say(s, V214, "@value", NULL, NULL);
	if (has(s, "invalid conversion") || has(s, "invalid format"))
		return say(s, V220, quoted(s, "conversion"), NULL, NULL);
	return false;
}

static void lua_finding(struct finding *f, struct arena *a, const char *text, int line,
			const char *in)
{
	struct said s = { .f = f, .a = a, .text = text, .line = line, .in = in };

	f->detail = text;
	if (strncmp(text, "plugin:", 7) == 0) {
		char *end;

		s.line = (int)strtol(text + 7, &end, 10);
		s.text = strncmp(end, ": ", 2) == 0 ? end + 2 : end;
	}
	if (!syntax(&s) && !running(&s))
		say(&s, strstr(text, "expected") ? V114 : V222, NULL, NULL, NULL);
}

static bool is_quote(const char *p)
{
	static const char *const quotes[] = { "“", "”", "„", "‘", "’", "«", "»" };

	for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
		if (strncmp(p, quotes[i], strlen(quotes[i])) == 0)
			return true;
	return false;
}

void fault_character(struct finding *f, struct arena *a, const char *source, size_t source_len)
{
	const char *near = f->code == V109 && f->arg[0] ? f->arg[0] : "", *line;
	int first = strncmp(near, "<\\", 2) == 0 ? atoi(near + 2) : 0;
	size_t len = 0;
	char quote = '\0';

	line = first > 0 ? source_text(source, source_len, f->line, &len) : NULL;
	line = line ? arena_memdup(a, line, len) : "";
	for (const char *p = line; *p; p++) {
		size_t size = (unsigned char)*p < 0xE0 ? 2 : (unsigned char)*p < 0xF0 ? 3 : 4;

		if (quote ? *p == quote : *p == '"' || *p == '\'')
			quote = quote ? '\0' : *p;
		if (quote || (unsigned char)*p != first)
			continue;
		f->code = is_quote(p) ? V119 : V109;
		f->arg[0] = arena_memdup(a, p, strnlen(p, size));
		return;
	}
}

const char *fault_text(struct arena *a, const char *text)
{
	char *out = arena_strdup(a, text);

	for (char *p = out; p && *p; p++) {
		unsigned char c = (unsigned char)*p, after = (unsigned char)p[1];

		if (c == 0xC2 && after >= 0x80 && after <= 0x9F)	/* U+0080 to U+009F */
			p[0] = p[1] = ' ';
		else if (c < ' ' || c == 0x7F)
			*p = ' ';
	}
	return out;
}

void fault_finding(struct finding *f, struct arena *a, const json_t *body)
{
	const char *text = json_string_value(json_object_get(body, "lua"));
	const char *name = json_string_value(json_object_get(body, "code"));
	const json_t *args = json_object_get(body, "args");
	enum finding_code code = name ? finding_code_of(name) : FINDING_NONE;
	const char *arg[FINDING_ARGS] = { NULL };
	json_int_t at = json_integer_value(json_object_get(body, "line"));
	int line = at > 0 && at < PLUGIN_SOURCE_MAX ? (int)at : 0;

	if (text) {
		const char *in = json_string_value(json_object_get(body, "in"));

		lua_finding(f, a, fault_text(a, text), line, fault_text(a, in ? in : ""));
		return;
	}
	for (size_t i = 0; i < FINDING_ARGS; i++)
		arg[i] = fault_text(a, json_string_value(json_array_get(args, i)));
	finding_set_args(f, code == FINDING_NONE ? V225 : code, line, arg);
}
