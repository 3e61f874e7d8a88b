/*
 * Findings: what is wrong with a plugin, told to an author who is not a programmer.
 *
 * Every finding has a numbered message (finding.def) with a cause and one remedy
 * in both languages.  One finding at a time, the most useful first.
 */
#ifndef VIGIE_FINDING_H
#define VIGIE_FINDING_H

#include <stdbool.h>

#include "arena.h"
#include "msg.h"

#define FINDING_ARGS 3

enum finding_code {
	FINDING_NONE,
#define FINDING(code, fr, fr_remedy, en, en_remedy) code,
#include "finding.def"
#undef FINDING
	FINDING_COUNT
};

struct finding {
	enum finding_code code;		/* FINDING_NONE: all is well */
	int line;			/* in the source, from 1; 0: not known */
	const char *arg[FINDING_ARGS];	/* borrowed from the arena of the call; what starts with "@" names
					 * words of the reader's language: "@integer @from 1 @to 36" */
	const char *where;		/* test, or territory and period, as text; NULL: the file */
	const char *detail;		/* raw Lua text, for the curious; NULL: none */
	const struct finding *inner;	/* what a test stopped on, told instead of `detail`; NULL: none */
};

struct json_t;

/* Fills *f unless it tells something already; arguments are borrowed.  Always false. */
bool finding_set_args(struct finding *f, enum finding_code code, int line,
		      const char *const arg[FINDING_ARGS]);
#define finding_set(f, code, ...) finding_set_at((f), (code), __VA_ARGS__, NULL, NULL, NULL, NULL)
#define finding_set_at(f, code, line, a, b, c, ...)                                                \
	finding_set_args((f), (code), (line), (const char *const[FINDING_ARGS]){ (a), (b), (c) })

/* Copies the texts of *f into *a, where they live as long as it. */
void finding_keep(struct finding *f, struct arena *a);

/* "V301".  Static. */
const char *finding_name(enum finding_code code);

/* The code of a name, or FINDING_NONE. */
enum finding_code finding_code_of(const char *name);

/* Cause and remedy in `lang`, arguments put in.  Borrowed from *a. */
const char *finding_cause(struct arena *a, const struct finding *f, enum lang lang);
const char *finding_remedy(struct arena *a, const struct finding *f, enum lang lang);

/* The technical detail in `lang`: the inner finding with its code, or what Lua said; NULL: none.  Borrowed from *a. */
const char *finding_detail(struct arena *a, const struct finding *f, enum lang lang);

/* {"code","line","cause","remedy","where","detail"}: an owned object. */
struct json_t *finding_json(struct arena *a, const struct finding *f, enum lang lang);

#endif
