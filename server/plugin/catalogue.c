/*
 * Catalogue of series, from plugins/series.json at build time.
 */
#include <string.h>

#include "catalogue.h"
#include "text.h"

static const struct dimension_def dimensions[] = {
#define DIMENSION(id, words, fr, en, derived) { id, words, { fr, en }, derived },
#define SERIES(id, fr, en, dims, level, periodicity, territories, time, sensitive, floor)
#include "gen/series.inc"
#undef DIMENSION
#undef SERIES
};

static const struct series_def series[] = {
#define DIMENSION(id, words, fr, en, derived)
#define SERIES(id, fr, en, dims, level, periodicity, territories, time, sensitive, floor) \
	{ id, { fr, en }, level, periodicity, territories, time, sensitive, floor, dims },
#include "gen/series.inc"
#undef SERIES
};

static const char *const ids[] = {
#define SERIES(id, fr, en, dims, level, periodicity, territories, time, sensitive, floor) id,
#include "gen/series.inc"
#undef DIMENSION
#undef SERIES
	NULL
};

enum { COUNT = sizeof series / sizeof *series, DIMS = sizeof dimensions / sizeof *dimensions };

const struct series_def *catalogue_find(const char *id)
{
	for (int i = 0; id && i < COUNT; i++) {
		if (strcmp(series[i].id, id) == 0)
			return &series[i];
	}
	return NULL;
}

const char *const *catalogue_ids(void)
{
	return ids;
}

const struct dimension_def *dimension_find(const char *id)
{
	for (int i = 0; i < DIMS; i++) {
		if (strcmp(dimensions[i].id, id) == 0)
			return &dimensions[i];
	}
	return NULL;
}

int series_dimensions(const struct dimension_def *out[DIMENSIONS_MAX + 1], const struct series_def *s)
{
	int n = 0;

	for (int i = 0; i < DIMS && n < DIMENSIONS_MAX; i++) {
		if (text_in_list(dimensions[i].id, s->dims))
			out[n++] = &dimensions[i];
	}
	out[n] = NULL;
	return n;
}
