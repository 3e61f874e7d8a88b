/*
 * Cells and units of cubes, for the files of the module.
 */
#ifndef VIGIE_CUBE_CELLS_H
#define VIGIE_CUBE_CELLS_H

#include "cube.h"

/* `small` repeated over the axes of `like`, which has all of its axes; NULL when it has not. */
struct cube *cells_repeated(struct arena *a, const struct cube *like, const struct cube *small);

/* The products of two cubes over the same axes; a state as where two states meet. */
struct cube *cells_product(struct arena *a, const struct cube *x, const struct cube *y);

/* Units: the cells without the dimensions.  Their number, and how far apart neighbours along axis `i` are. */
size_t cells_units(const struct cube *c);
size_t cells_unit_stride(const struct cube *c, size_t i);

/* The unit of a cell, and what is known of a unit. */
size_t cells_unit_of(const struct cube *c, size_t cell);
struct cover cells_cover(const struct cube *c, size_t unit);

/*
 * For each member of each axis of `in`, how far in `out` it goes; -1: nowhere.  False: an axis of
 * `out` is neither one of `in` nor linked from one.
 */
bool cells_ways(struct arena *a, int64_t *go[CUBE_AXES_MAX], const struct cube *in, const struct cube *out,
		size_t (*stride)(const struct cube *, size_t));

/* The axis of the cube with this name, or one that its axes lead to; NULL: none. */
const struct axis *cells_axis_named(const struct cube *c, const char *name);

/* For each axis of a cube the members that count; NULL: all. */
struct cells_picked {
	const bool *member[CUBE_AXES_MAX];
};

/* cube_group() over the picked cells alone. */
struct cube *cells_group(struct arena *a, const struct cube *c, const struct axis *const *to, size_t axes,
			 enum cube_over over, double p, const struct cube *weight, const struct cells_picked *only);

/*
 * Neumaier's sum with Knuth's form of the rounding error: the same bits without a comparison
 * (The Art of Computer Programming 2, 4.2.2, theorem B).
 */
static inline void cells_add(double *restrict sum, double *restrict rest, const double *restrict x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double s = sum[i], v = x[i], total = s + v, part = total - s;

		rest[i] += (s - (total - part)) + (v - part);
		sum[i] = total;
	}
}

/* True when every cell is a value without a flag. */
static inline bool cells_plain(const uint8_t *state, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= state[i];
	return any == 0;
}

/* Where two states meet: the higher one, all flags. */
static inline uint8_t cells_meet(uint8_t a, uint8_t b)
{
	uint8_t x = a & STATE_MASK, y = b & STATE_MASK;

	return (uint8_t)((x > y ? x : y) | ((a | b) & STATE_FLAGS));
}

#endif
