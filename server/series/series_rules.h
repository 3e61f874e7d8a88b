/*
 * What a row must be before it is kept.
 */
#ifndef VIGIE_SERIES_RULES_H
#define VIGIE_SERIES_RULES_H

#include "parts.h"

/* What a person may write: everything, or territories by organisation. */
struct series_rights {
	bool everywhere;
	const json_t *scope;		/* {"DGPN": ["93", …]}; borrowed */
};

/*
 * Checks every row and gives those to write, in canonical form, as an owned
 * array.  ERR_FORBIDDEN with a fault a row when one is out of scope, else
 * ERR_INVALID with all faults: pointers "#/rows/0/territory", counted from 0, or
 * "#/lines/2/territory" with the line of the file.
 */
bool series_rows_check(json_t **out, const struct series *s, const struct series_rights *rights,
		       const struct series_lines *lines, int32_t today, struct err *e);

/* The canonical text of `dims` ("age=minor;sex=female"), a fault for each dimension that is wrong. */
const char *series_dims(const struct series *s, const json_t *dims, const char *base, struct err *e);

/*
 * What a file says of a dimension that follows from the organisation: a member of it, and the one that the organisation
 * (NULL: unknown) is of.  Else a fault at `where`.
 */
bool series_derived(const struct series *s, const json_t *dimension, const char *organisation, const char *given,
		    const char *where, struct err *e);

#endif
