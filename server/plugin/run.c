/*
 * Run: the Lua state, its memory cap, its two clocks (instructions and CPU time), and how a
 * failure leaves it.  The inner fence: the process around it is the real one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "run.h"

struct run *run_of(lua_State *L)
{
	return *(struct run **)lua_getextraspace(L);
}

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/*
 * For a new block `osize` is a type tag, not a size.  A large growth also looks at the clock,
 * since string functions spend their time here, between two instructions.
 */
static void *grow(void *ud, void *block, size_t osize, size_t nsize)
{
	struct run *r = ud;
	size_t old = block ? osize : 0;

	if (nsize == 0) {
		free(block);
		r->used -= old;
		return NULL;
	}
	if (nsize > old) {
		if (nsize - old > 65536 && cpu_ns() > r->cpu_end_ns)
			r->late = true;
		if (r->late || nsize - old > ((size_t)RUN_MEMORY_MIB << 20) - r->used)
			return NULL;
	}
	block = realloc(block, nsize);
	if (block)
		r->used = r->used - old + nsize;
	return block;
}

int run_line(lua_State *L)
{
	lua_Debug ar;

	for (int level = 0; lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "Sl", &ar);
		if (ar.currentline > 0 && ar.source[0] == '=')
			return ar.currentline;
	}
	return 0;
}

static void set_arg(char to[RUN_ARG_MAX], const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (len >= RUN_ARG_MAX) {
		len = RUN_ARG_MAX - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80)
			len--;
	}
	if (len > 0)
		memcpy(to, text, len);
	to[len] = '\0';
}

int run_raise(lua_State *L, enum finding_code code, const char *a, const char *b, const char *c)
{
	return run_raise_at(L, run_line(L), code, a, b, c);
}

int run_raise_at(lua_State *L, int line, enum finding_code code, const char *a, const char *b, const char *c)
{
	struct run *r = run_of(L);

	if (r->raised == FINDING_NONE) {
		r->raised = code;
		r->raised_line = line;
		set_arg(r->arg[0], a);
		set_arg(r->arg[1], b);
		set_arg(r->arg[2], c);
	}
	lua_settop(L, 0);
	lua_pushnil(L);
	return lua_error(L);
}

static void count(lua_State *L, lua_Debug *ar);

static void trip(lua_State *L, enum finding_code code, int most)
{
	char text[16];

	run_of(L)->late = true;
	lua_sethook(L, count, LUA_MASKCOUNT, 1);	/* or something could carry on after the error */
	snprintf(text, sizeof text, "%d", most);
	run_raise(L, code, text, NULL, NULL);
}

void run_tick(lua_State *L)
{
	struct run *r = run_of(L);

	if (r->late || cpu_ns() > r->cpu_end_ns)
		trip(L, V216, r->cpu_ms);
}

enum { HOOK_EVERY = 1000 };

static void count(lua_State *L, lua_Debug *ar)
{
	struct run *r = run_of(L);
	lua_Debug deep;

	lua_getinfo(L, "l", ar);
	r->line = ar->currentline;
	r->steps += HOOK_EVERY;
	if (r->steps > RUN_STEPS_MAX)
		trip(L, V215, RUN_STEPS_MAX);
	if (lua_getstack(L, RUN_DEPTH_MAX, &deep))
		run_raise(L, V218, NULL, NULL, NULL);
	run_tick(L);
}

/* Runs where the failure happened, before the stack is gone: which line, which function. */
static int remember(lua_State *L)
{
	struct run *r = run_of(L);
	lua_Debug ar;

	r->failed_line = run_line(L);
	for (int level = 0; level < 4 && lua_getstack(L, level, &ar); level++) {
		lua_getinfo(L, "n", &ar);
		if (ar.name) {
			set_arg(r->failed_in, ar.name);
			break;
		}
	}
	return 1;
}

static int build(lua_State *L)
{
	fence_build(L);
	return 0;
}

bool run_open(struct run *r, int cpu_ms)
{
	*r = (struct run){ .cpu_ms = cpu_ms,
			   .cpu_end_ns = cpu_ns() + (uint64_t)cpu_ms * 1000000u };
	r->L = lua_newstate(grow, r);
	if (!r->L) {
		r->raised = V217;
		return false;
	}
	*(struct run **)lua_getextraspace(r->L) = r;
	lua_sethook(r->L, count, LUA_MASKCOUNT, HOOK_EVERY);
	return run_protected(r, build, NULL);
}

void run_close(struct run *r)
{
	if (!r->L)
		return;
	lua_sethook(r->L, NULL, 0, 0);
	lua_close(r->L);
	r->L = NULL;
}

bool run_protected(struct run *r, lua_CFunction f, void *data)
{
	int status;

	lua_settop(r->L, 0);
	lua_pushcfunction(r->L, remember);
	lua_pushcfunction(r->L, f);
	lua_pushlightuserdata(r->L, data);
	status = lua_pcall(r->L, 1, 0, 1);
	if (status == LUA_ERRMEM && r->raised == FINDING_NONE) {
		r->raised = r->late ? V216 : V217;
		r->raised_line = r->line;
		snprintf(r->arg[0], RUN_ARG_MAX, "%d", r->late ? r->cpu_ms : RUN_MEMORY_MIB);
	}
	return status == LUA_OK;
}

bool run_spent(const struct run *r)
{
	return r->late || r->raised == V215 || r->raised == V216 || r->raised == V217;
}

json_t *run_fault(struct run *r)
{
	if (r->raised != FINDING_NONE) {
		json_t *args = json_array();

		for (int i = 0; i < FINDING_ARGS; i++) {
			json_t *text = json_string(r->arg[i]);

			json_array_append_new(args, text ? text : json_string("?"));
		}
		return json_pack("{s:s, s:i, s:o}", "code", finding_name(r->raised), "line",
				 r->raised_line, "args", args);
	}
	if (r->L && lua_type(r->L, -1) == LUA_TSTRING) {
		char text[400];
		json_t *out;

		snprintf(text, sizeof text, "%s", lua_tostring(r->L, -1));
		out = json_pack("{s:s, s:i, s:s}", "lua", text, "line", r->failed_line, "in", r->failed_in);
		return out ? out : json_pack("{s:s}", "lua", "?");
	}
	return json_pack("{s:s}", "lua", "?");
}
