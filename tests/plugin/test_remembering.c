/*
 * A sandbox that remembers: what if a calculation did not hang on its figures alone?  Nothing in a plugin can do that,
 * so this program is a sandbox of its own.  It describes a plugin as the real one does, but to its first call it
 * answers 1, to the second 2, and so on.  The automatic tests must see it.
 */
#include <unistd.h>

#include "plugin_spec.h"
#include "server/plugin/frame.h"

static unsigned char asked[1 << 20];

/* All that the host says; it closes the pipe after it. */
static size_t listen_to_all(void)
{
	size_t len = 0;
	ssize_t n;

	while (len < sizeof asked && (n = read(STDIN_FILENO, asked + len, sizeof asked - len)) > 0)
		len += (size_t)n;
	return len;
}

/* The real sandbox hears it once more. */
static int describe(int argc, char **argv, size_t len)
{
	int again[2];

	if (pipe(again) != 0 || write(again[1], asked, len) != (ssize_t)len ||
	    dup2(again[0], STDIN_FILENO) < 0)
		return 70;
	close(again[1]);
	return sandbox_main(argc, argv);
}

static bool answer(enum frame_kind kind, const char *text)
{
	unsigned char head[FRAME_HEAD];
	size_t len = strlen(text);

	frame_head(head, kind, len);
	return write(STDOUT_FILENO, head, sizeof head) == (ssize_t)sizeof head &&
	       write(STDOUT_FILENO, text, len) == (ssize_t)len;
}

/* Each answer is that of an indicator and that of a rule. */
static int count_calls(size_t len)
{
	bool ok = true;
	int calls = 0;

	for (size_t at = 0; at < len && ok; at += FRAME_HEAD + frame_len(asked + at)) {
		char text[160];

		if (asked[at] != FRAME_CELL)
			continue;
		calls++;
		snprintf(text, sizeof text,
			 "{\"value\":%d,\"said\":[{\"level\":\"warn\",\"about\":\"shelter.requests\","
			 "\"members\":{},\"fr\":\"%d\"}]}", calls, calls);
		ok = answer(FRAME_CELL, text);
	}
	return ok && answer(FRAME_END, "") ? 0 : 70;
}

static int remembering(int argc, char **argv)
{
	size_t len = listen_to_all();
	static const char op[] = "{\"op\":\"describe\"";

	if (len > FRAME_HEAD + sizeof op && memcmp(asked + FRAME_HEAD, op, sizeof op - 1) == 0)
		return describe(argc, argv, len);
	return count_calls(len);
}

static struct plugin_host *host;
static struct arena arena;
static struct lua_file file;

/* What the automatic test `name` finds of a plugin. */
static struct finding found(const char *folder, const char *plugin, const char *name)
{
	struct finding f = { 0 };
	struct plugin_test *tests;
	struct plugin p;
	size_t count;

	lua_file_read(&file, folder, plugin);
	assert_true(plugin_check(&p, host, &arena, file.id, file.text, file.len, &f));
	assert_true(plugin_test(&tests, &count, host, &arena, &p, &f));
	plugin_free(&p);
	for (size_t i = 0; i < count; i++)
		if (strcmp(tests[i].name, name) == 0)
			return tests[i].finding;
	fail_msg("%s has no test %s", plugin, name);
	return f;
}

IT(is_seen_when_the_same_figures_are_calculated_twice)
{
	struct finding f = found("tests/plugin/good", "good.public_hole.lua", "auto.repeated");

	assert_int_equal(f.code, V505);
	assert_string_equal(finding_cause(&arena, &f, LANG_FR), "Deux calculs identiques donnent 1, puis 2.");
}

IT(is_seen_when_a_rule_is_asked_twice)
{
	struct finding f = found("plugins/rules", "report.coherence.lua", "auto.repeated");

	assert_int_equal(f.code, V505);
	assert_non_null(strstr(f.arg[0], "\"about\":\"shelter.requests\""));
	assert_string_not_equal(f.arg[0], f.arg[1]);
}

IT(is_seen_when_only_what_is_hidden_changes)
{
	struct finding f = found("tests/plugin/good", "good.public_hole.lua", "auto.hidden");

	assert_int_equal(f.code, V514);
	assert_non_null(strstr(finding_cause(&arena, &f, LANG_EN), "when a hidden count changes by one"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(is_seen_when_the_same_figures_are_calculated_twice),
		RUN(is_seen_when_a_rule_is_asked_twice),
		RUN(is_seen_when_only_what_is_hidden_changes),
	};
	int failed;

	if (argc > 1 && strcmp(argv[1], "sandbox") == 0)
		return remembering(argc, argv);
	plugin_host_open(&host);
	arena_init(&arena);
	failed = cmocka_run_group_tests_name("a sandbox that remembers", tests, NULL, NULL);
	arena_free(&arena);
	plugin_host_close(host);
	return failed;
}
