/* The database door, on a real PostgreSQL. */
#include "spec.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "db.h"
#include "raw.h"
#include "server/db/migrate.h"
#include "server/db/query.h"
#include "server/db/sqlstate.h"

static const char *url, *owner_url;
static struct db *db;
static struct arena a;
static struct err e;
static struct db_session s;

static void open_pool(int size, int lease_ms, int query_ms)
{
	struct db_config config = { url, size, lease_ms, query_ms };

	db_close(db);
	assert_true(db_open(&db, &config, &e));
	s = (struct db_session){ .db = db, .context = "c0ffee", .request_id = "r1" };
}

/* Sends `sig` to the processes of our connections, also to those that are about to end. */
static void signal_backends(int sig)
{
	PGconn *pg = raw_open(url);
	PGresult *r = raw_run(pg, "select pid from pg_stat_activity where application_name = 'vigie'"
				  " and datname = current_database() and usename = current_user");

	assert_true(PQntuples(r) > 0 || sig == SIGCONT);
	for (int i = 0; i < PQntuples(r); i++)
		kill(atoi(PQgetvalue(r, i, 0)), sig);
	PQclear(r);
	PQfinish(pg);
}

static int migrated(void **state)
{
	const struct migration_step *steps;
	PGconn *pg;
	int count;
	bool ok;

	(void)state;
	url = raw_url("TEST_DATABASE_URL");
	owner_url = raw_url("TEST_DATABASE_OWNER_URL");
	arena_init(&a);
	err_init(&e, &a);
	pg = raw_open(url);
	ok = db_migrate(owner_url, PQuser(pg), &a, &steps, &count, &e);
	PQfinish(pg);
	if (!ok)
		fprintf(stderr, "%s: %s\n", err_detail(&e, LANG_EN), e.cause);
	arena_free(&a);
	return ok ? 0 : -1;
}

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	err_init(&e, &a);
	open_pool(2, 300, 5000);
	return 0;
}

static int closed(void **state)
{
	(void)state;
	signal_backends(SIGCONT);	/* none stays frozen, whatever the case did */
	db_close(db);
	db = NULL;
	arena_free(&a);
	return 0;
}

/* One good answer; the errors of before are forgotten. */
static bool answers(void)
{
	struct db_result *r = NULL;
	bool ok;

	err_init(&e, &a);
	ok = db_run(&r, &s, Q_db_ping, NULL, &e) && db_rows(r) == 1 && db_i64(r, 0, 0) == 1;
	db_result_free(r);
	return ok;
}

static bool notify(const char *payload)
{
	struct db_result *r = NULL;
	bool ok = db_run(&r, &s, Q_db_notify, (const char *[]){ payload }, &e);

	db_result_free(r);
	return ok;
}

/* The next notification that `pg` gets within a second; "" for none.  Until the next call. */
static const char *next_notice(PGconn *pg)
{
	static char text[64];
	PGnotify *n = NULL;

	text[0] = '\0';
	for (int i = 0; i < 100 && !n; i++) {
		PQconsumeInput(pg);
		n = PQnotifies(pg);
		if (!n)
			usleep(10000);
	}
	if (n)
		snprintf(text, sizeof text, "%s", n->extra);
	PQfreemem(n);
	return text;
}

IT(prepares_every_query_on_the_migrated_schema_with_the_parameters_its_table_says)
{
	PGconn *pg = raw_open(url);

	for (enum query q = 0; q < Q_COUNT; q++) {
		const struct query_info *info = &query_table[q];
		PGresult *prepared = PQprepare(pg, info->name, info->text, 0, NULL);
		PGresult *described;

		if (PQresultStatus(prepared) != PGRES_COMMAND_OK)
			fail_msg("%s: %s", info->name, PQerrorMessage(pg));
		described = PQdescribePrepared(pg, info->name);
		if (PQnparams(described) != info->params)
			fail_msg("%s has %d parameters, its highest is $%d", info->name,
				 PQnparams(described), info->params);
		PQclear(prepared);
		PQclear(described);
	}
	PQfinish(pg);
}

IT(shows_the_context_to_the_query_and_to_nothing_after_it)
{
	db_result_auto *r = NULL;
	PGconn *pg = raw_open(owner_url);

	raw_do(pg, "begin; insert into schema_migration values ('9999_test', repeat('0', 64)); commit");
	assert_true(db_run(&r, &s, Q_db_schema, NULL, &e));
	raw_do(pg, "delete from schema_migration where name = '9999_test'");
	PQfinish(pg);
	assert_string_equal(db_text(r, 0, db_column(r, "session")), "c0ffee");
	assert_string_equal(db_text(r, 0, db_column(r, "request")), "r1");
	assert_int_equal(s.round_trips, 1);
	assert_true(s.db_us > 0);
}

IT(is_ready_on_the_schema_built_in_and_not_on_another)
{
	PGconn *pg = raw_open(owner_url);

	assert_true(db_ready(db, &e));
	raw_do(pg, "insert into schema_migration values ('9999_test', repeat('0', 64))");
	assert_false(db_ready(db, &e));
	raw_do(pg, "delete from schema_migration where name = '9999_test'");
	PQfinish(pg);
	assert_int_equal(e.code, ERR_BUSY);
	assert_int_equal(e.msg, MSG_SCHEMA_OTHER);
}

IT(prepares_once_a_connection)
{
	for (int i = 0; i < 20; i++)
		assert_true(answers());
	assert_int_equal(db_stats(db).reconnects, 1);
	assert_int_equal(db_stats(db).queries, 20);
	assert_int_equal(db_stats(db).leased, 0);
}

IT(runs_several_queries_in_one_round_trip)
{
	struct db_result *r[3];
	const struct db_call calls[] = { { Q_db_ping, NULL }, { Q_db_ping, NULL }, { Q_db_schema, NULL } };

	assert_true(db_run_all(r, &s, calls, 3, &e));
	assert_int_equal(s.round_trips, 1);
	assert_int_equal(db_i64(r[1], 0, 0), 1);
	for (int i = 0; i < 3; i++) {
		assert_non_null(r[i]);
		db_result_free(r[i]);
	}
}

static const char *too_long_to_notify(void)
{
	char *text = arena_alloc(&a, 9001);

	memset(text, 'x', 9000);
	return text;
}

IT(keeps_nothing_of_several_queries_when_one_fails)
{
	PGconn *pg = raw_open(url);
	struct db_result *r[2];
	const struct db_call calls[] = {
		{ Q_db_notify, (const char *[]){ "lost" } },
		{ Q_db_notify, (const char *[]){ too_long_to_notify() } },
	};

	raw_do(pg, "listen vigie");
	assert_false(db_run_all(r, &s, calls, 2, &e));
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_memory_equal(e.cause, "22023", 5);
	assert_null(r[0]);
	assert_null(r[1]);
	assert_true(answers());
	assert_int_equal(db_stats(db).reconnects, 1);
	assert_true(notify("kept"));
	assert_string_equal(next_notice(pg), "kept");
	PQfinish(pg);
}

IT(does_nothing_once_an_error_is_known)
{
	struct db_result *r = NULL;

	err_set(&e, ERR_FORBIDDEN, MSG_FORBIDDEN);
	assert_false(db_run(&r, &s, Q_db_ping, NULL, &e));
	assert_int_equal(s.round_trips, 0);
}

IT(says_busy_within_the_lease_when_every_connection_is_taken)
{
	struct db_session one = { .db = db }, two = { .db = db };
	int64_t start;

	assert_true(db_begin(&one, &e));
	assert_true(db_begin(&two, &e));
	assert_int_equal(db_stats(db).leased, 2);
	start = clock_mono_ms();
	assert_false(answers());
	assert_in_range(clock_mono_ms() - start, 250, 1500);
	assert_int_equal(e.code, ERR_BUSY);
	assert_int_equal(e.retry_after_s, 1);
	assert_int_equal(db_stats(db).timeouts, 1);
	db_rollback(&one);
	assert_true(answers());
	db_rollback(&two);
}

static void *give_back_soon(void *session)
{
	usleep(100000);
	db_rollback(session);
	return NULL;
}

IT(waits_for_a_connection_that_is_given_back_in_time)
{
	struct db_session one = { .db = db }, two = { .db = db };
	pthread_t thread;

	open_pool(2, 5000, 5000);
	one.db = two.db = db;
	assert_true(db_begin(&one, &e));
	assert_true(db_begin(&two, &e));
	assert_int_equal(pthread_create(&thread, NULL, give_back_soon, &one), 0);
	assert_true(answers());
	assert_int_equal(db_stats(db).waits, 1);
	pthread_join(thread, NULL);
	db_rollback(&two);
}

IT(replaces_a_connection_whose_server_process_was_ended_while_idle)
{
	assert_true(answers());
	signal_backends(SIGTERM);
	usleep(200000);
	assert_true(answers());
	assert_int_equal(db_stats(db).reconnects, 2);
}

static void *end_backends_soon(void *arg)
{
	(void)arg;
	usleep(300000);
	signal_backends(SIGTERM);
	return NULL;
}

IT(does_not_repeat_a_query_whose_connection_broke_under_it)
{
	PGconn *pg = raw_open(owner_url);
	struct db_result *r = NULL;
	pthread_t thread;

	raw_do(pg, "begin; lock table schema_migration in access exclusive mode");
	assert_int_equal(pthread_create(&thread, NULL, end_backends_soon, NULL), 0);
	assert_false(db_run(&r, &s, Q_db_schema, NULL, &e));
	pthread_join(thread, NULL);
	PQfinish(pg);
	assert_int_equal(e.code, ERR_BUSY);
	assert_int_equal(e.msg, MSG_DATABASE_UNSURE);
	assert_null(r);
	assert_true(answers());
}

IT(gives_up_a_blocked_query_and_knows_that_nothing_was_kept)
{
	PGconn *pg = raw_open(owner_url);
	struct db_result *r = NULL;
	int64_t start;

	open_pool(1, 300, 1500);	/* the server gives up a tenth before: wide enough for a busy machine */
	raw_do(pg, "begin; lock table schema_migration in access exclusive mode");
	start = clock_mono_ms();
	assert_false(db_run(&r, &s, Q_db_schema, NULL, &e));
	assert_in_range(clock_mono_ms() - start, 400, 2000);
	PQfinish(pg);
	assert_int_equal(e.code, ERR_BUSY);
	assert_int_equal(e.msg, MSG_BUSY);
	assert_memory_equal(e.cause, "57014", 5);
	assert_true(answers());
}

IT(gives_up_a_frozen_server_at_its_own_deadline)
{
	struct db_result *r = NULL;
	int64_t start;

	open_pool(1, 300, 500);
	assert_true(answers());
	signal_backends(SIGSTOP);
	start = clock_mono_ms();
	assert_false(db_run(&r, &s, Q_db_ping, NULL, &e));
	assert_in_range(clock_mono_ms() - start, 400, 2000);
	signal_backends(SIGCONT);
	assert_int_equal(e.code, ERR_BUSY);
	assert_int_equal(e.msg, MSG_DATABASE_UNSURE);
	assert_true(answers());
	assert_int_equal(db_stats(db).reconnects, 2);
}

IT(rolls_back_what_was_not_committed)
{
	PGconn *pg = raw_open(url);

	raw_do(pg, "listen vigie");
	assert_true(db_begin(&s, &e));
	assert_true(notify("lost"));
	db_rollback(&s);
	db_rollback(&s);
	assert_null(s.tx);
	assert_true(db_begin(&s, &e));
	assert_true(notify("kept"));
	assert_true(db_commit(&s, &e));
	assert_null(s.tx);
	assert_string_equal(next_notice(pg), "kept");
	assert_int_equal(db_stats(db).reconnects, 1);
	PQfinish(pg);
}

IT(does_not_commit_a_transaction_in_which_a_query_failed)
{
	PGconn *pg = raw_open(url);

	raw_do(pg, "listen vigie");
	assert_true(db_begin(&s, &e));
	assert_true(notify("lost"));
	assert_false(notify(too_long_to_notify()));
	err_init(&e, &a);
	assert_false(db_commit(&s, &e));
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_true(answers());
	err_init(&e, &a);
	assert_true(notify("kept"));
	assert_string_equal(next_notice(pg), "kept");
	assert_int_equal(db_stats(db).leased, 0);
	PQfinish(pg);
}

IT(says_that_nothing_was_kept_when_the_connection_breaks_inside_a_transaction)
{
	struct db_result *r = NULL;

	assert_true(db_begin(&s, &e));
	signal_backends(SIGTERM);
	usleep(200000);
	assert_false(db_run(&r, &s, Q_db_ping, NULL, &e));
	assert_int_equal(e.code, ERR_BUSY);
	assert_int_equal(e.msg, MSG_DATABASE_AWAY);
	db_rollback(&s);
	assert_int_equal(db_stats(db).leased, 0);
	assert_true(answers());
}

IT(opens_without_a_database_and_says_so_at_each_call)
{
	struct db_config nowhere = { "host=/nonexistent dbname=vigie", 2, 300, 1000 };
	int64_t start = clock_mono_ms();

	db_close(db);
	db = NULL;
	assert_true(db_open(&db, &nowhere, &e));
	s.db = db;
	for (int i = 0; i < 50; i++) {
		assert_false(answers());
		assert_int_equal(e.code, ERR_BUSY);
		assert_int_equal(e.msg, MSG_DATABASE_AWAY);
		assert_int_equal(e.retry_after_s, 1);
	}
	assert_true(clock_mono_ms() - start < 1000);
	assert_int_equal(db_stats(db).leased, 0);
}

IT(refuses_an_address_that_is_none)
{
	struct db_config wrong = { "postgresql://[", 2, 300, 1000 };
	struct db *none = NULL;

	assert_false(db_open(&none, &wrong, &e));
	assert_null(none);
	assert_non_null(strstr(e.cause, "connection string"));
}

/* What sqlstate.c makes of an error that `sql` causes. */
static void error_of(const char *sql)
{
	PGconn *pg = raw_open(owner_url);
	PGresult *r = PQexec(pg, sql);

	assert_int_equal(PQresultStatus(r), PGRES_FATAL_ERROR);
	err_init(&e, &a);
	assert_false(sqlstate_error(r, &e));
	PQclear(r);
	PQfinish(pg);
}

IT(turns_sqlstates_into_errors)
{
	static const struct { const char *state; enum err_code code; } expected[] = {
		{ "53100", ERR_DISK_FULL }, { "25006", ERR_BUSY }, { "57P01", ERR_BUSY },
		{ "57P03", ERR_BUSY }, { "08006", ERR_BUSY }, { "40001", ERR_BUSY },
		{ "40P01", ERR_BUSY }, { "55P03", ERR_BUSY }, { "57014", ERR_BUSY },
		{ "23505", ERR_CONFLICT }, { "23503", ERR_CONFLICT }, { "23514", ERR_INVALID },
		{ "42501", ERR_FORBIDDEN }, { "VG403", ERR_FORBIDDEN }, { "VG404", ERR_NOT_FOUND },
		{ "VG409", ERR_CONFLICT }, { "VG412", ERR_CHANGED }, { "VG422", ERR_INVALID },
		{ "42P01", ERR_INTERNAL }, { "22012", ERR_INTERNAL },
	};

	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		error_of(arena_printf(&a, "do $$ begin raise exception 'no' using errcode = '%s'; end $$",
				      expected[i].state));
		assert_int_equal(e.code, expected[i].code);
		assert_memory_equal(e.cause, expected[i].state, 5);
		assert_int_equal(e.retry_after_s, e.code == ERR_BUSY ? 1 : 0);
	}
}

IT(lets_sql_functions_name_the_message_its_argument_and_the_field)
{
	error_of("do $$ begin raise exception 'not_found' using errcode = 'VG404', detail = '7.2'; end $$");
	assert_string_equal(err_detail(&e, LANG_EN), "Nothing here has this code: 7.2.");
	error_of("do $$ begin raise exception 'unknown_organisation' using errcode = 'VG422',"
		 " detail = 'DGXX', column = 'lead'; end $$");
	assert_int_equal(e.code, ERR_INVALID);
	assert_string_equal(e.first->where, "#/lead");
	assert_string_equal(fault_detail(&e, e.first, LANG_EN),
			    "Unknown organisation: “DGXX”. Write its code, for example DGPN.");
}

struct heard {
	atomic_int count, all;
	char last[64];
};

static void hear(void *arg, const char *topic)
{
	struct heard *h = arg;

	if (strcmp(topic, "*") == 0) {
		h->all++;
	} else {
		snprintf(h->last, sizeof h->last, "%s", topic);
		h->count++;
	}
}

static bool soon(const atomic_int *value, int expected)
{
	for (int i = 0; i < 800 && *value < expected; i++)
		usleep(10000);
	return *value >= expected;
}

static bool listening_soon(const struct db_listener *l)
{
	for (int i = 0; i < 300 && !db_listening(l); i++)
		usleep(10000);
	return db_listening(l);
}

IT(hears_others_but_not_itself_and_tells_many_changes_at_once)
{
	struct db_listener *mine, *other;
	struct heard here = { 0 }, there = { 0 };

	assert_true(db_listen(&mine, url, hear, &here, &e));
	assert_true(db_listen(&other, url, hear, &there, &e));
	assert_true(listening_soon(mine) && listening_soon(other));
	for (int i = 0; i < 500; i++)
		db_tell(mine, "plan:3");
	assert_true(soon(&there.count, 1));
	usleep(200000);
	assert_in_range(there.count, 1, 3);
	assert_int_equal(here.count, 0);
	db_listen_stop(mine);
	db_listen_stop(other);
	assert_string_equal(there.last, "plan:3");	/* no thread writes it any more */
}

IT(tells_before_it_stops)
{
	struct db_listener *mine, *other;
	struct heard here = { 0 }, there = { 0 };

	assert_true(db_listen(&mine, url, hear, &here, &e));
	assert_true(db_listen(&other, url, hear, &there, &e));
	assert_true(listening_soon(mine) && listening_soon(other));
	db_tell(mine, "auth");
	db_listen_stop(mine);
	assert_true(soon(&there.count, 1));
	db_listen_stop(other);
	assert_string_equal(there.last, "auth");
}

IT(says_that_anything_may_have_changed_after_it_lost_its_connection)
{
	struct db_listener *l;
	struct heard h = { 0 };

	db_close(db);
	db = NULL;
	assert_true(db_listen(&l, url, hear, &h, &e));
	assert_true(listening_soon(l));
	assert_int_equal(h.all, 1);
	signal_backends(SIGTERM);
	assert_true(soon(&h.all, 2));
	assert_true(listening_soon(l));
	db_listen_stop(l);
}

IT(replaces_a_listening_connection_that_does_not_answer)
{
	struct db_listener *l;
	struct heard h = { 0 };

	db_close(db);
	db = NULL;
	assert_true(db_listen(&l, url, hear, &h, &e));
	assert_true(listening_soon(l));
	signal_backends(SIGSTOP);
	assert_true(soon(&h.all, 2));
	signal_backends(SIGCONT);
	assert_true(listening_soon(l));
	db_listen_stop(l);
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, fresh, closed)

SPEC_WITH("the database", migrated, NULL,
	  EACH(prepares_every_query_on_the_migrated_schema_with_the_parameters_its_table_says),
	  EACH(shows_the_context_to_the_query_and_to_nothing_after_it),
	  EACH(is_ready_on_the_schema_built_in_and_not_on_another),
	  EACH(prepares_once_a_connection),
	  EACH(runs_several_queries_in_one_round_trip),
	  EACH(keeps_nothing_of_several_queries_when_one_fails),
	  EACH(does_nothing_once_an_error_is_known),
	  EACH(says_busy_within_the_lease_when_every_connection_is_taken),
	  EACH(waits_for_a_connection_that_is_given_back_in_time),
	  EACH(replaces_a_connection_whose_server_process_was_ended_while_idle),
	  EACH(does_not_repeat_a_query_whose_connection_broke_under_it),
	  EACH(gives_up_a_blocked_query_and_knows_that_nothing_was_kept),
	  EACH(gives_up_a_frozen_server_at_its_own_deadline),
	  EACH(rolls_back_what_was_not_committed),
	  EACH(does_not_commit_a_transaction_in_which_a_query_failed),
	  EACH(says_that_nothing_was_kept_when_the_connection_breaks_inside_a_transaction),
	  EACH(opens_without_a_database_and_says_so_at_each_call),
	  EACH(refuses_an_address_that_is_none),
	  EACH(turns_sqlstates_into_errors),
	  EACH(lets_sql_functions_name_the_message_its_argument_and_the_field),
	  EACH(hears_others_but_not_itself_and_tells_many_changes_at_once),
	  EACH(tells_before_it_stops),
	  EACH(says_that_anything_may_have_changed_after_it_lost_its_connection),
	  EACH(replaces_a_listening_connection_that_does_not_answer))
