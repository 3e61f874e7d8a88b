/*
 * The life of a plugin, for one person: what the interface and the commands both call.
 */
#ifndef VIGIE_LIFECYCLE_H
#define VIGIE_LIFECYCLE_H

#include "db.h"
#include "finding.h"
#include "indicator.h"
#include "plugin.h"

struct json_t;

/* ------------------------------------------------------------------ one use case */

struct lifecycle {
	struct db_session *db;		/* whose context is the person's */
	struct plugin_host *host;	/* for what runs a plugin; NULL before it is needed */
	struct arena *arena;
	enum lang lang;
	int32_t today;			/* fixed day, or DAY_NONE: the real one of each plan */
	struct err *e;
};

enum right {
	RIGHT_WRITE,	/* analysts */
	RIGHT_JUDGE,	/* analysts and coordinators */
};

/* A text, with its SHA-256; `source` is NULL when there is none. */
struct text_of_plugin {
	const char *source, *sha256;
	size_t len;
};

/* A plugin as it stands.  Texts are borrowed from the arena. */
struct standing {
	const char *code;
	int64_t id, version;		/* 0: no plugin has this code */
	int64_t person;			/* who asks */
	bool analyst, coordinator;
	const char *kind;		/* "indicator", "alert"… */
	const char *state;
	const char *active;		/* version; NULL: never published */
	struct text_of_plugin published, draft;	/* the draft, if the person may see it */
	const char *draft_state;	/* NULL, "draft" or "review" */
	bool mine, approved;		/* the draft */
	const char *writer;		/* whose draft there is, seen or not; NULL: there is none */
	bool taken;			/* it is somebody else's */
	const char *versions;		/* all there are, blank-separated */
	const char *dependants;		/* plugins that read its values; NULL: none */
	const char *metadata;		/* of the active version, as JSON text; NULL: never published */
};

/* ERR_FORBIDDEN without the right.  A code that nobody knows is no fault here. */
bool lifecycle_find(struct standing *out, struct lifecycle *x, const char *code, enum right right);
/* ERR_NOT_FOUND when the person can see nothing of that code. */
bool lifecycle_known(struct lifecycle *x, const struct standing *s);

/* Saves a text as the draft.  ERR_CONFLICT when another person writes one. */
bool lifecycle_save(struct lifecycle *x, const struct standing *s, const char *source, size_t len);

/* What there is to say of a text. */
struct judgement {
	struct plugin plugin;		/* when `read`; plugin_free() */
	bool read;			/* it could be read and checked */
	struct finding finding;		/* why not */
	struct plugin_test *test;	/* when tests were asked for and could be run */
	size_t tests, failed;
	const char *change;		/* "none" … "major" against the active version; NULL: there is none */
	const char *fields;		/* what changes the meaning */
	struct err refusals;		/* its faults: what forbids to publish it as it is */
};
/* Checks a text, and with `tests` runs its tests.  False when it could not be judged at all. */
bool lifecycle_judge(struct judgement *out, struct lifecycle *x, const struct standing *s,
		     const struct text_of_plugin *t, bool tests);
void judgement_free(struct judgement *j);
/* {"id","ok","version","sha256","findings","refusals","change","fields","metadata","tests"…}.  Owned. */
struct json_t *judgement_json(const struct judgement *j, struct lifecycle *x, const struct standing *s,
			      const struct text_of_plugin *t);

/* ERR_CONFLICT with the reasons as faults when the state or the text forbids it; ERR_CHANGED. */
bool lifecycle_review(struct lifecycle *x, const struct standing *s);
bool lifecycle_approve(struct lifecycle *x, const struct standing *s);
bool lifecycle_return(struct lifecycle *x, const struct standing *s, const char *reason);
bool lifecycle_publish(struct lifecycle *x, const struct standing *s);
/* `state` is "deprecated" or "retired"; `reason` may be NULL. */
bool lifecycle_end(struct lifecycle *x, const struct standing *s, const char *state, const char *reason);

/* ------------------------------------------------------------------ trying it */

/* Figures to try a text on. */
enum trial_data {
	TRIAL_FIXTURES,			/* the tables of its own tests */
	TRIAL_LIVE,			/* the plan as it is */
	TRIAL_SYNTHETIC,		/* the plan as it is, with invented figures for every series */
};

struct trial {
	enum trial_data data;
	int64_t plan_id;
	const char *level;		/* NULL: all */
	const char *from, *to;		/* periods, NULL: the last one */
	int last;			/* instead: so many periods up to the present one; 0: from, to */
	const struct json_t *params;	/* NULL: the defaults */
};

/*
 * On the plan: *cells, owned, as the interface shows them, each with its level.  *published: the text rests on
 * sensitive figures, and was given what publications show of them (protected.h), never the exact ones, by no
 * person's right.  Invented ones are nobody's secret.
 */
bool lifecycle_run_plan(struct json_t **cells, bool *published, struct lifecycle *x, const struct plugin *p,
			const struct trial *t, struct finding *f);
/* Says so in an answer: "basis" and "basis_text"; of anything else, nothing. */
void lifecycle_tell_basis(struct json_t *answer, const struct lifecycle *x, bool published);
/* On the tables of its own tests. */
bool lifecycle_run_tests(struct json_t **cells, struct lifecycle *x, const struct plugin *p,
			 const char *level, struct finding *f);
/* The calculation of one cell of either, of the same figures, step by step; *out, owned, NULL where there is none. */
bool lifecycle_steps(struct json_t **out, struct lifecycle *x, const struct plugin *p, const struct trial *t,
		     const struct plugin_step *of, struct finding *f);
/* What the draft changes: {"from","to","text","values",…}.  Owned. */
bool lifecycle_diff(struct json_t **out, struct lifecycle *x, const struct standing *s, int64_t plan_id);

#endif
