/*
 * Inputs: what indicators read, brought from what is known to cubes on the axes of one level.
 *
 * A figure of a level is made of parts: one for each territory, organisation and member that is
 * not asked apart, which the series ever spoke of.  Parts are filled as the input's `missing`
 * says, then summed (or whatever `agg` says) in one order, always the same: those of a territory by
 * organisation and members, then the territories.  Inputs are aggregated, results never are.
 */
#ifndef VIGIE_INDICATOR_INPUT_H
#define VIGIE_INDICATOR_INPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "cube.h"
#include "observation.h"

/* ------------------------------------------------------------------ places */

enum force { FORCE_NONE, FORCE_POLICE, FORCE_GENDARMERIE, FORCES };

/* Territories and organisations, loaded once a refresh.  All borrowed from its arena. */
struct input_places {
	const struct axis *national, *region, *department;	/* members are codes */
	double *population;			/* of each département; 0: unknown */
	struct input_parent {
		uint16_t department, region;	/* places on the axes */
		int32_t from_on, to_on;		/* to_on is the first day that it is no more; DAY_NONE: still */
	} *parent;
	size_t parents;
	struct input_organisation { int64_t id; enum force force; const char *code; } *organisation;	/* by id */
	size_t organisations;
};

/* The axis of a level: "national", "region" or "department". */
const struct axis *input_level(const struct input_places *p, const char *level);
/* The region of a département on a day, as a place; -1: none. */
int32_t input_region(const struct input_places *p, size_t department, int32_t day);
const struct input_organisation *input_organisation(const struct input_places *p, int64_t id);

/* ------------------------------------------------------------------ the stage */

/* The cells that are computed, and what is known. */
struct input_stage {
	struct arena *arena;
	const struct input_places *places;
	const char *level;
	const struct axis *territory, *period;
	const struct axis *department;	/* linked to `territory`: for inputs that keep the fine grain */
	int32_t *first, *last;		/* days of each period */
	int32_t *place;			/* département × period: place in `territory`; -1: nowhere */
	int64_t as_of_us;		/* what was recorded later is not known; INT64_MAX: now */
};

/* Prepares a stage over these periods.  Borrowed from *a; the axes too, which must live as long. */
struct input_stage *input_stage(struct arena *a, const struct input_places *places, const char *level,
				const struct axis *period, int64_t as_of_us);

/* ------------------------------------------------------------------ series */

/* A series of the catalogue, as inputs must know it. */
struct input_series {
	int64_t id;
	const char *code, *over_territories, *over_time;
	enum period_step step;
	bool by_plan, sensitive;
	double floor;			/* of a sensitive one: smaller counts are not published */
	int delay_days;
	const json_t *dimensions;	/* [{"id","members":[{"id"}],"derived"?}]; borrowed */
};

/*
 * The cube of a declared series input over territory (or département, with `grain`) × dims ×
 * period; `cover` counts the units, territory × organisation, that were heard of, whenever that was, and
 * that reported: in each of the series' own periods, or one where `over_time` takes the last; a département of which
 * nothing was ever told of the members that `where` keeps, by whichever force, is one unit that did not report,
 * where any other told something.  `dims` are the dimensions kept apart, NULL-terminated.  What
 * territories add up to is kept beside the set, so that the next call pays for those alone that have told more.
 * `apart`, unless NULL: of each cell, whether something was carried over into it or left out for want of its
 * neighbours.  Borrowed from the stage's arena.
 */
const struct cube *input_series(const struct input_stage *stage, struct observation_set *set,
				const struct input_series *series, const json_t *input,
				const char *const *dims, bool **apart);

/* Is the name one of `members`, a name or a list of names as inputs declare them? */
bool input_lists(const json_t *members, const char *name);

/* Does a declared series input read of each figure what is retained, and not its first or another vintage? */
bool input_retained(const json_t *input);

/* The population over territory × period.  Borrowed from the stage's arena. */
const struct cube *input_population(const struct input_stage *stage, bool fine);

#endif
