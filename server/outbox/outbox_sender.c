/*
 * The sender: one message at a time, its own connection, its own thread, so
 * that neither a slow mail server nor a database that is away holds up anybody.
 */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "json.h"
#include "log.h"
#include "outbox.h"
#include "outbox_rules.h"
#include "parts.h"
#include "sender.h"
#include "turns.h"
#include "user.h"

enum {
	LOOK_MS = 2000,		/* between two looks at the outbox */
	AWAY_MS = 5000,		/* pause when the database fails */
	REMIND_MS = 60000,	/* between two looks at who is to be reminded */
	DIGEST_WAIT_S = 600,	/* after midnight: what was being written then is there */
	GRACE_MS = 2000,	/* given at the end to a text that is under way */
	KEEP_MS = 500,		/* between two tries to keep what became of a message */
};

struct outbox_sender {
	const struct config *config;	/* borrowed */
	struct mail_server server;
	const char *domain;		/* of Message-ID; borrowed from `kept` */
	struct arena kept, arena;	/* as long as the sender; of one turn */
	struct db_session db;		/* its pool of one connection is owned */
	struct turns turns;
	bool began;			/* the library of the door */
	int64_t remind_ms;		/* when it last looked who is to be reminded; 0: never */
	int32_t digest_day;		/* of which the digests are made; DAY_NONE: none yet */
	int64_t stop_ms;		/* when it was first seen to end; 0: not yet */
	_Atomic uint64_t sent, later, failed, unknown;
};

/* The host of https://host:port. */
static const char *domain_of(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return arena_memdup(a, host, *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/"));
}

static int take_turn(void *arg);

bool outbox_sender_open(struct outbox_sender **out, const struct config *config, struct err *e)
{
	struct outbox_sender *s;

	*out = NULL;
	if (!*config->smtp_url)
		return true;
	s = calloc(1, sizeof *s);
	if (!s)
		abort();
	arena_init(&s->kept);
	arena_init(&s->arena);
	s->config = config;
	s->domain = domain_of(&s->kept, config->public_url);
	s->server = (struct mail_server){
		.url = config->smtp_url, .user = config->smtp_user, .password = config->smtp_password,
		.ca_file = config->smtp_ca_file, .timeout_s = (int)config->smtp_timeout_s,
	};
	s->db = (struct db_session){ .context = "service", .request_id = "mail" };
	s->digest_day = DAY_NONE;
	turns_open(&s->turns, take_turn, s);
	s->began = mail_begin();
	if (s->began && db_open(&s->db.db, &(struct db_config){ .url = config->database_url, .pool_size = 1,
			.lease_ms = (int)config->lease_ms, .query_ms = (int)config->query_ms }, e)) {
		*out = s;
		return true;
	}
	outbox_sender_close(s);
	return err_set(e, ERR_INTERNAL, MSG_INTERNAL);
}

void outbox_sender_close(struct outbox_sender *s)
{
	if (!s)
		return;
	turns_close(&s->turns);
	db_close(s->db.db);
	arena_free(&s->arena);
	arena_free(&s->kept);
	if (s->began)
		mail_end();
	free(s);
}

bool outbox_sender_start(struct outbox_sender *s, struct err *e)
{
	return !s || turns_start(&s->turns, e);
}

void outbox_sender_stop(struct outbox_sender *s)
{
	if (s)
		turns_stop(&s->turns);
}

struct outbox_stats outbox_sender_stats(const struct outbox_sender *s)
{
	return s ? (struct outbox_stats){ s->sent, s->later, s->failed, s->unknown } : (struct outbox_stats){ 0 };
}

/* ------------------------------------------------------------------ what there is to send */

/* Failures are told here: nobody waits for an answer. */
static bool told(const struct err *e)
{
	if (err_ok(e))
		return true;
	log_event(e->code == ERR_BUSY ? LOG_WARN : LOG_ERROR, "mail", "type", err_type(e->code), "cause",
		  e->cause[0] ? e->cause : NULL);
	return false;
}

static bool ask(struct db_result **out, struct outbox_sender *s, enum query query, const char *const *params)
{
	struct err e;

	err_init(&e, &s->arena);
	return db_run(out, &s->db, query, params, &e) || told(&e);
}

static const char *number(struct outbox_sender *s, int64_t n)
{
	return db_param_i64(&s->arena, n);
}

static const char *today(struct outbox_sender *s)
{
	return db_param_day(&s->arena, clock_today(s->config->time_zone));
}

static const char *try_time(struct outbox_sender *s)
{
	return number(s, outbox_try_s((int)s->config->smtp_timeout_s));
}

static bool remind(struct outbox_sender *s)
{
	int64_t now = clock_mono_ms();
	db_result_auto *r = NULL;

	if (s->remind_ms && now < s->remind_ms + REMIND_MS)
		return true;
	s->remind_ms = now;
	return ask(&r, s, Q_campaign_remind, (const char *[]){ NULL, today(s) });
}

/* Once a day: what moved until midnight does not change any more. */
static bool digest(struct outbox_sender *s)
{
	const char *zone = s->config->time_zone;
	int32_t day = clock_today(zone);
	int64_t midnight_us = day_end_us(day - 1, zone) + 1;
	int64_t past_us = clock_now_us() - midnight_us;
	db_result_auto *r = NULL;

	if (day == s->digest_day || (past_us >= 0 && past_us < (int64_t)DIGEST_WAIT_S * 1000000))
		return true;
	if (!ask(&r, s, Q_follow_digest, (const char *[]){ arena_strdup(&s->arena, instant_format(midnight_us).text) }))
		return false;
	s->digest_day = day;
	return true;
}

/* What waits becomes messages; what nobody sends any more is unknown. */
static bool prepare(struct outbox_sender *s)
{
	db_result_auto *asked = NULL, *lost = NULL, *made = NULL;

	if (!remind(s) || !digest(s) || !ask(&asked, s, Q_password_asks_take, NULL) ||
	    !ask(&lost, s, Q_mail_lost, (const char *[]){ try_time(s) }) ||
	    !ask(&made, s, Q_mail_gather, (const char *[]){ s->domain }))
		return false;
	for (int i = 0; i < db_rows(lost); i++)
		log_event(LOG_WARN, "mail", "id", db_text(lost, i, 0), "state", "unknown");
	s->unknown += (uint64_t)db_rows(lost);
	return true;
}

/* ------------------------------------------------------------------ one message */

struct try {
	struct outbox_sender *s;
	int64_t id;
	int tries;
	bool under_way;		/* its text went out, or begins to */
};

static bool mark(void *arg)
{
	struct try *t = arg;
	db_result_auto *r = NULL;

	t->under_way = ask(&r, t->s, Q_mail_mark, (const char *[]){
				number(t->s, t->id), number(t->s, t->tries) }) && db_rows(r) == 1;
	return t->under_way;
}

/* At the end nothing begins any more; what is under way is given a moment. */
static bool stop(void *arg)
{
	struct try *t = arg;

	if (!turns_stopping(&t->s->turns))
		return false;
	if (!t->s->stop_ms)
		t->s->stop_ms = clock_mono_ms();
	return !t->under_way || clock_mono_ms() > t->s->stop_ms + GRACE_MS;
}

/* What became of it must be kept: the database has as long for that as the mail server had. */
static void settle(struct try *t, const char *state, int wait_s, const char *said)
{
	int64_t end = clock_mono_ms() + t->s->config->smtp_timeout_s * 1000;
	const char *const params[] = { number(t->s, t->id), number(t->s, t->tries), state,
				       number(t->s, wait_s), *said ? said : NULL };

	for (;;) {
		db_result_auto *r = NULL;

		if (ask(&r, t->s, Q_mail_settle, params) || clock_mono_ms() > end || turns_stopping(&t->s->turns))
			break;
		turns_rest(&t->s->turns, KEEP_MS);
	}
	log_event(LOG_INFO, "mail", "id", params[0], "try", params[1], "state", state);
}

static void count(struct outbox_sender *s, enum mail_outcome outcome)
{
	switch (outcome) {
	case MAIL_SENT: s->sent++; break;
	case MAIL_LATER: s->later++; break;
	case MAIL_REFUSED: s->failed++; break;
	case MAIL_UNKNOWN: s->unknown++; break;
	}
}

static void send_letter(struct try *t, const struct outbox_letter *l)
{
	struct outbox_sender *s = t->s;
	const char *url = s->config->public_url;
	struct outbox_words words = outbox_write(&s->arena, l, url);
	const char *text = mail_write(&s->arena, &(struct mail_text){
			.from = s->config->smtp_from, .from_name = "Vigie", .to = l->address,
			.subject = words.subject, .message_id = l->message_id, .lang = l->lang, .body = words.body,
			.choices_url = outbox_link(&s->arena, url, "account.html#mail"), .at_us = clock_now_us() });
	struct mail_watch watch = { mark, stop, t };
	char said[MAIL_SAID];
	enum mail_outcome outcome = mail_send(said, &s->server, s->config->smtp_from, l->address, text, &watch);
	struct outbox_next next = outbox_after(outcome, t->tries, (int)s->config->smtp_retry_s);

	count(s, outcome);
	settle(t, next.state, next.wait_s, said);
}

/* A message about a password has its link made when it goes out: no secret waits in the queue. */
static bool make_link(struct outbox_letter *l, struct outbox_sender *s)
{
	char code[USER_CODE_CHARACTERS + 1];
	struct err e;

	if (strcmp(json_string_value(json_object_get(json_array_get(l->items, 0), "kind")), "password") != 0)
		return true;
	err_init(&e, &s->arena);
	if (!user_make_code(code, &s->db, l->login, &e))
		return told(&e);
	l->password_link = outbox_link(&s->arena, s->config->public_url,
				       arena_printf(&s->arena, "sign-in.html?code=%s", code));
	l->password_hours = USER_CODE_HOURS;
	return true;
}

/* Nothing is left to tell: answered meanwhile, account closed, address gone. */
static void send_message(struct try *t)
{
	struct outbox_sender *s = t->s;
	json_auto_t *items = NULL;
	db_result_auto *r = NULL;
	struct err e;

	err_init(&e, &s->arena);
	if (!ask(&r, s, Q_mail_content, (const char *[]){ number(s, t->id), today(s) }))
		return;
	if (db_rows(r) == 1 && !json_parse_any(&items, db_text(r, 0, 5), db_length(r, 0, 5), &e)) {
		told(&e);
		return;
	}
	if (json_array_size(items) == 0) {
		settle(t, "dropped", 0, "");
		return;
	}
	struct outbox_letter letter = { .login = db_text(r, 0, 0), .name = db_text(r, 0, 1), .lang = db_text(r, 0, 2),
					.address = db_text(r, 0, 3), .message_id = db_text(r, 0, 4), .items = items };
	if (make_link(&letter, s))
		send_letter(t, &letter);
}

/* True: there was one. */
static bool send_next(struct outbox_sender *s, bool *away)
{
	struct try t = { .s = s };
	db_result_auto *r = NULL;

	*away = !ask(&r, s, Q_mail_take, (const char *[]){ try_time(s) });
	if (*away || db_rows(r) == 0)
		return false;
	t.id = db_i64(r, 0, 0);
	t.tries = (int)db_i64(r, 0, 1);
	send_message(&t);
	return true;
}

/* ------------------------------------------------------------------ turns */

static int take_turn(void *arg)
{
	struct outbox_sender *s = arg;
	bool away = !prepare(s);

	while (!away && !turns_stopping(&s->turns) && send_next(s, &away))
		arena_reset(&s->arena);
	arena_reset(&s->arena);
	return away ? AWAY_MS : LOOK_MS;
}

bool outbox_sender_once(struct outbox_sender *s)
{
	return take_turn(s) == LOOK_MS;
}
