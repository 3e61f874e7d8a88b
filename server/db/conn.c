/*
 * One connection.  Knows libpq and nothing of pools or queries.
 */
#include "conn.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

enum { SETTINGS_MAX = 64, OPTIONS_BYTES = 512, RETRY_AFTER_S = 1 };
enum { IDLE_MS = 10000 };	/* in a transaction; those whose queries may last longer may also think longer */

struct settings {
	const char *key[SETTINGS_MAX + 1], *value[SETTINGS_MAX + 1];
	int count;
};

bool conn_busy(struct err *e, enum msg msg)
{
	if (err_ok(e))
		e->retry_after_s = RETRY_AFTER_S;
	return err_set(e, ERR_BUSY, msg);
}

static void set(struct settings *s, const char *key, const char *value)
{
	if (s->count < SETTINGS_MAX) {
		s->key[s->count] = key;
		s->value[s->count++] = value;
	}
}

static void set_default(struct settings *s, const char *key, const char *value)
{
	for (int i = 0; i < s->count; i++)
		if (strcmp(s->key[i], key) == 0)
			return;
	set(s, key, value);
}

/* What every connection of ours has; the url's own settings come last and win. */
static void fill(struct settings *s, const PQconninfoOption *given, char options[OPTIONS_BYTES],
		 int statement_ms)
{
	const char *own = "";

	*s = (struct settings){ .count = 0 };
	for (; given->keyword; given++) {
		if (!given->val)
			continue;
		if (strcmp(given->keyword, "options") == 0)
			own = given->val;
		else
			set(s, given->keyword, given->val);
	}
	snprintf(options, OPTIONS_BYTES,
		 "-c statement_timeout=%d -c lock_timeout=2000"
		 " -c idle_in_transaction_session_timeout=%d -c client_min_messages=warning"
		 " -c timezone=UTC -c datestyle=ISO -c intervalstyle=iso_8601"
		 " -c extra_float_digits=1 -c bytea_output=hex -c jit=off %s",
		 statement_ms, statement_ms > IDLE_MS ? statement_ms : IDLE_MS, own);
	set(s, "options", options);
	set_default(s, "connect_timeout", "2");
	set_default(s, "tcp_user_timeout", "2000");
	set_default(s, "keepalives_idle", "5");
	set_default(s, "keepalives_interval", "2");
	set_default(s, "keepalives_count", "2");
	set_default(s, "target_session_attrs", "read-write");
	set_default(s, "application_name", "vigie");
	set_default(s, "client_encoding", "UTF8");
}

bool conn_url_valid(const char *url, struct err *e)
{
	char *fault = NULL;
	PQconninfoOption *given;
	bool valid;

	if (!*url)	/* libpq would take the environment's, or whatever runs on this machine */
		return err_set(e, ERR_PARAMETER, MSG_NO_DATABASE);
	given = PQconninfoParse(url, &fault);
	valid = given != NULL;
	PQconninfoFree(given);
	if (!valid) {
		err_cause(e, "connection string: %s", fault ? fault : "out of memory");
		err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	}
	PQfreemem(fault);
	return valid;
}

/* libpq writes to standard error by default; errors come with their result anyway. */
static void ignore_notice(void *arg, const PGresult *notice)
{
	(void)arg, (void)notice;
}

PGconn *conn_open(const char *url, int statement_ms, struct err *e)
{
	PQconninfoOption *given;
	char options[OPTIONS_BYTES];
	struct settings s;
	PGconn *pg;

	if (!conn_url_valid(url, e))
		return NULL;
	given = PQconninfoParse(url, NULL);
	if (!given)
		abort();	/* out of memory */
	fill(&s, given, options, statement_ms);
	pg = PQconnectdbParams(s.key, s.value, 0);
	PQconninfoFree(given);
	if (PQstatus(pg) == CONNECTION_OK && PQsetnonblocking(pg, 1) == 0) {
		PQsetNoticeReceiver(pg, ignore_notice, NULL);
		return pg;
	}
	/* what target_session_attrs=read-write refuses; libpq has no code for it */
	conn_busy(e, pg && strstr(PQerrorMessage(pg), "session is read-only") ? MSG_READ_ONLY :
		  MSG_DATABASE_AWAY);
	err_cause(e, "connect: %s", pg ? PQerrorMessage(pg) : "out of memory");
	PQfinish(pg);
	return NULL;
}

void conn_close(struct db_conn *c)
{
	PQfinish(c->pg);
	c->pg = NULL;
	memset(c->prepared, 0, sizeof c->prepared);
}

static bool readable(PGconn *pg)
{
	struct pollfd p = { .fd = PQsocket(pg), .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

bool conn_alive(PGconn *pg)
{
	/* a server that leaves says why first, then closes: the second read finds the end */
	for (int i = 0; i < 4 && PQstatus(pg) == CONNECTION_OK; i++) {
		PGnotify *n;

		if (!readable(pg))
			return PQtransactionStatus(pg) == PQTRANS_IDLE;
		if (!PQconsumeInput(pg) || PQisBusy(pg))
			return false;
		while ((n = PQnotifies(pg)))
			PQfreemem(n);
	}
	return false;
}

enum wait_end conn_wait(PGconn *pg, int64_t deadline_ms)
{
	for (;;) {
		int unsent = PQflush(pg);
		struct pollfd p = { .fd = PQsocket(pg), .events = POLLIN };
		int64_t left;

		if (unsent < 0)
			return WAIT_BROKEN;
		if (!unsent && !PQisBusy(pg))
			return WAIT_READY;
		if (unsent)
			p.events |= POLLOUT;
		left = deadline_ms - clock_mono_ms();
		if (left <= 0)
			return WAIT_DEADLINE;
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return WAIT_BROKEN;
		if (p.revents && !PQconsumeInput(pg))
			return WAIT_BROKEN;
	}
}
