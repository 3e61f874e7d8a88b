/*
 * Cubes as text, for tests that read as tables.
 *
 *   cube_of("territory: 01 2A; period: 2025-01 2025-02; age: adult minor", "1 2 3 4 - 6 / s")
 *
 * Cells are row-major in the cube's own order (places, dimensions, periods last): a number, - not
 * reported, e emptied, d not due yet, z zero denominator, v coverage below minimum, x outside validity,
 * f too few points, t no trend, / not applicable, s suppressed; p and c behind it: provisional, carried.
 */
#ifndef VIGIE_CUBE_TEXT_H
#define VIGIE_CUBE_TEXT_H

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

static struct arena cube_arena;

static inline int cube_test_start(void **state)
{
	(void)state;
	arena_init(&cube_arena);
	return 0;
}

static inline int cube_test_end(void **state)
{
	(void)state;
	arena_free(&cube_arena);
	return 0;
}

static inline uint8_t cube_letter_state(char letter)
{
	static const struct {
		char letter;
		uint8_t state;
	} letters[] = { { '-', STATE_NOT_REPORTED }, { 'e', STATE_EMPTY }, { 'd', STATE_NOT_DUE_YET },
			{ 'z', STATE_ZERO_DENOMINATOR }, { 'v', STATE_COVERAGE_BELOW_MINIMUM },
			{ 'x', STATE_OUTSIDE_VALIDITY }, { 'f', STATE_TOO_FEW_POINTS }, { 't', STATE_NO_TREND },
			{ '/', STATE_NOT_APPLICABLE }, { 's', STATE_SUPPRESSED } };

	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (letters[i].letter == letter)
			return letters[i].state;
	return STATE_VALUE;
}

static inline char cube_state_letter(uint8_t state)
{
	for (const char *l = "-edzvxft/s"; *l; l++)
		if (cube_letter_state(*l) == (state & STATE_MASK))
			return *l;
	return '?';
}

static inline enum axis_kind cube_kind_of(const char *name)
{
	static const char *const names[] = { "territory", "department", "item", "organisation" };

	for (size_t i = 0; i < 4; i++)
		if (strcmp(names[i], name) == 0)
			return (enum axis_kind)i;
	return strcmp(name, "period") == 0 ? AXIS_PERIOD : AXIS_DIMENSION;
}

/* "age: adult minor" */
static inline struct axis *axis_of(const char *text)
{
	char *copy = arena_strdup(&cube_arena, text), *save = NULL, *word = strtok_r(copy, ": ", &save);
	struct axis *x = arena_alloc(&cube_arena, sizeof *x);
	const char **member = arena_alloc(&cube_arena, (strlen(text) + 1) * sizeof *member);

	x->name = word;
	x->kind = cube_kind_of(word);
	x->member = member;
	while ((word = strtok_r(NULL, " ", &save)))
		member[x->count++] = word;
	return x;
}

static inline void cube_write(struct cube *c, const char *cells)
{
	char *copy = arena_strdup(&cube_arena, cells), *save = NULL, *word = strtok_r(copy, " \n\t", &save);

	for (size_t i = 0; i < c->count && word; i++, word = strtok_r(NULL, " \n\t", &save)) {
		uint8_t missing = strlen(word) < 3 ? cube_letter_state(*word) : STATE_VALUE;
		char *end = word + 1;
		double value = missing && !(word[0] == '-' && word[1] >= '0') ? 0 : strtod(word, &end);

		if (word[0] == '-' && word[1] >= '0')
			missing = STATE_VALUE;
		c->value[i] = value;
		c->state[i] = (uint8_t)(missing | (strchr(end, 'p') ? STATE_PROVISIONAL : 0) |
					(strchr(end, 'c') ? STATE_CARRIED : 0));
	}
}

static inline struct cube *cube_on(const struct axis *const *axis, size_t axes, const char *cells)
{
	struct cube *c = cube_new(&cube_arena, axis, axes);

	cube_write(c, cells);
	return c;
}

static inline struct cube *cube_of(const char *axes, const char *cells)
{
	char *copy = arena_strdup(&cube_arena, axes), *save = NULL;
	const struct axis *axis[CUBE_AXES_MAX];
	size_t count = 0;

	for (char *one = strtok_r(copy, ";", &save); one; one = strtok_r(NULL, ";", &save))
		axis[count++] = axis_of(one);
	return cube_on(axis, count, cells);
}

/* The cells as they are written above, 12 digits. */
static inline const char *cube_read(const struct cube *c)
{
	const char *text = "";

	for (size_t i = 0; i < c->count; i++) {
		uint8_t s = c->state[i];
		const char *flags = arena_printf(&cube_arena, "%s%s", s & STATE_PROVISIONAL ? "p" : "",
						 s & STATE_CARRIED ? "c" : "");

		if ((s & STATE_MASK) == STATE_VALUE)
			text = arena_printf(&cube_arena, "%s %.12g%s", text, c->value[i], flags);
		else
			text = arena_printf(&cube_arena, "%s %c%s", text, cube_state_letter(s), flags);
	}
	return *text ? text + 1 : text;
}

#endif
