/*
 * What territories told: observations summed to cells, and kept.
 *
 * Observations come by territory, organisation, members and span: one unit (a territory's
 * organisation) after the other, each laid out over the series' own periods, filled, and added
 * to the cells it counts in.
 */
#include <stdlib.h>
#include <string.h>

#include "input_told.h"

/* Of a part in one of the series' own periods. */
enum heard { SILENT, TOLD, HIDDEN, EMPTY, NOT_APPLICABLE, CARRIED, FILLED };

struct unit_cell {
	double value;
	uint8_t heard;
	bool provisional, whole;	/* whole: told of all the period, not of one of its days */
	bool apart;
};

/* The sums of all territories for one layout. */
struct kept {
	struct kept *next;		/* used longer ago */
	size_t key_length, bytes;
	int opens;			/* as input_opening() */
	size_t *made_of;		/* of each territory: how many rows its sums are made of; 0: not made */
	struct cell_sum *sum;
	struct cover *cover;
	unsigned char key[];
};

struct telling {
	const struct layout *l;
	struct kept *kept;		/* NULL: nothing is kept, `one` is used over and over */
	struct told one;
	int opens;
	/* one unit */
	struct unit_cell *cell;		/* combination × own period */
	bool *spoke;			/* combinations */
	int *heard;			/* `complete`: of each group, how many answer */
	bool *got, *applies;		/* of each own period: the unit answered, the unit may */
};

/* ------------------------------------------------------------------ sums */

static void add_value(struct cell_sum *s, double x)
{
	double t = s->sum + x, big = s->sum < 0 ? -s->sum : s->sum, small = x < 0 ? -x : x;

	s->rest += big >= small ? (s->sum - t) + x : (x - t) + s->sum;
	s->sum = t;
}

void cell_sum_add(struct cell_sum *to, const struct cell_sum *from, enum over_parts over)
{
	bool first = to->values == 0;

	to->seen |= from->seen;
	to->flags |= from->flags;
	if (from->values == 0)
		return;
	to->values += from->values;
	if (over == PARTS_MIN) {
		to->sum = first || from->sum < to->sum ? from->sum : to->sum;
	} else if (over == PARTS_MAX) {
		to->sum = first || from->sum > to->sum ? from->sum : to->sum;
	} else {
		add_value(to, from->sum);
		to->rest += from->rest;
	}
}

/* ------------------------------------------------------------------ parts */

static struct unit_cell *cell_at(struct telling *t, size_t combination, int own)
{
	return &t->cell[combination * (size_t)t->l->own + (size_t)own];
}

static bool answers(const struct unit_cell *c)
{
	return c->heard == TOLD || c->heard == HIDDEN;
}

/* `complete`: figures whose neighbours were not all told do not count. */
static void only_complete(struct telling *t)
{
	size_t n = t->l->combinations;
	const int32_t *group = t->l->group;

	for (int own = 0; group && own < t->l->own; own++) {
		memset(t->heard, 0, n * sizeof *t->heard);
		for (size_t c = 0; c < n; c++)
			t->heard[group[c]] += answers(cell_at(t, c, own));
		for (size_t c = 0; c < n; c++)
			if (answers(cell_at(t, c, own)) && t->heard[group[c]] < t->l->needed) {
				cell_at(t, c, own)->heard = EMPTY;
				cell_at(t, c, own)->apart = true;
			}
	}
}

/* Does to the holes of one part what the declaration says. */
static void fill_part(struct telling *t, size_t combination)
{
	enum cube_missing missing = t->l->missing;
	const struct unit_cell *last = NULL;

	if (missing != MISSING_CARRY && missing != MISSING_ZERO)
		return;
	for (int own = 0; own < t->l->own; own++) {
		struct unit_cell *c = cell_at(t, combination, own);

		if (answers(c) || c->heard == EMPTY || c->heard == NOT_APPLICABLE)
			last = answers(c) ? c : NULL;
		else if (missing == MISSING_CARRY && last)
			*c = (struct unit_cell){ .value = last->value, .provisional = last->provisional,
						 .heard = last->heard == TOLD ? CARRIED : HIDDEN, .apart = true };
		else if (missing == MISSING_ZERO && t->opens >= 0 && own >= t->opens)
			c->heard = FILLED;
	}
}

/* Adds one own period of a part to its period. */
static void add_own(struct cell_sum *to, const struct unit_cell *c, enum over_time over)
{
	bool value = c->heard == TOLD || c->heard == CARRIED || c->heard == FILLED;

	if ((value || c->heard == HIDDEN) && over == TIME_LAST)
		*to = (struct cell_sum){ 0 };
	if (value) {
		add_value(to, c->value);
		to->values++;
		to->flags |= (uint8_t)((c->heard == CARRIED ? STATE_CARRIED : 0u) |
				       (c->provisional ? STATE_PROVISIONAL : 0u));
	} else {
		to->seen |= c->heard == HIDDEN ? SEEN_HIDDEN : c->heard == NOT_APPLICABLE ? SEEN_REFUSED :
			    c->heard == EMPTY ? SEEN_HOLE | SEEN_EMPTY : SEEN_HOLE;
	}
	to->seen |= c->apart ? SEEN_APART : 0;
}

/* One part over one period: a value at most, its own periods put together as `over_time` says. */
static struct cell_sum part_of(struct telling *t, size_t combination, size_t p)
{
	const struct unit_cell *c = cell_at(t, combination, t->l->own_at[p]);
	struct cell_sum out = { 0 };

	for (int i = 0; i < t->l->own_count; i++, c++) {
		add_own(&out, c, t->l->over_time);
		t->got[t->l->own_at[p] + i] |= answers(c);
		t->applies[t->l->own_at[p] + i] |= c->heard != NOT_APPLICABLE;
	}
	if (t->l->over_time == TIME_LAST && (out.values || out.seen & SEEN_HIDDEN))
		out.seen &= (uint8_t)~SEEN_HOLE;	/* the last one known is what the period ended with */
	if (out.values || out.seen & SEEN_HOLE)
		out.seen &= (uint8_t)~SEEN_REFUSED;
	if (out.values) {
		out.sum = (out.sum + out.rest) / (t->l->over_time == TIME_MEAN ? out.values : 1);
		out.rest = 0;
		out.values = 1;
	}
	return out;
}

/* ------------------------------------------------------------------ units */

/* What a unit told of a period: of each own one in it, or of whichever it ended with. */
static struct cover cover_of(const struct telling *t, size_t p)
{
	struct cover c = { 0, 0 };

	for (int i = t->l->own_at[p]; i < t->l->own_at[p] + t->l->own_count; i++) {
		c.received += t->applies[i] && t->got[i];
		c.expected += t->applies[i];
	}
	return t->l->over_time == TIME_LAST ? (struct cover){ c.received > 0, c.expected > 0 } : c;
}

static void count_unit(struct telling *t, struct cover *cover)
{
	for (size_t p = 0; p < t->l->periods; p++) {
		struct cover one = cover_of(t, p);

		cover[p].expected += one.expected;
		cover[p].received += one.received;
	}
}

/* All that one organisation of one territory told. */
static void add_unit(struct telling *t, const struct told *to, size_t organisation)
{
	const struct layout *l = t->l;
	const int32_t *row = l->row_of[l->force_of[organisation]];
	bool asked = false;

	memset(t->got, 0, (size_t)l->own * sizeof *t->got);
	memset(t->applies, 0, (size_t)l->own * sizeof *t->applies);
	only_complete(t);
	for (size_t c = 0; c < l->combinations; c++) {
		if (!t->spoke[c] || row[c] < 0)
			continue;
		fill_part(t, c);
		for (size_t p = 0; p < l->periods; p++) {
			struct cell_sum part = part_of(t, c, p);

			cell_sum_add(&to->sum[(size_t)row[c] * l->periods + p], &part, l->over_parts);
		}
		asked = true;
	}
	if (asked)
		count_unit(t, to->cover);
	memset(t->cell, 0, l->combinations * (size_t)l->own * sizeof *t->cell);
	memset(t->spoke, 0, l->combinations * sizeof *t->spoke);
}

/* Does it tell of a whole period, or a day of one?  Who tells of a period to come is heard of already. */
static bool counts(const struct layout *l, const struct observation *o)
{
	return l->own_of_span[o->span] >= 0;
}

static void take(struct telling *t, const struct observation *o)
{
	bool whole = t->l->whole[o->span];
	struct unit_cell *c;

	t->spoke[o->dims] = true;
	if (t->l->own_of_span[o->span] >= t->l->own)
		return;
	c = cell_at(t, o->dims, t->l->own_of_span[o->span]);
	if (c->heard != SILENT && c->whole && !whole)
		return;
	*c = (struct unit_cell){ .value = o->value, .provisional = o->provisional, .whole = whole,
				 .heard = o->state == OBSERVED_VALUE ? TOLD : o->state == OBSERVED_SUPPRESSED ? HIDDEN :
					  o->state == OBSERVED_MISSING ? EMPTY : NOT_APPLICABLE };
}

static void add_units(struct telling *t, const struct told *to, struct observation_rows rows)
{
	struct observation_cursor c = input_cursor(t->l);
	struct observation o;
	int unit = -1;

	c.at = rows.at;
	c.end = rows.end;
	while (observation_next(&o, &c)) {
		if (!counts(t->l, &o))
			continue;
		if (unit >= 0 && o.organisation != unit)
			add_unit(t, to, (size_t)unit);
		unit = o.organisation;
		take(t, &o);
	}
	if (unit >= 0)
		add_unit(t, to, (size_t)unit);
}

/* ------------------------------------------------------------------ zeros */

/* The first own period in which these rows tell anything asked; -1: none. */
static int opening_of(const struct layout *l, struct observation_rows rows)
{
	struct observation_cursor c = input_cursor(l);
	struct observation o;
	int opens = -1;

	c.at = rows.at;
	c.end = rows.end;
	while (observation_next(&o, &c))
		if (counts(l, &o) && l->row_of[l->force_of[o.organisation]][o.dims] >= 0 &&
		    (opens < 0 || l->own_of_span[o.span] < opens))
			opens = l->own_of_span[o.span];
	return opens;
}

/* Where zeros begin, known of territories that have told no more; where it moves, all that is kept is made anew. */
static int find_opening(const struct layout *l, struct kept *kept)
{
	int opens = kept ? kept->opens : -1;

	for (size_t i = 0; i < observation_territories(l->set); i++) {
		struct observation_rows rows = observation_rows_of(l->set, i);
		int one = -1;

		if (l->department_of[i] != -1 && (!kept || kept->made_of[i] != rows.end - rows.at))
			one = opening_of(l, rows);
		opens = one >= 0 && (opens < 0 || one < opens) ? one : opens;
	}
	if (kept && opens != kept->opens) {
		memset(kept->made_of, 0, observation_territories(l->set) * sizeof *kept->made_of);
		kept->opens = opens;
	}
	return opens;
}

/* ------------------------------------------------------------------ what is kept */

/* The sums of one series may take as many bytes as its rows, or these. */
enum { KEPT_LEAST = 1 << 20 };

static size_t most_kept(const struct observation_set *set)
{
	size_t bytes = observations_size(set).bytes;

	return bytes > KEPT_LEAST ? bytes : KEPT_LEAST;
}

static void forget(void *all)
{
	for (struct kept *k = all, *next; k; k = next) {
		next = k->next;
		free(k->made_of);
		free(k->sum);
		free(k->cover);
		free(k);
	}
}

/* What was used longest ago goes when there is no room for it any more. */
static void put_first(struct observation_set *set, struct kept *first)
{
	struct kept **at = &first->next;

	for (size_t bytes = first->bytes; *at && (bytes += (*at)->bytes) <= most_kept(set); at = &(*at)->next)
		;
	forget(*at);
	*at = NULL;
	observation_set_companion(set, first, forget);
}

static struct kept *kept_new(const struct layout *l, const void *key, size_t length, size_t bytes)
{
	size_t territories = observation_territories(l->set);
	struct kept *k = calloc(1, sizeof *k + length);

	if (!k)
		abort();
	k->made_of = calloc(territories + 1, sizeof *k->made_of);
	k->sum = calloc(territories * l->rows * l->periods + 1, sizeof *k->sum);
	k->cover = calloc(territories * l->periods + 1, sizeof *k->cover);
	if (!k->made_of || !k->sum || !k->cover)
		abort();
	memcpy(k->key, key, length);
	k->key_length = length;
	k->bytes = bytes;
	k->opens = -1;
	return k;
}

/* The sums of this layout, those that are kept or none yet; NULL: they are not to be kept. */
static struct kept *find_kept(const struct layout *l, struct observation_set *set)
{
	size_t length, bytes = observation_territories(set) * l->periods *
			       (l->rows * sizeof(struct cell_sum) + sizeof(struct cover));
	const void *key = input_layout_key(&length, l);
	struct kept *first = observation_companion(set), *found = NULL, **at = &first;

	if (l->stage->as_of_us != INT64_MAX || bytes > most_kept(set))
		return NULL;
	while (*at && ((*at)->key_length != length || memcmp((*at)->key, key, length) != 0))
		at = &(*at)->next;
	found = *at;
	if (found)
		*at = found->next;
	else
		found = kept_new(l, key, length, bytes);
	found->next = first;
	put_first(set, found);
	return found;
}

/* ------------------------------------------------------------------ all */

struct telling *input_telling(const struct layout *l, struct observation_set *set)
{
	struct telling *t = arena_alloc(l->a, sizeof *t);
	size_t n = l->combinations;

	*t = (struct telling){ .l = l, .kept = find_kept(l, set) };
	if (!t->kept) {
		t->one.sum = arena_alloc(l->a, (l->rows * l->periods + 1) * sizeof *t->one.sum);
		t->one.cover = arena_alloc(l->a, (l->periods + 1) * sizeof *t->one.cover);
	}
	t->cell = arena_alloc(l->a, (n * (size_t)l->own + 1) * sizeof *t->cell);
	t->spoke = arena_alloc(l->a, (n + 1) * sizeof *t->spoke);
	t->heard = arena_alloc(l->a, (n + 1) * sizeof *t->heard);
	t->got = arena_alloc(l->a, ((size_t)l->own + 1) * sizeof *t->got);
	t->applies = arena_alloc(l->a, ((size_t)l->own + 1) * sizeof *t->applies);
	t->opens = l->missing == MISSING_ZERO ? find_opening(l, t->kept) : -1;
	return t;
}

int input_opening(const struct telling *t)
{
	return t->opens;
}

const struct told *input_told(struct telling *t, size_t territory)
{
	const struct layout *l = t->l;
	struct observation_rows rows = observation_rows_of(l->set, territory);
	size_t cells = l->rows * l->periods;

	if (l->department_of[territory] == -1)
		return NULL;
	if (t->kept)
		t->one = (struct told){ t->kept->sum + territory * cells, t->kept->cover + territory * l->periods };
	if (t->kept && t->kept->made_of[territory] == rows.end - rows.at)
		return &t->one;
	memset(t->one.sum, 0, cells * sizeof *t->one.sum);
	memset(t->one.cover, 0, l->periods * sizeof *t->one.cover);
	add_units(t, &t->one, rows);
	if (t->kept)
		t->kept->made_of[territory] = rows.end - rows.at;
	return &t->one;
}
