/*
 * Host: one exchange with one sandbox process.
 */
#ifndef VIGIE_PLUGIN_HOST_H
#define VIGIE_PLUGIN_HOST_H

#include <jansson.h>

#include "plugin.h"

/*
 * What an exchange sends and whom it tells.  `answer` is called for each frame that comes
 * back (`kind` is FRAME_CELL, FRAME_PART or FRAME_FAULT), with its checked JSON or, for a part,
 * its bytes; it returns false to end the exchange (and has then filled the finding).
 */
struct exchange {
	const json_t *job;	/* borrowed; the first frame */
	const json_t *cells;	/* borrowed array, may be NULL: the next frames */
	int wall_ms;
	size_t out_max;		/* bytes: more than that from the sandbox ends it */
	bool (*answer)(void *to, int kind, const json_t *value, const char *bytes, size_t len,
		       struct finding *f);
	void *to;
};

/* Runs one sandbox to its end.  False: *f says why.  The process is gone in both cases. */
bool host_exchange(struct plugin_host *h, struct arena *a, const struct exchange *x,
		   struct finding *f);

#endif
