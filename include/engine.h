/*
 * Which engine computes indicators: a number that stands for the code of all that turns a plugin's text, its parameters
 * and what is recorded into figures.  A value is identified by these four together: the same gives the same bytes.
 * An explanation tells them all: the engine, the hash of the text, the parameters, and the instant as of which what is
 * recorded is known, for nothing is ever changed or deleted of that.
 *
 * To be raised by one in the same commit as any change that may alter one computed byte, a correction above all: in
 * server/cube (operators, statistics, the order of sums, states and flags, what is hidden), in how server/indicator
 * brings what is recorded to cells, and in what server/plugin gives a `compute` to call.  Not for what is only faster
 * or told otherwise.
 *
 * What a former engine computed, or one that nobody noted, is then due: once the server or `vigie compute` starts, the
 * queue computes it again, all its periods, and keeps the cells that differ; what was shown before stays readable as of
 * then.  Publications are rows that are never computed again.  The graph of a formula is kept as it was traced when its
 * version was published: what tracing makes of a text reaches it with its next version.
 *
 * ENGINE_DIGEST is what tests/unit/test_engine.c makes of every operator and statistic over fixed figures, at 12
 * significant digits.  When that test fails, raise ENGINE and put the digest that it prints here.
 */
#ifndef VIGIE_ENGINE_H
#define VIGIE_ENGINE_H

#include <stdint.h>

enum { ENGINE = 4 };

#define ENGINE_DIGEST UINT64_C(0x339feaad9a3b1969)

#endif
