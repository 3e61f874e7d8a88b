/*
 * Totals of figures, and the audit over all that hangs together.
 *
 * Months hang together by their rolling sums alone, so the totals of the month are
 * audited by themselves first.  Then come the rolling sums, which may be withheld for
 * any count of their twelve months; with all of them withheld nothing is new there.
 * Those months may move in the audit, and the eleven before, which share a sum with
 * them; earlier ones are taken as they are: fewer tables to choose from, so none is
 * claimed that does not exist.  A count is proved by moving no month that is more than
 * eleven younger (PROTECT_REACH), so that after 23 publications nothing later concerns
 * it; until then each proves it anew.
 *
 * A total of one month that is hidden is taken as hidden by the rule, as whoever knows
 * the rule would guess.  For which of the rule's reasons is not told: tables in which the
 * true one holds agree with it.  A rolling sum that is hidden tells nothing: most are
 * withheld for months that are told already, whatever they amount to.
 */
#include "publication_rules.h"

#include <string.h>

enum {
	TWINS_APART = 16,	/* totals of one place, at most */
	ENDLESS = INT32_MAX,	/* more than any total */
};

int32_t name_number(struct names *n, const char *text, struct arena *a)
{
	for (int32_t i = n->count - 1; i >= 0; i--)
		if (strcmp(n->text[i], text) == 0)
			return i;
	if (n->count == n->room) {
		int32_t room = n->room ? 2 * n->room : 64;
		const char **more = arena_alloc(a, (size_t)room * sizeof *more);

		if (n->count)
			memcpy(more, n->text, (size_t)n->count * sizeof *more);
		n->text = more;
		n->room = room;
	}
	n->text[n->count] = arena_strdup(a, text);
	return n->count++;
}

/* ------------------------------------------------------------------ totals of all groups and spans */

struct work {
	struct publication_table *t;
	struct arena *a;
	struct publication_total **slot;	/* months published before or now, by span and group */
	int32_t *cell_of;			/* of each figure; -1: none */
	int32_t cells_of_month;
	struct protect_table table;
	struct publication_total **of_sum;	/* NULL: a rider */
	int32_t room;
};

static struct publication_total **slot_of(const struct work *w, int months, int back, int32_t group)
{
	int span = (months == 1 ? 0 : MONTHS_MOVED) + back;

	return &w->slot[(int64_t)span * w->t->groups + group];
}

static struct publication_total *new_total(struct work *w, int months, int32_t group)
{
	struct publication_total *p = arena_alloc(w->a, sizeof *p), **slot = slot_of(w, months, 0, group);

	if (*slot)
		return *slot;
	*p = (struct publication_total){ .group = group, .months = months, .present = true };
	return *slot = p;
}

static void take_before(struct work *w)
{
	for (int32_t i = 0; i < w->t->befores; i++) {
		struct publication_total *p = &w->t->before[i];

		if (p->back < 1 || p->back >= MONTHS_MOVED)
			continue;
		p->present = p->settled = true;
		*slot_of(w, p->months, p->back, p->group) = p;
	}
}

static void add_cell(struct publication_total *p, int32_t cell, struct arena *a)
{
	if (p->cells == p->room) {
		int32_t room = p->room ? 2 * p->room : 4;
		int32_t *more = arena_alloc(a, (size_t)room * sizeof *more);

		if (p->cells)
			memcpy(more, p->cell, (size_t)p->cells * sizeof *more);
		p->cell = more;
		p->room = room;
	}
	p->cell[p->cells++] = cell;
}

static struct protect_share *share_of(struct publication_total *p, int32_t owner, struct arena *a)
{
	for (int32_t i = 0; i < p->shares; i++)
		if (p->share[i].owner == owner)
			return &p->share[i];
	if (p->shares == p->share_room) {
		int32_t room = p->share_room ? 2 * p->share_room : 2;
		struct protect_share *more = arena_alloc(a, (size_t)room * sizeof *more);

		if (p->shares)
			memcpy(more, p->share, (size_t)p->shares * sizeof *more);
		p->share = more;
		p->share_room = room;
	}
	p->share[p->shares] = (struct protect_share){ .owner = owner };
	return &p->share[p->shares++];
}

static void count_in(struct work *w, struct publication_total *p, const struct publication_figure *f, int32_t cell)
{
	struct protect_share *share;

	p->expected += f->applicable;
	p->received += f->counted;
	p->fictitious |= f->fictitious;
	if (!f->counted || f->count == 0)
		return;
	share = share_of(p, f->owner, w->a);
	share->total += f->count;
	share->parts.count++;
	share->parts.hidden += f->shown == PROTECT_HIDDEN;
	share->parts.least += protect_low(f->shown, w->t->floor);
	if (cell >= 0) {
		share->most += protect_high(f->shown, w->t->floor);
		add_cell(p, cell, w->a);
	} else {
		share->fixed += f->count;
	}
}

static void count_in_all(struct work *w, const struct publication_figure *f, int32_t cell)
{
	for (int i = 0; i < f->groups; i++) {
		int32_t group = f->group[i];
		struct publication_total *p;

		if (f->back == 0)
			count_in(w, new_total(w, 1, group), f, cell);
		else if (f->back < MONTHS_MOVED && (p = *slot_of(w, 1, f->back, group)))
			count_in(w, p, f, cell);
		if (!w->t->rolling)
			continue;
		for (int end = 0; end < MONTHS_MOVED && end <= f->back; end++) {
			if (f->back - end >= MONTHS_ROLLED)
				continue;
			p = end ? *slot_of(w, MONTHS_ROLLED, end, group) : new_total(w, MONTHS_ROLLED, group);
			if (p)
				count_in(w, p, f, cell);
		}
	}
}

/* ------------------------------------------------------------------ the audit's table */

static void decide_by_rule(struct work *w, struct publication_total *p)
{
	int64_t shown;

	p->all = protect_others(p->share, p->shares, -1);
	shown = p->of_all ? protect_total(p->all.total, &p->all.parts, w->t->floor) :
			    protect_shared(p->share, p->shares, w->t->floor);
	p->by_rule = shown == PROTECT_HIDDEN;
	if (!p->settled)
		p->shown = shown;
}

static bool same_shares(const struct publication_total *p, const struct publication_total *q)
{
	for (int32_t i = 0; i < p->shares; i++)
		if (p->share[i].owner != q->share[i].owner || p->share[i].fixed != q->share[i].fixed ||
		    p->share[i].parts.least != q->share[i].parts.least)
			return false;
	return true;
}

static bool same_counts(const struct publication_total *p, const struct publication_total *q)
{
	return p->months == q->months && p->back == q->back && p->settled == q->settled && p->shown == q->shown &&
	       p->shares == q->shares && same_shares(p, q) && p->cells == q->cells &&
	       memcmp(p->cell, q->cell, (size_t)p->cells * sizeof *p->cell) == 0;
}

/* Is it in the table already: one of the last, for ways to group one place follow each other? */
static bool is_twin(struct work *w, struct publication_total *p)
{
	int apart = 0;

	for (int32_t i = w->table.sums - 1; i >= 0 && apart < TWINS_APART; i--) {
		struct publication_total *q = w->of_sum[i];

		apart += q != NULL;
		if (!q || !same_counts(p, q))
			continue;
		p->twin = q->twin;
		q->twin = p;
		if (p->expected > w->table.sum[i].weight)
			w->table.sum[i].weight = p->expected;
		return true;
	}
	return false;
}

/* Room for one more. */
static struct protect_sum *new_sum(struct work *w, struct publication_total *p)
{
	if (w->table.sums == w->room) {
		int32_t room = w->room ? 2 * w->room : 1024;
		struct protect_sum *more = arena_alloc(w->a, (size_t)room * sizeof *more);
		struct publication_total **of = arena_alloc(w->a, (size_t)room * sizeof(struct publication_total *));

		if (w->table.sums) {
			memcpy(more, w->table.sum, (size_t)w->table.sums * sizeof *more);
			memcpy(of, w->of_sum, (size_t)w->table.sums * sizeof(struct publication_total *));
		}
		w->table.sum = more;
		w->of_sum = of;
		w->room = room;
	}
	w->of_sum[w->table.sums] = p;
	return &w->table.sum[w->table.sums++];
}

/* The cells without those of one owner. */
static void take_others(struct protect_sum *out, const struct work *w, const struct publication_total *p, int32_t owner)
{
	int32_t *cell = arena_alloc(w->a, ((size_t)p->cells + 1) * sizeof *cell);

	out->cell = cell;
	out->cells = 0;
	for (int32_t k = 0; k < p->cells; k++)
		if (w->table.cell[p->cell[k]].owner != owner)
			cell[out->cells++] = p->cell[k];
}

/*
 * The rule shows a total where what the others of share `i` report is large enough: that is told with it, unless the
 * total and what that share can be tell as much.  One published under another rule may have been shown all the same.
 */
static void add_rider(struct work *w, const struct publication_total *p, int32_t parent, int32_t i)
{
	struct protect_share others = protect_others(p->share, p->shares, i);
	int64_t low = protect_enough(&others.parts, w->t->floor);
	struct protect_sum rider = { .without = p->share[i].owner, .low = low - others.fixed, .high = ENDLESS };

	if (p->share[i].owner < 0 || others.parts.hidden == 0 || others.total < low ||
	    w->table.sum[parent].low - p->share[i].most >= low - others.fixed)
		return;
	take_others(&rider, w, p, rider.without);
	*new_sum(w, NULL) = rider;
	w->table.sum[parent].riders++;
}

/* What a total tells that the rule hides for this cause: that it is too little. */
static struct protect_sum hidden_sum(const struct work *w, const struct publication_total *p, int32_t cause)
{
	struct protect_share little = protect_others(p->share, p->shares, cause);
	struct protect_sum out = { .cell = p->cell, .cells = p->cells, .whole = p->cell, .wholes = p->cells };

	if (cause >= 0) {
		out.without = p->share[cause].owner;
		take_others(&out, w, p, out.without);
	}
	out.low = protect_total_low(PROTECT_HIDDEN, &little.parts, w->t->floor) - little.fixed;
	out.high = protect_total_high(PROTECT_HIDDEN, &little.parts, w->t->floor) - little.fixed;
	return out;
}

/* The total by one cause, and by each other that leaves the counts of an owner alone. */
static void add_hidden(struct work *w, struct publication_total *p)
{
	int32_t sum = w->table.sums;
	int32_t cause = p->of_all ? PROTECT_ALL : protect_cause(p->share, p->shares, w->t->floor);

	*new_sum(w, p) = hidden_sum(w, p, cause);
	w->table.sum[sum].hidden = true;
	for (int32_t i = 0; i < p->shares && !p->of_all; i++) {
		if (i == cause || !protect_is_cause(p->share, p->shares, i, w->t->floor))
			continue;
		*new_sum(w, NULL) = hidden_sum(w, p, i);
		w->table.sum[sum].riders++;
	}
}

static struct protect_sum shown_sum(const struct work *w, const struct publication_total *p)
{
	return (struct protect_sum){
		.cell = p->cell, .cells = p->cells,
		.low = protect_total_low(p->shown, &p->all.parts, w->t->floor) - p->all.fixed,
		.high = protect_total_high(p->shown, &p->all.parts, w->t->floor) - p->all.fixed,
	};
}

/*
 * Adds what is known of a total, which weighs by the reports that it may rest on, so
 * by nothing that is secret: the country's is withheld last.  `settled`: nothing can
 * be withheld of it any more.
 */
static void add_sum(struct work *w, struct publication_total *p, bool settled)
{
	bool told = p->shown != PROTECT_HIDDEN;
	int32_t sum = w->table.sums;

	/* one part is that part, and what was withheld tells nothing */
	if (p->all.parts.count < 2 || p->cells == 0 || (!told && (!p->by_rule || p->months > 1)))
		return;
	p->twin = NULL;
	if (is_twin(w, p))
		return;
	if (told)
		*new_sum(w, p) = shown_sum(w, p);
	else
		add_hidden(w, p);
	w->table.sum[sum].weight = p->expected;
	w->table.sum[sum].settled = settled;
	for (int32_t i = 0; i < p->shares && told && p->shares > 1; i++)
		add_rider(w, p, sum, i);
}

static void make_cells(struct work *w)
{
	struct publication_table *t = w->t;

	w->table.cell = arena_alloc(w->a, ((size_t)t->figures + 1) * sizeof *w->table.cell);
	for (int32_t i = 0; i < t->figures; i++) {
		struct publication_figure *f = &t->figure[i];

		if (f->back == 0 && f->counted)
			f->shown = protect_count(f->count, t->floor);
		w->cell_of[i] = -1;
		if (!f->counted || f->count == 0 || f->back >= MONTHS_MOVED)
			continue;
		w->cells_of_month += f->back == 0;
		w->cell_of[i] = w->table.cells;
		w->table.cell[w->table.cells++] = (struct protect_cell){
			.count = f->count, .age = f->back, .owner = f->owner,
			.low = protect_low(f->shown, t->floor), .high = protect_high(f->shown, t->floor) };
	}
}

static void make_totals(struct work *w)
{
	size_t slots = (size_t)(2 * MONTHS_MOVED) * (size_t)w->t->groups;

	for (int32_t i = 0; i < w->t->figures; i++)
		count_in_all(w, &w->t->figure[i], w->cell_of[i]);
	for (size_t i = 0; i < slots; i++)
		if (w->slot[i])
			decide_by_rule(w, w->slot[i]);
}

static int32_t audit(struct work *w)
{
	int32_t unproved = protect_audit(&w->table, w->a);

	for (int32_t i = 0; i < w->table.sums; i += 1 + w->table.sum[i].riders)
		for (struct publication_total *p = w->of_sum[i]; p && w->table.sum[i].withheld; p = p->twin)
			p->shown = PROTECT_HIDDEN;
	return unproved;
}

/* The month by itself: its cells are the first ones. */
static void audit_month(struct work *w)
{
	int32_t all = w->table.cells;

	w->table.sums = 0;
	w->table.cells = w->cells_of_month;
	for (int32_t g = 0; g < w->t->groups; g++)
		if (*slot_of(w, 1, 0, g))
			add_sum(w, *slot_of(w, 1, 0, g), false);
	w->t->unproved = audit(w);
	w->table.cells = all;
}

/* The sums over twelve months, with all that was published before. */
static void audit_rolling(struct work *w)
{
	size_t slots = (size_t)(2 * MONTHS_MOVED) * (size_t)w->t->groups;

	w->table.sums = 0;
	for (size_t i = 0; i < slots; i++) {
		struct publication_total *p = w->slot[i];

		if (p)
			add_sum(w, p, p->settled || p->months == 1);
	}
	audit(w);
}

static void list_totals(struct work *w)
{
	struct publication_table *t = w->t;

	t->total = arena_alloc(w->a, ((size_t)(2 * t->groups) + 1) * sizeof(struct publication_total *));
	t->totals = 0;
	for (int months = 1; months <= MONTHS_ROLLED; months += MONTHS_ROLLED - 1)
		for (int32_t g = 0; g < t->groups; g++) {
			struct publication_total *p = *slot_of(w, months, 0, g);

			if (p)
				t->total[t->totals++] = p;
		}
}

void publication_decide(struct publication_table *t, struct arena *a)
{
	size_t slots = (size_t)(2 * MONTHS_MOVED) * (size_t)t->groups;
	struct work w = { .t = t, .a = a };

	w.slot = arena_alloc(a, (slots + 1) * sizeof(struct publication_total *));
	memset(w.slot, 0, (slots + 1) * sizeof(struct publication_total *));
	w.cell_of = arena_alloc(a, ((size_t)t->figures + 1) * sizeof *w.cell_of);
	make_cells(&w);
	if (!t->adds_up)
		return;
	take_before(&w);
	make_totals(&w);
	audit_month(&w);
	if (t->rolling)
		audit_rolling(&w);
	list_totals(&w);
}
