/*
 * Every route there is.  Each feature declares its handlers in its public
 * header; here they are put together, nothing else.
 */
#include "routes.h"

const struct route routes[] = {
	{ 0 }
};
