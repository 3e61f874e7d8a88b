/*
 * The sentences of a formula, from its graph.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "method.h"
#include "text.h"

enum { LONG = 150, STRONG = 3, LETTERS = 26 };

struct phrase {
	const char *op;
	int args;	     /* of this many operands alone; 0: any */
	const char *text[2]; /* {0} is an operand, {n} an attribute */
};

/* What binds less than a sign: as an operand it stands in brackets. */
static const struct phrase phrases[] = {
	{ "neg", 0, { "l’opposé de {0}", "minus {0}" } },
	{ "abs", 0, { "valeur absolue de {0}", "absolute value of {0}" } },
	{ "sqrt", 0, { "racine carrée de {0}", "square root of {0}" } },
	{ "log", 0, { "logarithme de {0}", "logarithm of {0}" } },
	{ "clip", 0, { "{0} ramené entre {a} et {b}", "{0} kept within {a} and {b}" } },
	{ "round", 0, { "{0} arrondi (décimales : {n})", "{0} rounded (decimals: {n})" } },
	{ "choose", 0, { "{1} si {0}, sinon {2}", "{1} if {0}, otherwise {2}" } },
	{ "ge", 0, { "{0} ≥ {1}", "{0} ≥ {1}" } },
	{ "gt", 0, { "{0} > {1}", "{0} > {1}" } },
	{ "le", 0, { "{0} ≤ {1}", "{0} ≤ {1}" } },
	{ "lt", 0, { "{0} < {1}", "{0} < {1}" } },
	{ "eq", 0, { "{0} = {1}", "{0} = {1}" } },
	{ "between", 0, { "{0} est entre {a} et {b}", "{0} is within {a} and {b}" } },
	{ "is_missing", 0, { "{0} est inconnu", "{0} is unknown" } },
	{ "and", 0, { "{0} et {1}", "{0} and {1}" } },
	{ "or", 0, { "{0} ou {1}", "{0} or {1}" } },
	{ "not", 0, { "non {0}", "not {0}" } },
	{ "where", 0, { "{0}, seulement là où {1}", "{0}, only where {1}" } },
	{ "fill", 0, { "{0}, à défaut {x}", "{0}, or else {x}" } },
	{ "carry", 0, { "{0}, à défaut la dernière valeur connue depuis {n} {u} au plus",
	    "{0}, or else the last value known for {n} {u} at most" } },
	{ "coverage", 0, { "couverture de {0}", "coverage of {0}" } },
	{ "lag", 0, { "{0}, {n} {u} plus tôt", "{0}, {n} {u} earlier" } },
	{ "diff", 0, { "évolution de {0} en {n} {u}", "change of {0} in {n} {u}" } },
	{ "rolling", 0, { "{over} {0} sur {n} {u}", "{over} {0} over {n} {u}" } },
	{ "cumsum", 0, { "cumul de {0} {reset}", "running total of {0} {reset}" } },
	{ "to", 0, { "{over} {0} par {period}", "{over} {0} by {period}" } },
	{ "yoy", 0, { "évolution en % de {0} sur un an", "change of {0} in % over a year" } },
	{ "pick", 0, { "{0} pour {where}", "{0} for {where}" } },
	{ "by", 1, { "{over} {0} par {dims}", "{over} {0} by {dims}" } },
	{ "by", 2, { "{over} {0} selon le poids {1}, par {dims}",
	    "{over} {0} weighted by {1}, by {dims}" } },
	{ "rank", 0, { "rang de {0}", "rank of {0}" } },
	{ "share_of_total", 0, { "part de {0} dans le total", "share of {0} in the total" } },
	{ "wilson", 0, { "{part} (Wilson) de la part de {0} dans {1}",
	    "{part} (Wilson) of the share of {0} in {1}" } },
	{ "poisson", 1, { "{part} (Poisson) de {0}", "{part} (Poisson) of {0}" } },
	{ "poisson", 2, { "{part} (Poisson) de {0} rapporté à {1}{per}",
	    "{part} (Poisson) of {0} relative to {1}{per}" } },
	{ "rate_ratio", 4, { "{part} du rapport de {0} sur {2} à {1} sur {3}",
	    "{part} of the ratio of {0} over {2} to {1} over {3}" } },
	{ "rate_ratio", 0, { "{part} du rapport de {0} à {1}",
	    "{part} of the ratio of {0} to {1}" } },
	{ "theil_sen", 0, { "{part} de la tendance de {0} sur {n} {u} (Theil-Sen)",
	    "{part} of the trend of {0} over {n} {u} (Theil-Sen)" } },
	{ "reach", 0, { "{part} du nombre de {u} avant que {0} atteigne {1}, par sa tendance sur {points} {u}",
	    "{part} of the {u} before {0} reaches {1}, by its trend over {points} {u}" } },
	{ "zscore", 0, { "écart de {0} à la moyenne des territoires, en écarts types",
	    "distance of {0} from the mean of the territories, in standard deviations" } },
	{ "mad", 0, { "écart de {0} à la médiane des territoires",
	    "distance of {0} from the median of the territories" } },
	{ "funnel", 0, { "{part} de l’entonnoir de {0} selon {1}",
	    "{part} of the funnel of {0} by {1}" } },
	{ "actions", 0, { "colonne {column} des actions", "column {column} of the actions" } },
	{ "among", 0, { "le département est l’un de {list}", "the département is one of {list}" } },
};

/* Words of attributes. */
static const struct {
	const char *attribute, *word, *text[2];
} words[] = {
	{ "over", "sum", { "somme de", "sum of" } },
	{ "over", "mean", { "moyenne de", "mean of" } },
	{ "over", "wmean", { "moyenne de", "mean of" } },
	{ "over", "median", { "médiane de", "median of" } },
	{ "over", "quantile", { "quantile de", "quantile of" } },
	{ "over", "min", { "minimum de", "minimum of" } },
	{ "over", "max", { "maximum de", "maximum of" } },
	{ "over", "first", { "première valeur de", "first value of" } },
	{ "over", "last", { "dernière valeur de", "last value of" } },
	{ "over", "count", { "nombre de cas où", "number of cases where" } },
	{ "over", "size", { "nombre de cas connus de", "number of known cases of" } },
	{ "over", "share", { "part des cas où", "share of cases where" } },
	{ "reset", "year", { "depuis le début de l’année", "since the start of the year" } },
	{ "reset", "never", { "depuis le début", "since the start" } },
	{ "period", "quarter", { "trimestre", "quarter" } },
	{ "period", "year", { "année", "year" } },
	{ "part", "value", { "estimation", "estimate" } },
	{ "part", "low", { "borne basse", "lower bound" } },
	{ "part", "high", { "borne haute", "upper bound" } },
	{ "part", "slope", { "pente", "slope" } },
	{ "part", "z", { "écart", "distance" } },
	{ "dims", "territory", { "territoire", "territory" } },
	{ "dims", "period", { "période", "period" } },
	{ "dims", "department", { "département", "département" } },
	{ "dims", "age", { "âge", "age" } },
	{ "dims", "sex", { "sexe", "sex" } },
};

struct telling {
	const struct method *m;
	const json_t *nodes;
	size_t count;
	struct step {
		int uses;   /* by other steps and by the results told */
		int letter; /* from 1; 0: none */
		int strength;
		const char *text; /* NULL: not needed */
	} *step; /* of each node; operands come before what uses them, so that nothing recurs */
	int letters;
};

static const char *operand(struct telling *t, const json_t *node, size_t i, int strength);

static const char *op_of(const json_t *node)
{
	const char *op = json_string_value(json_object_get(node, "op"));

	return op ? op : "?";
}

static const char *word(const struct telling *t, const char *attribute, const char *name)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].attribute, attribute) == 0 && strcmp(words[i].word, name) == 0)
			return words[i].text[t->m->lang];
	return name;
}

static const char *number(struct telling *t, const char *attribute, double x)
{
	return method_number(t->m, strcmp(attribute, "level") == 0 ? 100 * x : x);
}

static const char *joined(struct telling *t, const char *attribute, const json_t *list)
{
	const char *out = "";

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *one = json_string_value(json_array_get(list, i));

		out = arena_printf(t->m->a, "%s%s%s", out, i ? ", " : "", one ? word(t, attribute, one) : "?");
	}
	return out;
}

static const char *members(struct telling *t, const json_t *where)
{
	const char *out = "", *dimension;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)where, dimension, v)
		out = arena_printf(t->m->a, "%s%s%s", out, *out ? ", " : "", method_members(t->m, dimension, v));
	return out;
}

/* What an operator takes when it is left out (graph.h). */
static const char *left_out(struct telling *t, const json_t *node, const char *attribute)
{
	const char *op = op_of(node);

	if (strcmp(attribute, "level") == 0)
		return method_number(t->m, strcmp(op, "reach") == 0 ? 90 : strcmp(op, "funnel") == 0 ? 99.8 : 95);
	return strcmp(attribute, "points") == 0 ? "12" : strcmp(op, "round") == 0 ? "0" : "";
}

static const char *attribute(struct telling *t, const json_t *node, const char *name)
{
	const json_t *v = json_object_get(node, name);

	if (strcmp(name, "u") == 0)
		return method_periods(t->m);
	if (strcmp(name, "per") == 0)
		return json_number_value(v) > 1 ?
			       arena_printf(t->m->a, ", %s %s", method_say(t->m, "pour", "per"),
					    number(t, name, json_number_value(v))) :
			       "";
	if (strcmp(name, "part") == 0 && text_in_list(json_string_value(v), "low high"))
		return arena_printf(t->m->a, "%s %s %s %%", word(t, name, json_string_value(v)),
				    method_say(t->m, "à", "at"), attribute(t, node, "level"));
	if (strcmp(name, "over") == 0 && v && strcmp(json_string_value(v), "quantile") == 0)
		return arena_printf(t->m->a, "quantile %s %s", attribute(t, node, "p"), method_say(t->m, "de", "of"));
	if (json_is_number(v))
		return number(t, name, json_number_value(v));
	if (json_is_string(v))
		return word(t, name, json_string_value(v));
	return json_is_array(v) ? joined(t, name, v) : json_is_object(v) ? members(t, v) : left_out(t, node, name);
}

static const char *filled(struct telling *t, const json_t *node, const char *text)
{
	const char *out = "";

	while (*text) {
		size_t plain = strcspn(text, "{"), len = strcspn(text + plain, "}");
		char name[16] = "";

		if (!text[plain])
			return arena_printf(t->m->a, "%s%s", out, text);
		strncat(name, text + plain + 1, len - 1);
		out = arena_printf(t->m->a, "%s%.*s%s", out, (int)plain, text,
				   *name >= '0' && *name <= '9' ? operand(t, node, (size_t)(*name - '0'), STRONG) :
								  attribute(t, node, name));
		text += plain + len + 1;
	}
	return out;
}

static const char *phrase(struct telling *t, const json_t *node)
{
	size_t n = json_array_size(json_object_get(node, "args"));
	const char *op = op_of(node);

	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
		if (strcmp(phrases[i].op, op) == 0 && (phrases[i].args == 0 || (size_t)phrases[i].args == n))
			return filled(t, node, phrases[i].text[t->m->lang]);
	return op;
}

static const char *quoted(struct telling *t, const char *text)
{
	return arena_printf(t->m->a, "%s%s%s", method_say(t->m, "« ", "“"), text, method_say(t->m, " »", "”"));
}

/* A day where it is compared with the end of a period. */
static bool is_day(const struct telling *t, const json_t *user)
{
	const json_t *args = json_object_get(user, "args");

	for (size_t i = 0; i < json_array_size(args); i++) {
		size_t at = (size_t)json_integer_value(json_array_get(args, i));

		if (strcmp(op_of(json_array_get(t->nodes, at)), "period_end") == 0)
			return true;
	}
	return false;
}

static const char *constant(struct telling *t, const json_t *node, const json_t *user)
{
	const json_t *x = json_object_get(node, "x");

	if (json_is_string(x))
		return quoted(t, json_string_value(x));
	return is_day(t, user) ? arena_strdup(t->m->a, day_format((int32_t)json_number_value(x)).text) :
				 method_number(t->m, json_number_value(x));
}

static const char *letter(struct telling *t, int n)
{
	return n <= LETTERS ? arena_printf(t->m->a, "%c", 'A' + n - 1) :
			      arena_printf(t->m->a, "%c%d", 'A' + (n - 1) % LETTERS, (n - 1) / LETTERS);
}

static const char *as_told(struct telling *t, size_t at, const json_t *user, int wanted)
{
	const struct step *step = &t->step[at];
	const json_t *node = json_array_get(t->nodes, at);

	if (step->letter > 0)
		return letter(t, step->letter);
	if (strcmp(op_of(node), "const") == 0)
		return constant(t, node, user);
	return step->strength < wanted ? arena_printf(t->m->a, "(%s)", step->text) : step->text;
}

static const char *operand(struct telling *t, const json_t *node, size_t i, int strength)
{
	const json_t *place = json_array_get(json_object_get(node, "args"), i);
	size_t at = json_is_integer(place) ? (size_t)json_integer_value(place) : t->count;

	return at < t->count && t->step[at].text ? as_told(t, at, node, strength) : "?";
}

/* How a step reads, and how strongly it holds together: a phrase 0, a sum 1, a product 2, a word STRONG. */
static const char *reads(struct telling *t, const json_t *node, int *strength)
{
	static const struct {
		const char *op, *sign;
		int strength;
	} signs[] = {
		{ "add", "+", 1 },
		{ "sub", "−", 1 },
		{ "mul", "×", 2 },
		{ "div", "÷", 2 },
	};
	const char *op = op_of(node);

	*strength = STRONG;
	if (strcmp(op, "input") == 0)
		return quoted(t, method_input(t->m, json_string_value(json_object_get(node, "name"))));
	if (strcmp(op, "const") == 0)
		return ""; /* it depends on its user */
	if (strcmp(op, "period_end") == 0)
		return method_say(t->m, "la fin de la période", "the end of the period");
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		if (strcmp(op, signs[i].op) != 0)
			continue;
		*strength = signs[i].strength;
		return arena_printf(t->m->a, "%s %s %s", operand(t, node, 0, *strength), signs[i].sign,
				    operand(t, node, 1, *strength + 1));
	}
	*strength = 0;
	return phrase(t, node);
}

static const struct {
	const char *name, *title[2];
} results[] = {
	{ "value", { "Résultat", "Result" } },
	{ "numerator", { "Numérateur", "Numerator" } },
	{ "denominator", { "Dénominateur", "Denominator" } },
	{ "low", { "Borne basse", "Lower bound" } },
	{ "high", { "Borne haute", "Upper bound" } },
};
enum { RESULTS = sizeof results / sizeof *results };

static const json_t *result(const struct telling *t, int i)
{
	const json_t *at = json_object_get(json_object_get(t->m->graph, "out"), results[i].name);

	return json_is_integer(at) && (size_t)json_integer_value(at) < t->count ? at : NULL;
}

static const json_t *extras(const struct telling *t)
{
	return json_object_get(json_object_get(t->m->graph, "out"), "extra");
}

/* Operands come before what uses them, so that one way back sees every use of what the results need. */
static void count_uses(struct telling *t)
{
	const char *name;
	json_t *place;

	for (int i = 0; i < RESULTS; i++)
		if (result(t, i))
			t->step[json_integer_value(result(t, i))].uses++;
	json_object_foreach((json_t *)(uintptr_t)extras(t), name, place)
		if ((size_t)json_integer_value(place) < t->count)
			t->step[json_integer_value(place)].uses++;
	for (size_t at = t->count; at-- > 0;) {
		const json_t *args = json_object_get(json_array_get(t->nodes, at), "args");

		for (size_t i = 0; t->step[at].uses > 0 && i < json_array_size(args); i++)
			if ((size_t)json_integer_value(json_array_get(args, i)) < at)
				t->step[json_integer_value(json_array_get(args, i))].uses++;
	}
}

static void read_steps(struct telling *t)
{
	for (size_t at = 0; at < t->count; at++) {
		struct step *step = &t->step[at];

		if (step->uses == 0)
			continue;
		step->text = reads(t, json_array_get(t->nodes, at), &step->strength);
		if (step->strength < STRONG && (step->uses > 1 || strlen(step->text) > LONG))
			step->letter = ++t->letters;
	}
}

static void add(json_t *lines, struct telling *t, const char *name, const char *text)
{
	json_array_append_new(lines, json_string(arena_printf(t->m->a, "%s = %s", name, text)));
}

void method_formula(json_t *lines, const struct method *m)
{
	const json_t *nodes = json_object_get(m->graph, "nodes");
	size_t n = json_array_size(nodes);
	const char *name;
	json_t *place;
	struct telling t = { .m = m, .nodes = nodes, .count = n,
			     .step = arena_alloc(m->a, (n + 1) * sizeof *t.step) };

	memset(t.step, 0, (n + 1) * sizeof *t.step);
	count_uses(&t);
	read_steps(&t);
	for (int i = 0; i < RESULTS; i++)
		if (result(&t, i))
			add(lines, &t, results[i].title[m->lang],
			    as_told(&t, (size_t)json_integer_value(result(&t, i)), NULL, 0));
	json_object_foreach((json_t *)(uintptr_t)extras(&t), name, place)
		if ((size_t)json_integer_value(place) < n)
			add(lines, &t,
			    arena_printf(m->a, "%s %s", method_say(m, "Complément", "Extra"), quoted(&t, name)),
			    as_told(&t, (size_t)json_integer_value(place), NULL, 0));
	for (size_t at = 0; at < n; at++)
		if (t.step[at].letter > 0)
			add(lines, &t, letter(&t, t.step[at].letter), t.step[at].text);
}
