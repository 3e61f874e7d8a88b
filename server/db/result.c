/*
 * Results: cells as text and as numbers; parameters from numbers.
 */
#include "result.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

struct db_result {
	PGresult *pg;	/* owned */
};

struct db_result *result_new(PGresult *pg)
{
	struct db_result *r = malloc(sizeof *r);

	if (!r)
		abort();
	r->pg = pg;
	return r;
}

void db_result_free(struct db_result *r)
{
	if (!r)
		return;
	PQclear(r->pg);
	free(r);
}

int db_rows(const struct db_result *r)
{
	return PQntuples(r->pg);
}

bool db_null(const struct db_result *r, int row, int column)
{
	return PQgetisnull(r->pg, row, column) != 0;
}

const char *db_text(const struct db_result *r, int row, int column)
{
	return db_null(r, row, column) ? NULL : PQgetvalue(r->pg, row, column);
}

size_t db_length(const struct db_result *r, int row, int column)
{
	return (size_t)PQgetlength(r->pg, row, column);
}

int64_t db_i64(const struct db_result *r, int row, int column)
{
	const char *text = db_text(r, row, column);

	return text ? strtoll(text, NULL, 10) : 0;
}

double db_f64(const struct db_result *r, int row, int column)
{
	const char *text = db_text(r, row, column);

	return text ? strtod(text, NULL) : 0;
}

bool db_bool(const struct db_result *r, int row, int column)
{
	const char *text = db_text(r, row, column);

	return text && text[0] == 't';
}

/* ------------------------------------------------------------------ binary */

/* Days and microseconds from 1970-01-01 to 2000-01-01, where PostgreSQL begins to count. */
static const int32_t epoch_days = 10957;
static const int64_t epoch_us = 10957 * 86400000000;

int64_t db_binary_whole(const struct db_result *r, int row, int column)
{
	const unsigned char *p = (const unsigned char *)PQgetvalue(r->pg, row, column);
	int len = PQgetlength(r->pg, row, column);
	uint64_t bits = len > 1 && p[0] & 0x80 ? UINT64_MAX : 0;	/* keeps the sign */

	for (int i = 0; i < len; i++)
		bits = bits << 8 | p[i];
	return (int64_t)bits;
}

double db_binary_f64(const struct db_result *r, int row, int column)
{
	int64_t bits = db_binary_whole(r, row, column);
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

int32_t db_binary_day(const struct db_result *r, int row, int column)
{
	return db_null(r, row, column) ? 0 : (int32_t)db_binary_whole(r, row, column) + epoch_days;
}

int64_t db_binary_us(const struct db_result *r, int row, int column)
{
	return db_null(r, row, column) ? 0 : db_binary_whole(r, row, column) + epoch_us;
}

int db_column(const struct db_result *r, const char *name)
{
	int column = PQfnumber(r->pg, name);

	if (column < 0) {
		fprintf(stderr, "vigie: a query has no column “%s”\n", name);
		abort();
	}
	return column;
}

const char *db_param_i64(struct arena *a, int64_t value)
{
	return arena_printf(a, "%lld", (long long)value);
}

const char *db_param_day(struct arena *a, int32_t day)
{
	return day == DAY_NONE ? NULL : arena_strdup(a, day_format(day).text);
}
