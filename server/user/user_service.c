/*
 * Giving rights and one-time codes: what the command line and the interface share.
 */
#include <string.h>

#include "id.h"
#include "internal.h"

bool user_make_code(char code[USER_CODE_CHARACTERS + 1], struct db_session *s, const char *login, struct err *e)
{
	db_result_auto *r = NULL;
	char hash[65];

	id_secret(code);
	id_sha256(hash, code, strlen(code));
	return db_run(&r, s, Q_code_create, (const char *[]){
			login, hash, db_param_i64(e->arena, USER_CODE_HOURS * 3600) }, e);
}

/* What the wish names must exist. */
static bool names_exist(const struct db_result *r, const char *login, const struct grant_wish *w,
			struct err *e)
{
	const char *territory = db_text(r, 0, 4);

	if (db_null(r, 0, 0))
		err_add(e, "#/person", MSG_UNKNOWN_PERSON, login);
	if (w->plan && db_null(r, 0, 1))
		err_add(e, "#/plan", MSG_NO_PLAN, w->plan);
	if (w->organisation && db_null(r, 0, 2))
		err_add(e, "#/organisation", MSG_UNKNOWN_ORGANISATION, w->organisation);
	if (territory && strlen(territory) == 1)
		err_add(e, "#/territories", MSG_TERRITORY_HINT, territory,
			arena_printf(e->arena, "0%s", territory));
	else if (territory)
		err_add(e, "#/territories", MSG_UNKNOWN_TERRITORY, territory);
	return err_ok(e);
}

bool user_grant(int64_t *id, struct db_session *s, const char *login, const struct grant_wish *w,
		struct err *e)
{
	db_result_auto *found = NULL, *added = NULL;

	if (!grant_acceptable(w, e) ||
	    !db_run(&found, s, Q_grant_look_up, (const char *[]){
			login, w->plan, w->organisation, w->territories, w->role }, e) ||
	    !names_exist(found, login, w, e))
		return false;
	if (!db_null(found, 0, 5))
		return err_set(e, ERR_CONFLICT, MSG_GRANT_SAME);
	if (!db_run(&added, s, Q_grant_add, (const char *[]){
			db_text(found, 0, 0), w->role, db_text(found, 0, 1), db_text(found, 0, 2),
			db_text(found, 0, 3) }, e))
		return false;
	*id = db_i64(added, 0, 0);
	return true;
}
