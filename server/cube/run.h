/*
 * One evaluation of a graph; private to the module.
 *
 * Every operator is a function that makes the cube of its node out of those of its arguments, or
 * says in r->f why their shapes do not allow it.
 */
#ifndef VIGIE_CUBE_RUN_H
#define VIGIE_CUBE_RUN_H

#include "nodes.h"

struct run {
	struct arena *a;
	const struct graph *g;
	const struct graph_data *d;
	struct finding *f;
	const struct cube **cube;	/* of each node so far; NULL where fused */
	const bool *fused;		/* picks that are done by the groups that read them */
};

/* The cube of argument `i`. */
static inline const struct cube *run_arg(const struct run *r, const struct node *n, int i)
{
	return r->cube[n->arg[i]];
}

bool run_cellwise(const struct cube **out, const struct run *r, const struct node *n);
bool run_time(const struct cube **out, const struct run *r, const struct node *n);
bool run_dimensions(const struct cube **out, const struct run *r, const struct node *n);
bool run_across(const struct cube **out, const struct run *r, const struct node *n);
bool run_estimate(const struct cube **out, const struct run *r, const struct node *n);

/* Can the group do the pick itself? */
bool run_fuses(const struct graph *g, int pick, int by);

/* The published sums over twelve months of an input, or of picks of one; NULL: there are none. */
const struct cube *run_year(const struct run *r, size_t node);

/* The period axis, which is the last one, or NULL. */
const struct axis *run_periods(const struct cube *c);
/* Gives `out`, over the axes of `in`, its units of each period from `back` before to `until` before, both included. */
void run_window_cover(struct arena *a, struct cube *out, const struct cube *in, size_t back, size_t until);
/* V706: the operator cannot be used on such a series.  Always false. */
bool run_misfit(const struct run *r, const struct node *n, const struct cube *c);

/*
 * The cube over the axes that any of them has; its policy of holes and units are theirs.  False:
 * an axis has other members in another one, or territories meet what lies below them.
 */
bool run_join(struct cube **out, const struct run *r, const struct node *n, const struct cube *const *in,
	      size_t count);

#endif
