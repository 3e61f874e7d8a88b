/* Migrations, each case in a schema of its own that nobody else looks at. */
#include "spec.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db.h"
#include "raw.h"
#include "server/db/migrate.h"

static const char *owner_url;
static char url[1024];		/* the owner's, looking into schema test_migrate */
static char app_role[64];
static struct arena a;
static struct err e;
static PGconn *pg;
static const struct migration_step *steps;
static int count;

static const struct migration first[] = {
	{ "0001_first", "create table thing (id int primary key);\ninsert into thing values (1);\n" },
};
static const struct migration both[] = {
	{ "0001_first", "create table thing (id int primary key);\ninsert into thing values (1);\n" },
	{ "0002_second", "insert into thing values (2); alter table thing add name text;" },
};

static int prepared(void **state)
{
	PGconn *app = raw_open(raw_url("TEST_DATABASE_URL"));

	(void)state;
	snprintf(app_role, sizeof app_role, "%s", PQuser(app));
	PQfinish(app);
	owner_url = raw_url("TEST_DATABASE_OWNER_URL");
	if (strncmp(owner_url, "postgres", 8) == 0)
		snprintf(url, sizeof url, "%s%soptions=-csearch_path%%3Dtest_migrate", owner_url,
			 strchr(owner_url, '?') ? "&" : "?");
	else
		snprintf(url, sizeof url, "%s options='-csearch_path=test_migrate'", owner_url);
	return 0;
}

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	err_init(&e, &a);
	pg = raw_open(url);
	raw_do(pg, "set client_min_messages = warning; drop schema if exists test_migrate cascade;"
		   " create schema test_migrate");
	return 0;
}

static int dropped(void **state)
{
	(void)state;
	raw_do(pg, "set client_min_messages = warning; drop schema test_migrate cascade");
	PQfinish(pg);
	arena_free(&a);
	return 0;
}

static bool migrate(const struct migration *list, int n)
{
	err_init(&e, &a);
	return migrate_list(url, app_role, list, n, &a, &steps, &count, &e);
}

static int number(const char *sql)
{
	PGresult *r = raw_run(pg, sql);
	int n = atoi(PQgetvalue(r, 0, 0));

	PQclear(r);
	return n;
}

IT(applies_each_migration_once_however_often_it_runs)
{
	assert_true(migrate(both, 2));
	assert_int_equal(count, 2);
	assert_string_equal(steps[0].state, "pending");
	assert_string_equal(steps[1].name, "0002_second");
	assert_int_equal(strlen(steps[1].sha256), 64);
	assert_true(migrate(both, 2));
	assert_string_equal(steps[0].state, "applied");
	assert_string_equal(steps[1].state, "applied");
	assert_int_equal(number("select count(*) from thing"), 2);
	assert_int_equal(number("select count(*) from schema_migration"), 2);
}

IT(goes_on_where_it_was)
{
	assert_true(migrate(first, 1));
	assert_true(migrate(both, 2));
	assert_string_equal(steps[0].state, "applied");
	assert_string_equal(steps[1].state, "pending");
	assert_int_equal(number("select count(*) from thing"), 2);
}

IT(applies_an_empty_list)
{
	assert_true(migrate(first, 0));
	assert_int_equal(count, 0);
	assert_int_equal(number("select count(*) from schema_migration"), 0);
}

IT(refuses_a_migration_that_was_edited_and_changes_nothing)
{
	struct migration edited[] = { { first[0].name, "create table other ();" }, both[1] };

	assert_true(migrate(first, 1));
	assert_false(migrate(edited, 2));
	assert_int_equal(e.code, ERR_CONFLICT);
	assert_int_equal(e.msg, MSG_MIGRATION_EDITED);
	assert_non_null(strstr(err_detail(&e, LANG_EN), "0001_first"));
	assert_int_equal(number("select count(*) from thing"), 1);
}

IT(refuses_a_database_that_is_ahead)
{
	assert_true(migrate(both, 2));
	assert_false(migrate(first, 1));
	assert_int_equal(e.msg, MSG_MIGRATION_AHEAD);
	assert_non_null(strstr(err_detail(&e, LANG_EN), "0002_second"));
}

IT(refuses_a_migration_that_comes_before_one_already_applied)
{
	struct migration between[] = { both[0], { "0001_late", "select 1" }, both[1] };

	assert_true(migrate(both, 2));
	assert_false(migrate(between, 3));
	assert_int_equal(e.msg, MSG_MIGRATION_ORDER);
	assert_non_null(strstr(err_detail(&e, LANG_EN), "0001_late"));
}

IT(keeps_nothing_of_a_migration_that_fails_but_what_came_before_it)
{
	struct migration broken[] = { both[0],
				      { "0002_broken", "insert into thing values (7); select 1/0;" } };

	assert_false(migrate(broken, 2));
	assert_int_equal(e.msg, MSG_MIGRATION_FAILED);
	assert_non_null(strstr(err_detail(&e, LANG_EN), "division by zero"));
	assert_int_equal(number("select count(*) from thing"), 1);
	assert_int_equal(number("select count(*) from schema_migration"), 1);
	assert_true(migrate(both, 2));
}

IT(refuses_a_migration_that_ends_its_own_transaction)
{
	struct migration sly[] = { { "0001_sly", "select 1; commit;" } };

	assert_false(migrate(sly, 1));
	assert_int_equal(e.msg, MSG_MIGRATION_FAILED);
	assert_int_equal(number("select count(*) from schema_migration"), 0);
}

IT(lets_migrations_grant_rights_to_the_applications_role)
{
	struct migration granting[] = { { "0001_grant",
		"create table thing (id int);"
		"do $$ begin execute format('grant select on thing to %I',"
		" current_setting('vigie.app_role')); end $$;" } };

	assert_true(migrate(granting, 1));
	assert_int_equal(number(arena_printf(&a, "select count(*) from information_schema.role_table_grants"
					     " where table_schema = 'test_migrate' and grantee = '%s'",
					     app_role)), 2);	/* and schema_migration */
}

IT(lets_several_programs_migrate_at_once)
{
	pid_t child[4];

	PQfinish(pg);
	for (int i = 0; i < 4; i++) {
		child[i] = fork();
		if (child[i] == 0)
			_exit(migrate(both, 2) ? 0 : 1);
	}
	for (int i = 0; i < 4; i++) {
		int status = -1;

		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	pg = raw_open(url);
	assert_int_equal(number("select count(*) from thing"), 2);
}

IT(says_busy_when_the_database_is_away)
{
	assert_false(migrate_list("host=/nonexistent", app_role, both, 2, &a, &steps, &count, &e));
	assert_int_equal(e.code, ERR_BUSY);
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, fresh, dropped)

SPEC_WITH("migrations", prepared, NULL,
	  EACH(applies_each_migration_once_however_often_it_runs),
	  EACH(goes_on_where_it_was),
	  EACH(applies_an_empty_list),
	  EACH(refuses_a_migration_that_was_edited_and_changes_nothing),
	  EACH(refuses_a_database_that_is_ahead),
	  EACH(refuses_a_migration_that_comes_before_one_already_applied),
	  EACH(keeps_nothing_of_a_migration_that_fails_but_what_came_before_it),
	  EACH(refuses_a_migration_that_ends_its_own_transaction),
	  EACH(lets_migrations_grant_rights_to_the_applications_role),
	  EACH(lets_several_programs_migrate_at_once),
	  EACH(says_busy_when_the_database_is_away))
