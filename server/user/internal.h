/*
 * What the files of server/user share.
 */
#ifndef VIGIE_USER_INTERNAL_H
#define VIGIE_USER_INTERNAL_H

#include <pthread.h>

#include "db.h"
#include "user.h"
#include "user_rules.h"

/* ------------------------------------------------------------------ who is signed in, remembered */

struct session_cache;
struct session_cache *session_cache_new(void);
void session_cache_free(struct session_cache *c);
/* Forgets everybody; what was being looked up meanwhile is not kept either. */
void session_cache_drop(struct session_cache *c);
/* A mark to take before looking up what session_cache_keep will be given. */
uint64_t session_cache_mark(struct session_cache *c);
/* Copies the user of `hash` into *out, texts into *a.  False: not remembered, or no longer. */
bool session_cache_find(struct user *out, struct session_cache *c, struct arena *a, const char *hash);
/* Remembers a copy for `ms`, unless something was dropped since `mark`. */
void session_cache_keep(struct session_cache *c, const char *hash, const struct user *user,
			int64_t ms, uint64_t mark);

/* ------------------------------------------------------------------ password hashes */

enum { HASH_BYTES = 128 };

/* Few at once, a bounded queue, then ERR_BUSY. */
struct password_gate {
	pthread_mutex_t lock;
	pthread_cond_t free;
	int busy, waiting;
	int64_t parallel, queue, memory_kib, passes;
	char dummy[HASH_BYTES];		/* held against passwords of unknown people */
};
bool password_gate_open(struct password_gate *g, const struct config *config, struct err *e);
void password_gate_close(struct password_gate *g);
/* Waits for a place; ERR_BUSY with Retry-After when the queue is full. */
bool password_gate_enter(struct password_gate *g, struct err *e);
void password_gate_leave(struct password_gate *g);
/* Inside the gate.  `hash` NULL takes the same time and is false. */
bool password_fits(const struct password_gate *g, const char *hash, const char *password);
bool password_hash(char out[HASH_BYTES], const struct password_gate *g, const char *password,
		   struct err *e);

struct people {
	const struct config *config;	/* borrowed */
	struct session_cache *sessions;
	struct password_gate gate;
};

/* ------------------------------------------------------------------ API tokens */

enum { TOKEN_CHARACTERS = 57 };
void token_new(char out[TOKEN_CHARACTERS + 1]);
/* True when prefix, length and checksum are those of a token. */
bool token_well_formed(const char *text);

/* ------------------------------------------------------------------ use cases */

/*
 * True when the password is that of the login; *person_id is whose.  Failures
 * are counted: ERR_TOO_MANY with Retry-After when there were too many.
 * ERR_UNAUTHENTICATED for a wrong password and an unknown login alike.
 */
bool user_verify(int64_t *person_id, struct req *rq, const char *login, const char *password);
/* A login as it is compared.  Borrowed from *a. */
const char *login_lower(struct arena *a, const char *login);
/* Signs in: rq->user is the person, rq->set_cookie the new secret. */
bool user_sign_in(struct req *rq, const char *login, const char *password);
bool user_sign_out(struct req *rq);
bool user_change_password(struct req *rq, const char *current, const char *password);
bool user_use_code(struct req *rq, const char *code, const char *password);
/* Forgets, here, who may do what: the next request looks. */
void user_forget(struct app *app);

/* Gives the right; the id in *id.  Faults by JSON pointer. */
bool user_grant(int64_t *id, struct db_session *s, const char *login, const struct grant_wish *w,
		struct err *e);

#endif
