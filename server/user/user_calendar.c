/*
 * The token of one's own calendar: made in a session, revoked, and what it opens, which is
 * the calendar alone.  Those who sign in or use the interface are looked for elsewhere.
 */
#include <string.h>

#include "http.h"
#include "id.h"
#include "internal.h"
#include "json.h"

bool user_api_calendar(struct req *rq)
{
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, Q_calendar_token_mine, NULL, &rq->err) &&
	       http_json(rq, 200, arena_strdup(&rq->arena, db_text(r, 0, 0)));
}

bool user_api_make_calendar(struct req *rq)
{
	char token[TOKEN_CHARACTERS + 1], hash[65];
	db_result_auto *r = NULL;
	json_auto_t *answer = NULL;

	/* A token of the interface may be lent for a day: it makes nothing that outlives it. */
	if (!rq->user.by_cookie)
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_CALENDAR_SESSION);
	token_new(token);
	id_sha256(hash, token, TOKEN_CHARACTERS);
	if (!db_run(&r, &rq->db, Q_calendar_token_create, (const char *[]){ hash }, &rq->err))
		return false;
	answer = json_pack("{s:s, s:s}", "token", token, "address",
			   arena_printf(&rq->arena, "%s/api/v1/calendar.ics?token=%s",
					http_public_url(rq->app->http), token));
	return http_json(rq, 201, json_write(&rq->arena, answer));
}

bool user_api_end_calendar(struct req *rq)
{
	db_result_auto *r = NULL;

	return db_run(&r, &rq->db, Q_calendar_token_revoke, NULL, &rq->err) && http_no_content(rq);
}

bool user_calendar_token(struct req *rq, const char *token)
{
	char *hash = arena_alloc(&rq->arena, 65);
	db_result_auto *r = NULL;

	if (!token || !token_well_formed(token))
		return err_set(&rq->err, ERR_UNAUTHENTICATED, MSG_CALENDAR_TOKEN);
	id_sha256(hash, token, TOKEN_CHARACTERS);
	rq->db.context = hash;
	if (!db_run(&r, &rq->db, Q_calendar_token_use, NULL, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_UNAUTHENTICATED, MSG_CALENDAR_TOKEN);
	rq->lang = strcmp(db_text(r, 0, 0), "en") == 0 ? LANG_EN : LANG_FR;
	return true;
}
