/*
 * The protected form of an indicator that rests on sensitive series: what those without need to know
 * see of it.
 *
 * It is computed from what publications show and from nothing else (series.h, protect.h), so that whoever
 * solves for the counts behind it finds no more than the publications themselves leave open.  A figure or total
 * that is hidden there makes what rests on it suppressed; so does a month that is not published, and a
 * count below the threshold (protected_least()).  Sums over twelve months are the published ones, where there are any.
 * Cells of a period that is not published whole are not kept at all.
 *
 * Trials of a text, and the comparison of its values before it is published, read sensitive series in this form, too:
 * whoever writes texts to find counts out is given functions of what everybody is shown, however many those texts are.
 * So are the steps of a value that is shown in this form, when it is explained.
 */
#ifndef VIGIE_INDICATOR_PROTECTED_H
#define VIGIE_INDICATOR_PROTECTED_H

#include "indicator_data.h"

/* What may be shown of one indicator. */
struct protection {
	const char *const *month;	/* published, in order; borrowed from the arena */
	size_t months;
	double least;			/* smaller counts are hidden, 0 is not */
};

/* Does the indicator rest on a sensitive series, itself or by another one?  False: the database failed. */
bool protected_asked(bool *out, struct refresh *r, const json_t *inputs);

/*
 * The smallest count that the text with this metadata may show: the strictest of its own `min`, of the floors of its
 * sensitive series and, transitively, of the same of the indicators that it reads, of the major versions that it names.
 * 0: it rests on no sensitive series.  False: the database failed.
 */
bool protected_least(double *out, struct db_session *s, const char *metadata, struct err *e);

/* Fills *p for `t` and what was published by the instant `as_of` (NULL: now).  With data.shown = p it is protected. */
bool protected_open(struct protection *p, struct refresh *r, const struct indicator_todo *t, const char *as_of);

/* Is every month of a period published? */
bool protected_period(const struct protection *p, const char *period);

/*
 * The cube of a sensitive series input from what is published, and in *year its published sums over twelve
 * months.  `dims` as input_series().
 */
bool protected_series(struct data *d, struct data_input *in, const char *const *dims);

/*
 * The cells of `results` in protected form, small counts hidden, and nothing of periods that are not published: these
 * have no cell, or with `every` one of which nothing is told.  Owned.
 */
json_t *protected_results(const struct data *d, const json_t *results, bool every);

/* Says of an answer that it is of what publications show. */
void protected_tell_basis(json_t *answer, struct arena *a, enum lang lang);

/* A cell of which nothing is told. */
json_t *protected_hidden(const char *level, const char *territory, const char *period);

#endif
