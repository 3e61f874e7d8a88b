/*
 * From the figures of a month to what everybody may see of them.
 */
#ifndef VIGIE_PUBLICATION_RULES_H
#define VIGIE_PUBLICATION_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "protect.h"

enum {
	MONTHS_ROLLED = 12,
	MONTHS_MOVED = 23,		/* of the audit: those that share a rolling sum with the last twelve */
	TOTALS_OF_FIGURE = 48,		/* territories above × ways to group */
};

/* Numbers for texts, in order of appearance. */
struct names { const char **text; int32_t count, room; };

/* A figure: one group of totals for each territory above it times each way to group. */
struct publication_figure {
	int64_t id;
	int back;			/* months before the one being published */
	bool counted;			/* it has a count; else it is missing or not applicable */
	bool applicable, fictitious;
	int64_t count, shown;		/* shown: as published, or to be */
	int32_t owner;			/* number of the organisation that reports it; below 0: none */
	int32_t group[TOTALS_OF_FIGURE];
	int groups;
};

/* A total to show or shown. */
struct publication_total {
	int32_t group;
	int months, back;		/* 1 or 12; its last month */
	bool present;			/* to be published now, or published before */
	bool settled;			/* published before */
	bool by_rule;			/* the rule itself hides it */
	bool of_all;			/* published by the rule for what all report alone */
	int64_t shown;
	struct protect_share *share;	/* what is not zero, by organisation */
	int32_t shares, share_room;
	struct protect_share all;
	int32_t received, expected;
	bool fictitious;
	int32_t *cell;
	int32_t cells, room;
	struct publication_total *twin;	/* of the same counts, by another name; NULL */
};

/*
 * All that belongs together: `figures` of the month (back 0) and of those before,
 * `before`: totals published earlier (group, months, back, shown, of_all).
 */
struct publication_table {
	int64_t floor;
	bool adds_up, rolling;		/* publish totals over places, over twelve months */
	struct publication_figure *figure;
	int32_t figures;
	int32_t groups;
	struct publication_total *before;
	int32_t befores;
	struct publication_total **total;	/* out: those to publish now, by months, then group */
	int32_t totals;
	int32_t unproved;		/* out: as protect_audit */
};

/* The number of a text; the same text has the same. */
int32_t name_number(struct names *n, const char *text, struct arena *a);

/* Decides what is shown of each figure of the month and of each total.  Memory of *a. */
void publication_decide(struct publication_table *t, struct arena *a);

#endif
