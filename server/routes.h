/* The table of all routes; ends with a NULL method. */
#ifndef VIGIE_ROUTES_H
#define VIGIE_ROUTES_H

#include "http.h"

extern const struct route routes[];

#endif
