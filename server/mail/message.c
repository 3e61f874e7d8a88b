/*
 * A message as RFC 5322 wants it: headers that nothing can break out of, and a
 * body in quoted-printable (RFC 2045).
 */
#include "mail.h"

#include <string.h>
#include <time.h>

enum {
	LINE_MAX_QP = 76,	/* of an encoded line, the soft end included */
	WORD_BYTES = 42,	/* of text in one encoded word: 75 characters with what is around it */
	ADDRESS_MAX = 254, LOCAL_MAX = 64,
};

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

bool mail_address_valid(const char *address)
{
	size_t local = strspn(address, LETTERS ".!#$%&'*+/=?^_`{|}~-"), label;
	const char *host = address + local + 1;

	if (!local || local > LOCAL_MAX || address[local] != '@' || strlen(address) > ADDRESS_MAX)
		return false;
	for (;; host += label + 1) {
		label = strspn(host, LETTERS "-");
		if (!label || label > 63 || host[0] == '-' || host[label - 1] == '-')
			return false;
		if (!host[label])
			return true;
		if (host[label] != '.')
			return false;
	}
}

/* ------------------------------------------------------------------ headers */

/* Length of the character that begins at `c`, of valid UTF-8. */
static size_t character(const char *c)
{
	size_t n = 1;

	while (((unsigned char)c[n] & 0xC0) == 0x80)
		n++;
	return n;
}

/* A copy where every control character is a blank: no header ends before its end. */
static char *one_line(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text);

	for (char *c = copy; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7F)
			*c = ' ';
	return copy;
}

static bool plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x7F)
			return false;
	return true;
}

static void base64(char *out, const char *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = (const unsigned char *)bytes;

	for (size_t i = 0; i < len; i += 3, out += 4) {
		unsigned n = (unsigned)b[i] << 16 | (i + 1 < len ? (unsigned)b[i + 1] << 8 : 0) |
			     (i + 2 < len ? (unsigned)b[i + 2] : 0);

		out[0] = digits[n >> 18];
		out[1] = digits[n >> 12 & 63];
		out[2] = i + 1 < len ? digits[n >> 6 & 63] : '=';
		out[3] = i + 2 < len ? digits[n & 63] : '=';
	}
	*out = 0;
}

/* A header's text as words of RFC 2047, each whole characters, one a line. */
static const char *words(struct arena *a, const char *text)
{
	const char *all = "";

	while (*text) {
		char word[WORD_BYTES * 4 / 3 + 8];
		size_t len = 0;

		while (text[len] && len + character(text + len) <= WORD_BYTES)
			len += character(text + len);
		base64(word, text, len);
		all = arena_printf(a, "%s%s=?UTF-8?B?%s?=", all, *all ? "\r\n " : "", word);
		text += len;
	}
	return all;
}

/* Plain and short: as it is. */
static const char *header_text(struct arena *a, const char *text)
{
	const char *line = one_line(a, text);

	return plain(line) && strlen(line) <= 60 && !strstr(line, "=?") ? line : words(a, line);
}

static const char *date(struct arena *a, int64_t at_us)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t s = (time_t)(at_us / 1000000);
	struct tm t;

	gmtime_r(&s, &t);
	return arena_printf(a, "%s, %d %s %d %02d:%02d:%02d +0000", days[t.tm_wday], t.tm_mday,
			    months[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

/* ------------------------------------------------------------------ body */

struct qp {
	char *at;
	int column;
};

static void put(struct qp *q, const char *bytes, int len)
{
	if (q->column + len > LINE_MAX_QP - 1) {
		memcpy(q->at, "=\r\n", 3);
		q->at += 3;
		q->column = 0;
	}
	memcpy(q->at, bytes, (size_t)len);
	q->at += len;
	q->column += len;
}

/* A blank may not end a line; a control character never goes out as it is. */
static bool as_is(const char *c)
{
	if (*c == ' ')
		return c[1] && c[1] != '\n';
	return *c > ' ' && *c < 0x7F && *c != '=';
}

static const char *quoted_printable(struct arena *a, const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	/* three bytes each and a soft end for every 24 of them, at the very most */
	char *out = arena_alloc(a, strlen(text) * 4 + 8);
	struct qp q = { out, 0 };

	for (const char *c = text; *c; c++) {
		unsigned char byte = (unsigned char)*c;

		if (*c == '\n') {
			memcpy(q.at, "\r\n", 2);
			q.at += 2;
			q.column = 0;
		} else if (as_is(c)) {
			put(&q, c, 1);
		} else {
			put(&q, (const char[]){ '=', digits[byte >> 4], digits[byte & 15] }, 3);
		}
	}
	*q.at = 0;
	return out;
}

const char *mail_write(struct arena *a, const struct mail_text *m)
{
	return arena_printf(a,
		"Date: %s\r\n"
		"From: %s <%s>\r\n"
		"To: <%s>\r\n"
		"Subject: %s\r\n"
		"Message-ID: %s\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"List-Unsubscribe: <%s>\r\n"
		"Content-Language: %s\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n"
		"%s",
		date(a, m->at_us), header_text(a, m->from_name), m->from, m->to,
		header_text(a, m->subject), one_line(a, m->message_id), one_line(a, m->choices_url),
		one_line(a, m->lang), quoted_printable(a, m->body));
}
