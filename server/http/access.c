/*
 * Who is asking and what the route demands: 401, 404 without a grant on the
 * plan, 403.
 */
#include <string.h>

#include "internal.h"

bool req_has_role(const struct req *rq, unsigned roles)
{
	for (int i = 0; i < rq->user.grant_count; i++) {
		const struct grant *g = &rq->user.grants[i];

		if (((unsigned)g->role & roles) && (!g->plan_id || g->plan_id == rq->plan_id))
			return true;
	}
	return false;
}

/* The same on whichever plan, for routes without {plan}. */
static bool has_role_anywhere(const struct req *rq, unsigned roles)
{
	for (int i = 0; i < rq->user.grant_count; i++)
		if ((unsigned)rq->user.grants[i].role & roles)
			return true;
	return false;
}

static bool is_api(const struct exchange *x)
{
	return strncmp(x->rq.path, "/api/", 5) == 0;
}

/*
 * An unknown address of the API is 401 for a stranger: what exists is not for
 * him to find out.  Health and metrics never ask who is there, so that they
 * answer while the database is away.
 */
bool access_identify(struct exchange *x)
{
	struct req *rq = &x->rq;
	bool open = rq->route ? rq->route->access == ACCESS_OPEN : x->pattern && x->pattern->open;

	if (!is_api(x))
		return true;
	if ((x->cookie || x->bearer) &&
	    !x->server->authenticate(rq, x->bearer ? NULL : x->cookie, x->bearer))
		return err_ok(&rq->err) ? err_set(&rq->err, ERR_BUSY, MSG_BUSY) : false;
	if (rq->user.context)
		rq->db.context = rq->user.context;
	if (rq->user.id && !query_value(x->pairs, "lang"))
		rq->lang = rq->user.lang;
	return rq->user.id || open || err_set(&rq->err, ERR_UNAUTHENTICATED, MSG_UNAUTHENTICATED);
}

bool access_plan(struct exchange *x)
{
	struct req *rq = &x->rq;
	const char *code;

	if (!x->pattern && !x->file)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NO_SUCH_ROUTE);
	if (!x->pattern || x->pattern->plan_arg < 0 || !rq->user.id)
		return true;
	code = rq->arg[x->pattern->plan_arg];
	for (int i = 0; i < rq->user.grant_count; i++)
		if (rq->user.grants[i].plan && strcmp(rq->user.grants[i].plan, code) == 0) {
			rq->plan_id = rq->user.grants[i].plan_id;
			return true;
		}
	if (has_role_anywhere(rq, ROLE_ADMIN))
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN);
	return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, code);
}

static bool may(const struct exchange *x, enum access access)
{
	const struct req *rq = &x->rq;
	bool planned = x->pattern->plan_arg >= 0;
	bool (*has)(const struct req *, unsigned) = planned ? req_has_role : has_role_anywhere;

	switch (access) {
	case ACCESS_OPEN:
	case ACCESS_SIGNED_IN:
		return true;
	case ACCESS_PLAN:
		return has(rq, ROLE_VIEWER | ROLE_CONTRIBUTOR | ROLE_ANALYST | ROLE_COORDINATOR);
	case ACCESS_REPORT:
		return has(rq, ROLE_CONTRIBUTOR | ROLE_COORDINATOR);
	case ACCESS_ANALYSE:
		return has(rq, ROLE_ANALYST | ROLE_COORDINATOR);
	case ACCESS_COORDINATE:
		return has(rq, ROLE_COORDINATOR);
	case ACCESS_ADMIN:
		return has(rq, ROLE_ADMIN);
	case ACCESS_JOURNAL:
		return has(rq, ROLE_ADMIN | ROLE_COORDINATOR);
	case ACCESS_LOOPBACK:
		return address_loopback(rq->address);
	}
	return false;
}

/* `find` tells 404 before the role tells 403, but never to those who administer nothing. */
static bool find_first(enum access access)
{
	return access != ACCESS_ADMIN && access != ACCESS_JOURNAL && access != ACCESS_LOOPBACK;
}

bool access_allowed(struct exchange *x)
{
	struct req *rq = &x->rq;
	const struct route *route = rq->route;

	x->find_due = route->find && (route->flags & F_FIND_LATE);
	if (route->find && !x->find_due && find_first(route->access) && !route->find(rq))
		return false;
	if (!may(x, route->access) || (rq->user.read_only && strcmp(route->method, "GET") != 0))
		return err_set(&rq->err, ERR_FORBIDDEN, MSG_FORBIDDEN);
	if (route->find && !x->find_due && !find_first(route->access) && !route->find(rq))
		return false;
	return request_origin(x);
}

bool access_find_late(struct exchange *x)
{
	struct req *rq = &x->rq;
	struct err said = rq->err;

	/* a server that cannot answer now says so: asking once more would only take longer */
	if (!x->find_due || err_status(said.code) >= 500)
		return err_ok(&said);
	x->find_due = false;
	err_init(&rq->err, &rq->arena);
	if (!rq->route->find(rq))
		return false;
	rq->err = said;
	return err_ok(&said);
}
