/*
 * A plain connection for tests: to look at the database, and to get in the way.
 */
#ifndef VIGIE_TEST_RAW_H
#define VIGIE_TEST_RAW_H

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

/* The address in environment variable `name`; ends the program with a clear message without it. */
static inline const char *raw_url(const char *name)
{
	const char *url = getenv(name);

	if (!url || !*url) {
		fprintf(stderr,
			"%s is not set: these tests need a real PostgreSQL.  Run them with make test, or\n"
			"start one (server/deploy/cluster.sh start DIR) and set TEST_DATABASE_URL and\n"
			"TEST_DATABASE_OWNER_URL to the two addresses it prints.\n",
			name);
		exit(1);
	}
	return url;
}

static inline PGconn *raw_open(const char *url)
{
	PGconn *pg = PQconnectdb(url);

	if (PQstatus(pg) != CONNECTION_OK) {
		fprintf(stderr, "cannot connect: %s", PQerrorMessage(pg));
		exit(1);
	}
	return pg;
}

/* Runs `sql`; the result is owned (PQclear). */
static inline PGresult *raw_run(PGconn *pg, const char *sql)
{
	PGresult *r = PQexec(pg, sql);

	if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) {
		fprintf(stderr, "%s: %s", sql, PQerrorMessage(pg));
		exit(1);
	}
	return r;
}

static inline void raw_do(PGconn *pg, const char *sql)
{
	PQclear(raw_run(pg, sql));
}

#endif
