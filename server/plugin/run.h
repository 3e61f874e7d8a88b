/*
 * Run: one fresh Lua state with its limits.  Only the sandbox process includes this.
 *
 * Everything that touches Lua may raise (longjmp); functions marked so run under run_call().
 * The process ends with its job, so what such a jump leaves allocated does not matter.
 */
#ifndef VIGIE_PLUGIN_RUN_H
#define VIGIE_PLUGIN_RUN_H

#include <jansson.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdint.h>

#include "finding.h"

enum {
	RUN_MEMORY_MIB = 64,
	RUN_STEPS_MAX = 5000000,
	RUN_LIST_MAX = 100000,		/* elements a list function accepts */
	RUN_DEPTH_MAX = 20000,		/* calls inside calls */
	RUN_ARG_MAX = 240,		/* bytes of an argument of a finding */
};

struct run {
	lua_State *L;
	size_t used;			/* bytes */
	uint64_t cpu_end_ns;
	int cpu_ms;
	int64_t steps;
	bool late;			/* the deadline passed: no more memory either */
	int line;			/* the last one seen */
	enum finding_code raised;
	int raised_line;
	char arg[FINDING_ARGS][RUN_ARG_MAX];
	int failed_line;		/* where Lua itself gave up, and in which function */
	char failed_in[RUN_ARG_MAX];
	const json_t *inputs;		/* borrowed: {"actions": ["status", …]} */
	const json_t *cell;		/* borrowed */
	struct trace *trace;		/* borrowed; NULL: no formula is being traced */
	const json_t *series;		/* borrowed: what a rule or a mapper declares; NULL: neither runs */
	const json_t *columns;		/* borrowed: what a mapper declares; NULL: no mapper runs */
};

/* A state with the allowed names and nothing else.  False: out of memory, r->raised is set. */
bool run_open(struct run *r, int cpu_ms);
void run_close(struct run *r);
struct run *run_of(lua_State *L);

/* Runs `f` under protection with r->L; false: run_fault() tells. */
bool run_protected(struct run *r, lua_CFunction f, void *data);

/* The failure as the body of a FRAME_FAULT: {"code","line","args"} or {"lua"}.  Owned. */
json_t *run_fault(struct run *r);

/* True when the run failed by its limits: steps, time or memory. */
bool run_spent(const struct run *r);

/* The line of the plugin that is running; 0: none. */
int run_line(lua_State *L);

/* Ends the run with a finding; NULL arguments are empty.  May raise: it always does. */
int run_raise(lua_State *L, enum finding_code code, const char *a, const char *b, const char *c);

/* The same at another line. */
int run_raise_at(lua_State *L, int line, enum finding_code code, const char *a, const char *b, const char *c);

/* Ends the run when its time is over.  For C loops over plugin data.  May raise. */
void run_tick(lua_State *L);

/* fence.c: the allowed globals.  May raise. */
void fence_build(lua_State *L);
/* Raises V205 or V206 for `key`, not a name of `label`; the names are the keys of the table at `names`. */
int fence_unknown(lua_State *L, int key, int names, const char *label);

/* frozen.c: replaces the table on top by a read-only view; `names` (index, or 0: its own keys)
 * holds the keys that may be read though absent.  May raise. */
void frozen_make(lua_State *L, int names, const char *label);
/* Pushes the table behind a read-only view, or nil.  */
void frozen_values(lua_State *L, int view);
void frozen_setup(lua_State *L);

/* context.c: pushes ctx for r->cell.  May raise. */
void context_push(lua_State *L);
/* Pushes a table of `names` (NULL-terminated), each true. */
void context_names(lua_State *L, const char *const *names);
/* Pushes a JSON value, or an object as a read-only table of `names` (NULL: its own keys). */
void context_value(lua_State *L, const json_t *v);
void context_object(lua_State *L, const json_t *object, const char *const *names, const char *label);
/* "2026-01-15" or "15/01/2026": the day, and the same as ISO text.  (day_format() would open a file.) */
bool context_date(int32_t *day, char iso[11], const char *s);
/* ctx.day */
int context_day(lua_State *L);

/* report.c: pushes ctx of validate for r->cell.  May raise. */
void report_push(lua_State *L);
/* sheet.c: pushes ctx of row, then the row, for r->cell.  May raise. */
void sheet_push(lua_State *L);

/* remark.c: what validate and row returned, as the body of a FRAME_CELL.  May raise. */
json_t *remarks_value(lua_State *L, int index);
json_t *rows_value(lua_State *L, int index);
/* Raises unless the text at `index` is a declared series, the table at `index` members of `series`. */
void remark_check_series(lua_State *L, int index);
void remark_check_members(lua_State *L, int index, const char *series);

/* describe.c: the table at `index` as JSON; constructors mark theirs with "@".  May raise. */
json_t *describe_value(lua_State *L, int index);
/* The constructor's mark of the value at `index`, or NULL. */
const char *describe_tag(lua_State *L, int index);
void describe_tag_top(lua_State *L, const char *tag);

/* result.c: what compute returned, as the body of a FRAME_CELL.  May raise. */
json_t *result_value(lua_State *L, int index);
/* Its fields, value first, NULL-terminated; raises for any other of the table at `index`. */
extern const char *const result_fields[];
void result_only_fields(lua_State *L, int index);

#endif
