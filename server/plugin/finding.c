/*
 * Findings: the catalogue and its texts.  Knows nothing of Lua.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"

struct entry {
	const char *name;
	const char *cause[2], *remedy[2];	/* by enum lang */
};

static const struct entry catalogue[FINDING_COUNT] = {
	[FINDING_NONE] = { "V000", { "", "" }, { "", "" } },
#define FINDING(code, fr, fr_remedy, en, en_remedy)                                                \
	[code] = { #code, { fr, en }, { fr_remedy, en_remedy } },
#include "finding.def"
#undef FINDING
};

/* Words that arguments may name: see argument(). */
static const struct {
	const char *key, *word[2];
} words[] = {
	{ "@text", { "un texte entre guillemets", "a quoted text" } },
	{ "@number", { "un nombre", "a number" } },
	{ "@integer", { "un nombre entier", "a whole number" } },
	{ "@boolean", { "true ou false", "true or false" } },
	{ "@table", { "une table { … }", "a table { … }" } },
	{ "@list", { "une liste { … , … }", "a list { … , … }" } },
	{ "@function", { "une fonction", "a function" } },
	{ "@texts", { "une table { fr = \"…\", en = \"…\" }", "a table { fr = \"…\", en = \"…\" }" } },
	{ "@param", { "un paramètre : param.integer { … }, param.choice { … }…",
		      "a parameter: param.integer { … }, param.choice { … }…" } },
	{ "@input", { "une entrée : actions { … }, series \"…\" { … }…",
		      "an input: actions { … }, series \"…\" { … }…" } },
	{ "@check", { "une vérification : check.between(\"value\", 0, 100)",
		      "a check: check.between(\"value\", 0, 100)" } },
	{ "@rows", { "un tableau : rows [[ … ]]", "a table: rows [[ … ]]" } },
	{ "@day", { "un jour AAAA-MM-JJ", "a day YYYY-MM-DD" } },
	{ "@from", { "de", "from" } },
	{ "@to", { "à", "to" } },
	{ "@at_least", { "au moins", "at least" } },
	{ "@at_most", { "au plus", "at most" } },
	{ "@choices", { "un de ces mots :", "one of these words:" } },
	{ "@none", { "aucun", "none" } },
	{ "@departments", { "une liste de codes de département { \"01\", \"2A\" }",
			    "a list of département codes { \"01\", \"2A\" }" } },
	{ "@missing", { "une valeur absente (nil)", "a missing value (nil)" } },
	{ "@other", { "autre chose", "something else" } },
	{ "@over", { "au-dessus de la limite", "above the limit" } },
	{ "@under", { "en dessous de la limite", "below the limit" } },
	{ "@nothing", { "rien", "nothing" } },
	{ "@value", { "cette valeur", "this value" } },
	{ "@series", { "une série ou un nombre", "a series or a number" } },
	{ "@mask", { "un masque, comme s:gt(0)", "a mask, such as s:gt(0)" } },
	{ "@a_series", { "une série", "a series" } },
	{ "@a_group", { "un regroupement", "a grouping" } },
	{ "@a_frame", { "les actions", "the actions" } },
	{ "@formula", { "une fonction, ou un modèle : ratio { … }", "a function, or a recipe: ratio { … }" } },
	{ "@rows_ro", { "Une ligne de données", "A row of data" } },
	{ "@this_row", { "cette ligne de données", "this row of data" } },
	{ "@this_figure", { "ce chiffre", "this figure" } },
	{ "@list_ro", { "La liste des lignes", "The list of rows" } },
	{ "@a_department", { "un code de département, 01, 2A, 93, 971 : ctx.department(…)",
			     "a département code, 01, 2A, 93, 971: ctx.department(…)" } },
	{ "@a_month", { "un mois, \"2026-01\" : ctx.month(…)", "a month, \"2026-01\": ctx.month(…)" } },
	{ "@a_period", { "une période de la série, \"2026-01\" ou \"2026\"",
			 "a period of the series, \"2026-01\" or \"2026\"" } },
	{ "@a_code", { "le code d’une organisation", "the code of an organisation" } },
	{ "@share", { "une part, de 0 à 1", "a share, from 0 to 1" } },
	{ "@above_zero", { "un nombre plus grand que zéro", "a number above zero" } },
	{ "@period_or_day", { "une période, \"2026-12\", ou un jour : ctx.plan.end_on",
			      "a period, \"2026-12\", or a day: ctx.plan.end_on" } },
	{ "@positive", { "un nombre, zéro ou plus", "a number, zero or more" } },
	{ "@memory", { "mémoire", "memory" } },
	{ "@syscall", { "appel au système interdit", "forbidden system call" } },
	{ "@crash", { "arrêt brutal", "crash" } },
	{ "@cpu", { "temps de calcul épuisé", "calculation time used up" } },
	{ "@changelog", { "changelog = { { \"1.0.0\", \"2025-03-01\", fr = \"Première version.\" } }",
			  "changelog = { { \"1.0.0\", \"2025-03-01\", fr = \"…\" } }" } },
};

bool finding_set_args(struct finding *f, enum finding_code code, int line,
		      const char *const arg[FINDING_ARGS])
{
	if (f->code != FINDING_NONE)
		return false;
	f->code = code;
	f->line = line;
	for (int i = 0; i < FINDING_ARGS; i++)
		f->arg[i] = arg[i];
	return false;
}

void finding_keep(struct finding *f, struct arena *a)
{
	for (int i = 0; i < FINDING_ARGS; i++)
		f->arg[i] = arena_strdup(a, f->arg[i]);
	f->where = arena_strdup(a, f->where);
	f->detail = arena_strdup(a, f->detail);
	if (f->inner) {
		struct finding *inner = arena_alloc(a, sizeof *inner);

		*inner = *f->inner;
		finding_keep(inner, a);
		f->inner = inner;
	}
}

const char *finding_name(enum finding_code code)
{
	return code < FINDING_COUNT ? catalogue[code].name : "V000";
}

enum finding_code finding_code_of(const char *name)
{
	for (int i = 1; i < FINDING_COUNT; i++) {
		if (strcmp(catalogue[i].name, name) == 0)
			return (enum finding_code)i;
	}
	return FINDING_NONE;
}

/* The word named at the start of `text`, *len bytes; NULL: none. */
static const char *word_at(size_t *len, const char *text, enum lang lang)
{
	*len = 1 + strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strlen(words[i].key) == *len && memcmp(words[i].key, text, *len) == 0)
			return words[i].word[lang];
	}
	return NULL;
}

/* What starts with "@" names words: "@integer @from 1 @to 36".  "@ " at its start stands for nothing. */
static const char *argument(struct arena *a, const char *arg, enum lang lang)
{
	const char *out = "";

	if (!arg || *arg != '@')
		return arg ? arg : "";
	for (arg += strncmp(arg, "@ ", 2) == 0 ? 2 : 0; *arg;) {
		size_t len = strcspn(arg, "@");
		const char *word = len == 0 ? word_at(&len, arg, lang) : NULL;

		out = word ? arena_printf(a, "%s%s", out, word) : arena_printf(a, "%s%.*s", out, (int)len, arg);
		arg += len;
	}
	return out;
}

static const char *fill(struct arena *a, const char *text, const struct finding *f, enum lang lang)
{
	const char *arg[FINDING_ARGS];
	size_t size = strlen(text) + 1;
	char *out, *to;

	for (int i = 0; i < FINDING_ARGS; i++)
		arg[i] = argument(a, f->arg[i], lang);
	for (const char *p = text; *p; p++) {
		if (p[0] == '{' && p[1] >= '0' && p[1] < '0' + FINDING_ARGS && p[2] == '}')
			size += strlen(arg[p[1] - '0']);
	}
	out = to = arena_alloc(a, size);
	for (const char *p = text; *p;) {
		if (p[0] == '{' && p[1] >= '0' && p[1] < '0' + FINDING_ARGS && p[2] == '}') {
			to = stpcpy(to, arg[p[1] - '0']);
			p += 3;
		} else {
			*to++ = *p++;
		}
	}
	*to = '\0';
	return out;
}

const char *finding_cause(struct arena *a, const struct finding *f, enum lang lang)
{
	return fill(a, catalogue[f->code].cause[lang], f, lang);
}

const char *finding_remedy(struct arena *a, const struct finding *f, enum lang lang)
{
	return fill(a, catalogue[f->code].remedy[lang], f, lang);
}

const char *finding_detail(struct arena *a, const struct finding *f, enum lang lang)
{
	return f->inner ? arena_printf(a, "%s %s", finding_name(f->inner->code), finding_cause(a, f->inner, lang)) :
			  f->detail;
}

json_t *finding_json(struct arena *a, const struct finding *f, enum lang lang)
{
	return json_pack("{s:s, s:o, s:s, s:s, s:s*, s:s*}", "code", finding_name(f->code), "line",
			 f->line > 0 ? json_integer(f->line) : json_null(), "cause",
			 finding_cause(a, f, lang), "remedy", finding_remedy(a, f, lang), "where",
			 f->where, "detail", finding_detail(a, f, lang));
}
