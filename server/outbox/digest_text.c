/*
 * What a digest says: thing by thing what moved, no text that somebody wrote
 * and no figure of a series.
 */
#include <string.h>

#include "parts.h"

enum { THINGS_SHOWN = 40 };

/* Words of the database and ours. */
static const struct { const char *name; enum msg msg; } words[] = {
	{ "status", MSG_MOVED_STATUS },
	{ "progress", MSG_MOVED_PROGRESS },
	{ "confidence", MSG_MOVED_CONFIDENCE },
	{ "due_on", MSG_MOVED_DUE_ON },
	{ "lead", MSG_MOVED_LEAD },
	{ "deployments", MSG_MOVED_DEPLOYMENTS },
	{ "withdrawn", MSG_MOVED_WITHDRAWN },
	{ "blocker_new", MSG_MOVED_BLOCKER_NEW },
	{ "blocker_done", MSG_MOVED_BLOCKER_DONE },
	{ "milestone_new", MSG_MOVED_MILESTONE_NEW },
	{ "milestone_done", MSG_MOVED_MILESTONE_DONE },
	{ "evidence_new", MSG_MOVED_EVIDENCE_NEW },
	{ "not_started", MSG_WORD_NOT_STARTED },
	{ "in_progress", MSG_WORD_IN_PROGRESS },
	{ "done", MSG_WORD_DONE },
	{ "on_hold", MSG_WORD_ON_HOLD },
	{ "dropped", MSG_WORD_DROPPED },
	{ "carried_over", MSG_WORD_CARRIED_OVER },
	{ "secured", MSG_WORD_SECURED },
	{ "achievable", MSG_WORD_ACHIEVABLE },
	{ "support_needed", MSG_WORD_SUPPORT_NEEDED },
	{ "compromised", MSG_WORD_COMPROMISED },
};

/* The message of a word, MSG_MOVED_OTHER for one that has none. */
static enum msg word_of(const char *name)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].name, name) == 0)
			return words[i].msg;
	return MSG_MOVED_OTHER;
}

/* A value in words; "" for none. */
static const char *value_of(const struct writer *w, const char *word, const char *value)
{
	enum msg msg;

	if (!*value)
		return "";
	if (strcmp(word, "progress") == 0)
		return arena_printf(w->a, "%s\u00a0%%", value);
	if (strcmp(word, "due_on") == 0)
		return writer_day(w, value);
	if (strcmp(word, "lead") == 0)
		return value;
	msg = word_of(value);
	return msg == MSG_MOVED_OTHER ? value : SAY(w, msg);
}

/* Facts of which two values are told; of the others how many there are. */
static bool has_values(const char *word)
{
	static const char *const valued[] = { "status", "progress", "confidence", "due_on", "lead" };

	for (size_t i = 0; i < sizeof valued / sizeof *valued; i++)
		if (strcmp(valued[i], word) == 0)
			return true;
	return false;
}

static void add_fact(struct writer *w, const json_t *fact)
{
	const char *word = writer_field(fact, "word"), *name = SAY(w, word_of(word));
	const char *old = value_of(w, word, writer_field(fact, "old")),
		   *now = value_of(w, word, writer_field(fact, "new"));
	json_int_t n = json_integer_value(json_object_get(fact, "n"));

	if (!has_values(word))
		/* Deployments that came together are one change, which says how many. */
		writer_add(w, "  ",
			   SAY(w, MSG_MAIL_MOVED_TO, name,
			       strcmp(word, "deployments") == 0
				   ? writer_field(fact, "new")
				   : arena_printf(w->a, "%" JSON_INTEGER_FORMAT, n)));
	else if (*old)
		writer_add(w, "  ", SAY(w, MSG_MAIL_MOVED, name, old, *now ? now : "–"));
	else
		writer_add(w, "  ", SAY(w, MSG_MAIL_MOVED_TO, name, *now ? now : "–"));
}

static void add_thing(struct writer *w, const json_t *thing)
{
	const char *place = writer_field(thing, "place"),
		   *organisation = writer_field(thing, "organisation");
	const json_t *fact;
	size_t i;

	if (*organisation)
		place = arena_printf(w->a, "%s, %s", place, organisation);
	writer_add(w, "",
		   *place ? SAY(w, MSG_MAIL_THING_PLACE, writer_field(thing, "number"),
				writer_field(thing, "title"), place)
			  : SAY(w,
				strcmp(writer_field(thing, "kind"), "measure") == 0
				    ? MSG_MAIL_THING_MEASURE
				    : MSG_MAIL_THING_ACTION,
				writer_field(thing, "number"), writer_field(thing, "title")));
	json_array_foreach(json_object_get(thing, "facts"), i, fact)
		add_fact(w, fact);
}

void digest_write(struct writer *w, const json_t *item)
{
	const char *from = writer_field(item, "from"), *until = writer_field(item, "until"),
		   *plan = writer_field(item, "plan_title");
	const json_t *things = json_object_get(item, "things"), *thing;
	size_t i;

	writer_add(w, "",
		   strcmp(from, until) == 0
		       ? SAY(w, MSG_MAIL_DIGEST_DAY, plan, writer_day(w, from))
		       : SAY(w, MSG_MAIL_DIGEST, plan, writer_day(w, from), writer_day(w, until)));
	writer_add(w, "", "");
	json_array_foreach(things, i, thing) {
		if (i == THINGS_SHOWN) {
			writer_add(w, "",
				   SAY(w, MSG_MAIL_MORE,
				       arena_printf(w->a, "%zu", json_array_size(things) - i)));
			break;
		}
		add_thing(w, thing);
	}
	writer_add(w, "", "");
	writer_add(
	    w, "",
	    SAY(w, MSG_MAIL_DIGEST_LINK,
		arena_printf(w->a, "%s/since.html?plan=%s&since=%s&until=%s&followed=true", w->url,
			     writer_field(item, "plan"), writer_field(item, "since"), until)));
	writer_add(w, "", "");
}
