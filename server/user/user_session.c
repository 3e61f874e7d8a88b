/*
 * Who is asking: from a secret to a person with rights, signing in and out.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "http.h"
#include "id.h"
#include "internal.h"
#include "log.h"

enum { SECRET_CHARACTERS = 43, PROLONG_EVERY_S = 60 };

bool people_open(struct people **out, const struct config *config, struct err *e)
{
	struct people *p = calloc(1, sizeof *p);

	if (!p)
		abort();
	p->config = config;
	p->sessions = session_cache_new();
	*out = p;
	return password_gate_open(&p->gate, config, e);
}

void people_close(struct people *p)
{
	if (!p)
		return;
	session_cache_free(p->sessions);
	password_gate_close(&p->gate);
	free(p);
}

void people_heard(struct people *p, const char *topic)
{
	if (strcmp(topic, "auth") == 0 || strcmp(topic, "*") == 0)
		session_cache_drop(p->sessions);
}

void user_forget(struct app *app)
{
	session_cache_drop(app->people->sessions);
}

/* ------------------------------------------------------------------ secrets */

static bool is_secret(const char *text, size_t len)
{
	if (strlen(text) != len)
		return false;
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
			return false;
	return true;
}

/* What changes signed in by cookie must carry: bound to the secret, kept nowhere. */
static const char *csrf_token(struct arena *a, const char *secret)
{
	char token[65];
	const char *text = arena_printf(a, "csrf:%s", secret);

	id_sha256(token, text, strlen(text));
	return arena_strdup(a, token);
}

/* ------------------------------------------------------------------ looking up */

static enum role role_of(const char *name)
{
	static const struct { const char *name; enum role role; } roles[] = {
		{ "viewer", ROLE_VIEWER }, { "contributor", ROLE_CONTRIBUTOR },
		{ "analyst", ROLE_ANALYST }, { "coordinator", ROLE_COORDINATOR }, { "admin", ROLE_ADMIN },
	};

	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (strcmp(roles[i].name, name) == 0)
			return roles[i].role;
	return ROLE_VIEWER;
}

static const char *const *words(struct arena *a, const char *text)
{
	char *rest = arena_strdup(a, text);
	const char **list = arena_alloc(a, (strlen(text) / 2 + 2) * sizeof *list);
	int n = 0;

	for (char *word; (word = strsep(&rest, " ")); )
		if (*word)
			list[n++] = word;
	return list;
}

static void read_grants(struct user *u, struct arena *a, const struct db_result *r)
{
	struct grant *grants = arena_alloc(a, (size_t)db_rows(r) * sizeof *grants + 1);

	for (int i = 0; i < db_rows(r); i++) {
		const char *territories = db_text(r, i, 5);

		grants[i] = (struct grant){
			.role = role_of(db_text(r, i, 0)),
			.plan_id = db_i64(r, i, 1),
			.plan = arena_strdup(a, db_text(r, i, 2)),
			.organisation_id = db_i64(r, i, 3),
			.organisation = arena_strdup(a, db_text(r, i, 4)),
			.territories = words(a, territories ? territories : ""),
			.zone = arena_strdup(a, db_text(r, i, 6)),
		};
	}
	u->grants = grants;
	u->grant_count = db_rows(r);
}

static void read_user(struct user *u, struct arena *a, const struct db_result *who,
		      const struct db_result *grants, const char *hash)
{
	u->id = db_i64(who, 0, 1);
	u->login = arena_strdup(a, db_text(who, 0, 2));
	u->name = arena_strdup(a, db_text(who, 0, 3));
	u->lang = strcmp(db_text(who, 0, 4), "en") == 0 ? LANG_EN : LANG_FR;
	u->read_only = db_bool(who, 0, 5);
	u->context = arena_strdup(a, hash);
	u->csrf_token = "";
	read_grants(u, a, grants);
}

/* Asks the database whose secret it is; rq->user stays nobody when it does not count. */
static bool look_up(struct req *rq, const char *hash)
{
	struct people *p = rq->app->people;
	int64_t idle_s = p->config->session_idle_min * 60;
	int64_t every_s = idle_s / 4 < PROLONG_EVERY_S ? idle_s / 4 : PROLONG_EVERY_S;
	bool passive = rq->route && rq->route->flags & F_PASSIVE;
	const char *idle = db_param_i64(&rq->arena, idle_s);
	const char *every = db_param_i64(&rq->arena, passive ? INT32_MAX : every_s);
	const struct db_call calls[] = {
		{ Q_session_use, (const char *[]){ idle, every } },
		{ Q_session_grants, NULL },
	};
	struct db_result *r[2] = { NULL, NULL };
	const char *before = rq->db.context;
	bool hearing = db_listening(rq->app->listener);
	uint64_t mark = session_cache_mark(p->sessions);
	bool ok;

	rq->db.context = hash;
	ok = db_run_all(r, &rq->db, calls, 2, &rq->err);
	if (ok && db_rows(r[0]) > 0) {
		int64_t valid_ms = (int64_t)(db_f64(r[0], 0, 6) * 1000);

		read_user(&rq->user, &rq->arena, r[0], r[1], hash);
		rq->db.context = rq->user.context;
		if (hearing)
			session_cache_keep(p->sessions, hash, &rq->user,
					   valid_ms < every_s * 1000 ? valid_ms : every_s * 1000, mark);
	} else {
		rq->db.context = before;
	}
	db_result_free(r[0]);
	db_result_free(r[1]);
	return ok;
}

/* Trusted only while changes made elsewhere are heard. */
static bool remembered(struct req *rq, const char *hash)
{
	return db_listening(rq->app->listener) &&
	       session_cache_find(&rq->user, rq->app->people->sessions, &rq->arena, hash);
}

static bool load(struct req *rq, const char *secret, bool by_cookie)
{
	char hash[65];

	id_sha256(hash, secret, strlen(secret));
	if (!remembered(rq, hash) && !look_up(rq, hash))
		return false;
	if (rq->user.id && by_cookie) {
		rq->user.by_cookie = true;
		rq->user.csrf_token = csrf_token(&rq->arena, secret);
	}
	return true;
}

bool user_authenticate(struct req *rq, const char *cookie, const char *bearer)
{
	if (bearer)
		return !token_well_formed(bearer) || load(rq, bearer, false);
	return !is_secret(cookie, SECRET_CHARACTERS) || load(rq, cookie, true);
}

/* ------------------------------------------------------------------ verifying a password */

struct attempt {
	const char *login, *key;	/* in lower case; its hash */
	int64_t person_id;		/* 0: unknown */
	const char *password_hash;	/* NULL: none that counts */
};

static bool throttle(struct attempt *t, struct req *rq)
{
	db_result_auto *r = NULL;
	struct failures f;
	int64_t wait;

	if (!db_run(&r, &rq->db, Q_sign_in_find, (const char *[]){ t->login, t->key, rq->address },
		    &rq->err))
		return false;
	f = (struct failures){
		.account = db_i64(r, 0, 2), .account_age_s = db_i64(r, 0, 3),
		.own = db_i64(r, 0, 4), .own_age_s = db_i64(r, 0, 5),
		.known = db_bool(r, 0, 6), .address_free_s = db_i64(r, 0, 7),
	};
	t->person_id = db_i64(r, 0, 0);
	t->password_hash = arena_strdup(&rq->arena, db_text(r, 0, 1));
	wait = sign_in_wait_s(&f);
	if (wait <= 0)
		return true;
	rq->err.retry_after_s = (unsigned)wait;
	return err_set(&rq->err, ERR_TOO_MANY, MSG_SIGN_IN_LATER, wait_text(&rq->arena, wait));
}

static bool record(struct req *rq, const struct attempt *t, bool fits)
{
	const char *person = t->person_id ? db_param_i64(&rq->arena, t->person_id) : NULL;
	const struct db_call calls[] = {
		{ Q_sign_in_record, (const char *[]){ t->key, rq->address, db_param_bool(fits) } },
		{ Q_sign_in_refuse, (const char *[]){ person } },
	};
	struct db_result *r[2] = { NULL, NULL };
	bool ok = db_run_all(r, &rq->db, calls, fits ? 1 : 2, &rq->err);

	db_result_free(r[0]);
	db_result_free(r[1]);
	return ok;
}

const char *login_lower(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

/*
 * Failures are counted again once inside the gate: at most as many passwords
 * as it has places are looked at beyond what the count allows.  A password
 * whose attempt cannot be recorded counts as wrong.
 */
bool user_verify(int64_t *person_id, struct req *rq, const char *login, const char *password)
{
	struct password_gate *gate = &rq->app->people->gate;
	struct attempt t = { .login = login_lower(&rq->arena, login) };
	char key[65];
	bool fits = false, done;

	id_sha256(key, t.login, strlen(t.login));
	t.key = key;
	if (!throttle(&t, rq) || !password_gate_enter(gate, &rq->err))
		return false;
	done = throttle(&t, rq);
	if (done) {
		fits = password_fits(gate, t.password_hash, password);
		done = record(rq, &t, fits);
	}
	password_gate_leave(gate);
	*person_id = t.person_id;
	return done && fits;
}

/* ------------------------------------------------------------------ use cases */

static const char *cookie_text(struct req *rq, const char *secret)
{
	bool https = strncmp(http_public_url(rq->app->http), "https://", 8) == 0;

	return arena_printf(&rq->arena, "%s=%s; Path=/%s; HttpOnly; SameSite=Strict%s",
			    https ? "__Host-vigie" : "vigie", secret ? secret : "",
			    secret ? "" : "; Max-Age=0", https ? "; Secure" : "");
}

static bool begin(struct req *rq, int64_t person_id, const char *secret)
{
	const struct config *c = rq->app->config;
	struct arena *a = &rq->arena;
	db_result_auto *r = NULL;
	char hash[65];

	id_sha256(hash, secret, strlen(secret));
	return db_run(&r, &rq->db, Q_session_begin, (const char *[]){
			db_param_i64(a, person_id), hash, rq->user.by_cookie ? rq->user.context : NULL,
			db_param_i64(a, c->session_idle_min * 60), db_param_i64(a, c->session_max_h * 3600),
			rq->address, rq->agent }, &rq->err);
}

bool user_sign_in(struct req *rq, const char *login, const char *password)
{
	char *secret = arena_alloc(&rq->arena, 44);
	bool replaces = rq->user.by_cookie;
	int64_t person_id;

	if (!user_verify(&person_id, rq, login, password))
		return err_set(&rq->err, ERR_UNAUTHENTICATED, MSG_SIGN_IN_FAILED);
	id_secret(secret);
	if (!begin(rq, person_id, secret))
		return false;
	if (replaces)
		user_forget(rq->app);
	rq->user = (struct user){ .context = "", .csrf_token = "" };
	if (!load(rq, secret, true))
		return false;
	rq->set_cookie = cookie_text(rq, secret);
	return rq->user.id || err_set(&rq->err, ERR_UNAUTHENTICATED, MSG_SIGN_IN_FAILED);
}

bool user_sign_out(struct req *rq)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &rq->db, Q_session_end, (const char *[]){ NULL }, &rq->err))
		return false;
	user_forget(rq->app);
	rq->set_cookie = cookie_text(rq, NULL);
	return true;
}

static bool hash_in_gate(char out[HASH_BYTES], struct req *rq, const char *password)
{
	struct password_gate *gate = &rq->app->people->gate;
	bool ok = password_gate_enter(gate, &rq->err);

	if (ok) {
		ok = password_hash(out, gate, password, &rq->err);
		password_gate_leave(gate);
	}
	return ok;
}

bool user_change_password(struct req *rq, const char *current, const char *password)
{
	db_result_auto *r = NULL;
	char hash[HASH_BYTES];
	int64_t person_id;

	if (!user_verify(&person_id, rq, rq->user.login, current))
		return err_ok(&rq->err) ? err_add(&rq->err, "#/current", MSG_PASSWORD_WRONG) : false;
	if (!password_acceptable(password, rq->user.login, rq->user.name, "#/password", &rq->err) ||
	    !hash_in_gate(hash, rq, password) ||
	    !db_run(&r, &rq->db, Q_password_change, (const char *[]){ hash }, &rq->err))
		return false;
	user_forget(rq->app);
	return true;
}

/* The code is looked at before the password, and before the cost of a hash. */
bool user_use_code(struct req *rq, const char *code, const char *password)
{
	db_result_auto *r = NULL, *used = NULL;
	char code_hash[65], hash[HASH_BYTES];

	id_sha256(code_hash, code, strlen(code));
	if (!db_run(&r, &rq->db, Q_code_find, (const char *[]){ code_hash }, &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_add(&rq->err, "#/code", MSG_CODE_SPENT);
	if (!password_acceptable(password, db_text(r, 0, 1), db_text(r, 0, 2), "#/password", &rq->err) ||
	    !hash_in_gate(hash, rq, password) ||
	    !db_run(&used, &rq->db, Q_code_use, (const char *[]){ code_hash, hash }, &rq->err))
		return false;
	user_forget(rq->app);
	return !db_null(used, 0, 0) || err_add(&rq->err, "#/code", MSG_CODE_SPENT);
}

/* A journal that cannot be written is told to the log and stops no answer. */
void user_refused(struct req *rq)
{
	db_result_auto *r = NULL;
	struct err e;

	if (!rq->user.id || !rq->route)
		return;
	db_rollback(&rq->db);
	err_init(&e, &rq->arena);
	if (!db_run(&r, &rq->db, Q_session_refuse, (const char *[]){
			db_param_i64(&rq->arena, rq->user.id),
			arena_printf(&rq->arena, "%s %s", rq->route->method, rq->route->path),
			rq->plan_id ? db_param_i64(&rq->arena, rq->plan_id) : NULL }, &e))
		log_event(LOG_WARN, "journal", "id", rq->id, "cause", e.cause);
}
