/*
 * Migrations: forward only, each in one transaction, never edited afterwards.
 *
 * This is the one place that sends SQL text as it is (PQexec): a migration is
 * many statements.  Everything is checked before the first one runs.
 */
#include "migrate.h"

#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "id.h"

static const struct migration built_in[] = {
#define MIGRATION(name, params, text) { name, text },
#include "gen/migrations.inc"
#undef MIGRATION
	{ NULL, NULL },
};

enum { BUILT_IN = sizeof built_in / sizeof *built_in - 1 };

struct run {
	PGconn *pg;
	const struct migration *list;
	int list_count;
	struct migration_step *steps;	/* one for each of `list` */
	struct err *e;
};

const struct migration *migration_last(void)
{
	return BUILT_IN > 0 ? &built_in[BUILT_IN - 1] : NULL;
}

static bool failed(struct run *r, const char *what)
{
	err_cause(r->e, "%s: %s", what, PQerrorMessage(r->pg));
	if (PQstatus(r->pg) != CONNECTION_OK)
		return conn_busy(r->e, MSG_DATABASE_AWAY);
	return err_set(r->e, ERR_INTERNAL, MSG_MIGRATION_FAILED, what,
		       arena_strdup(r->e->arena, PQerrorMessage(r->pg)));
}

/* Runs `sql` and drops what it gives. */
static bool run_sql(struct run *r, const char *sql, const char *what)
{
	PGresult *result = PQexec(r->pg, sql);
	ExecStatusType status = PQresultStatus(result);

	PQclear(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? true : failed(r, what);
}

static bool run_params(struct run *r, const char *sql, const char *one, const char *two,
		       const char *what)
{
	const char *const params[] = { one, two };
	PGresult *result = PQexecParams(r->pg, sql, two ? 2 : 1, NULL, params, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);

	PQclear(result);
	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? true : failed(r, what);
}

/* The table of what was applied, readable by the application so that it knows the schema. */
static bool prepare(struct run *r, const char *app_role)
{
	static const char lock[] =
		"set lock_timeout = '30s';"
		"set idle_in_transaction_session_timeout = 0;"
		"select pg_advisory_lock(hashtext('vigie migrations'));";
	static const char table[] =
		"create table if not exists schema_migration ("
		" name text primary key,"
		" sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),"
		" applied_at timestamptz not null default now());";
	static const char grant[] =
		"do $$ begin execute format('grant select on schema_migration to %I',"
		" current_setting('vigie.app_role')); end $$;";

	return run_sql(r, lock, "lock") && run_sql(r, table, "schema_migration") &&
	       run_params(r, "select set_config('vigie.app_role', $1, false)", app_role, NULL,
			  "role") &&
	       run_sql(r, grant, "grant");
}

static int index_of(const struct run *r, const char *name)
{
	for (int i = 0; i < r->list_count; i++)
		if (strcmp(r->list[i].name, name) == 0)
			return i;
	return -1;
}

/* Compares what the database has with the list; what it has must be the beginning of the list. */
static bool compare(struct run *r, const PGresult *applied)
{
	int last = -1;

	for (int row = 0; row < PQntuples(applied); row++) {
		const char *name = PQgetvalue(applied, row, 0);
		int i = index_of(r, name);

		if (i < 0)
			return err_set(r->e, ERR_CONFLICT, MSG_MIGRATION_AHEAD, name);
		if (strcmp(r->steps[i].sha256, PQgetvalue(applied, row, 1)) != 0)
			return err_set(r->e, ERR_CONFLICT, MSG_MIGRATION_EDITED, name);
		r->steps[i].state = "applied";
		if (i > last)
			last = i;
	}
	for (int i = 0; i < last; i++)
		if (strcmp(r->steps[i].state, "applied") != 0)
			return err_set(r->e, ERR_CONFLICT, MSG_MIGRATION_ORDER, r->list[i].name);
	return true;
}

static bool check(struct run *r)
{
	PGresult *applied = PQexec(r->pg, "select name, sha256 from schema_migration order by name");
	bool ok = PQresultStatus(applied) == PGRES_TUPLES_OK ? compare(r, applied)
							     : failed(r, "schema_migration");

	PQclear(applied);
	return ok;
}

static bool apply(struct run *r, int i)
{
	const char *name = r->list[i].name;

	if (!run_sql(r, "begin", name) || !run_sql(r, r->list[i].text, name))
		return false;
	if (PQtransactionStatus(r->pg) != PQTRANS_INTRANS) {
		err_cause(r->e, "%s ends its transaction", name);
		return err_set(r->e, ERR_INTERNAL, MSG_MIGRATION_FAILED, name,
			       "begin, commit, rollback: no.");
	}
	return run_params(r, "insert into schema_migration (name, sha256) values ($1, $2)", name,
			  r->steps[i].sha256, name) &&
	       run_sql(r, "commit", name);
}

bool migrate_list(const char *owner_url, const char *app_role, const struct migration *list,
		  int list_count, struct arena *a, const struct migration_step **steps, int *count,
		  struct err *e)
{
	struct run r = { .list = list, .list_count = list_count, .e = e };
	bool ok;

	r.steps = arena_alloc(a, (size_t)(list_count + 1) * sizeof *r.steps);
	for (int i = 0; i < list_count; i++) {
		char *sha256 = arena_alloc(a, 65);

		id_sha256(sha256, list[i].text, strlen(list[i].text));
		r.steps[i] = (struct migration_step){ list[i].name, sha256, "pending" };
	}
	*steps = r.steps;
	*count = list_count;
	r.pg = conn_open(owner_url, 0, e);
	if (!r.pg)
		return false;
	PQsetnonblocking(r.pg, 0);
	ok = prepare(&r, app_role) && check(&r);
	for (int i = 0; ok && i < list_count; i++)
		if (strcmp(r.steps[i].state, "pending") == 0)
			ok = apply(&r, i);
	PQfinish(r.pg);		/* lets the lock go too */
	return ok;
}

bool db_migrate(const char *owner_url, const char *app_role, struct arena *a,
		const struct migration_step **steps, int *count, struct err *e)
{
	return migrate_list(owner_url, app_role, built_in, BUILT_IN, a, steps, count, e);
}
