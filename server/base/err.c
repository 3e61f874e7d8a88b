/*
 * Errors: setting, collecting and wording them.  Knows nothing of HTTP but the
 * status numbers of the table.
 */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>

/* A body of unknown keys must not become an answer larger than itself. */
enum { FAULTS_MAX = 100 };

struct err_info {
	int status;
	const char *type, *title[2];
};

static const struct err_info table[ERR_COUNT] = {
#define X(code, status, type, fr, en) [code] = { status, type, { fr, en } },
	ERR_TABLE(X)
#undef X
};

void err_init(struct err *e, struct arena *arena)
{
	*e = (struct err){ .arena = arena };
}

static void copy_args(struct err *e, const char *to[MSG_ARGS], const char *const from[MSG_ARGS])
{
	for (int i = 0; i < MSG_ARGS; i++)
		to[i] = arena_strdup(e->arena, from[i]);
}

bool err_set_args(struct err *e, enum err_code code, enum msg msg, const char *const arg[MSG_ARGS])
{
	if (e->code != ERR_NONE)
		return false;
	e->code = code;
	e->msg = msg;
	copy_args(e, e->arg, arg);
	return false;
}

bool err_add_args(struct err *e, enum fault_at at, const char *where, enum msg msg,
		  const char *const arg[MSG_ARGS])
{
	struct fault *f;

	if (e->code == ERR_NONE)
		e->code = at == FAULT_POINTER ? ERR_INVALID : ERR_PARAMETER;
	if (e->fault_count >= (e->fault_max ? e->fault_max : FAULTS_MAX))
		return false;
	f = arena_alloc(e->arena, sizeof *f);
	f->at = at;
	f->where = arena_strdup(e->arena, where);
	f->msg = msg;
	copy_args(e, f->arg, arg);
	if (e->last)
		e->last->next = f;
	else
		e->first = f;
	e->last = f;
	e->fault_count++;
	return false;
}

bool err_cause(struct err *e, const char *format, ...)
{
	va_list args;

	if (!e->cause[0]) {
		va_start(args, format);
		vsnprintf(e->cause, sizeof e->cause, format, args);
		va_end(args);
	}
	return false;
}

bool err_ok(const struct err *e)
{
	return e->code == ERR_NONE;
}

int err_status(enum err_code code)
{
	return table[code].status;
}

const char *err_type(enum err_code code)
{
	return table[code].type;
}

const char *err_title(enum err_code code, enum lang lang)
{
	return table[code].title[lang];
}

const char *err_detail(const struct err *e, enum lang lang)
{
	if (e->msg == MSG_NONE)
		return err_title(e->code, lang);
	return msg_text(e->arena, e->msg, lang, e->arg);
}

const char *fault_detail(const struct err *e, const struct fault *f, enum lang lang)
{
	return msg_text(e->arena, f->msg, lang, f->arg);
}
