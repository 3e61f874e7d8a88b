/*
 * Errors: what went wrong, told once, in the reader's language.
 *
 * A function that can fail is `bool f(out, in…, struct err *e)`: it returns
 * false and leaves the reason in *e.  The first code wins; faults of a body are
 * collected one by one, so that a person sees all of them at once.  Nobody logs
 * below the request or the command: the reason travels up and is told there.
 */
#ifndef VIGIE_ERR_H
#define VIGIE_ERR_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "msg.h"

struct json_t;

/* code, HTTP status, RFC 9457 `type` (a relative URI), title in French, title in English */
#define ERR_TABLE(X)                                                                               \
	X(ERR_NONE, 200, "about:blank", "Aucune erreur", "No error")                               \
	X(ERR_SYNTAX, 400, "/problems/syntax", "Demande illisible", "The request cannot be read")  \
	X(ERR_PARAMETER, 400, "/problems/parameter", "Paramètre inconnu ou incorrect",            \
	  "Unknown or wrong parameter")                                                            \
	X(ERR_UNAUTHENTICATED, 401, "/problems/unauthenticated", "Personne n’est connecté",       \
	  "Nobody is signed in")                                                                   \
	X(ERR_FORBIDDEN, 403, "/problems/forbidden", "Action non permise", "Not allowed")          \
	X(ERR_NOT_FOUND, 404, "/problems/not-found", "Introuvable", "Not found")                   \
	X(ERR_METHOD, 405, "/problems/method", "Méthode non prévue", "Method not allowed")         \
	X(ERR_CONFLICT, 409, "/problems/conflict", "L’état actuel ne le permet pas",               \
	  "The present state forbids it")                                                          \
	X(ERR_CHANGED, 412, "/problems/changed", "Modifié depuis votre lecture",                  \
	  "It changed since you read it")                                                          \
	X(ERR_TOO_LARGE, 413, "/problems/too-large", "Envoi trop volumineux", "Too large")         \
	X(ERR_MEDIA_TYPE, 415, "/problems/media-type", "Type de contenu non accepté",             \
	  "Content type not accepted")                                                             \
	X(ERR_INVALID, 422, "/problems/invalid", "Un champ n’est pas acceptable",                  \
	  "A field is not acceptable")                                                             \
	X(ERR_PRECONDITION, 428, "/problems/precondition", "If-Match manquant",                    \
	  "If-Match is missing")                                                                   \
	X(ERR_TOO_MANY, 429, "/problems/too-many", "Trop de demandes", "Too many requests")        \
	X(ERR_HEADERS, 431, "/problems/headers", "En-têtes trop nombreux ou trop longs",          \
	  "Too many or too long headers")                                                          \
	X(ERR_INTERNAL, 500, "/problems/internal", "Erreur du serveur", "Server error")            \
	X(ERR_NOT_READY, 501, "/problems/not-ready", "Pas encore disponible", "Not available yet") \
	X(ERR_BUSY, 503, "/problems/busy", "Service momentanément indisponible",                  \
	  "Temporarily unavailable")                                                               \
	X(ERR_DISK_FULL, 507, "/problems/disk-full", "Espace de stockage épuisé",                 \
	  "Storage is full")

enum err_code {
#define X(code, status, type, fr, en) code,
	ERR_TABLE(X)
#undef X
	ERR_COUNT
};

/* Where a fault is: a JSON pointer in the body, a query parameter or a header. */
enum fault_at { FAULT_POINTER, FAULT_PARAMETER, FAULT_HEADER };

struct fault {
	struct fault *next;
	enum fault_at at;
	const char *where;	/* "#/progress", "as_of", "If-Match" */
	enum msg msg;
	const char *arg[MSG_ARGS];
};

struct err {
	struct arena *arena;		/* holds the faults and their texts */
	enum err_code code;		/* ERR_NONE while all is well */
	enum msg msg;			/* the sentence of `detail`; MSG_NONE: the title alone */
	const char *arg[MSG_ARGS];
	struct fault *first, *last;	/* in the order they were found; the first fault_max */
	int fault_count;
	int fault_max;			/* how many are kept; 0: a hundred */
	unsigned retry_after_s;		/* seconds, for 429 and 503; 0: not said */
	const char *current;		/* 412: the resource now, as JSON text; NULL otherwise */
	char cause[256];		/* for the log only: libpq text, SQLSTATE, Lua trace */
};

/* Makes *e say that all is well.  `arena` is shared and must outlive *e. */
void err_init(struct err *e, struct arena *arena);

/* Sets the code and its sentence unless one is set already.  Always false. */
bool err_set_args(struct err *e, enum err_code code, enum msg msg, const char *const arg[MSG_ARGS]);
#define err_set(e, code, ...) err_set_at((e), (code), __VA_ARGS__, NULL, NULL, NULL, NULL)
#define err_set_at(e, code, msg, a, b, c, ...)                                                     \
	err_set_args((e), (code), (msg), (const char *const[MSG_ARGS]){ (a), (b), (c) })

/*
 * Adds one fault; the code becomes ERR_INVALID for a pointer and ERR_PARAMETER
 * otherwise, unless an earlier code stands.  Arguments are copied.  Always false.
 */
bool err_add_args(struct err *e, enum fault_at at, const char *where, enum msg msg,
		  const char *const arg[MSG_ARGS]);
#define err_add(e, where, ...)                                                                     \
	err_add_at((e), FAULT_POINTER, (where), __VA_ARGS__, NULL, NULL, NULL, NULL)
#define err_add_param(e, where, ...)                                                               \
	err_add_at((e), FAULT_PARAMETER, (where), __VA_ARGS__, NULL, NULL, NULL, NULL)
#define err_add_header(e, where, ...)                                                              \
	err_add_at((e), FAULT_HEADER, (where), __VA_ARGS__, NULL, NULL, NULL, NULL)
#define err_add_at(e, at, where, msg, a, b, c, ...)                                                \
	err_add_args((e), (at), (where), (msg), (const char *const[MSG_ARGS]){ (a), (b), (c) })

/* Text for the log, never for the client.  Keeps the first cause.  Always false. */
bool err_cause(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True while nothing was set or added. */
bool err_ok(const struct err *e);

/* HTTP status, problem type and title of a code.  Static texts. */
int err_status(enum err_code code);
const char *err_type(enum err_code code);
const char *err_title(enum err_code code, enum lang lang);

/* The sentence of the error, or of one fault, in `lang`.  Borrowed from e->arena. */
const char *err_detail(const struct err *e, enum lang lang);
const char *fault_detail(const struct err *e, const struct fault *f, enum lang lang);

#endif
