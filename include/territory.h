/*
 * Territories: FR, the regions (REG-93) and the départements (01, 2A, 971), by
 * their official codes and no others.  Which exist is fixed at build time, from
 * sql/seed/departements.json; the database holds the same ones, with dated parents.
 */
#ifndef VIGIE_TERRITORY_H
#define VIGIE_TERRITORY_H

#include <stdbool.h>

#include "err.h"

/* "national", "region" or "department"; NULL when there is no such territory.  Static. */
const char *territory_level(const char *code);

/*
 * What was probably meant by a code that is none: "01" by "1", "2A" by "2a",
 * "REG-93" by "reg93"; NULL when there is no telling.  Static.
 */
const char *territory_meant(const char *code);

/*
 * The département that a table of a partner means: "93", "1", "2a", "Seine-Saint-Denis", "val d oise",
 * accents, case and signs apart; NULL when there is none.  Static.
 */
const char *territory_department_meant(const char *text);

/* True when `code` is a territory; otherwise a fault at the JSON pointer `where` says what would be right. */
bool territory_check(struct err *e, const char *where, const char *code);

/* The same for the query parameter `name`. */
bool territory_check_param(struct err *e, const char *name, const char *code);

#endif
