/*
 * The sections of a method sheet: one description for the page, the interface and the Markdown sheet.
 */
#include "method.h"

#include <string.h>

#include "alert.h"
#include "catalogue.h"
#include "check.h"
#include "gather.h"
#include "graph.h"
#include "protect.h"
#include "published.h"
#include "target.h"

const char *method_say(const struct method *m, const char *fr, const char *en)
{
	return m->lang == LANG_FR ? fr : en;
}

const char *method_number(const struct method *m, double x)
{
	char *out = arena_printf(m->a, "%.6g", x);
	char *point = strchr(out, '.');

	if ((x > 99999 && x < 1e12) || (x < -99999 && x > -1e12))
		out = arena_printf(m->a, "%.0f", x);
	else if (point && m->lang == LANG_FR)
		*point = ',';
	return out;
}

/* The text of the language, its {} filled in order. */
static const char *told(const struct method *m, const char *fr, const char *en, const char *const *arg)
{
	const char *text = method_say(m, fr, en), *out = "";

	for (const char *at; (at = strstr(text, "{}")); text = at + 2)
		out = arena_printf(m->a, "%s%.*s%s", out, (int)(at - text), text, *arg++);
	return arena_printf(m->a, "%s%s", out, text);
}

static const char *text_of(const json_t *object, const char *field)
{
	const char *text = json_string_value(json_object_get(object, field));

	return text ? text : "";
}

static const char *own(const struct method *m, const json_t *texts)
{
	const char *text = text_of(texts, method_say(m, "fr", "en"));

	return *text ? text : text_of(texts, "fr");
}

const char *method_periods(const struct method *m)
{
	const char *frequency = text_of(m->about, "frequency");

	return strcmp(frequency, "month") == 0 ? method_say(m, "mois", "months") :
	       strcmp(frequency, "year") == 0  ? method_say(m, "ans", "years") :
						 method_say(m, "périodes", "periods");
}

/* ------------------------------------------------------------------ what is read */

/* The label of the i-th word of "a|b|c". */
static const char *piece(const struct method *m, const char *labels, size_t i)
{
	for (; i > 0 && labels; i--)
		labels = strchr(labels, '|') ? strchr(labels, '|') + 1 : NULL;
	return labels ? arena_printf(m->a, "%.*s", (int)strcspn(labels, "|"), labels) : NULL;
}

static const char *member(const struct method *m, const struct dimension_def *d, const char *word)
{
	size_t i = 0;

	for (const char *at = d ? d->words : ""; *at; at += strspn(at, " "), i++) {
		size_t len = strcspn(at, " ");

		if (strlen(word) == len && strncmp(at, word, len) == 0)
			return piece(m, d->labels[m->lang], i);
		at += len;
	}
	return word;
}

const char *method_members(const struct method *m, const char *dimension, const json_t *words)
{
	const struct dimension_def *d = dimension_find(dimension);
	const char *out = "";

	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *one = json_string_value(json_array_get(words, i));

		out = arena_printf(m->a, "%s%s%s", out, i ? ", " : "", member(m, d, one ? one : "?"));
	}
	return json_is_string(words) ? member(m, d, json_string_value(words)) : out;
}

static const json_t *input_of(const struct method *m, const char *name)
{
	return json_object_get(json_object_get(m->about, "inputs"), name);
}

static const char *kind_of(const json_t *input)
{
	return text_of(input, "kind");
}

static const char *series_name(const struct method *m, const json_t *input)
{
	const struct series_def *s = catalogue_find(text_of(input, "id"));
	const char *out = s ? s->name[m->lang] : text_of(input, "id"), *dimension, *chosen = "";
	json_t *v;

	json_object_foreach(json_object_get(input, "where"), dimension, v)
		chosen = arena_printf(m->a, "%s%s%s", chosen, *chosen ? " ; " : "", method_members(m, dimension, v));
	return *chosen ? arena_printf(m->a, "%s (%s)", out, chosen) : out;
}

const char *method_input(const struct method *m, const char *name)
{
	static const struct {
		const char *kind, *text[2];
	} kinds[] = {
		{ "actions", { "Actions du plan", "Actions of the plan" } },
		{ "blockers", { "Points de blocage", "Blockers" } },
		{ "cells", { "Valeurs des autres indicateurs", "Values of the other indicators" } },
		{ "reference", { "Population", "Population" } },
		{ "roster", { "Réponses mensuelles attendues", "Monthly reports expected" } },
	};
	const json_t *input = name ? input_of(m, name) : NULL;
	const char *kind = kind_of(input);

	if (strcmp(kind, "series") == 0)
		return series_name(m, input);
	if (strcmp(kind, "indicator_value") == 0)
		return arena_printf(m->a, "%s %s", method_say(m, "Indicateur", "Indicator"), text_of(input, "id"));
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return kinds[i].text[m->lang];
	return name ? name : "?";
}

/* How many periods are read, the one of the value included, parameters at their defaults; 0: all there are. */
static size_t periods_read(const struct method *m, const struct graph *g, const char *name, const json_t *input)
{
	size_t stated = plugin_lookback(m->about, input, NULL), back;

	if (stated == 0)
		stated = 1;
	if (!g)
		return stated;
	back = graph_lookback(g, name, gather_step(input, NULL, STEP_MONTH));
	return back == GRAPH_ALL ? 0 : back + 1 > stated ? back + 1 : stated;
}

static bool sensitive(const json_t *input)
{
	const struct series_def *s = catalogue_find(text_of(input, "id"));

	return s && s->sensitive && strcmp(kind_of(input), "series") == 0;
}

static void line(json_t *lines, const char *text)
{
	json_array_append_new(lines, json_string(text));
}

static void inputs(json_t *lines, const struct method *m)
{
	struct finding f = { 0 };
	const struct graph *g = NULL;
	const char *name;
	json_t *input;

	if (m->graph && !graph_read(&g, m->a, m->graph, &f))
		g = NULL;
	json_object_foreach(json_object_get(m->about, "inputs"), name, input) {
		size_t n = periods_read(m, g, name, input);
		const char *count[] = { method_number(m, (double)n) };
		const char *span = n == 0 ? method_say(m, "depuis le début", "since the start") :
				   n == 1 ? method_say(m, "la période de la valeur", "the period of the value") :
					    told(m, "{} périodes, celle de la valeur comprise",
						 "{} periods, the one of the value included", count);
		const char *finer = method_say(m, ", département par département", ", département by département");
		const char *counted = method_say(m, " ; effectif sensible", "; sensitive count");
		const char *arg[] = { method_input(m, name), name, span,
				      strcmp(text_of(input, "grain"), "department") == 0 ? finer : "",
				      sensitive(input) ? counted : "" };

		line(lines, told(m, "{} (« {} ») : {}{}{}", "{} (“{}”): {}{}{}", arg));
	}
}

/* ------------------------------------------------------------------ how it is calculated, what may be missing */

static void calculation(json_t *lines, const struct method *m)
{
	if (!m->graph) {
		line(lines, method_say(m,
			"Calculé par un programme, territoire par territoire et période par période, sur les lignes "
			"des données lues ; son texte suit la définition et se lit sur la page de l’indicateur.",
			"Computed by a program, territory by territory and period by period, over the rows of what "
			"it reads; its text follows the definition and can be read on the page of the indicator."));
		return;
	}
	method_formula(lines, m);
	line(lines, method_say(m,
		"Les données sont d’abord additionnées au niveau demandé, puis le calcul est fait : la valeur "
		"nationale n’est pas la moyenne de celles des départements.",
		"Data are first added up to the level asked for, then the calculation is made: the national value is "
		"not the mean of those of the départements."));
}

static const char *missing_rule(const struct method *m, const char *mode)
{
	static const struct {
		const char *mode, *text[2];
	} modes[] = {
		{ "na", { "ce qui n’est pas transmis rend le résultat inconnu",
			  "what is not reported makes the result unknown" } },
		{ "skip", { "ce qui n’est pas transmis est laissé de côté, et la couverture le dit",
			    "what is not reported is left out, and the coverage tells so" } },
		{ "zero", { "ce qui n’est pas transmis vaut zéro", "what is not reported counts as zero" } },
		{ "carry", { "ce qui n’est pas transmis garde sa dernière valeur connue",
			     "what is not reported keeps its last known value" } },
	};

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (strcmp(modes[i].mode, mode) == 0)
			return modes[i].text[m->lang];
	return NULL;
}

/* Each least coverage once, in the order of the steps. */
static void coverage(json_t *lines, const struct method *m)
{
	const json_t *nodes = json_object_get(m->graph, "nodes");
	json_auto_t *said = json_object();

	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const json_t *node = json_array_get(nodes, i), *least = json_object_get(node, "coverage");
		const char *arg[] = { method_number(m, json_number_value(json_object_get(node, "n"))),
				      method_periods(m), method_number(m, 100 * json_number_value(least)) }, *text;

		if (!json_is_number(least))
			continue;
		text = told(m,
			"Couverture minimale : une durée de {} {} n’a de valeur que si {} % des périodes au moins "
			"sont connues.",
			"Minimum coverage: a window of {} {} has a value only if at least {} % of its periods "
			"are known.",
			arg);
		if (!json_object_get(said, text))
			line(lines, text);
		json_object_set_new(said, text, json_true());
	}
}

static void missing(json_t *lines, const struct method *m)
{
	const char *name;
	json_t *input;

	json_object_foreach(json_object_get(m->about, "inputs"), name, input) {
		const char *rule = missing_rule(m, text_of(input, "missing"));

		if (rule)
			line(lines, told(m, "{} (« {} ») : {}.", "{} (“{}”): {}.",
					 (const char *const[]){ method_input(m, name), name, rule }));
		if (json_array_size(json_object_get(input, "complete")) > 0)
			line(lines, told(m, "« {} » ne compte que là où le détail est complet.",
					 "“{}” counts only where the detail is complete.",
					 (const char *const[]){ name }));
	}
	coverage(lines, m);
	line(lines, method_say(m, "Sans donnée suffisante il n’y a pas de valeur, et la raison est dite.",
			       "Without enough data there is no value, and the reason is told."));
}

/* ------------------------------------------------------------------ parameters */

static const char *value(const struct method *m, const json_t *v)
{
	const char *out = "";

	if (json_is_boolean(v))
		return json_is_true(v) ? method_say(m, "oui", "yes") : method_say(m, "non", "no");
	if (json_is_number(v))
		return method_number(m, json_number_value(v));
	for (size_t i = 0; i < json_array_size(v); i++)
		out = arena_printf(m->a, "%s%s%s", out, i ? ", " : "", value(m, json_array_get(v, i)));
	return json_is_string(v) ? json_string_value(v) : *out ? out : method_say(m, "aucun", "none");
}

static const char *bounds(const struct method *m, const json_t *def)
{
	const json_t *min = json_object_get(def, "min"), *max = json_object_get(def, "max");
	const json_t *choices = json_object_get(def, "choices");

	if (choices)
		return told(m, " ; au choix {}", "; one of {}", (const char *const[]){ value(m, choices) });
	if (min && max)
		return told(m, " ; de {} à {}", "; from {} to {}",
			    (const char *const[]){ value(m, min), value(m, max) });
	if (min)
		return told(m, " ; au moins {}", "; at least {}", (const char *const[]){ value(m, min) });
	return max ? told(m, " ; au plus {}", "; at most {}", (const char *const[]){ value(m, max) }) : "";
}

static void parameters(json_t *lines, const struct method *m)
{
	const char *key;
	json_t *def;

	json_object_foreach(json_object_get(m->about, "params"), key, def) {
		const char *label = own(m, json_object_get(def, "label")), *unit = text_of(def, "unit");
		const char *arg[] = { *label ? label : key, key, value(m, json_object_get(def, "default")),
				      *unit ? " " : "", unit, bounds(m, def) };

		line(lines, told(m, "{} (« {} ») : {}{}{} par défaut{}.", "{} (“{}”): {}{}{} by default{}.", arg));
	}
}

/* ------------------------------------------------------------------ what is withheld */

static bool reads_others(const struct method *m)
{
	const char *name;
	json_t *input;

	json_object_foreach(json_object_get(m->about, "inputs"), name, input)
		if (strcmp(kind_of(input), "indicator_value") == 0)
			return true;
	return false;
}

/* The sensitive series that it reads itself, each once. */
static const char *sensitive_counts(const struct method *m)
{
	json_auto_t *said = json_object();
	const char *counts = "", *name;
	json_t *input;

	json_object_foreach(json_object_get(m->about, "inputs"), name, input) {
		if (!sensitive(input) || json_object_get(said, method_input(m, name)))
			continue;
		json_object_set_new(said, method_input(m, name), json_true());
		counts = arena_printf(m->a, "%s%s%s", counts, *counts ? ", " : "", method_input(m, name));
	}
	return counts;
}

static void what_is_shown(json_t *lines, const struct method *m, double least)
{
	line(lines, told(m,
		"Qui n’a pas à connaître les chiffres exacts ne voit pas un effectif de 1 à {} ; les autres sont "
		"arrondis à {} près, un vrai zéro est montré, et rien ne l’est d’un mois qui n’est pas publié.",
		"Who has no need to know exact figures does not see a count from 1 to {}; others are rounded to the "
		"nearest {}, a true zero is shown, and nothing is of a month that is not published.",
		(const char *const[]){ method_number(m, least - 1), method_number(m, PROTECT_BASE) }));
	line(lines, method_say(m,
		"Le résultat est masqué quand l’un de ceux-ci l’est : le numérateur, le complément, le dénominateur, "
		"un autre effectif protégé dont il dépend.",
		"The result is withheld when one of these is: the numerator, the complement, the denominator, another "
		"protected count that it depends on."));
}

/* What `confidentiality.on` names changes nothing of it: all these counts are protected, always. */
static void confidentiality(json_t *lines, const struct method *m)
{
	const char *counts = sensitive_counts(m);
	bool known = m->least >= 0, others = reads_others(m);	/* of others a file alone tells nothing */
	double least = known ? m->least : published_least(m->about);

	if (least <= 0 && (known || !others)) {
		line(lines, method_say(m, "Aucun effectif sensible : tout est montré à tous.",
				       "No sensitive count: everything is shown to everybody."));
		return;
	}
	if (*counts)
		line(lines, told(m, "Effectifs sensibles : {}.", "Sensitive counts: {}.",
				 (const char *const[]){ counts }));
	if (others)
		line(lines, *counts ? method_say(m, "Au moins aussi protégé que les indicateurs qu’il lit.",
						 "Protected at least as the indicators that it reads.") :
				      method_say(m, "Protégé comme les indicateurs qu’il lit.",
						 "Protected as the indicators that it reads."));
	if (least > 0)
		what_is_shown(lines, m, least);
}

/* ------------------------------------------------------------------ how it is judged */

static void judgement(json_t *lines, const struct method *m)
{
	const char *direction = text_of(m->about, "direction");

	if (strcmp(direction, "none") == 0) {
		line(lines, method_say(m, "Sans sens souhaité : ni couleur ni jugement, même avec une cible.",
				       "No direction is wanted: neither colour nor judgement, even with a target."));
		return;
	}
	line(lines, strcmp(direction, "up") == 0 ?
			    method_say(m, "Plus la valeur est haute, mieux c’est.", "The higher, the better.") :
			    method_say(m, "Plus la valeur est basse, mieux c’est.", "The lower, the better."));
	line(lines, told(m,
		"Avec une cible : « cible atteinte » quand tout le chemin est fait ; « sur la trajectoire » jusqu’à {} "
		"points de retard, « en retard » de {} à {}, « très en retard » au-delà. Pour remonter d’un niveau il "
		"faut {} points de plus que le seuil.",
		"With a target: “reached” when the whole way is done; “on the path” up to {} points behind, “behind” "
		"from {} to {}, “far behind” beyond. A better level takes {} points more than its edge.",
		(const char *const[]){ method_number(m, TARGET_BEHIND_POINTS), method_number(m, TARGET_BEHIND_POINTS),
				       method_number(m, TARGET_OFF_POINTS), method_number(m, TARGET_MARGIN_POINTS) }));
}

/* ------------------------------------------------------------------ alerts */

static void watch(json_t *lines, const struct method *m, const json_t *alert, const char *who)
{
	const char *below = method_say(m, "en dessous de", "below"), *above = method_say(m, "au-dessus de", "above");
	const char *lasting = method_say(m, "dès la première période", "from the first period on");
	const char *side, *warning = "";
	struct alert_rule r;

	plugin_alert_rule(&r, alert);
	side = r.below ? below : above;
	if (r.for_periods > 1)
		lasting = told(m, "pendant {} périodes de suite", "for {} periods in a row",
			       (const char *const[]){ method_number(m, r.for_periods) });
	if (r.warns)
		warning = told(m, " ; avertissement {} {}", "; a warning {} {}",
			       (const char *const[]){ side, method_number(m, r.warning) });
	line(lines, told(m, "{} : alerte {} {}, {}{} ; elle prend fin {} {}.",
			 "{}: an alert {} {}, {}{}; it ends {} {}.",
			 (const char *const[]){ who, side, method_number(m, r.limit), lasting, warning,
						r.below ? above : below, method_number(m, r.resolve) }));
}

static void alerts(json_t *lines, const struct method *m, const json_t *all)
{
	const char *id = text_of(m->about, "id");

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);
		const char *on = text_of(one, "on");

		if (strcspn(on, "@") == strlen(id) && strncmp(on, id, strlen(id)) == 0)
			watch(lines, m, one, own(m, json_object_get(one, "name")));
	}
}

/* ------------------------------------------------------------------ the sheet */

/* A section without a line is left out. */
static void section(json_t *out, const char *title, json_t *lines)
{
	if (json_array_size(lines) > 0)
		json_array_append_new(out, json_pack("{s:s, s:O}", "title", title, "lines", lines));
	json_decref(lines);
}

json_t *plugin_method(struct arena *a, const json_t *about, const json_t *graph, const json_t *all, double least,
		      enum lang lang)
{
	const struct method m = { .a = a, .lang = lang, .about = about, .graph = json_is_object(graph) ? graph : NULL,
				  .least = least };
	const struct {
		const char *title[2];
		void (*tell)(json_t *lines, const struct method *m);
	} sections[] = {
		{ { "Calcul", "Calculation" }, calculation },
		{ { "Données lues", "What it reads" }, inputs },
		{ { "Données manquantes", "Missing data" }, missing },
		{ { "Paramètres", "Parameters" }, parameters },
		{ { "Confidentialité", "Confidentiality" }, confidentiality },
		{ { "Jugement", "Judgement" }, judgement },
	};
	json_t *out = json_array(), *lines = json_array();

	if (json_object_get(about, "on")) {
		watch(lines, &m, about, text_of(about, "on"));
		section(out, method_say(&m, "Ce qu’elle surveille", "What it watches"), lines);
		return out;
	}
	for (size_t i = 0; json_object_get(about, "inputs") && i < sizeof sections / sizeof *sections; i++) {
		json_t *said = json_array();

		sections[i].tell(said, &m);
		section(out, sections[i].title[lang], said);
	}
	alerts(lines, &m, all);
	section(out, method_say(&m, "Alertes", "Alerts"), lines);
	return out;
}
