/*
 * vigie migrate: brings the schema up to this program's, as the database's owner.
 */
#include <stdio.h>

#include "app.h"
#include "db.h"

int app_migrate(const struct config *config, int argc, char **argv)
{
	const struct migration_step *steps = NULL;
	struct arena a;
	struct err e;
	int count = 0, code = 0;

	(void)argv;
	if (argc > 1 || !*config->database_owner_url) {
		fprintf(stderr, "vigie migrate: %s\n", argc > 1 ? "no argument is expected" :
			"database_owner_url is not set: give DATABASE_OWNER_URL");
		return EXIT_USAGE;
	}
	arena_init(&a);
	err_init(&e, &a);
	if (!db_migrate(config->database_owner_url, config->database_role, &a, &steps, &count, &e))
		code = app_complain(&e);
	for (int i = 0; i < count && code == 0; i++)
		printf("%s %s\n", steps[i].state, steps[i].name);
	arena_free(&a);
	return code;
}
