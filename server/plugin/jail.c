/*
 * Jail: resource limits, no new privileges, seccomp.  Knows nothing of Lua.
 */
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "jail.h"

static bool limit(__rlimit_resource_t what, rlim_t most)
{
	return setrlimit(what, &(struct rlimit){ most, most }) == 0;
}

#ifndef VIGIE_SANITIZED
/* Any other call, or any other architecture's calls, kill the whole process. */
static bool filter(void)
{
	static const int plain[] = { SCMP_SYS(exit),	   SCMP_SYS(exit_group), SCMP_SYS(brk),
				     SCMP_SYS(munmap),	   SCMP_SYS(mremap),	 SCMP_SYS(madvise),
				     SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime) };
	scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
	bool ok = c != NULL;

	for (size_t i = 0; ok && i < sizeof plain / sizeof *plain; i++)
		ok = seccomp_rule_add(c, SCMP_ACT_ALLOW, plain[i], 0) == 0;
	ok = ok && seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(read), 1,
				    SCMP_A0(SCMP_CMP_EQ, STDIN_FILENO, 0)) == 0 &&
	     seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
			      SCMP_A0(SCMP_CMP_EQ, STDOUT_FILENO, 0)) == 0 &&
	     seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
			      SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
	     seccomp_rule_add(c, SCMP_ACT_ALLOW, SCMP_SYS(fstat), 1,
			      SCMP_A0(SCMP_CMP_LE, STDERR_FILENO, 0)) == 0 &&
	     seccomp_load(c) == 0;
	seccomp_release(c);
	return ok;
}
#endif

bool jail_enter(unsigned cpu_s)
{
	static const struct rlimit none = { 0, 0 };
	bool ok;

#ifdef VIGIE_SANITIZED
	ok = close_range(3, ~0U, 0) == 0;	/* descriptor 2: the sanitizer's report */
#else
	ok = close_range(2, ~0U, 0) == 0;
#endif
	ok = ok && limit(RLIMIT_CPU, cpu_s) && limit(RLIMIT_FSIZE, none.rlim_max) &&
	     limit(RLIMIT_NPROC, none.rlim_max) && limit(RLIMIT_CORE, none.rlim_max) &&
	     prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
	     prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
#ifndef VIGIE_SANITIZED
	ok = ok && limit(RLIMIT_AS, 256UL << 20) && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	     filter();
#endif
	return ok;
}
