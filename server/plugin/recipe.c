/*
 * Recipes: the usual formulas, written out as the code that an author would write.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "text.h"

#include "gen/plugin_options.inc"

struct recipe {
	struct check *c;
	const json_t *formula, *inputs, *params;
	const char *input[8];		/* names, in the order given */
	const char *local[8];		/* what the code calls them */
	size_t count;
};

static bool fail(struct recipe *r, const char *field, enum finding_code code, const char *x, const char *y)
{
	return check_fail(r->c, *field ? check_path(r->c, "formula", field) : "formula", code, x, y, NULL);
}

/* The name itself when it can be a local of the code. */
static const char *local_name(struct recipe *r, const char *name, size_t i)
{
	static const char words[] = "and break do else elseif end false for function goto if in local nil not or "
				    "repeat return then true until while ctx stat choose band now before";
	bool fine = isalpha((unsigned char)*name) && strlen(name) <= 30 && !text_in_list(name, words);

	for (const char *p = name; *p && fine; p++)
		fine = isalnum((unsigned char)*p) || *p == '_';
	return fine ? name : arena_printf(r->c->arena, "x%zu", i + 1);
}

static bool take_inputs(struct recipe *r, size_t least, size_t most)
{
	const json_t *list = list_of(r->formula);
	size_t n = json_array_size(list);

	if (n < least || n > most)
		return fail(r, "", V243, json_string_value(json_object_get(r->formula, "recipe")),
			    most > 2  ? "{ \"a\", \"b\", … }" :
			    most == 1 ? "{ \"a\" }" :
					"{ \"a\", \"b\" }");
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (!name || !json_object_get(r->inputs, name))
			return fail(r, "", V230, name ? name : "?", join_keys(r->c->arena, r->inputs));
		r->input[i] = name;
		r->local[i] = local_name(r, name, i);
	}
	r->count = n;
	return true;
}

/* A number of periods as code: "12", or "ctx.params.window"; NULL: *f is set.  "" when left out. */
static const char *periods(struct recipe *r, const char *field, const char *otherwise)
{
	const json_t *v = json_object_get(r->formula, field), *def;
	const char *name = json_string_value(v), *type;

	if (!v)
		return otherwise;
	if (json_is_integer(v) && json_integer_value(v) >= 1 && json_integer_value(v) <= 120)
		return arena_printf(r->c->arena, "%lld", json_integer_value(v));
	def = name ? json_object_get(r->params, name) : NULL;
	type = json_string_value(json_object_get(def, "type"));
	if (type && strcmp(type, "integer") == 0)
		return arena_printf(r->c->arena, "ctx.params.%s", name);
	check_fail(r->c, check_path(r->c, "formula", field), V346, field,
		   json_string_value(json_object_get(r->formula, "recipe")),
		   json_object_size(r->params) == 0 ? "@integer @from 1 @to 120" :
			   arena_printf(r->c->arena, "@integer @from 1 @to 120, %s",
					join_keys(r->c->arena, r->params)));
	return NULL;
}

/* The same for a window that `coverage` may go with. */
static const char *windowed(struct recipe *r, const char *field, const char *otherwise)
{
	const json_t *coverage = json_object_get(r->formula, "coverage");
	double x = json_number_value(coverage);
	struct arena *a = r->c->arena;

	if (!coverage || (json_is_number(coverage) && x >= 0 && x <= 1 &&
			  (*otherwise || json_object_get(r->formula, field))))
		return periods(r, field, otherwise);
	if (!json_is_number(coverage))
		fail(r, "coverage", V304, "coverage", "@share");
	else if (x < 0 || x > 1)
		check_fail(r->c, "formula.coverage", V254, "coverage", arena_printf(a, "%.12g", x),
			   x > 1 && x <= 100 ? arena_printf(a, "%.12g", x / 100) : "0.75");
	else
		fail(r, "", V303, field, arena_printf(a, "%s = 12", field));
	return NULL;
}

static const char *number(struct recipe *r, const char *field, const char *otherwise)
{
	const json_t *v = json_object_get(r->formula, field);

	if (!v)
		return otherwise;
	if (json_number_value(v) > 0)
		return arena_printf(r->c->arena, "%.17g", json_number_value(v));
	fail(r, field, V304, field, json_is_number(v) ? "@above_zero" : "@number");
	return NULL;
}

static const char *quoted(struct recipe *r, const char *text)
{
	json_t *v = json_string(text);
	char *out = json_dumps(v, JSON_ENCODE_ANY);
	const char *kept = arena_strdup(r->c->arena, out);

	free(out);
	json_decref(v);
	return kept;
}

/* "  local minors = ctx.series("minors"):rolling(12):sum()" and a line end. */
static const char *reading(struct recipe *r, size_t i, const char *window)
{
	const json_t *coverage = json_object_get(r->formula, "coverage");
	const char *least = coverage ?
				    arena_printf(r->c->arena, ", { coverage = %.17g }", json_number_value(coverage)) :
				    "";

	if (!*window)
		return arena_printf(r->c->arena, "  local %s = ctx.series(%s)\n", r->local[i],
				    quoted(r, r->input[i]));
	return arena_printf(r->c->arena, "  local %s = ctx.series(%s):rolling(%s%s):sum()\n", r->local[i],
			    quoted(r, r->input[i]), window, least);
}

/* ratio, share and rate: a quotient, with its interval when `band` is a statistic. */
static const char *quotient(struct recipe *r, const char *usual_per, const char *band)
{
	static const char *const known[] = { "recipe", "#", OPTIONS_QuotientRecipe, NULL };
	struct arena *a = r->c->arena;
	const char *window, *per, *low_high = "", *line = "";

	if (!check_only(r->c, r->formula, "formula", known) || !take_inputs(r, 2, 2))
		return NULL;
	window = windowed(r, "rolling", "");
	per = window ? number(r, "per", usual_per) : NULL;
	if (!per)
		return NULL;
	if (band && strcmp(band, "wilson") == 0) {
		line = arena_printf(a, "  local band = stat.wilson(%s, %s)\n", r->local[0], r->local[1]);
		low_high = arena_printf(a, ", low = %s * band.low, high = %s * band.high", per, per);
	} else if (band) {
		line = arena_printf(a, "  local band = stat.poisson(%s, %s, { per = %s })\n", r->local[0],
				    r->local[1], per);
		low_high = ", low = band.low, high = band.high";
	}
	return arena_printf(a,
			    "%s%s%s  return { value = %s * %s / %s, numerator = %s, denominator = %s%s }\n",
			    reading(r, 0, window), reading(r, 1, window), line, per, r->local[0], r->local[1],
			    r->local[0], r->local[1], low_high);
}

static const char *ratio(struct recipe *r)
{
	return quotient(r, "100", NULL);
}

static const char *rate(struct recipe *r)
{
	return quotient(r, "100000", "poisson");
}

static const char *share(struct recipe *r)
{
	return quotient(r, "100", "wilson");
}

static const char *sum(struct recipe *r)
{
	static const char *const known[] = { "recipe", "#", OPTIONS_SumRecipe, NULL };
	const char *window, *code = "", *total = "";

	if (!check_only(r->c, r->formula, "formula", known) || !take_inputs(r, 1, 8))
		return NULL;
	window = windowed(r, "rolling", "");
	for (size_t i = 0; window && i < r->count; i++) {
		code = arena_printf(r->c->arena, "%s%s", code, reading(r, i, window));
		total = arena_printf(r->c->arena, "%s%s%s", total, i > 0 ? " + " : "", r->local[i]);
	}
	return window ? arena_printf(r->c->arena, "%s  return { value = %s }\n", code, total) : NULL;
}

static const char *change(struct recipe *r)
{
	static const char *const known[] = { "recipe", "#", OPTIONS_ChangeRecipe, NULL };
	const char *n;

	if (!check_only(r->c, r->formula, "formula", known) || !take_inputs(r, 1, 1))
		return NULL;
	n = windowed(r, "over", "12");
	if (!n)
		return NULL;
	r->local[0] = "now";
	return arena_printf(r->c->arena,
			    "%s  local before = now:lag(%s)\n"
			    "  return { value = 100 * (now - before) / before, numerator = now - before, "
			    "denominator = before }\n",
			    reading(r, 0, n), n);
}

static const char *weighted_mean(struct recipe *r)
{
	static const char *const known[] = { "recipe", "#", NULL };

	if (!check_only(r->c, r->formula, "formula", known) || !take_inputs(r, 2, 2))
		return NULL;
	return arena_printf(r->c->arena,
			    "%s%s  local total = (%s * %s):by(\"territory\"):sum()\n"
			    "  local weights = %s:where(~%s:is_missing()):by(\"territory\"):sum()\n"
			    "  return { value = total / weights, numerator = total, denominator = weights }\n",
			    reading(r, 0, ""), reading(r, 1, ""), r->local[0], r->local[1], r->local[1],
			    r->local[0]);
}

/* Days after `from`, up to `to` or to the period's end while it has not come. */
static const char *delay(struct recipe *r)
{
	static const char *const known[] = { "recipe", "#", OPTIONS_DelayRecipe, NULL };
	static const char *const overs[] = { VALUES_DelayRecipe_over, NULL };
	const json_t *columns;
	const char *column[2], *over;

	if (!check_only(r->c, r->formula, "formula", known) || !take_inputs(r, 1, 1) ||
	    !check_text(r->c, r->formula, "formula", "from", false, 40) ||
	    !check_text(r->c, r->formula, "formula", "to", false, 40) ||
	    !check_choice(r->c, r->formula, "formula", "over", false, overs))
		return NULL;
	columns = json_object_get(json_object_get(r->inputs, r->input[0]), "columns");
	over = json_string_value(json_object_get(r->formula, "over"));
	for (int i = 0; i < 2; i++) {
		const char *own = json_string_value(json_object_get(r->formula, known[2 + i]));
		bool found = false;

		column[i] = own ? own : i == 0 ? "initial_due_on" : "done_on";
		for (size_t k = 0; k < json_array_size(columns); k++)
			found = found || strcmp(column[i], json_string_value(json_array_get(columns, k))) == 0;
		if (!found) {
			fail(r, known[2 + i], V315, column[i], join_items(r->c->arena, columns));
			return NULL;
		}
	}
	return arena_printf(r->c->arena,
			    "  local rows = ctx.actions(%s)\n"
			    "  local due = rows.%s:le(ctx.period_end)\n"
			    "  local last = choose(rows.%s:is_missing(), ctx.period_end, rows.%s)\n"
			    "  local days = (last - rows.%s):clip(0, 100000):where(due):by(\"territory\")\n"
			    "  return { value = days:%s(), denominator = days:size() }\n",
			    quoted(r, r->input[0]), column[0], column[1], column[1], column[0],
			    over ? over : "median");
}

const char *recipe_code(struct check *c, const json_t *formula, const json_t *inputs, const json_t *params)
{
	static const struct {
		const char *name;
		const char *(*write)(struct recipe *r);
	} recipes[] = { { "ratio", ratio },   { "rate", rate },	  { "share", share }, { "sum", sum },
			{ "change", change }, { "delay", delay }, { "weighted_mean", weighted_mean } };
	struct recipe r = { .c = c, .formula = formula, .inputs = inputs, .params = params };
	const char *name = json_string_value(json_object_get(formula, "recipe")), *body = NULL;

	for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
		if (name && strcmp(recipes[i].name, name) == 0)
			body = recipes[i].write(&r);
	}
	return body ? arena_printf(c->arena, "function(ctx)\n%send", body) : NULL;
}

/* ------------------------------------------------------------------ in the place of the recipe */

static bool is(const struct token *t, const char *word)
{
	return !t->literal && t->len == strlen(word) && memcmp(t->word, word, t->len) == 0;
}

/* The token after the bracket that closes the one at `i`. */
static size_t after_brackets(const struct token *t, size_t count, size_t i)
{
	int depth = 0;

	for (; i < count; i++) {
		depth += is(&t[i], "{") || is(&t[i], "(") ? 1 : is(&t[i], "}") || is(&t[i], ")") ? -1 : 0;
		if (depth == 0)
			return i + 1;
	}
	return count;
}

/* Where "ratio { … }" stands at the field of the indicator itself: [*from, *to).  False: it is written elsewhere. */
static bool find_call(const char **from, const char **to, const struct token *t, size_t count, const char *recipe)
{
	size_t i = 0, end;
	int depth = 0;

	while (i + 1 < count && !(is(&t[i], "indicator") && is(&t[i + 1], "{")))
		i++;
	for (i++; i + 3 < count; i++) {
		depth += is(&t[i], "{") ? 1 : is(&t[i], "}") ? -1 : 0;
		if (depth != 1 || !is(&t[i], "formula") || !is(&t[i + 1], "="))
			continue;
		end = after_brackets(t, count, i + 3);
		*from = t[i + 2].word;
		*to = t[end - 1].word + t[end - 1].len;
		return is(&t[i + 2], recipe) && (is(&t[i + 3], "{") || is(&t[i + 3], "(")) && end < count &&
		       (is(&t[end], ",") || is(&t[end], ";") || is(&t[end], "}"));
	}
	return false;
}

const char *recipe_rewritten(struct arena *a, const char *source, size_t len, const char *recipe, const char *code)
{
	const char *from, *to, *line, *indent_end, *out, *stop;
	struct token *t;
	size_t count = source_tokens(&t, a, source, len);

	if (!find_call(&from, &to, t, count, recipe))
		return NULL;
	for (line = from; line > source && line[-1] != '\n';)
		line--;
	for (indent_end = line; *indent_end == ' ' || *indent_end == '\t';)
		indent_end++;
	out = arena_printf(a, "%.*s", (int)(from - source), source);
	for (; (stop = strchr(code, '\n')); code = stop + 1)
		out = arena_printf(a, "%s%.*s\n%.*s", out, (int)(stop - code), code, (int)(indent_end - line), line);
	return arena_printf(a, "%s%s%.*s", out, code, (int)(source + len - to), to);
}
