/* Settings: four sources, one table. */
#include "spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "config.h"

static struct arena a;
static struct config c;
static char message[400];
static const char *const nothing[] = { NULL };
static char *left[16];	/* the arguments that were no settings */

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	return 0;
}

static int freed(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

static bool load(const char *const *environment, const char *const *arguments)
{
	char *variables[16];
	int argc = 0, count = 0;

	for (; arguments[argc]; argc++)
		left[argc] = arena_strdup(&a, arguments[argc]);
	for (; environment[count]; count++)
		variables[count] = arena_strdup(&a, environment[count]);
	left[argc] = variables[count] = NULL;
	*message = 0;
	return config_load(&c, &a, &argc, left, variables, message, sizeof message);
}

IT(has_a_default_for_every_setting)
{
	const char *argv[] = { "vigie", "serve", NULL };

	assert_true(load(nothing, argv));
	assert_int_equal(c.port, 8080);
	assert_int_equal(c.threads, 320);
	assert_string_equal(c.address, "127.0.0.1");
	assert_string_equal(c.database_url, "");
	assert_true(c.compute);
	assert_int_equal(c.today, DAY_NONE);
}

IT(lets_the_environment_win_over_the_default_and_an_argument_over_both)
{
	const char *environment[] = { "VIGIE_POOL_SIZE=3", "PORT=9000", "DATABASE_URL=postgresql:///x",
				"HOME=/root", "VIGIE_THREADS=64", NULL };
	const char *argv[] = { "vigie", "serve", "--threads=32", "--today=2026-11-21", "rest", NULL };

	assert_true(load(environment, argv));
	assert_int_equal(c.pool_size, 3);
	assert_int_equal(c.port, 9000);
	assert_int_equal(c.threads, 32);
	assert_string_equal(c.database_url, "postgresql:///x");
	assert_string_equal(day_format(c.today).text, "2026-11-21");
	assert_string_equal(left[1], "serve");
	assert_string_equal(left[2], "rest");
	assert_null(left[3]);
}

IT(reads_a_file_before_the_environment)
{
	char path[] = "/tmp/vigie-config-XXXXXX", argument[64];
	const char *environment[] = { "VIGIE_THREADS=64", NULL };
	int fd = mkstemp(path);
	static const char text[] = "# settings\n\nthreads = 48\npool_size=5\npublic_url = https://v.example \n";

	assert_int_equal(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
	close(fd);
	snprintf(argument, sizeof argument, "--config=%s", path);
	assert_true(load(environment, (const char *[]){ "vigie", argument, NULL }));
	assert_int_equal(c.threads, 64);
	assert_int_equal(c.pool_size, 5);
	assert_string_equal(c.public_url, "https://v.example");
	unlink(path);
}

IT(says_which_setting_is_wrong_and_what_would_be_right)
{
	const char *environment[] = { "PORT=99999", NULL };

	assert_false(load(environment, (const char *[]){ "vigie", NULL }));
	assert_non_null(strstr(message, "PORT"));
	assert_non_null(strstr(message, "0 to 65535"));
	assert_false(load(nothing, (const char *[]){ "vigie", "--threads=many", NULL }));
	assert_non_null(strstr(message, "4 to 4096"));
	assert_false(load(nothing, (const char *[]){ "vigie", "--threads", NULL }));
	assert_false(load(nothing, (const char *[]){ "vigie", "--compute=maybe", NULL }));
	assert_false(load(nothing, (const char *[]){ "vigie", "--today=2026-02-30", NULL }));
	assert_false(load(nothing, (const char *[]){ "vigie", "--log-level=loud", NULL }));
	assert_false(load(nothing, (const char *[]){ "vigie", "--config=/nonexistent", NULL }));
}

IT(names_the_nearest_setting_of_a_file)
{
	char path[] = "/tmp/vigie-config-XXXXXX", argument[64];
	int fd = mkstemp(path);

	assert_int_equal(write(fd, "pool_sise = 3\n", 14), 14);
	close(fd);
	snprintf(argument, sizeof argument, "--config=%s", path);
	assert_false(load(nothing, (const char *[]){ "vigie", argument, NULL }));
	assert_non_null(strstr(message, "pool_size"));
	assert_non_null(strstr(message, ":1"));
	unlink(path);
}

IT(refuses_to_be_reached_from_other_machines_without_a_proxy)
{
	const char *environment[] = { "DATABASE_URL=postgresql:///x", NULL };

	assert_true(load(environment, (const char *[]){ "vigie", NULL }));
	assert_true(config_serve(&c, message, sizeof message));
	assert_true(load(environment, (const char *[]){ "vigie", "--address=0.0.0.0", NULL }));
	assert_false(config_serve(&c, message, sizeof message));
	assert_non_null(strstr(message, "trusted_proxy"));
	assert_true(load(environment, (const char *[]){ "vigie", "--address=0.0.0.0", "--trusted-proxy=10.0.0.2",
						  NULL }));
	assert_true(config_serve(&c, message, sizeof message));
}

IT(refuses_a_list_of_addresses_and_a_proxy_that_is_no_address)
{
	const char *environment[] = { "DATABASE_URL=postgresql:///x", NULL };
	static const char *const wrong[][2] = {
		{ "--address=127.0.0.1:9000,0.0.0.0", "--trusted-proxy=" },
		{ "--address=127.evil.example", "--trusted-proxy=" },
		{ "--address=0.0.0.0", "--trusted-proxy=nginx" },
		{ "--address=0.0.0.0", "--trusted-proxy=10.0.0.0/8" },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_true(load(environment, (const char *[]){ "vigie", wrong[i][0], wrong[i][1], NULL }));
		assert_false(config_serve(&c, message, sizeof message));
		assert_non_null(strstr(message, "trusted_proxy"));
	}
	assert_true(load(environment, (const char *[]){ "vigie", "--trusted-proxy=2001:db8::1", NULL }));
	assert_true(config_serve(&c, message, sizeof message));
}

IT(refuses_a_time_zone_that_is_not_there)
{
	static const char *const wrong[] = { "--time-zone=Mars/Phobos", "--time-zone=../../etc/passwd",
					     "--time-zone=" };

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_false(load(nothing, (const char *[]){ "vigie", wrong[i], NULL }));
		assert_non_null(strstr(message, "time_zone"));
	}
	assert_true(load(nothing, (const char *[]){ "vigie", "--time-zone=UTC", NULL }));
	assert_true(load(nothing, (const char *[]){ "vigie", "--time-zone=America/Cayenne", NULL }));
}

IT(refuses_to_serve_without_a_database_or_with_an_odd_address)
{
	const char *environment[] = { "DATABASE_URL=postgresql:///x", NULL };
	static const char *const wrong[] = { "--public-url=vigie.example", "--public-url=https://Vigie.example",
				       "--public-url=https://v.example/", "--public-url=https://" };

	assert_true(load(nothing, (const char *[]){ "vigie", NULL }));
	assert_false(config_serve(&c, message, sizeof message));
	assert_non_null(strstr(message, "DATABASE_URL"));
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_true(load(environment, (const char *[]){ "vigie", wrong[i], NULL }));
		assert_false(config_serve(&c, message, sizeof message));
	}
}

IT(prints_what_it_reads_back_and_hides_passwords)
{
	const char *environment[] = { "DATABASE_URL=postgresql://vigie:s3cret@db/vigie",
				"DATABASE_OWNER_URL=host=db password=s3cret user=o", "VIGIE_TODAY=2026-11-21", NULL };
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	assert_true(load(environment, (const char *[]){ "vigie", NULL }));
	config_print(f, &c);
	config_help(f);
	fclose(f);
	assert_null(strstr(text, "s3cret"));
	assert_non_null(strstr(text, "database_url = postgresql://vigie:***@db/vigie\n"));
	assert_non_null(strstr(text, "today = 2026-11-21\n"));
	assert_non_null(strstr(text, "port = 8080\n"));
	free(text);
}

SPEC_WITH("settings", fresh, freed,
	  RUN(has_a_default_for_every_setting),
	  RUN(lets_the_environment_win_over_the_default_and_an_argument_over_both),
	  RUN(reads_a_file_before_the_environment),
	  RUN(says_which_setting_is_wrong_and_what_would_be_right),
	  RUN(names_the_nearest_setting_of_a_file),
	  RUN(refuses_to_be_reached_from_other_machines_without_a_proxy),
	  RUN(refuses_a_list_of_addresses_and_a_proxy_that_is_no_address),
	  RUN(refuses_a_time_zone_that_is_not_there),
	  RUN(refuses_to_serve_without_a_database_or_with_an_odd_address),
	  RUN(prints_what_it_reads_back_and_hides_passwords))
