/*
 * Figures compared and hashed at 12 significant digits.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cube.h"

double figure_round(double x)
{
	char text[32];

	snprintf(text, sizeof text, "%.11e", x);
	return strtod(text, NULL) + 0.0;
}

bool figure_same(double x, double y)
{
	return x == y || figure_round(x) == figure_round(y);
}

static uint64_t hash_byte(uint64_t hash, unsigned byte)
{
	return (hash ^ (byte & 0xFF)) * 0x100000001B3;
}

uint64_t cube_hash(uint64_t seed, const struct cube *c)
{
	uint64_t hash = seed ? seed : 0xCBF29CE484222325;

	for (size_t i = 0; i < c->count; i++) {
		double value = figure_round(c->value[i]);
		uint64_t bits;

		memcpy(&bits, &value, sizeof bits);
		hash = hash_byte(hash, c->state[i]);
		for (int k = 0; k < 64; k += 8)
			hash = hash_byte(hash, (unsigned)(bits >> k));
	}
	return hash;
}
