/*
 * Operators along the periods.  Periods are the last axis: a series is a row of neighbours.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "run.h"
#include "stat.h"

/* One series going in and coming out. */
struct row {
	const double *value;
	const uint8_t *state;
	double *out;
	uint8_t *out_state;
	size_t periods;
};

static void put(const struct row *row, size_t t, double value, uint8_t flags)
{
	row->out[t] = isfinite(value) ? value + 0.0 : 0;
	row->out_state[t] = isfinite(value) ? (uint8_t)(flags & STATE_FLAGS) : STATE_OUTSIDE_VALIDITY;
}

static void put_missing(const struct row *row, size_t t, uint8_t state)
{
	row->out[t] = 0;
	row->out_state[t] = state;
}

static bool has_value(uint8_t state)
{
	return (state & STATE_MASK) == STATE_VALUE;
}

/* ------------------------------------------------------------------ earlier periods */

static void lag(const struct row *row, size_t n)
{
	for (size_t t = 0; t < row->periods; t++) {
		row->out[t] = t < n ? 0 : row->value[t - n];
		row->out_state[t] = t < n ? STATE_NOT_REPORTED : row->state[t - n];
	}
}

/* The difference, or the change in percent, against `n` periods before. */
static void against(const struct row *row, size_t n, bool percent)
{
	for (size_t t = 0; t < row->periods; t++) {
		uint8_t state = cells_meet(row->state[t], t < n ? STATE_NOT_REPORTED : row->state[t - n]);
		double before = t < n ? 0 : row->value[t - n];

		if (!has_value(state))
			put_missing(row, t, state);
		else if (percent && before == 0)
			put_missing(row, t, STATE_ZERO_DENOMINATOR);
		else if (percent)
			put(row, t, 100 * (row->value[t] - before) / before, state);
		else
			put(row, t, row->value[t] - before, state);
	}
}

/* Only what was not reported is carried: not what was emptied, nor a quotient by zero. */
static void carry(const struct row *row, size_t n)
{
	size_t known = SIZE_MAX;

	for (size_t t = 0; t < row->periods; t++) {
		uint8_t state = row->state[t] & STATE_MASK;

		row->out[t] = row->value[t];
		row->out_state[t] = row->state[t];
		if (state != STATE_NOT_REPORTED)
			known = state == STATE_VALUE ? t : SIZE_MAX;
		else if (known != SIZE_MAX && t - known <= n)
			put(row, t, row->value[known], row->state[known] | STATE_CARRIED);
	}
}

/* ------------------------------------------------------------------ windows */

/* What a stretch of periods holds. */
struct stretch {
	size_t values, applicable;
	uint8_t worst, flags;
	bool suppressed;
};

static void stretch_add(struct stretch *s, uint8_t state)
{
	uint8_t code = state & STATE_MASK;

	s->applicable += code != STATE_NOT_APPLICABLE;
	if (code == STATE_VALUE) {
		s->values++;
		s->flags |= state & STATE_FLAGS;
	} else if (code == STATE_SUPPRESSED) {
		s->suppressed = true;
	} else if (code != STATE_NOT_APPLICABLE && code > s->worst) {
		s->worst = code;
	}
}

/* The state of a figure over the stretch; `coverage` below 0: all of them, or any where holes are skipped. */
static uint8_t stretch_state(const struct stretch *s, double coverage, bool skip)
{
	if (s->suppressed)
		return STATE_SUPPRESSED;
	if (s->applicable == 0)
		return STATE_NOT_APPLICABLE;
	if (coverage >= 0 && s->values > 0 && (double)s->values >= coverage * (double)s->applicable - 1e-9)
		return s->flags;
	if (coverage >= 0)
		return STATE_COVERAGE_BELOW_MINIMUM;
	return s->values == s->applicable || (skip && s->values > 0) ? s->flags : s->worst;
}

/* The figure of the values from `from` to `to`, both included. */
static double over_stretch(const struct row *row, size_t from, size_t to, int over, double *sample)
{
	size_t n = 0;
	double best;

	for (size_t t = from; t <= to; t++)
		if (has_value(row->state[t]))
			sample[n++] = row->value[t];
	if (n == 0)
		return 0;
	best = sample[0];
	switch (over) {
	case OVER_MEAN:
		return stat_sum(sample, n) / (double)n;
	case OVER_MEDIAN:
		return stat_quantile(sample, n, 0.5);
	case OVER_MIN:
		for (size_t i = 1; i < n; i++)
			best = fmin(best, sample[i]);
		return best;
	case OVER_MAX:
		for (size_t i = 1; i < n; i++)
			best = fmax(best, sample[i]);
		return best;
	case OVER_LAST:
		return sample[n - 1];
	default:
		return stat_sum(sample, n);
	}
}

/* Sums and means of full windows where nothing is missing: one pass over the row a period of the window. */
static size_t rolling_plain(const struct row *row, const struct node *n, size_t window, double *rest)
{
	memset(row->out, 0, row->periods * sizeof *row->out);
	memset(rest, 0, row->periods * sizeof *rest);
	for (size_t back = window; back-- > 0;)
		if (back < row->periods)
			cells_add(row->out + back, rest + back, row->value, row->periods - back);
	for (size_t t = window - 1; t < row->periods; t++) {
		double sum = row->out[t] + rest[t];

		put(row, t, n->over == OVER_MEAN ? sum / (double)window : sum, 0);
	}
	return window - 1 < row->periods ? window - 1 : row->periods;
}

static void rolling(const struct row *row, const struct node *n, bool skip, double *sample)
{
	size_t window = n->n > 0 ? (size_t)n->n : 1, partial = row->periods;

	if (n->over <= OVER_MEAN && cells_plain(row->state, row->periods))
		partial = rolling_plain(row, n, window, sample);
	for (size_t t = 0; t < partial; t++) {
		size_t from = t + 1 < window ? 0 : t + 1 - window;
		struct stretch s = { 0 };
		uint8_t state;

		for (size_t before = t + 1; before < window; before++)
			stretch_add(&s, STATE_NOT_REPORTED);	/* nothing is known of what was before */
		for (size_t i = from; i <= t; i++)
			stretch_add(&s, row->state[i]);
		state = stretch_state(&s, n->coverage, skip);
		if (has_value(state))
			put(row, t, over_stretch(row, from, t, n->over, sample), state);
		else
			put_missing(row, t, state);
	}
}

/* Takes published sums in place of those of months, some of which may be hidden. */
static void take_year(const struct row *row, const double *year, const uint8_t *year_state, const struct node *n,
		      bool skip)
{
	for (size_t t = STEP_YEAR - 1; t < row->periods; t++) {
		struct stretch s = { 0 };
		uint8_t state;

		if (!has_value(year_state[t]))
			continue;
		for (size_t i = t + 1 - STEP_YEAR; i <= t; i++)
			stretch_add(&s, (row->state[i] & STATE_MASK) == STATE_SUPPRESSED ?
					(uint8_t)STATE_VALUE : row->state[i]);
		state = stretch_state(&s, n->coverage, skip);
		if (has_value(state))
			put(row, t, year[t], state);
	}
}

/* From the first period, or from each January, to the present one. */
static void cumulate(const struct row *row, const struct axis *periods, bool yearly, bool skip)
{
	struct stretch s = { 0 };
	double sum = 0, rest = 0;

	for (size_t t = 0; t < row->periods; t++) {
		uint8_t state;

		if (yearly && t > 0 && strncmp(periods->member[t - 1], periods->member[t], 4) != 0) {
			s = (struct stretch){ 0 };
			sum = rest = 0;
		} else if (yearly && t == 0 && period_month(periods->member[0]) % 12 != 0) {
			stretch_add(&s, STATE_NOT_REPORTED);	/* the year began before what is known */
		}
		stretch_add(&s, row->state[t]);
		if (has_value(row->state[t])) {
			double total = sum + row->value[t];

			rest += fabs(sum) >= fabs(row->value[t]) ? (sum - total) + row->value[t]
								  : (row->value[t] - total) + sum;
			sum = total;
		}
		state = stretch_state(&s, -1, skip);
		if (has_value(state))
			put(row, t, sum + rest, state);
		else
			put_missing(row, t, state);
	}
}

/* ------------------------------------------------------------------ units */

void run_window_cover(struct arena *a, struct cube *out, const struct cube *in, size_t back, size_t until)
{
	size_t periods = run_periods(in)->count, units = cells_units(in);

	out->cover = arena_alloc(a, (units + 1) * sizeof *out->cover);
	for (size_t row = 0; row < units; row += periods)
		for (size_t t = until; t < periods; t++)
			for (size_t k = back > t ? 0 : t - back; k <= t - until; k++) {
				struct cover c = cells_cover(in, row + k);

				out->cover[row + t].received += c.received;
				out->cover[row + t].expected += c.expected;
			}
}

/* Of a change: those of the period or of the one `n` before, whichever told less. */
static void change_cover(struct arena *a, struct cube *out, const struct cube *in, size_t n)
{
	run_window_cover(a, out, in, n, n);
	for (size_t unit = 0; unit < cells_units(in); unit++)
		out->cover[unit] = cube_worse(cells_cover(in, unit), out->cover[unit]);
}

/*
 * Since January, or since there was something to tell: the first period that a mask leaves, else the first answer.
 */
static void sum_cover(struct arena *a, struct cube *out, const struct cube *in, bool yearly)
{
	const struct axis *periods = run_periods(in);
	bool begun = false;

	out->cover = arena_alloc(a, (cells_units(in) + 1) * sizeof *out->cover);
	for (size_t unit = 0; unit < cells_units(in); unit++) {
		size_t t = unit % periods->count;
		struct cover c = cells_cover(in, unit), before = { 0, 0 };

		begun = begun && t > 0;
		if (yearly ? t > 0 && strncmp(periods->member[t - 1], periods->member[t], 4) == 0 : begun)
			before = out->cover[unit - 1];
		begun = begun || c.received > 0 ||
			(t > 0 && c.expected > 0 && cells_cover(in, unit - 1).expected == 0);
		out->cover[unit] = (struct cover){ before.received + c.received, before.expected + c.expected };
	}
}

/* ------------------------------------------------------------------ longer periods */

/* The axis of quarters or years that the periods fall into, and for each period its place there. */
static const struct axis *longer(struct arena *a, int32_t **at, const struct axis *periods, enum period_step step)
{
	enum period_step old = axis_step(periods);
	const char *last = periods->count ? periods->member[periods->count - 1] : "0000-01";
	int first = periods->count ? period_month(periods->member[0]) / (int)step : 0;
	int end = period_month(last) / (int)step;
	size_t count = periods->count ? (size_t)(end - first) + 1 : 0;
	struct axis *axis = arena_alloc(a, sizeof *axis);

	*axis = *axis_periods(a, step, last, count);
	axis->name = step == STEP_YEAR ? "year" : "quarter";
	*at = arena_alloc(a, (periods->count + 1) * sizeof **at);
	for (size_t i = 0; i < periods->count; i++)
		(*at)[i] = (int32_t)((period_month(periods->member[0]) + (int)i * (int)old) / (int)step - first);
	return axis;
}

static void fold(const struct row *row, const int32_t *at, size_t longer_count, size_t parts,
		 const struct node *n, bool skip, double *sample)
{
	size_t from = 0;

	for (size_t k = 0; k < longer_count; k++) {
		struct stretch s = { 0 };
		size_t to = from;
		uint8_t state;

		for (; to < row->periods && at[to] == (int32_t)k; to++)
			stretch_add(&s, row->state[to]);
		for (size_t known = to - from; known < parts; known++)
			stretch_add(&s, STATE_NOT_REPORTED);	/* cut by the first or the last period */
		state = stretch_state(&s, -1, skip);
		if (!has_value(state))
			put_missing(row, k, state);
		else
			put(row, k, over_stretch(row, from, to - 1, n->over, sample), state);
		from = to;
	}
}

static bool to_longer(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *in = run_arg(r, n, 0);
	const struct axis *periods = run_periods(in), *axis[CUBE_AXES_MAX], *target;
	enum period_step step = n->period == 1 ? STEP_QUARTER : STEP_YEAR, old = axis_step(periods);
	bool skip = n->missing < 0 ? in->skip : n->missing == 1;
	struct cube *c;
	int32_t *at;
	double *sample;

	if (periods->count > 0 && old >= step)
		return run_misfit(r, n, in);
	target = longer(r->a, &at, periods, step);
	memcpy(axis, in->axis, sizeof axis);
	axis[in->axes - 1] = target;
	c = cube_new(r->a, axis, in->axes);
	sample = arena_alloc(r->a, (periods->count + 1) * sizeof *sample);
	for (size_t i = 0; target->count > 0 && i < c->count / target->count; i++) {
		const struct row row = { in->value + i * periods->count, in->state + i * periods->count,
					 c->value + i * target->count, c->state + i * target->count,
					 periods->count };

		fold(&row, at, target->count, (size_t)step / (size_t)old, n, skip, sample);
	}
	c->skip = in->skip;
	c->cover = arena_alloc(r->a, (cells_units(c) + 1) * sizeof *c->cover);
	for (size_t unit = 0; unit < cells_units(in); unit++) {
		size_t t = unit % periods->count;
		struct cover *to = &c->cover[unit / periods->count * target->count + (size_t)at[t]];
		struct cover one = cells_cover(in, unit);

		to->received += one.received;
		to->expected += one.expected;
	}
	*out = c;
	return true;
}

/* ------------------------------------------------------------------ all */

/* How many periods before is meant. */
static size_t back_of(const struct node *n, const struct cube *in)
{
	return n->op == OP_YOY ? STEP_YEAR / (size_t)axis_step(run_periods(in)) : (size_t)n->n;
}

static void along(const struct row *row, const struct node *n, const struct cube *in, double *sample)
{
	size_t back = back_of(n, in);

	switch (n->op) {
	case OP_LAG:
		lag(row, back);
		break;
	case OP_DIFF:
		against(row, back, false);
		break;
	case OP_YOY:
		against(row, back, true);
		break;
	case OP_CARRY:
		carry(row, back);
		break;
	case OP_CUMSUM:
		cumulate(row, run_periods(in), n->reset == 1, in->skip);
		break;
	default:
		rolling(row, n, in->skip, sample);
	}
}

bool run_time(const struct cube **out, const struct run *r, const struct node *n)
{
	const struct cube *in = run_arg(r, n, 0);
	const struct axis *periods = run_periods(in);
	const struct cube *year;
	struct cube *c;
	double *sample;

	if (!periods || (in->label && n->op != OP_LAG && n->op != OP_CARRY))
		return run_misfit(r, n, in);
	if (n->op == OP_TO)
		return to_longer(out, r, n);
	c = cube_new(r->a, in->axis, in->axes);
	year = n->op == OP_ROLLING && n->over == OVER_SUM && n->n == STEP_YEAR ? run_year(r, (size_t)n->arg[0]) : NULL;
	sample = arena_alloc(r->a, (periods->count + 1) * sizeof *sample);
	for (size_t at = 0; at < in->count; at += periods->count) {
		const struct row row = { in->value + at, in->state + at, c->value + at, c->state + at, periods->count };

		along(&row, n, in, sample);
		if (year)
			take_year(&row, year->value + at, year->state + at, n, in->skip);
	}
	c->skip = in->skip;
	c->label = in->label;
	if (n->op == OP_ROLLING)
		run_window_cover(r->a, c, in, n->n > 0 ? (size_t)n->n - 1 : 0, 0);
	else if (n->op == OP_CUMSUM)
		sum_cover(r->a, c, in, n->reset == 1);
	else if (n->op == OP_LAG)
		run_window_cover(r->a, c, in, (size_t)n->n, (size_t)n->n);
	else if (n->op == OP_DIFF || n->op == OP_YOY)
		change_cover(r->a, c, in, back_of(n, in));
	else
		c->cover = in->cover;
	*out = c;
	return true;
}
