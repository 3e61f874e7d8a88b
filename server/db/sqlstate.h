/*
 * From what PostgreSQL says to what a person is told.
 */
#ifndef VIGIE_DB_SQLSTATE_H
#define VIGIE_DB_SQLSTATE_H

#include <libpq-fe.h>

#include "err.h"

/* Puts the error of `result` into *e.  Always false. */
bool sqlstate_error(const PGresult *result, struct err *e);

/* True when the connection is of no more use after `result`: its statements or the server are gone. */
bool sqlstate_ends_connection(const PGresult *result);

#endif
