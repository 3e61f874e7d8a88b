/*
 * People: who is asking, signing in, passwords, rights.
 */
#ifndef VIGIE_USER_H
#define VIGIE_USER_H

#include <stdbool.h>

#include "app.h"
#include "err.h"
#include "req.h"

/*
 * What the server keeps of people between requests: who is signed in, and the
 * queue before the password hashes.  Thread-safe.
 */
struct people;

/* *out is owned (people_close). */
bool people_open(struct people **out, const struct config *config, struct err *e)
	__attribute__((nonnull, warn_unused_result));
void people_close(struct people *p);

/* What changed elsewhere, as the listener heard it; "auth" and "*" make it forget everybody. */
void people_heard(struct people *p, const char *topic);

/*
 * Who is asking, from cookie or token (http_authenticate): sets rq->user, which
 * stays nobody for a secret that does not count.  False when the database could
 * not say.
 */
bool user_authenticate(struct req *rq, const char *cookie, const char *bearer);

/* Puts a request that was refused (403) into the journal, once a minute for a person and a route. */
void user_refused(struct req *rq);

/*
 * A one-time code for a first or a forgotten password of `login`, to be given to
 * that person alone; those made before no longer count.  ERR_NOT_FOUND.
 */
enum { USER_CODE_HOURS = 72, USER_CODE_CHARACTERS = 43 };
bool user_make_code(char code[USER_CODE_CHARACTERS + 1], struct db_session *s, const char *login, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/*
 * True when `token` (NULL for none) is that of somebody's calendar: what the
 * request reads from then on is what that person may read, in the person's
 * language.  ERR_UNAUTHENTICATED.
 */
bool user_calendar_token(struct req *rq, const char *token) __attribute__((nonnull(1), warn_unused_result));

/* Routes */
bool user_api_sign_in(struct req *rq);
bool user_api_session(struct req *rq);
bool user_api_set_session(struct req *rq);
bool user_api_sign_out(struct req *rq);
bool user_api_sessions(struct req *rq);
bool user_api_end_session(struct req *rq);
bool user_api_change_password(struct req *rq);
bool user_api_use_code(struct req *rq);
bool user_api_links_offered(struct req *rq);
bool user_api_ask_link(struct req *rq);
bool user_api_people(struct req *rq);
bool user_api_person(struct req *rq);
bool user_api_add_person(struct req *rq);
bool user_api_change_person(struct req *rq);
bool user_api_new_code(struct req *rq);
bool user_api_add_grant(struct req *rq);
bool user_api_end_grant(struct req *rq);
bool user_api_tokens(struct req *rq);
bool user_api_add_token(struct req *rq);
bool user_api_end_token(struct req *rq);
bool user_api_journal(struct req *rq);
bool user_api_calendar(struct req *rq);
bool user_api_make_calendar(struct req *rq);
bool user_api_end_calendar(struct req *rq);

/* Commands */
int user_cli(const struct config *config, int argc, char **argv);
int user_demo_cli(const struct config *config, int argc, char **argv);

#endif
