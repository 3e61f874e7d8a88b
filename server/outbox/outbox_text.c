/*
 * What a message says: subject and body from its items.
 */
#include <stdlib.h>
#include <string.h>

#include "parts.h"

enum { UNITS_SHOWN = 40 };

void writer_add(struct writer *w, const char *indent, const char *line)
{
	w->text = arena_printf(w->a, "%s%s%s\n", w->text, indent, line);
}

const char *writer_field(const json_t *item, const char *name)
{
	const char *text = json_string_value(json_object_get(item, name));

	return text ? text : "";
}

/* ------------------------------------------------------------------ days and months in words */

static const char *month(const struct writer *w, const char *iso)
{
	static const char *const names[2][12] = {
		{ "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
		  "octobre", "novembre", "décembre" },
		{ "January", "February", "March", "April", "May", "June", "July", "August", "September",
		  "October", "November", "December" },
	};
	long n = strlen(iso) >= 7 ? strtol(iso + 5, NULL, 10) : 0;

	return n >= 1 && n <= 12 ? names[w->lang][n - 1] : iso;
}

/* "2026-02" as "février 2026". */
static const char *period_words(const struct writer *w, const char *period)
{
	return arena_printf(w->a, "%s %.4s", month(w, period), period);
}

const char *writer_day(const struct writer *w, const char *day)
{
	long n = strlen(day) >= 10 ? strtol(day + 8, NULL, 10) : 0;

	return arena_printf(w->a, "%ld%s %s %.4s", n, n == 1 && w->lang == LANG_FR ? "er" : "", month(w, day), day);
}

/* ------------------------------------------------------------------ items */

const char *outbox_link(struct arena *a, const char *public_url, const char *page)
{
	return arena_printf(a, "%s/%s", public_url, page);
}

static const char *page_of(const struct writer *w, const char *page, const json_t *item)
{
	return arena_printf(w->a, "%s/%s?plan=%s&period=%s", w->url, page, writer_field(item, "plan"),
			    writer_field(item, "period"));
}

static bool is(const json_t *item, const char *kind)
{
	return strcmp(writer_field(item, "kind"), kind) == 0;
}

static void add_units(struct writer *w, const json_t *units)
{
	const json_t *unit;
	size_t i;

	json_array_foreach(units, i, unit) {
		if (i == UNITS_SHOWN) {
			writer_add(w, "  ",
				   SAY(w, MSG_MAIL_MORE,
				       arena_printf(w->a, "%zu", json_array_size(units) - i)));
			return;
		}
		writer_add(w, "  ",
			   SAY(w,
			       json_is_true(json_object_get(unit, "draft")) ? MSG_MAIL_UNIT_DRAFT
									    : MSG_MAIL_UNIT,
			       arena_printf(w->a, "%s (%s)", writer_field(unit, "name"),
					    writer_field(unit, "territory")),
			       writer_field(unit, "organisation")));
	}
}

static void add_reminder(struct writer *w, const json_t *item)
{
	bool escalation = is(item, "escalation");
	enum msg msg = escalation	   ? MSG_MAIL_ESCALATION
		       : is(item, "after") ? MSG_MAIL_AFTER
		       : is(item, "soon")  ? MSG_MAIL_SOON
					   : MSG_MAIL_BEFORE;

	writer_add(w, "",
		   SAY(w, msg, writer_field(item, "plan_title"),
		       period_words(w, writer_field(item, "period")),
		       writer_day(w, writer_field(item, "due_on"))));
	add_units(w, json_object_get(item, "units"));
	writer_add(w, "",
		   escalation ? SAY(w, MSG_MAIL_BOARD, page_of(w, "campaign.html", item))
			      : SAY(w, MSG_MAIL_ANSWER, page_of(w, "report.html", item)));
	writer_add(w, "", "");
}

static void add_password(struct writer *w, const struct outbox_letter *l)
{
	writer_add(w, "",
		   SAY(w, MSG_MAIL_PASSWORD, l->login, arena_printf(w->a, "%d", l->password_hours),
		       l->password_link));
	writer_add(w, "", "");
	writer_add(w, "", SAY(w, MSG_MAIL_PASSWORD_UNASKED));
	writer_add(w, "", "");
}

/* ------------------------------------------------------------------ the whole */

static const char *subject(struct writer *w, const struct outbox_letter *l)
{
	const json_t *first = json_array_get(l->items, 0);
	const char *period = period_words(w, writer_field(first, "period"));

	if (l->password_link)
		return SAY(w, MSG_MAIL_SUBJECT_PASSWORD);
	if (json_array_size(l->items) > 1)
		return SAY(w, MSG_MAIL_SUBJECT_SEVERAL, arena_printf(w->a, "%zu", json_array_size(l->items)));
	if (is(first, "followed"))
		return SAY(w, MSG_MAIL_SUBJECT_FOLLOWED);
	if (is(first, "escalation"))
		return SAY(w, MSG_MAIL_SUBJECT_ESCALATION, period);
	if (is(first, "after"))
		return SAY(w, MSG_MAIL_SUBJECT_AFTER, period);
	return SAY(w, MSG_MAIL_SUBJECT_BEFORE, period, writer_day(w, writer_field(first, "due_on")));
}

struct outbox_words outbox_write(struct arena *a, const struct outbox_letter *l, const char *public_url)
{
	struct writer w = { .a = a, .lang = strcmp(l->lang, "en") == 0 ? LANG_EN : LANG_FR,
			    .url = public_url, .text = "" };
	const json_t *item;
	size_t i;

	writer_add(&w, "", SAY(&w, MSG_MAIL_HELLO, l->name));
	writer_add(&w, "", "");
	if (l->password_link)
		add_password(&w, l);
	else
		json_array_foreach(l->items, i, item)
			if (is(item, "followed"))
				digest_write(&w, item);
			else
				add_reminder(&w, item);
	writer_add(&w, "", "-- ");
	writer_add(&w, "", SAY(&w, MSG_MAIL_FOOT, outbox_link(a, public_url, "account.html#mail")));
	return (struct outbox_words){ arena_printf(a, "Vigie – %s", subject(&w, l)), w.text };
}
