/*
 * Running named queries: one pipeline, one implicit transaction, one round trip.
 *
 * A statement is prepared on a connection the first time it is needed, inside
 * the same pipeline.  A connection that broke while it was idle is replaced
 * before anything is sent; once something was sent nothing is ever sent again,
 * since a write may have been kept.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "migrate.h"
#include "pool.h"
#include "result.h"
#include "sqlstate.h"

const struct query_info query_table[Q_COUNT] = {
#define QUERY(name, params, text) [Q_##name] = { #name, params, text },
#include "gen/queries.inc"
#undef QUERY
};

/* One step of a pipeline and the query it belongs to. */
struct step {
	enum query query;
	bool prepares;		/* a Parse: answers with no rows */
	int out;		/* index of the caller's result; -1 for the context */
};

struct pipeline {
	struct db_conn *conn;
	struct step *steps;	/* borrowed */
	int count;
	bool ends_connection, synced;
	bool binary;		/* how the caller's results are asked for */
	struct err *e;
};

static bool send_query(struct pipeline *p, enum query query, const char *const *params, int out)
{
	const struct query_info *q = &query_table[query];
	bool *prepared = &p->conn->prepared[query];

	for (int i = 0; !*prepared && i < p->count; i++)
		if (p->steps[i].prepares && p->steps[i].query == query)
			prepared = &p->steps[i].prepares;	/* earlier in this very pipeline */
	if (!*prepared) {
		if (!PQsendPrepare(p->conn->pg, q->name, q->text, 0, NULL))
			return false;
		p->steps[p->count++] = (struct step){ query, true, -1 };
	}
	if (!PQsendQueryPrepared(p->conn->pg, q->name, q->params, params, NULL, NULL, p->binary && out >= 0))
		return false;
	p->steps[p->count++] = (struct step){ query, false, out };
	return true;
}

static bool send_all(struct pipeline *p, const struct db_session *s, bool with_context,
		     const struct db_call *calls, int count)
{
	const char *const context[] = { s->context ? s->context : "",
					s->request_id ? s->request_id : "" };

	if (PQpipelineStatus(p->conn->pg) == PQ_PIPELINE_OFF && !PQenterPipelineMode(p->conn->pg))
		return false;
	/* a transaction that begins here must begin before its context is set */
	if (with_context && calls[0].query != Q_db_begin &&
	    !send_query(p, Q_db_context, context, -1))
		return false;
	for (int i = 0; i < count; i++)
		if (!send_query(p, calls[i].query, calls[i].params, i))
			return false;
	if (with_context && calls[0].query == Q_db_begin && !send_query(p, Q_db_context, context, -1))
		return false;
	return PQpipelineSync(p->conn->pg) == 1;
}

/* Takes one result of step `at`; errors go to p->e, the first one counts. */
static void take(struct pipeline *p, int at, PGresult *r, struct db_result **out)
{
	const struct step *step = at < p->count ? &p->steps[at] : NULL;

	switch (PQresultStatus(r)) {
	case PGRES_PIPELINE_SYNC:
		p->synced = true;
		break;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		if (step && step->prepares) {
			p->conn->prepared[step->query] = true;
		} else if (step && step->out >= 0 && !out[step->out]) {
			out[step->out] = result_new(r);
			return;
		}
		break;
	case PGRES_PIPELINE_ABORTED:
		break;
	default:
		if (sqlstate_ends_connection(r))
			p->ends_connection = true;
		if (PQresultErrorField(r, PG_DIAG_SQLSTATE)) {
			sqlstate_error(r, p->e);
			if (step)
				err_cause(p->e, "%s", query_table[step->query].name);
		}
	}
	PQclear(r);
}

/* Reads until the answer to Sync.  False when it never came. */
static bool receive(struct pipeline *p, struct db_result **out, int64_t deadline_ms)
{
	int at = 0;

	while (!p->synced) {
		enum wait_end end = conn_wait(p->conn->pg, deadline_ms);
		PGresult *r;

		if (end == WAIT_DEADLINE) {
			err_cause(p->e, "deadline passed");
			return false;
		}
		/* after a break libpq still hands over what it had read, then an error */
		r = PQgetResult(p->conn->pg);
		if (r)
			take(p, at, r, out);
		else
			at++;
		if (!p->synced && (end == WAIT_BROKEN || PQstatus(p->conn->pg) != CONNECTION_OK) &&
		    (!r || at > p->count)) {
			err_cause(p->e, "connection lost: %s", PQerrorMessage(p->conn->pg));
			return false;
		}
	}
	return true;
}

static void drop(struct db_result **out, int count)
{
	for (int i = 0; i < count; i++) {
		db_result_free(out[i]);
		out[i] = NULL;
	}
}

/* UNSURE: what was sent may have been kept when the connection is lost. */
enum how { PLAIN = 0, UNSURE = 1, BINARY = 2 };

/* One round trip on `c`. */
static bool round_trip(struct db_result **out, struct db_session *s, struct db_conn *c,
		       const struct db_call *calls, int count, enum how how, struct err *e)
{
	int64_t start = clock_mono_ns();
	struct step *steps = arena_alloc(e->arena, (size_t)(count + 1) * 2 * sizeof *steps);
	struct pipeline p = { .conn = c, .steps = steps, .binary = how & BINARY, .e = e };
	bool with_context = !s->tx || calls[0].query == Q_db_begin;
	bool sent, answered;

	sent = send_all(&p, s, with_context, calls, count);
	answered = sent && receive(&p, out, clock_mono_ms() + pool_query_ms(s->db));
	s->db_us += (clock_mono_ns() - start) / 1000;
	s->round_trips++;
	pool_count_query(s->db);
	if (!answered) {
		if (!sent)
			err_cause(e, "send: %s", PQerrorMessage(c->pg));
		conn_busy(e, MSG_DATABASE_AWAY);
		if ((how & UNSURE) && e->code == ERR_BUSY)
			e->msg = MSG_DATABASE_UNSURE;	/* whatever the server said when it left */
	}
	if (!answered || p.ends_connection)
		conn_close(c);
	if (!err_ok(e))
		drop(out, count);
	return err_ok(e);
}

static bool run_calls(struct db_result **out, struct db_session *s, const struct db_call *calls,
		      int count, enum how how, struct err *e)
{
	struct db_conn *c;
	bool ok;

	memset(out, 0, (size_t)count * sizeof *out);
	if (!err_ok(e))
		return false;
	if (count == 0)
		return true;
	if (s->tx) {
		if (!s->tx->pg)
			return conn_busy(e, MSG_DATABASE_AWAY);
		return round_trip(out, s, s->tx, calls, count, how & BINARY, e);
	}
	if (!pool_lease(&c, s->db, e))
		return false;
	ok = round_trip(out, s, c, calls, count, how, e);
	pool_return(s->db, c);
	return ok;
}

bool db_run_all(struct db_result **out, struct db_session *s, const struct db_call *calls,
		int count, struct err *e)
{
	return run_calls(out, s, calls, count, UNSURE, e);
}

bool db_run(struct db_result **out, struct db_session *s, enum query query,
	    const char *const *params, struct err *e)
{
	return run_calls(out, s, &(struct db_call){ query, params }, 1, UNSURE, e);
}

bool db_fetch(struct db_result **out, struct db_session *s, enum query query,
	      const char *const *params, struct err *e)
{
	return run_calls(out, s, &(struct db_call){ query, params }, 1, BINARY, e);
}

bool db_begin(struct db_session *s, struct err *e)
{
	struct db_result *r = NULL;
	struct db_conn *c;

	if (s->tx) {
		err_cause(e, "a transaction is already open");
		return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	}
	if (!pool_lease(&c, s->db, e))
		return false;
	if (!round_trip(&r, s, c, &(struct db_call){ Q_db_begin, NULL }, 1, PLAIN, e)) {
		pool_return(s->db, c);
		return false;
	}
	db_result_free(r);
	s->tx = c;
	return true;
}

bool db_commit(struct db_session *s, struct err *e)
{
	struct db_conn *c = s->tx;
	struct db_result *r = NULL;
	bool ok;

	if (!err_ok(e)) {	/* what failed before must not be kept */
		db_rollback(s);
		return false;
	}
	if (!c || !c->pg || PQtransactionStatus(c->pg) != PQTRANS_INTRANS) {
		db_rollback(s);
		err_cause(e, "commit without a sound transaction");
		return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	}
	ok = round_trip(&r, s, c, &(struct db_call){ Q_db_commit, NULL }, 1, UNSURE, e);
	db_result_free(r);
	s->tx = NULL;
	pool_return(s->db, c);
	return ok;
}

void db_rollback(struct db_session *s)
{
	struct db_conn *c = s->tx;
	struct db_result *r = NULL;
	struct arena scratch;
	struct err e;

	if (!c)
		return;
	arena_init(&scratch);
	err_init(&e, &scratch);
	/* one that fails leaves the connection unclean, and the pool closes it: rolled back as well */
	if (c->pg && round_trip(&r, s, c, &(struct db_call){ Q_db_rollback, NULL }, 1, PLAIN, &e))
		db_result_free(r);
	arena_free(&scratch);
	s->tx = NULL;
	pool_return(s->db, c);
}

bool db_ready(struct db *db, struct err *e)
{
	struct db_session s = { .db = db, .context = "", .request_id = "ready" };
	const struct migration *last = migration_last();
	db_result_auto *r = NULL;

	if (!db_run(&r, &s, Q_db_schema, NULL, e)) {
		if (strncmp(e->cause, "42P01", 5) == 0) {	/* no such table: never migrated */
			e->code = ERR_NONE;
			return conn_busy(e, MSG_SCHEMA_OTHER);
		}
		return false;
	}
	if (db_rows(r) == 0 ? last != NULL : !last || strcmp(db_text(r, 0, 0), last->name) != 0)
		return conn_busy(e, MSG_SCHEMA_OTHER);
	return true;
}
