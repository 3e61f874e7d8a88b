/*
 * Series: what is counted, where, by whom, and every count ever recorded.
 *
 * The catalogue is plugins/series.json, built into the program; `vigie migrate`
 * brings the database to it.  A figure is a series, a territory, an
 * organisation, a period and a member of each dimension; what was said of it are
 * its observations, which nothing changes or erases.  A later observation of the
 * same source and vintage revises the earlier one.  Of several sources or
 * vintages one is retained: a main source before a secondary one, then the
 * latest vintage, then what was recorded last.
 *
 * Zero, no answer (missing, with a reason), not applicable and withheld
 * (suppressed) are four different states.
 *
 * Small counts: the figures of a sensitive series are exact for contributors within
 * their own scope, and for analysts and coordinators who ask for it (exact=true),
 * which the journal keeps once a person, series and hour.  Everybody else sees
 * publications: a coordinator freezes a month once, by itself or with the closure of
 * its campaign, and its figures are then shown as protect.h says, with their totals, as
 * they were known at that instant; as_of finds the publications made by then.  Later
 * revisions of a published month show in exact figures alone.  What is not published yet
 * is withheld whole (suppressed, reason small_count), zeros included.  Row-level security
 * says the same once more.
 */
#ifndef VIGIE_SERIES_H
#define VIGIE_SERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "db.h"
#include "err.h"

struct json_t;
struct req;
struct sheet;

/*
 * Brings the catalogue and the published figures of the database to those built
 * in.  Does nothing when all is there.  ERR_CONFLICT names a series whose meaning
 * changed although figures were recorded with the earlier one.
 */
bool series_seed(struct db_session *s, struct err *e) __attribute__((nonnull, warn_unused_result));

/*
 * Records rows of one series for another feature, within the transaction that the session has open: all of them, or
 * false with every fault, and nothing may then be committed.  `rows` as POST …/observations takes them, borrowed; at[i]
 * is the JSON pointer under which row i is told of.  Rights are those of the session's person.
 */
bool series_record_rows(struct db_session *s, int64_t plan_id, const char *code, const struct json_t *rows,
			const char *const *at, int32_t today, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/*
 * Judges a table of figures (the columns of the CSV of a series) row by row; writes nothing.  *out is owned: for each
 * row of the sheet, in order, {"line", "left": why the row says nothing ("silent": only its place; "protected": what
 * an export shows for a withheld count), "faults": [{"field", "code", "detail"}], "row": as it would be kept, "old":
 * what the same source and vintage last said, "same"}, each but the first where there is one.  An empty cell leaves
 * what was said; SHEET_ERASE erases a qualifier.  False for what is wrong with the whole: no such series, its columns.
 * Who sees the sensitive figures of everybody this way is in the journal for it.
 */
bool series_judge(struct json_t **out, struct db_session *s, int64_t plan_id, const char *code,
		  const struct sheet *sheet, enum lang lang, int32_t today, struct err *e)
	__attribute__((nonnull, warn_unused_result));
/* Keeps rows that series_judge() gave and did not refuse, within the transaction that the session has open. */
bool series_write_judged(struct db_session *s, int64_t plan_id, const char *code, const struct json_t *rows,
			 struct err *e) __attribute__((nonnull, warn_unused_result));

/*
 * The figures of a series as this person may see them, as CSV; withheld ones are written `s`.  `as_of` NULL: now.
 * Borrowed from e->arena.  ERR_PARAMETER above a hundred thousand rows.
 */
bool series_export(const char **out, size_t *len, struct db_session *s, int64_t plan_id, const char *code,
		   const char *as_of, struct err *e) __attribute__((nonnull(1, 2, 3, 5, 7), warn_unused_result));

/* A part of what series_export() gives, of whole periods in the order of their days. */
struct series_part {
	const char *as_of;		/* NULL: now */
	int rows_max;
	/* In: the day from which periods end, NULL: all.  Out: where the next part begins, NULL: none is left. */
	const char *from;
	const char *bytes;		/* out, borrowed from e->arena; NULL: the next period alone has more rows */
	size_t len;
};
bool series_export_part(struct series_part *p, struct db_session *s, int64_t plan_id, const char *code, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* Handlers; routes.c says which address each answers. */
bool series_api_list(struct req *rq);
bool series_api_find(struct req *rq);		/* 404 for the series or the plan */
bool series_api_find_writable(struct req *rq);	/* and 403 for who writes no figure of the plan */
bool series_api_observations(struct req *rq);
bool series_api_csv(struct req *rq);
bool series_api_post(struct req *rq);
bool series_api_post_csv(struct req *rq);

bool series_api_totals(struct req *rq);
bool series_api_totals_csv(struct req *rq);
bool publication_api_list(struct req *rq);
bool publication_api_post(struct req *rq);

struct publication_counts {
	int64_t id;
	int series, figures, totals;
	int unproved;			/* counts that no proof was found for, though all is withheld; logged */
};

/*
 * Freezes a month of a plan: what its sensitive series show from now on.  The
 * caller may coordinate the plan; an open transaction of the session is joined.
 * ERR_INVALID at #/period for what is no month that is over; ERR_CONFLICT when it
 * is published already or the plan is archived.
 */
bool publication_make(struct publication_counts *out, struct db_session *s, int64_t plan_id,
		      const char *period, int32_t today, struct err *e);

/* The same, unless the month is not over or is published already: then nothing is done and out->id is 0. */
bool publication_ensure(struct publication_counts *out, struct db_session *s, int64_t plan_id,
			const char *period, int32_t today, struct err *e);

/* `vigie publication …`; the exit code. */
int publication_cli(const struct config *config, int argc, char **argv);

/* `vigie series …` and `vigie demo figures`; the exit code. */
int series_cli(const struct config *config, int argc, char **argv);
int series_demo_cli(const struct config *config, int argc, char **argv);

#endif
