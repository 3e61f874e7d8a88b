/*
 * Sandbox: the jailed process.  Reads a job, runs Lua, writes what came out (frame.h).
 * A job never outlives a failure that it was not told to survive.
 */
#include <errno.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "frame.h"
#include "jail.h"
#include "plugin.h"
#include "run.h"
#include "text.h"
#include "trace.h"

enum { TRACES_MAX = 20 };	/* attempts: each one finds a dimension that an input is used by */

struct job {
	json_t *frame;			/* owned */
	const char *source;
	size_t len;
	int cpu_ms;
	bool survive;			/* a failing cell does not end the job */
	char *code;			/* the source, compiled here; owned */
	size_t code_len;
	json_t *out;			/* what the last run made; owned */
	struct trace trace;		/* owned */
	bool tracing;
};

static bool read_all(void *to, size_t len)
{
	for (char *at = to; len > 0;) {
		ssize_t n = read(STDIN_FILENO, at, len);

		if (n <= 0 && !(n < 0 && errno == EINTR))
			return false;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static bool write_all(const void *from, size_t len)
{
	for (const char *at = from; len > 0;) {
		ssize_t n = write(STDOUT_FILENO, at, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static bool send_bytes(enum frame_kind kind, const char *bytes, size_t len)
{
	unsigned char head[FRAME_HEAD];

	frame_head(head, kind, len);
	return write_all(head, sizeof head) && write_all(bytes, len);
}

/* Sends and drops `value`. */
static bool send_json(enum frame_kind kind, json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
	bool ok = text && strlen(text) <= FRAME_OUT_MAX && send_bytes(kind, text, strlen(text));

	free(text);
	json_decref(value);
	return ok;
}

/* The next frame; *value is owned, NULL for FRAME_END.  False at the end of the pipe. */
static bool receive(int *kind, json_t **value)
{
	unsigned char head[FRAME_HEAD];
	char *text;
	size_t len;
	bool ok;

	if (!read_all(head, sizeof head))
		return false;
	*kind = head[0];
	*value = NULL;
	len = frame_len(head);
	if (len > FRAME_IN_MAX)
		return false;
	if (len == 0)
		return true;
	text = malloc(len);
	ok = text && read_all(text, len);
	if (ok)
		*value = json_loadb(text, len, 0, NULL);
	free(text);
	return ok && *value;
}

static int keep_code(lua_State *L, const void *piece, size_t size, void *ud)
{
	struct job *j = ud;
	char *more = realloc(j->code, j->code_len + size);

	(void)L;
	if (!more)
		return 1;
	memcpy(more + j->code_len, piece, size);
	j->code = more;
	j->code_len += size;
	return 0;
}

/*
 * Pushes the description.  The author's text is only ever loaded as text; later cells load the
 * form compiled here from it, which is no stranger's.  `kinds` may be there.  May raise.
 */
static void push_description(lua_State *L, struct job *j, const char *kinds)
{
	int status = j->code ? luaL_loadbufferx(L, j->code, j->code_len, "=plugin", "b") :
			       luaL_loadbufferx(L, j->source, j->len, "=plugin", "t");
	const char *tag;

	if (status != LUA_OK)
		lua_error(L);
	if (!j->code)
		lua_dump(L, keep_code, j, 0);
	lua_call(L, 0, 1);
	tag = describe_tag(L, -1);
	if (!tag || !text_in_list(tag, kinds))
		run_raise(L, V115, NULL, NULL, NULL);
}

static int describe(lua_State *L)
{
	struct job *j = lua_touserdata(L, 1);

	push_description(L, j, "indicator rule mapper alert");
	j->out = describe_value(L, -1);
	return 0;
}

static int compute(lua_State *L)
{
	struct job *j = lua_touserdata(L, 1);

	push_description(L, j, "indicator");
	lua_getfield(L, -1, "compute");
	context_push(L);
	lua_call(L, 1, 1);
	j->out = result_value(L, lua_gettop(L));
	return 0;
}

/* Calls validate with a report, or row with a row of a sheet. */
static int call(lua_State *L)
{
	struct job *j = lua_touserdata(L, 1);
	bool mapper = run_of(L)->columns != NULL;

	push_description(L, j, mapper ? "mapper" : "rule");
	lua_getfield(L, -1, mapper ? "row" : "validate");
	if (mapper)
		sheet_push(L);
	else
		report_push(L);
	lua_call(L, mapper ? 2 : 1, 1);
	j->out = json_pack("{s:o}", "said",
			   mapper ? rows_value(L, lua_gettop(L)) : remarks_value(L, lua_gettop(L)));
	return 0;
}

/* Calls formula, or the code of the recipe in its place, with symbolic inputs. */
static int trace(lua_State *L)
{
	struct job *j = lua_touserdata(L, 1);
	const json_t *code = json_object_get(j->frame, "code");

	if (json_is_string(code)) {
		if (luaL_loadbufferx(L, json_string_value(code), json_string_length(code), "=plugin", "t") !=
		    LUA_OK)
			lua_error(L);
		lua_call(L, 0, 1);
	} else {
		push_description(L, j, "indicator");
		lua_getfield(L, -1, "formula");
	}
	trace_context(L);
	lua_call(L, 1, 1);
	j->out = trace_result(L, lua_gettop(L));
	return 0;
}

/* One run in a state of its own; sends what came out.  False: the job is over. */
static bool run_one(struct job *j, lua_CFunction f, const json_t *cell)
{
	struct run r;
	bool ok, sent = true;

	ok = run_open(&r, j->cpu_ms);
	if (ok) {
		r.inputs = json_object_get(j->frame, "inputs");
		r.cell = cell;
		r.trace = j->tracing ? &j->trace : NULL;
		r.series = json_object_get(j->frame, "series");
		r.columns = json_object_get(j->frame, "columns");
		ok = run_protected(&r, f, j);
		if (!ok && j->tracing && j->trace.again && !run_spent(&r)) {
			run_close(&r);
			return true;
		}
	}
	/* One cell that used up its means is enough: the next would too. */
	if (!ok)
		sent = send_json(FRAME_FAULT, run_fault(&r)) && j->survive && !run_spent(&r);
	run_close(&r);
	return sent;
}

/* The description is sent in pieces: it may be longer than one frame. */
static bool send_description(json_t *about)
{
	char *text = json_dumps(about, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
	size_t len = text ? strlen(text) : 0;
	bool ok = text != NULL;

	for (size_t at = 0; ok && at < len; at += FRAME_OUT_MAX)
		ok = send_bytes(FRAME_PART, text + at,
				len - at < FRAME_OUT_MAX ? len - at : FRAME_OUT_MAX);
	free(text);
	json_decref(about);
	return ok;
}

/* Traces until no input is found to be used by one more dimension. */
static bool run_trace(struct job *j, const json_t *cell)
{
	const json_t *decl = json_object_get(j->frame, "inputs");
	int line = (int)json_integer_value(json_object_get(j->frame, "line"));
	bool ok = true;

	j->tracing = true;
	for (int n = 0; n < TRACES_MAX && !j->out; n++) {
		trace_begin(&j->trace, decl, json_object_get(j->frame, "dims"), line);
		ok = run_one(j, trace, cell);
		if (!j->trace.again)
			break;
	}
	trace_end(&j->trace);
	return ok;
}

static bool run_cells(struct job *j, lua_CFunction f)
{
	json_t *cell;
	int kind;
	bool ok;

	for (;;) {
		if (!receive(&kind, &cell))
			return false;
		if (kind != FRAME_CELL)
			return true;
		j->out = NULL;
		ok = f == trace ? run_trace(j, cell) : run_one(j, f, cell);
		json_decref(cell);
		if (j->out)
			ok = send_json(FRAME_CELL, j->out);
		if (!ok)
			return true;	/* the fault was told */
	}
}

static bool run_job(struct job *j)
{
	const char *op = json_string_value(json_object_get(j->frame, "op"));
	json_t *source = json_object_get(j->frame, "source");

	if (!op || !json_is_string(source))
		return false;
	j->source = json_string_value(source);
	j->len = json_string_length(source);
	j->cpu_ms = (int)json_integer_value(json_object_get(j->frame, "cpu_ms"));
	j->survive = json_is_true(json_object_get(j->frame, "survive"));
	if (strcmp(op, "compute") == 0)
		return run_cells(j, compute);
	if (strcmp(op, "trace") == 0)
		return run_cells(j, trace);
	if (strcmp(op, "call") == 0)
		return run_cells(j, call);
	run_one(j, describe, NULL);
	return !j->out || send_description(j->out);
}

/* jansson would open /dev/urandom at its first object; the kernel gave every process random bytes. */
static void seed_objects(void)
{
	size_t seed = 1;

	memcpy(&seed, (const void *)(uintptr_t)getauxval(AT_RANDOM), sizeof seed);
	json_object_seed(seed | 1);
}

int sandbox_main(int argc, char **argv)
{
	struct job j = { 0 };
	unsigned cpu_s = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	int kind;
	bool ok;

	seed_objects();
	if (!jail_enter(cpu_s > 0 && cpu_s < 600 ? cpu_s : 2))
		return 70;
	ok = receive(&kind, &j.frame) && kind == FRAME_JOB && run_job(&j) &&
	     send_bytes(FRAME_END, NULL, 0);
	free(j.code);
	json_decref(j.frame);
	_exit(ok ? 0 : 70);
}
