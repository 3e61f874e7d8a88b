/*
 * A rogue sandbox: what if a script took over the jailed process?  This program is its own
 * sandbox: it enters the real jail, then does what the "source" it receives names.  The host must
 * see each attempt die or be refused, in time, and stay alive.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "plugin_spec.h"
#include "server/plugin/frame.h"
#include "server/plugin/jail.h"

static char said[512];

static void answer(int kind, const char *text, size_t claimed)
{
	unsigned char head[FRAME_HEAD];
	ssize_t n;

	frame_head(head, (enum frame_kind)kind, claimed);
	n = write(1, head, sizeof head);
	n += write(1, text, strlen(text));
	(void)n;
}

static bool asked(const char *what)
{
	char quoted[64];

	snprintf(quoted, sizeof quoted, "\"source\":\"%s\"", what);
	return strstr(said, quoted) != NULL;
}

static void escape(void)
{
	if (asked("open"))
		syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
	if (asked("socket"))
		syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
	if (asked("fork"))
		syscall(SYS_fork);
	if (asked("clone"))
		syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (asked("execve"))
		syscall(SYS_execve, "/bin/true", NULL, NULL);
	if (asked("kill"))
		syscall(SYS_kill, (long)syscall(SYS_getppid), SIGTERM);
	if (asked("stat"))
		syscall(SYS_newfstatat, 0, "/etc/passwd", NULL, AT_EMPTY_PATH);
	if (asked("ptrace"))
		syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
	if (asked("getrandom"))
		syscall(SYS_getrandom, said, 8, 0);
	if (asked("mmap_exec"))
		syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (asked("mprotect"))
		syscall(SYS_mprotect, said, 4096, PROT_READ | PROT_EXEC);
	if (asked("prlimit"))
		syscall(SYS_prlimit64, 0, RLIMIT_CPU, NULL, NULL);
	if (asked("dup"))
		syscall(SYS_dup, 0);
	if (asked("read_other"))
		syscall(SYS_read, 3, said, 1);
	if (asked("write_other"))
		syscall(SYS_write, 2, said, 1);
	if (asked("ioctl"))
		syscall(SYS_ioctl, 0, 0x5412, said);
	if (asked("crash"))
		__builtin_trap();
}

static void lie(void)
{
	if (asked("garbage"))
		answer('x', "what", 4);
	if (asked("too_long"))
		answer(FRAME_PART, "", 1U << 30);
	if (asked("cut"))
		answer(FRAME_PART, "{\"a\":", 100);
	if (asked("not_json"))
		answer(FRAME_PART, "{\"a\":", 5);
	if (asked("deep"))
		answer(FRAME_PART, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", 48);
	if (asked("wrong_kind"))
		answer(FRAME_CELL, "{\"value\":1}", 11);
	if (asked("unknown_code"))
		answer(FRAME_FAULT, "{\"code\":\"V999\",\"line\":-5,\"args\":[1,{}]}", 39);
	if (asked("flood")) {
		for (int i = 0; i < 100000; i++)
			answer(FRAME_PART, "0123456789", 10);
	}
	if (asked("hang")) {
		for (volatile unsigned i = 0;; i++)
			;
	}
	if (asked("memory")) {
		for (int i = 0; i < 64; i++) {
			static char *volatile block;

			block = malloc(16 << 20);
			if (!block)
				__builtin_trap();
			block[0] = 1;	/* it is addresses that are limited */
		}
	}
	if (asked("no_end"))
		_exit(0);
}

static int rogue(int argc, char **argv)
{
	ssize_t n;

	if (argc < 3 || !jail_enter((unsigned)atoi(argv[2])))
		return 70;
	n = read(0, said, sizeof said - 1);
	if (n <= 0)
		return 70;
	for (ssize_t i = 0; i < n; i++)
		said[i] = said[i] ? said[i] : ' ';
	escape();
	lie();
	answer(FRAME_END, "", 0);
	_exit(0);
}

static struct plugin_host *host;
static struct arena arena;

static struct finding attempt(const char *what)
{
	struct finding f = { 0 };
	int64_t began = clock_mono_ms();
	struct plugin p;

	assert_false(plugin_check(&p, host, &arena, "test.rogue", what, strlen(what), &f));
	assert_true(clock_mono_ms() - began < 3000 * SLOWER);
	return f;
}

#ifndef VIGIE_SANITIZED
IT(dies_at_every_forbidden_system_call)
{
	static const char *const calls[] = { "open",	  "socket", "fork",	"clone",     "execve",
					     "kill",	  "stat",   "ptrace",	"getrandom", "mmap_exec",
					     "mprotect", "prlimit", "dup",	"read_other", "write_other",
					     "ioctl" };
	struct plugin_counters before, after;

	plugin_counters(&before, host);
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		struct finding f = attempt(calls[i]);

		if (f.code != V224)
			print_error("%s: %s\n", calls[i], finding_name(f.code));
		assert_int_equal(f.code, V224);
		assert_string_equal(f.arg[0], "@syscall");
	}
	plugin_counters(&after, host);
	assert_int_equal(after.kills - before.kills, sizeof calls / sizeof *calls);
}

IT(dies_when_it_takes_more_memory_than_the_jail_has)
{
	struct finding f = attempt("memory");

	assert_int_equal(f.code, V224);
	assert_string_equal(f.arg[0], "@crash");
}
#endif

IT(is_stopped_at_the_deadline)
{
	struct plugin_counters before, after;

	plugin_counters(&before, host);
	assert_int_equal(attempt("hang").code, V223);
	plugin_counters(&after, host);
	assert_int_equal(after.kills - before.kills, 1);
}

IT(is_not_believed)
{
	static const char *const lies[] = { "garbage",	"too_long",	"cut",	 "not_json", "deep",
					    "wrong_kind", "unknown_code", "flood", "no_end" };

	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct finding f = attempt(lies[i]);

		if (f.code != V225)
			print_error("%s: %s\n", lies[i], finding_name(f.code));
		assert_int_equal(f.code, V225);
		assert_int_equal(f.line, 0);
	}
}

IT(may_crash_without_harm)
{
	enum finding_code code = attempt("crash").code;

	assert_true(code == V224 || code == V225);
}

IT(needs_descriptors_to_start)
{
	struct rlimit was;

	getrlimit(RLIMIT_NOFILE, &was);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 3, was.rlim_max });
	assert_int_equal(attempt("open").code, V231);
	setrlimit(RLIMIT_NOFILE, &was);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#ifndef VIGIE_SANITIZED
		RUN(dies_at_every_forbidden_system_call),
		RUN(dies_when_it_takes_more_memory_than_the_jail_has),
#endif
		RUN(is_stopped_at_the_deadline),
		RUN(is_not_believed),
		RUN(may_crash_without_harm),
		RUN(needs_descriptors_to_start),
	};
	int failed;

	if (argc > 1 && strcmp(argv[1], "sandbox") == 0)
		return rogue(argc, argv);
	plugin_host_open(&host);
	arena_init(&arena);
	failed = cmocka_run_group_tests_name("a rogue sandbox", tests, NULL, NULL);
	arena_free(&arena);
	plugin_host_close(host);
	return failed;
}
