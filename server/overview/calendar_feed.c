/*
 * /calendar.ics: what is due, for programs of calendars, which know an address
 * and nothing else.  So the address carries a token: it opens this calendar alone.
 */
#include <string.h>

#include "app.h"
#include "http.h"
#include "ical.h"
#include "msg.h"
#include "overview.h"
#include "user.h"

/* Columns of calendar_feed. */
enum {
	KIND, UID, PLAN, PLAN_TITLE, NUMBER, TITLE, ILLUSTRATIVE, DUE_ON, END_ON, INITIAL_ON, DONE, VERSION,
	CHANGED_AT,
};

struct feed {
	struct req *rq;
	struct ical ical;
	const struct db_result *r;
	const char *url, *host;		/* the pages; their name, for ids */
};

#define SAY(f, ...) SAY_AT((f), __VA_ARGS__, NULL, NULL)
#define SAY_AT(f, msg, x, y, ...)                                                                   \
	msg_text(&(f)->rq->arena, (msg), (f)->rq->lang, (const char *const[MSG_ARGS]){ (x), (y) })

/* "2026-03-31" as "20260331". */
static const char *basic_day(struct feed *f, const char *day)
{
	return arena_printf(&f->rq->arena, "%.4s%.2s%.2s", day, day + 5, day + 8);
}

static const char *host_of(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return arena_memdup(a, host, strcspn(host, "/"));
}

static bool is(const struct feed *f, int row, const char *kind)
{
	return strcmp(db_text(f->r, row, KIND), kind) == 0;
}

static const char *summary(struct feed *f, int row)
{
	const char *number = db_text(f->r, row, NUMBER), *title = db_text(f->r, row, TITLE);
	const char *text = is(f, row, "campaign")    ? SAY(f, MSG_ICS_CAMPAIGN, number) :
			   is(f, row, "milestone") ? SAY(f, MSG_ICS_MILESTONE, number, title) :
						       SAY(f, MSG_ICS_ACTION, number, title);

	return db_bool(f->r, row, DONE) ? SAY(f, MSG_ICS_DONE, text) : text;
}

/* What may not be left out: of which plan, the first date, a title that is not the official one. */
static const char *description(struct feed *f, int row)
{
	const char *due = db_text(f->r, row, DUE_ON), *initial = db_text(f->r, row, INITIAL_ON);
	const char *text = db_text(f->r, row, PLAN_TITLE);

	if (initial && strcmp(due, initial) != 0)
		text = arena_printf(&f->rq->arena, "%s\n%s", text, SAY(f, MSG_ICS_INITIAL, initial));
	if (db_bool(f->r, row, ILLUSTRATIVE))
		text = arena_printf(&f->rq->arena, "%s\n%s", text, SAY(f, MSG_ICS_ILLUSTRATIVE));
	return text;
}

static const char *page(struct feed *f, int row)
{
	bool campaign = is(f, row, "campaign");

	return arena_printf(&f->rq->arena, "%s/%s?plan=%s&%s=%s", f->url, campaign ? "campaign.html" : "action.html",
			    db_text(f->r, row, PLAN), campaign ? "period" : "number", db_text(f->r, row, NUMBER));
}

static void add_event(struct feed *f, int row)
{
	struct ical *c = &f->ical;
	struct arena *a = &f->rq->arena;

	ical_line(c, "BEGIN", "VEVENT");
	ical_line(c, "UID", arena_printf(a, "%s@%s", db_text(f->r, row, UID), f->host));
	ical_line(c, "DTSTAMP", db_text(f->r, row, CHANGED_AT));
	ical_line(c, "LAST-MODIFIED", db_text(f->r, row, CHANGED_AT));
	ical_line(c, "SEQUENCE", db_text(f->r, row, VERSION));
	ical_line(c, "DTSTART;VALUE=DATE", basic_day(f, db_text(f->r, row, DUE_ON)));
	ical_line(c, "DTEND;VALUE=DATE", basic_day(f, db_text(f->r, row, END_ON)));
	ical_text(c, "SUMMARY", summary(f, row));
	ical_text(c, "DESCRIPTION", description(f, row));
	ical_line(c, "URL", page(f, row));
	ical_line(c, "TRANSP", "TRANSPARENT");
	ical_line(c, "END", "VEVENT");
}

static bool answer(struct req *rq, const struct db_result *r)
{
	struct feed f = { .rq = rq, .r = r, .url = http_public_url(rq->app->http) };

	f.host = host_of(&rq->arena, f.url);
	ical_begin(&f.ical, &rq->arena);
	ical_line(&f.ical, "BEGIN", "VCALENDAR");
	ical_line(&f.ical, "VERSION", "2.0");
	ical_line(&f.ical, "PRODID", "-//Vigie//Calendar//EN");
	ical_line(&f.ical, "CALSCALE", "GREGORIAN");
	ical_text(&f.ical, "X-WR-CALNAME", SAY(&f, MSG_ICS_NAME));
	ical_line(&f.ical, "REFRESH-INTERVAL;VALUE=DURATION", "PT6H");
	ical_line(&f.ical, "X-PUBLISHED-TTL", "PT6H");
	for (int row = 0; row < db_rows(r); row++)
		add_event(&f, row);
	ical_line(&f.ical, "END", "VCALENDAR");
	http_etag_content(rq, f.ical.bytes, f.ical.len);
	rq->disposition = "inline; filename=\"vigie.ics\"";
	return http_text(rq, 200, "text/calendar; charset=utf-8", f.ical.bytes, f.ical.len);
}

bool overview_api_calendar_feed(struct req *rq)
{
	db_result_auto *r = NULL;

	return user_calendar_token(rq, req_query(rq, "token")) &&
	       db_run(&r, &rq->db, Q_calendar_feed, (const char *[]){ lang_code(rq->lang) }, &rq->err) &&
	       answer(rq, r);
}
