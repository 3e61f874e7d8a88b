/*
 * Reading texts of a request, purely: path, query, and single header values.
 * Nothing here knows a connection.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "internal.h"
#include "text.h"

enum { PAIRS_MAX = 40 };

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	       c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes %XX once, into a fresh text; NULL on a bad escape, a control character or bad UTF-8. */
static char *decode(struct arena *a, const char *raw, size_t len, bool plus)
{
	char *out = arena_alloc(a, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)raw[i];

		if (raw[i] == '%') {
			if (len - i < 3 || hex(raw[i + 1]) < 0 || hex(raw[i + 2]) < 0)
				return NULL;
			c = hex(raw[i + 1]) * 16 + hex(raw[i + 2]);
			i += 2;
		} else if (plus && raw[i] == '+') {
			c = ' ';
		}
		if (c < 0x20 || c == 0x7f)
			return NULL;
		out[n++] = (char)c;
	}
	return text_utf8_valid(out, n) ? out : NULL;
}

static bool is_path_character(char c)
{
	return isalnum((unsigned char)c) || strchr("-_.~/%", c);
}

bool path_decode(const char **out, struct arena *a, const char *raw, struct err *e)
{
	char *path;
	int slashes = 0, decoded = 0;

	for (const char *c = raw; *c; c++) {
		if (!is_path_character(*c))
			return err_set(e, ERR_SYNTAX, MSG_BAD_PATH);
		slashes += *c == '/';
	}
	path = decode(a, raw, strlen(raw), false);
	if (!path || *path != '/' || strchr(path, '\\'))
		return err_set(e, ERR_SYNTAX, MSG_BAD_PATH);
	for (const char *c = path; *c; c++)
		decoded += *c == '/';
	if (decoded != slashes || strstr(path, "//") || strstr(path, "/."))
		return err_set(e, ERR_SYNTAX, MSG_BAD_PATH);
	*out = path;
	return true;
}

bool query_decode(const char *const **out, struct arena *a, const char *raw, struct err *e)
{
	const char **pairs = arena_alloc(a, (2 * PAIRS_MAX + 1) * sizeof *pairs);
	int n = 0;

	for (const char *c = raw ? raw : ""; *c; ) {
		size_t len = strcspn(c, "&"), name = strcspn(c, "=&");
		bool valued = name < len;

		if (n == 2 * PAIRS_MAX)
			return err_set(e, ERR_PARAMETER, MSG_NO_PARAMETER);
		pairs[n] = decode(a, c, name, true);
		pairs[n + 1] = valued ? decode(a, c + name + 1, len - name - 1, true) : "";
		if (!pairs[n] || !pairs[n + 1])
			return err_add_param(e, pairs[n] ? pairs[n] : "", MSG_BAD_TEXT);
		n += 2;
		c += len;
		if (*c == '&')
			c++;
	}
	*out = pairs;
	return true;
}

const char *query_value(const char *const *pairs, const char *name)
{
	for (; pairs && *pairs; pairs += 2)
		if (strcmp(pairs[0], name) == 0)
			return pairs[1];
	return NULL;
}

/* The names that a route takes, NULL-terminated. */
static const char *const *names_of(struct arena *a, const struct route *route)
{
	char *words = arena_printf(a, "%s lang%s%s", route->query ? route->query : "",
				   route->flags & F_AS_OF ? " as_of" : "",
				   route->flags & F_LIST ? " limit cursor sort" : "");
	const char **names = arena_alloc(a, (strlen(words) / 2 + 2) * sizeof *names);
	char *rest = words;
	int n = 0;

	for (char *word; (word = strsep(&rest, " ")); )
		if (*word)
			names[n++] = word;
	return names;
}

static bool is_listed(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* Faults are said one by one, so that all of them are seen at once. */
bool query_check(const char *const *pairs, const struct route *route, struct err *e)
{
	const char *const *names;

	if (!pairs || !*pairs)
		return true;
	names = names_of(e->arena, route);
	for (const char *const *p = pairs; *p; p += 2) {
		const char *near;

		if (query_value(pairs, *p) != p[1]) {
			err_add_param(e, *p, MSG_REPEATED_PARAMETER);
			continue;
		}
		if (is_listed(names, *p))
			continue;
		if (strcmp(*p, "as_of") == 0 && strcmp(route->method, "GET") != 0) {
			err_add_param(e, *p, MSG_AS_OF_WRITE);
			continue;
		}
		near = text_nearest(*p, names);
		if (near)
			err_add_param(e, *p, MSG_UNKNOWN_PARAMETER, near);
		else
			err_add_param(e, *p, MSG_NO_PARAMETER);
	}
	return err_ok(e);
}

/*
 * `"3"`, `"3.20261121.fr"`, `"3.20261121.fr.gz"`, each also with W/ (a proxy that
 * compressed marks it weak): the version is what is compared.
 */
bool if_match_parse(int64_t *version, const char *value)
{
	const char *c = value;
	int64_t n = 0;
	int digits = 0;

	if (strncmp(c, "W/", 2) == 0)
		c += 2;
	if (*c++ != '"')
		return false;
	for (; isdigit((unsigned char)*c) && digits < 18; c++, digits++)
		n = n * 10 + (*c - '0');
	if (!digits || (*c != '"' && *c != '.'))
		return false;
	c += strspn(c, "abcdefghijklmnopqrstuvwxyz0123456789.");
	if (c[0] != '"' || c[1])
		return false;
	*version = n;
	return true;
}

/* If-None-Match: weak comparison; the compressed form of the same answer counts as the same. */
bool etag_listed(const char *list, const char *etag)
{
	size_t len = strlen(etag);	/* with both quotes */

	if (strcmp(list, "*") == 0)
		return true;
	for (const char *c = list; (c = strchr(c, '"')); ) {
		const char *end = strchr(c + 1, '"');
		size_t inner;

		if (!end)
			return false;
		inner = (size_t)(end - c) - 1;
		if (inner > 3 && memcmp(end - 3, ".gz", 3) == 0)
			inner -= 3;
		if (inner + 2 == len && memcmp(c + 1, etag + 1, inner) == 0)
			return true;
		c = end + 1;
	}
	return false;
}

/* Weight of one element such as "en-GB;q=0.8", in thousandths; `*rest` is behind it. */
static int weight(const char *element, const char **rest)
{
	size_t len = strcspn(element, ",");
	const char *q = memchr(element, ';', len);
	int w = 1000;

	*rest = element + len + (element[len] == ',');
	if (!q)
		return w;
	q += 1 + strspn(q + 1, " ");
	if (strncasecmp(q, "q=", 2) != 0 || (q[2] != '0' && q[2] != '1'))
		return 0;
	if (q[2] == '1')
		return 1000;
	w = 0;
	if (q[3] == '.')
		for (int i = 0, unit = 100; i < 3 && isdigit((unsigned char)q[4 + i]); i++, unit /= 10)
			w += (q[4 + i] - '0') * unit;
	return w;
}

enum lang language_of(const char *accept_language)
{
	int fr = 0, en = 0;

	for (const char *c = accept_language ? accept_language : ""; *c; ) {
		const char *rest;
		int w = weight(c, &rest);

		c += strspn(c, " \t");
		if (strncasecmp(c, "fr", 2) == 0 && !isalpha((unsigned char)c[2]) && w > fr)
			fr = w;
		if (strncasecmp(c, "en", 2) == 0 && !isalpha((unsigned char)c[2]) && w > en)
			en = w;
		c = rest;
	}
	return en > fr ? LANG_EN : LANG_FR;
}

bool accepts_gzip(const char *accept_encoding)
{
	for (const char *c = accept_encoding ? accept_encoding : ""; *c; ) {
		const char *rest;
		int w = weight(c, &rest);

		c += strspn(c, " \t");
		if (strncasecmp(c, "gzip", 4) == 0 && !isalnum((unsigned char)c[4]))
			return w > 0;
		c = rest;
	}
	return false;
}

bool prefers_minimal(const char *prefer)
{
	for (const char *c = prefer ? prefer : ""; *c; c += strcspn(c, ",")) {
		c += strspn(c, " \t,");
		if (strncasecmp(c, "return", 6) != 0 || !strchr(" \t=", c[6]))
			continue;
		c += 6 + strspn(c + 6, " \t=\"");
		return strncasecmp(c, "minimal", 7) == 0 && !isalnum((unsigned char)c[7]);
	}
	return false;
}

const char *cookie_value(struct arena *a, const char *header, const char *name)
{
	size_t len = strlen(name);

	for (const char *c = header ? header : ""; *c; ) {
		size_t pair;

		c += strspn(c, " ;");
		pair = strcspn(c, ";");
		if (pair > len && c[len] == '=' && memcmp(c, name, len) == 0)
			return arena_memdup(a, c + len + 1, pair - len - 1);
		c += pair;
	}
	return NULL;
}

const char *req_query(const struct req *rq, const char *name)
{
	return query_value(rq->query, name);
}
