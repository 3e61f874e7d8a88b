/*
 * Plugin files: the gallery and good/ pass, each of bad/ gives the finding its first line names.
 */
#include <glob.h>

#include "plugin_spec.h"

static struct plugin_host *host;
static struct arena arena;
static struct lua_file file;
static bool reached[FINDING_COUNT];
static int wrong;

static void passes(const char *folder, const char *name)
{
	struct finding f;

	lua_file_read(&file, folder, name);
	f = lua_first_finding(host, &arena, file.id, file.text, file.len);
	if (f.code != FINDING_NONE) {
		print_error("%s/%s:%d %s %s\n", folder, name, f.line, finding_name(f.code),
			    finding_cause(&arena, &f, LANG_EN));
		wrong++;
	}
}

/* The first line reads "-- expect V301" or "-- expect V301 12". */
static void fails_as_said(const char *folder, const char *name)
{
	struct finding f;
	char code[8] = "";
	int line = 0;

	lua_file_read(&file, folder, name);
	file.text[file.len] = '\0';
	assert_true(sscanf(file.text, "-- expect %7s %d", code, &line) >= 1);
	f = lua_first_finding(host, &arena, file.id, file.text, file.len);
	reached[f.code] = true;
	if (strcmp(finding_name(f.code), code) != 0 || (line > 0 && f.line != line)) {
		print_error("%s: expected %s line %d, got %s line %d: %s\n", name, code, line,
			    finding_name(f.code), f.line, f.detail ? f.detail : "");
		wrong++;
	}
	arena_reset(&arena);
}

static void note_finding(const char *folder, const char *name)
{
	lua_file_read(&file, folder, name);
	reached[lua_first_finding(host, &arena, file.id, file.text, file.len).code] = true;
	arena_reset(&arena);
}

IT(passes_the_whole_gallery)
{
	wrong = 0;
	assert_true(lua_files("plugins/indicators", passes) >= 3);
	assert_true(lua_files("plugins/rules", passes) >= 1);
	assert_true(lua_files("plugins/mappers", passes) >= 1);
	assert_true(lua_files("plugins/alerts", passes) >= 1);
	assert_int_equal(wrong, 0);
}

IT(passes_every_good_file)
{
	wrong = 0;
	assert_true(lua_files("tests/plugin/good", passes) >= 6);
	assert_int_equal(wrong, 0);
}

IT(gives_each_bad_file_the_finding_it_deserves)
{
	wrong = 0;
	assert_true(lua_files("tests/plugin/bad", fails_as_said) >= 100);
	assert_int_equal(wrong, 0);
}

/* The code that the line asserts of a finding: `assert_int_equal(f.code, V350);`, in .mjs 'V605'. */
static enum finding_code asserted(const char *line)
{
	static const char *const forms[] = { "assert_int_equal(", "assert.equal(", "assert.deepEqual(" };

	line += strspn(line, " \t");
	for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
		if (strncmp(line, forms[k], strlen(forms[k])) != 0)
			continue;
		for (int i = 1; i < FINDING_COUNT; i++) {
			const char *name = finding_name((enum finding_code)i), *at = strstr(line, name);

			if (at && (at[-1] == ' ' || at[-1] == '\'') && strchr(")'", at[strlen(name)]))
				return (enum finding_code)i;
		}
	}
	return FINDING_NONE;
}

/* Notes each code that a test of `folder` asserts: some need a sandbox, a sheet or a server that this program lacks. */
static void note_assertions(const char *folder, const char *suffix)
{
	char line[400];
	glob_t files;

	assert_int_equal(glob(arena_printf(&arena, "%s/*%s", folder, suffix), 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		FILE *in = fopen(files.gl_pathv[i], "r");

		assert_non_null(in);
		while (fgets(line, sizeof line, in))
			reached[asserted(line)] = true;
		fclose(in);
	}
	globfree(&files);
}

/* Those of graphs are reached in unit/test_graph.c, which says so itself. */
IT(reaches_every_message_of_the_catalogue)
{
	wrong = 0;
	assert_true(lua_files("tests/plugin/hostile", note_finding) >= 60);
	note_assertions("tests/plugin", ".c");
	note_assertions("tests/integration", ".test.mjs");
	for (int i = 1; i < FINDING_COUNT; i++) {
		const char *name = finding_name((enum finding_code)i);

		if (name[1] != '7' && !reached[i]) {
			print_error("%s is never reached\n", name);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

IT(tells_everything_in_both_languages)
{
	for (int i = 1; i < FINDING_COUNT; i++) {
		const struct finding f = { .code = (enum finding_code)i, .arg = { "@text", "b", "c" } };

		for (int lang = LANG_FR; lang <= LANG_EN; lang++) {
			assert_true(strlen(finding_cause(&arena, &f, (enum lang)lang)) > 10);
			assert_true(strlen(finding_remedy(&arena, &f, (enum lang)lang)) > 5);
			assert_null(strstr(finding_cause(&arena, &f, (enum lang)lang), "{0}"));
			assert_null(strchr(finding_cause(&arena, &f, (enum lang)lang), '@'));
		}
		assert_string_not_equal(finding_cause(&arena, &f, LANG_FR),
					finding_cause(&arena, &f, LANG_EN));
	}
}

IT(names_the_nearest_field_of_ctx)
{
	struct finding f;

	lua_file_read(&file, "tests/plugin/bad", "v205.ctx.lua");
	f = lua_first_finding(host, &arena, file.id, file.text, file.len);
	assert_string_equal(finding_cause(&arena, &f, LANG_FR),
			    "« parms » n’existe pas dans ctx. Vouliez-vous dire « params » ?");
	assert_string_equal(finding_cause(&arena, &f, LANG_EN),
			    "“parms” does not exist in ctx. Did you mean “params”?");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUN(passes_the_whole_gallery),
		RUN(passes_every_good_file),
		RUN(gives_each_bad_file_the_finding_it_deserves),
		RUN(reaches_every_message_of_the_catalogue),
		RUN(tells_everything_in_both_languages),
		RUN(names_the_nearest_field_of_ctx),
	};
	int failed;

	if (argc > 1 && strcmp(argv[1], "sandbox") == 0)
		return sandbox_main(argc, argv);
	plugin_host_open(&host);
	arena_init(&arena);
	failed = cmocka_run_group_tests_name("plugin files", tests, NULL, NULL);
	arena_free(&arena);
	plugin_host_close(host);
	return failed;
}
