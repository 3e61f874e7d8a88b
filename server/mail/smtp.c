/*
 * Handing a message to a server, by libcurl: what counts is to know afterwards
 * whether the server has it.
 *
 * libcurl asks for the text when the server has answered DATA with 354.  Until
 * then nothing can have been delivered; from then on only an answer tells.
 */
#include "mail.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_S = 10, GOODBYE = 221 };

struct sending {
	const char *text;
	size_t left;			/* bytes of it */
	const struct mail_watch *watch;
	bool marked, barred;		/* the text may go out; it may not */
	char line[MAIL_SAID];		/* the last answer of the server, but its goodbye */
	long code;			/* of it; 0: none yet */
};

bool mail_begin(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

void mail_end(void)
{
	curl_global_cleanup();
}

/* ------------------------------------------------------------------ what libcurl asks */

static size_t give_text(char *to, size_t size, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t n = size * count;

	if (!s->marked) {
		s->marked = s->watch->mark(s->watch->arg);
		s->barred = !s->marked;
	}
	if (s->barred)
		return CURL_READFUNC_ABORT;
	if (n > s->left)
		n = s->left;
	memcpy(to, s->text, n);
	s->text += n;
	s->left -= n;
	return n;
}

/* Answers come here line by line, "250 OK". */
static size_t take_line(char *line, size_t size, size_t count, void *arg)
{
	struct sending *s = arg;
	size_t len = size * count, keep = 0;
	long code = len > 3 ? strtol((const char[]){ line[0], line[1], line[2], 0 }, NULL, 10) : 0;

	if (code == GOODBYE)
		return len;
	s->code = code;
	for (size_t i = 0; i < len && keep + 1 < sizeof s->line; i++)
		if ((unsigned char)line[i] >= ' ' && (unsigned char)line[i] < 0x7F)
			s->line[keep++] = line[i];
	s->line[keep] = 0;
	return len;
}

static int ask_stop(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct sending *s = arg;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return s->watch->stop(s->watch->arg);
}

/* ------------------------------------------------------------------ one message */

/* The machine itself: nobody listens on the way. */
static bool on_this_machine(const char *url)
{
	const char *host = strstr(url, "://");
	size_t len;

	if (!host)
		return false;
	host += 3;
	len = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");
	return (len == 9 && strncmp(host, "localhost", 9) == 0) || (len == 5 && strncmp(host, "[::1]", 5) == 0) ||
	       (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == len);
}

static void set_up(CURL *c, struct sending *s, const struct mail_server *server, char why[CURL_ERROR_SIZE])
{
	curl_easy_setopt(c, CURLOPT_URL, server->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)server->timeout_s);
	curl_easy_setopt(c, CURLOPT_USE_SSL,
			 on_this_machine(server->url) ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (*server->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, server->ca_file);
	if (*server->user) {
		curl_easy_setopt(c, CURLOPT_USERNAME, server->user);
		curl_easy_setopt(c, CURLOPT_PASSWORD, server->password);
	}
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give_text);
	curl_easy_setopt(c, CURLOPT_READDATA, s);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_line);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, s);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, ask_stop);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, s);
}

/* Before the text, 5xx for sender, reader or message is final; for a password or a greeting it is not. */
static enum mail_outcome judge(const struct sending *s, CURLcode rc)
{
	bool refused = s->code >= 500 && s->code < 600;

	if (rc == CURLE_OK)
		return MAIL_SENT;
	if (!s->marked)
		return rc == CURLE_SEND_ERROR && refused ? MAIL_REFUSED : MAIL_LATER;
	return refused ? MAIL_REFUSED : s->code >= 400 && s->code < 500 ? MAIL_LATER : MAIL_UNKNOWN;
}

enum mail_outcome mail_send(char said[MAIL_SAID], const struct mail_server *server, const char *from,
			    const char *to, const char *text, const struct mail_watch *watch)
{
	struct sending s = { .text = text, .left = strlen(text), .watch = watch };
	struct curl_slist *readers = curl_slist_append(NULL, to);
	enum mail_outcome outcome;
	char why[CURL_ERROR_SIZE] = "";
	CURL *c = curl_easy_init();
	CURLcode rc;

	if (!c || !readers) {
		curl_slist_free_all(readers);
		curl_easy_cleanup(c);
		snprintf(said, MAIL_SAID, "no memory");
		return MAIL_LATER;
	}
	set_up(c, &s, server, why);
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, from);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, readers);
	curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)s.left);
	rc = curl_easy_perform(c);
	outcome = judge(&s, rc);
	/* the answer when it says something of the message, else what libcurl could not do */
	snprintf(said, MAIL_SAID, "%s", rc == CURLE_OK || s.code >= 400 ? s.line :
		 *why ? why : curl_easy_strerror(rc));
	curl_easy_cleanup(c);
	curl_slist_free_all(readers);
	return outcome;
}
