/*
 * Cells compared and told, at 12 significant digits.
 */
#include <string.h>

#include "testing.h"

const char *figure_shown(struct arena *a, double x)
{
	return arena_printf(a, "%.12g", x);
}

/* A figure beside the value, after those before it: " (numerator 3", then ", denominator 4". */
static const char *and_figure(struct arena *a, const char *told, const struct plugin_cell *c, unsigned which,
			      const char *name, double x)
{
	return c->has & which ?
	       arena_printf(a, "%s%s%s %s", told, *told ? ", " : " (", name, figure_shown(a, x)) : told;
}

static const char *value_shown(struct arena *a, const struct plugin_cell *c)
{
	const char *beside = "";

	beside = and_figure(a, beside, c, HAS_NUMERATOR, "numerator", c->numerator);
	beside = and_figure(a, beside, c, HAS_DENOMINATOR, "denominator", c->denominator);
	beside = and_figure(a, beside, c, HAS_LOW, "low", c->low);
	beside = and_figure(a, beside, c, HAS_HIGH, "high", c->high);
	return arena_printf(a, "%s%s%s", figure_shown(a, c->value), beside, *beside ? ")" : "");
}

const char *cell_shown(struct arena *a, const struct plugin_cell *c)
{
	if (c->state == CELL_NOT_APPLICABLE || c->state == CELL_SUPPRESSED)
		return c->state == CELL_SUPPRESSED ? "suppressed" : "not_applicable";
	return c->state == CELL_VALUE ? value_shown(a, c) :
					arena_printf(a, "missing \"%s\"", c->sentence ? c->sentence : c->reason);
}

const char *cell_shown_beside(struct arena *a, const struct plugin_cell *c)
{
	return arena_printf(a, "%s, extra %s", cell_shown(a, c), c->extra ? c->extra : "{}");
}

bool text_alike(const char *x, const char *y)
{
	return x == y || (x && y && strcmp(x, y) == 0);
}

bool cell_alike(struct arena *a, const struct plugin_cell *x, const struct plugin_cell *y)
{
	return text_alike(cell_shown(a, x), cell_shown(a, y)) && text_alike(x->reason, y->reason);
}

bool cell_alike_beside(struct arena *a, const struct plugin_cell *x, const struct plugin_cell *y)
{
	json_auto_t *left = x->extra ? json_loads(x->extra, 0, NULL) : NULL;
	json_auto_t *right = y->extra ? json_loads(y->extra, 0, NULL) : NULL;
	bool alike = json_object_size(left) == json_object_size(right);
	const char *name;
	json_t *own;

	json_object_foreach(left, name, own) {
		json_t *other = json_object_get(right, name);
		bool numbers = json_is_number(own) && json_is_number(other);

		alike = alike && (numbers ? text_alike(figure_shown(a, json_number_value(own)),
						      figure_shown(a, json_number_value(other))) :
					    json_equal(own, other));
	}
	return alike;
}
