/*
 * Every route there is.  Each feature declares its handlers in its public
 * header; here they are put together, nothing else.
 */
#include "routes.h"

#include "action.h"
#include "user.h"

#define PLAN "/api/v1/plans/{plan}"
#define ACTION PLAN "/actions/{number}"
#define ACTION_FILTERS "measure objective status lead confidence late blocked stale territory q"

const struct route routes[] = {
	/* ---- people */
	{ "POST", "/api/v1/session", NULL, user_api_sign_in, ACCESS_OPEN, F_BODY | F_NO_STORE, NULL,
	  "SignIn", "Session", 200, "Signs in; the cookie is the session", 4096, NULL },
	{ "GET", "/api/v1/session", NULL, user_api_session, ACCESS_OPEN, F_NO_STORE, NULL,
	  NULL, "Session", 200, "Who is asking, with what rights", 0, NULL },
	{ "PATCH", "/api/v1/session", NULL, user_api_set_session, ACCESS_SIGNED_IN, F_BODY | F_NO_STORE,
	  NULL, "SessionChange", "Session", 200, "The person's language", 4096, NULL },
	{ "DELETE", "/api/v1/session", NULL, user_api_sign_out, ACCESS_SIGNED_IN, F_NO_STORE, NULL,
	  NULL, NULL, 204, "Signs out", 0, NULL },
	{ "PUT", "/api/v1/session/password", NULL, user_api_change_password, ACCESS_SIGNED_IN,
	  F_BODY | F_NO_STORE, NULL, "PasswordChange", NULL, 204,
	  "Changes one's own password and ends the other sessions", 4096, NULL },
	{ "POST", "/api/v1/session/password", NULL, user_api_use_code, ACCESS_OPEN, F_BODY | F_NO_STORE,
	  NULL, "PasswordByCode", NULL, 204, "Sets a password with a one-time code", 4096, NULL },
	{ "GET", "/api/v1/sessions", NULL, user_api_sessions, ACCESS_SIGNED_IN, F_NO_STORE, NULL,
	  NULL, "SessionList", 200, "One's own open sessions", 0, NULL },
	{ "DELETE", "/api/v1/sessions/{id}", NULL, user_api_end_session, ACCESS_SIGNED_IN, F_NO_STORE,
	  NULL, NULL, NULL, 204, "Ends one of one's own sessions", 0, NULL },
	{ "GET", PLAN "/actions", NULL, action_api_list, ACCESS_PLAN, F_LIST | F_AS_OF, ACTION_FILTERS,
	  NULL, "ActionList", 200, "Actions of the plan", 0, NULL },
	{ "GET", ACTION, NULL, action_api_get, ACCESS_PLAN, F_AS_OF, NULL,
	  NULL, "Action", 200, "One action", 0, NULL },
	{ "POST", ACTION "/status-reports", action_api_find_reportable, report_api_post, ACCESS_REPORT,
	  F_BODY | F_IF_MATCH_MAYBE | F_IDEMPOTENT, NULL, "NewStatusReport", "Reported", 201,
	  "Declares where the action, or its deployment in one territory, stands", 0, NULL },
	{ 0 }
};
