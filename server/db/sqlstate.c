/*
 * SQLSTATE and constraint → error: two tables, and the class "VG" that our own
 * SQL functions raise:
 *
 *   raise exception 'already_exists' using errcode = 'VG409', detail = '7.2', column = 'number';
 *
 * The last three digits are the HTTP status, the message is the code of a line
 * of msg.def, the detail its first argument, the column the field at fault.
 */
#include "sqlstate.h"

#include <string.h>

enum { RETRY_AFTER_S = 1 };

struct state_row {
	const char *state;	/* five characters, or the two of a class */
	enum err_code code;
	enum msg msg;
};

/* The first line that fits counts: a state before its class. */
static const struct state_row states[] = {
	{ "VG400", ERR_PARAMETER, MSG_NOT_ACCEPTED },
	{ "VG401", ERR_UNAUTHENTICATED, MSG_UNAUTHENTICATED },
	{ "VG403", ERR_FORBIDDEN, MSG_FORBIDDEN },
	{ "VG404", ERR_NOT_FOUND, MSG_NOT_FOUND },
	{ "VG409", ERR_CONFLICT, MSG_ALREADY_EXISTS },
	{ "VG412", ERR_CHANGED, MSG_CHANGED },
	{ "VG422", ERR_INVALID, MSG_NOT_ACCEPTED },
	{ "VG429", ERR_TOO_MANY, MSG_BUSY },
	{ "23505", ERR_CONFLICT, MSG_ALREADY_EXISTS },
	{ "23P01", ERR_CONFLICT, MSG_ALREADY_EXISTS },
	{ "23503", ERR_CONFLICT, MSG_BAD_REFERENCE },
	{ "23514", ERR_INVALID, MSG_NOT_ACCEPTED },
	{ "42501", ERR_FORBIDDEN, MSG_FORBIDDEN },		/* row-level security said no */
	{ "53100", ERR_DISK_FULL, MSG_DISK_FULL },
	{ "53", ERR_BUSY, MSG_BUSY },				/* memory, connections */
	{ "25006", ERR_BUSY, MSG_READ_ONLY },
	{ "25P03", ERR_BUSY, MSG_DATABASE_AWAY },		/* idle in a transaction for too long */
	{ "57014", ERR_BUSY, MSG_BUSY },			/* statement_timeout */
	{ "57P", ERR_BUSY, MSG_DATABASE_AWAY },			/* shut down, starting up */
	{ "08", ERR_BUSY, MSG_DATABASE_AWAY },
	{ "55P03", ERR_BUSY, MSG_BUSY },			/* lock_timeout */
	{ "40001", ERR_BUSY, MSG_BUSY },
	{ "40P01", ERR_BUSY, MSG_BUSY },			/* deadlock */
	{ "0A000", ERR_BUSY, MSG_BUSY },			/* a plan from before a migration */
	{ "26000", ERR_BUSY, MSG_BUSY },			/* statements thrown away behind us */
};

struct constraint_row {
	const char *name;
	enum err_code code;
	const char *pointer;
	enum msg msg;
};

static const struct constraint_row constraints[] = {
#define CONSTRAINT(name, code, pointer, msg) { name, code, pointer, msg },
#include "constraints.def"
#undef CONSTRAINT
	{ NULL, ERR_NONE, NULL, MSG_NONE },
};

static const char *field(const PGresult *result, int code)
{
	const char *text = PQresultErrorField(result, code);

	return text ? text : "";
}

static void tell(struct err *e, enum err_code code, const char *pointer, enum msg msg,
		 const char *detail)
{
	if (!*pointer) {
		err_set(e, code, msg, detail);
		return;
	}
	err_set(e, code, MSG_NONE);
	err_add(e, pointer, msg, detail);
}

/* What one of our own SQL functions raised. */
static void tell_raised(struct err *e, const struct state_row *row, const PGresult *result)
{
	const char *column = field(result, PG_DIAG_COLUMN_NAME);
	enum msg msg = msg_find(field(result, PG_DIAG_MESSAGE_PRIMARY));
	const char *pointer = *column ? arena_printf(e->arena, "#/%s", column) : "";

	tell(e, row->code, pointer, msg == MSG_NONE ? row->msg : msg,
	     field(result, PG_DIAG_MESSAGE_DETAIL));
}

static const struct state_row *row_of(const char *state)
{
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
			return &states[i];
	return NULL;
}

bool sqlstate_error(const PGresult *result, struct err *e)
{
	const char *state = field(result, PG_DIAG_SQLSTATE);
	const char *constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
	const struct state_row *row = row_of(state);

	err_cause(e, "%s %s%s%s", state, field(result, PG_DIAG_MESSAGE_PRIMARY),
		  *constraint ? " constraint " : "", constraint);
	for (const struct constraint_row *c = constraints; *constraint && c->name; c++) {
		if (strcmp(c->name, constraint) == 0) {
			tell(e, c->code, c->pointer, c->msg, NULL);
			return false;
		}
	}
	if (!row)
		return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
	if ((row->code == ERR_BUSY || row->code == ERR_TOO_MANY) && err_ok(e))
		e->retry_after_s = RETRY_AFTER_S;
	if (strncmp(state, "VG", 2) == 0)
		tell_raised(e, row, result);
	else
		err_set(e, row->code, row->msg);
	return false;
}

bool sqlstate_ends_connection(const PGresult *result)
{
	const char *state = field(result, PG_DIAG_SQLSTATE);

	return !*state || strncmp(state, "57P", 3) == 0 || strncmp(state, "08", 2) == 0 ||
	       strcmp(state, "25006") == 0 || strcmp(state, "25P03") == 0 ||
	       strcmp(state, "26000") == 0 || strcmp(state, "0A000") == 0;
}
