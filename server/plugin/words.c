/*
 * Words: if, and, or, not, == and ~= on series.  No metamethod sees them, so a formula that
 * branches on a series would silently follow one branch: the source is read for them.
 *
 * A name holds a series when something that makes one (ctx.series, ctx.actions, ctx.const, stat.x,
 * choose, or another such name) is in what it is given; the parameter of a local function, when
 * such a name is given to it somewhere.
 */
#include <string.h>

#include "check.h"
#include "text.h"

enum { NAMES_MAX = 200, ROUNDS = 6 };

struct words {
	struct check *c;
	struct token *at;
	size_t count;
	const char *series[NAMES_MAX];	/* names that hold one */
	size_t known;
};

static bool is(const struct words *w, size_t i, const char *word)
{
	return i < w->count && w->at[i].len == strlen(word) && !w->at[i].literal &&
	       memcmp(w->at[i].word, word, w->at[i].len) == 0;
}

static bool among(const struct words *w, size_t i, const char *list)
{
	char word[24];

	if (i >= w->count || w->at[i].len == 0 || w->at[i].len >= sizeof word || w->at[i].literal)
		return false;
	memcpy(word, w->at[i].word, w->at[i].len);
	word[w->at[i].len] = '\0';
	return text_in_list(word, list);
}

static bool keyword(const struct words *w, size_t i)
{
	return among(w, i, "and break do else elseif end false for function goto if in local nil not or "
			   "repeat return then true until while");
}

static bool known(const struct words *w, size_t i)
{
	for (size_t k = 0; k < w->known; k++) {
		if (is(w, i, w->series[k]))
			return true;
	}
	return false;
}

/* Does a series start at token `i`? */
static bool makes_series(const struct words *w, size_t i)
{
	if (i >= w->count || !w->at[i].name || (i > 0 && (is(w, i - 1, ".") || is(w, i - 1, ":"))))
		return false;
	if (is(w, i, "ctx"))
		return is(w, i + 1, ".") && among(w, i + 2, "series actions const period_end territories");
	return is(w, i, "choose") || is(w, i, "stat") || (known(w, i) && !is(w, i + 1, "="));
}

static void learn(struct words *w, size_t i)
{
	if (w->known < NAMES_MAX && !known(w, i))
		w->series[w->known++] = arena_memdup(w->c->arena, w->at[i].word, w->at[i].len);
}

/* Does the token end an operand, so that a word after it starts a new statement? */
static bool operand_end(const struct words *w, size_t i)
{
	return w->at[i].literal || (w->at[i].name && !keyword(w, i)) || among(w, i, ") } ] end nil true false");
}

/* Past the expression list that starts at `i`. */
static size_t expression_end(const struct words *w, size_t i)
{
	int depth = 0;

	for (size_t from = i; i < w->count; i++) {
		if (is(w, i, "function"))
			depth++;
		if (depth == 0 && (among(w, i, ") } ] ; then do else elseif until local if for while repeat "
					       "return break goto end")))
			return i;
		if (depth == 0 && i > from && operand_end(w, i - 1) && w->at[i].name && !keyword(w, i))
			return i;
		depth += among(w, i, "( { [") ? 1 : among(w, i, ") } ] end") ? -1 : 0;
	}
	return i;
}

static bool has_series(const struct words *w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		if (makes_series(w, i))
			return true;
	}
	return false;
}

/* "local a, b = …", "a = …": the names on the left of the sign at `i`. */
static void learn_assignment(struct words *w, size_t i)
{
	if (!has_series(w, i + 1, expression_end(w, i + 1)))
		return;
	for (size_t k = i; k > 0 && w->at[k - 1].name && !keyword(w, k - 1);) {
		bool field = k > 1 && (is(w, k - 2, ".") || is(w, k - 2, "{"));

		if (!field)
			learn(w, k - 1);
		if (k < 2 || !is(w, k - 2, ","))
			return;
		k -= 2;
	}
}

/* "local function f(a, b)": a becomes a series when a call gives one in its place. */
static void learn_parameters(struct words *w, size_t i)
{
	for (size_t call = 0; call + 1 < w->count; call++) {
		size_t param = i + 3, from = call + 2;
		int depth = 0;

		if (call == i + 1 || !w->at[call].name || w->at[call].len != w->at[i + 1].len ||
		    memcmp(w->at[call].word, w->at[i + 1].word, w->at[call].len) != 0 || !is(w, call + 1, "("))
			continue;
		for (size_t k = call + 2; k < w->count && depth >= 0; k++) {
			depth += among(w, k, "( { [") ? 1 : among(w, k, ") } ]") ? -1 : 0;
			if (depth > 0 || (depth == 0 && !is(w, k, ",")))
				continue;
			if (has_series(w, from, k) && param < w->count && w->at[param].name)
				learn(w, param);
			from = k + 1;
			param += 2;
		}
	}
}

static void learn_all(struct words *w)
{
	size_t before;

	for (int n = 0; n < ROUNDS; n++) {
		before = w->known;
		for (size_t i = 1; i < w->count; i++) {
			if (is(w, i, "="))
				learn_assignment(w, i);
			if (is(w, i, "function") && i + 2 < w->count && w->at[i + 1].name && is(w, i + 2, "("))
				learn_parameters(w, i);
		}
		if (w->known == before)
			return;
	}
}

static bool fail(struct words *w, size_t i, enum finding_code code, size_t name)
{
	return finding_set(w->c->f, code, w->at[i].line,
			   arena_memdup(w->c->arena, w->at[i].word, w->at[i].len),
			   arena_memdup(w->c->arena, w->at[name].word, w->at[name].len));
}

/* Parentheses of a call hold its arguments; others group. */
static bool call_open(const struct words *w, size_t i)
{
	return among(w, i, "{ [") || (is(w, i, "(") && i > 0 && operand_end(w, i - 1));
}

static bool boundary(const struct words *w, size_t i)
{
	return among(w, i, ", ; = == ~= < > <= >= and or not return then do local if elseif while until for in "
			   "repeat else function & |");
}

/* The series that the operand right (or left) of token `i` is made of; 0: none. */
static size_t operand(const struct words *w, size_t i, bool right)
{
	int depth = 0;

	for (size_t k = right ? i + 1 : i; right ? k < w->count : k-- > 0; k += right ? 1 : 0) {
		bool opens = among(w, k, right ? "( { [" : ") } ]"), closes = among(w, k, right ? ") } ]" : "( { [");

		if (closes && --depth < 0)
			return 0;
		if (depth == 0 && (boundary(w, k) || is(w, k, "end")))
			return 0;
		if (depth == 0 && makes_series(w, k))
			return k;
		/* on the left nothing says yet what a parenthesis is: its opening does */
		if (opens && (!right || call_open(w, k) || !is(w, k, "(")))
			depth++;
		if (right && k > i + 1 && operand_end(w, k - 1) && w->at[k].name && !keyword(w, k))
			return 0;
	}
	return 0;
}

static bool condition_check(struct words *w, size_t i)
{
	size_t end = i + 1;
	int depth = 0;

	for (; end < w->count && !among(w, end, "then do"); end++) {
		if (is(w, i, "until") && w->at[end].line > w->at[i].line)
			break;
		depth += call_open(w, end) ? 1 : among(w, end, ") } ]") && depth > 0 ? -1 : 0;
		if (depth == 0 && makes_series(w, end) &&
		    !(among(w, end + 1, "== ~=") && is(w, end + 2, "nil")))
			return fail(w, i, V234, end);
	}
	return true;
}

static bool word_check(struct words *w, size_t i)
{
	size_t found;

	if (among(w, i, "if elseif while until"))
		return condition_check(w, i);
	if (among(w, i, "and or not")) {
		found = operand(w, i, true);
		found = found || is(w, i, "not") ? found : operand(w, i, false);
		return !found || fail(w, i, V235, found);
	}
	if (among(w, i, "== ~=")) {
		if (is(w, i + 1, "nil"))
			return true;
		found = operand(w, i, true);
		found = found ? found : operand(w, i, false);
		return !found || fail(w, i, V233, found);
	}
	return true;
}

bool words_check(struct check *c)
{
	struct words w = { .c = c };

	w.count = source_tokens(&w.at, c->arena, c->source, c->len);
	learn_all(&w);
	for (size_t i = 0; i < w.count; i++) {
		if (!word_check(&w, i))
			return false;
	}
	return true;
}
