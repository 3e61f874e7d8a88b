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

enum { TRIES = 5 };

/* A machine with too much to do stops a text for its time that has another fault, or none: it is asked again. */
static struct finding found(const char *expected)
{
	struct finding f = { 0 };

	for (int i = 0; i < TRIES; i++) {
		f = lua_first_finding(host, &arena, file.id, file.text, file.len);
		if ((f.code != V216 && f.code != V223) || strcmp(finding_name(f.code), expected) == 0)
			break;
	}
	return f;
}

static void passes(const char *folder, const char *name)
{
	struct finding f;

	lua_file_read(&file, folder, name);
	f = found("");
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
	f = found(code);
	reached[f.code] = true;
	if (strcmp(finding_name(f.code), code) != 0 || (line > 0 && f.line != line)) {
		print_error("%s: expected %s line %d, got %s line %d: %s\n", name, code, line,
			    finding_name(f.code), f.line, f.detail ? f.detail : "");
		wrong++;
	}
	/* a result that is not the expected one, or not the one before */
	if (code[1] == '5' && f.arg[0] && f.arg[1] && strcmp(f.arg[0], f.arg[1]) == 0) {
		print_error("%s: %s tells « %s » twice\n", name, code, f.arg[0]);
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

/* The annotations name an option in a class whose name ends so. */
static bool of_options(const char *line)
{
	return strncmp(line, "---@class ", 10) == 0 && strstr(line, "Options\n");
}

IT(knows_every_option_that_the_annotations_propose)
{
	FILE *in = fopen("server/plugin/classes.lua", "r");
	char line[300], name[40];
	bool inside = false;
	int known = 0;

	assert_non_null(in);
	lua_file_read(&file, "tests/plugin/good", "good.formula_options.lua");
	file.text[file.len] = '\0';
	while (fgets(line, sizeof line, in)) {
		inside = strncmp(line, "---@field ", 10) == 0 ? inside : of_options(line);
		if (!inside || sscanf(line, "---@field %39[a-z_]", name) != 1)
			continue;
		known++;
		if (!strstr(file.text, arena_printf(&arena, " %s = ", name)))
			fail_msg("good.formula_options.lua does not use « %s »", name);
	}
	fclose(in);
	assert_true(known >= 15);
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

/* What is said of a file of bad/, in French and in English: the cause, then the remedy, for no programmer. */
static const struct {
	const char *file, *said[2];
} words[] = {
	{ "v215.steps.lua",
	  { "Le calcul fait trop d’étapes (limite : 5000000). Cherchez une boucle sans fin à cette "
	  "ligne ; parcourez chaque liste une seule fois.",
	  "The calculation takes too many steps (limit: 5000000). Look for an endless loop at this "
	  "line; walk through each list once." } },
	{ "v218.recursion.lua",
	  { "Une fonction s’appelle elle-même sans s’arrêter. Ajoutez une condition d’arrêt, ou "
	  "écrivez une boucle « for ».",
	  "A function calls itself without an end. Add a condition that stops it, or write a “for” "
	  "loop." } },
	{ "v242.nodes.lua",
	  { "La formule a plus de 500 étapes. Regroupez ce qui se répète, ou coupez l’indicateur en "
	  "deux.",
	  "The formula has more than 500 steps. Group what is repeated, or cut the indicator in "
	  "two." } },
	{ "v205.rolling.lua",
	  { "« covrage » n’existe pas dans rolling. Vouliez-vous dire « coverage » ? Corrigez le nom.",
	  "“covrage” does not exist in rolling. Did you mean “coverage”? Correct the name." } },
	{ "v205.note.lua",
	  { "« {valeu} » n’existe pas dans ctx.note. Vouliez-vous dire « {value} » ? Corrigez le nom.",
	  "“{valeu}” does not exist in ctx.note. Did you mean “{value}”? Correct the name." } },
	{ "v206.note.lua",
	  { "« {unknown} » n’existe pas dans ctx.note. Noms possibles : {value}, {share}, {territory}, {period}.",
	  "“{unknown}” does not exist in ctx.note. Possible names: {value}, {share}, {territory}, {period}." } },
	{ "v243.rank.lua",
	  { "« rank » attend { order = …, ties = …, within = … }. Corrigez cet argument.",
	  "“rank” expects { order = …, ties = …, within = … }. Correct this argument." } },
	{ "v243.ties.lua",
	  { "« ties » attend \"min\" | \"max\" | \"mean\" | \"first\". Corrigez cet argument.",
	  "“ties” expects \"min\" | \"max\" | \"mean\" | \"first\". Correct this argument." } },
	{ "v243.coverage.lua",
	  { "« coverage » attend une part, de 0 à 1. Corrigez cet argument.",
	  "“coverage” expects a share, from 0 to 1. Correct this argument." } },
	{ "v243.per.lua",
	  { "« per » attend un nombre plus grand que zéro. Corrigez cet argument.",
	  "“per” expects a number above zero. Correct this argument." } },
	{ "v243.from.lua",
	  { "« from » attend une période, \"2026-12\", ou un jour : ctx.plan.end_on. Corrigez cet argument.",
	  "“from” expects a period, \"2026-12\", or a day: ctx.plan.end_on. Correct this argument." } },
	{ "v254.coverage.lua",
	  { "« coverage » vaut 75 : il faut une part, de 0 à 1. Écrivez 0.75 au lieu de 75.",
	  "“coverage” is 75: it must be a share, from 0 to 1. Write 0.75 instead of 75." } },
	{ "v254.level.lua",
	  { "« level » vaut 95 : il faut une part, de 0 à 1. Écrivez 0.95 au lieu de 95.",
	  "“level” is 95: it must be a share, from 0 to 1. Write 0.95 instead of 95." } },
	{ "v109.character.lua",
	  { "« ≤ » n’est pas attendu ici. Relisez cette ligne et la précédente : un mot ou un signe manque ou est "
	  "en trop.",
	  "“≤” is not expected here. Read this line and the one before again: a word or a sign is missing or one too "
	  "many." } },
	{ "v119.quote.lua",
	  { "Le guillemet “ est typographique : Lua ne le lit pas. Écrivez le guillemet droit : direction = \"up\".",
	  "The quote “ is typographic: Lua does not read it. Write the straight quote: direction = \"up\"." } },
	{ "v256.rows.lua",
	  { "« rows » s’appelle avec un point, pas avec deux-points. Écrivez « .rows(…) » au lieu de « :rows(…) », "
	  "comme dans ctx.rows(\"actions\").",
	  "“rows” is called with a point, not with a colon. Write “.rows(…)” instead of “:rows(…)”, as in "
	  "ctx.rows(\"actions\")." } },
	{ "v254.level_100.lua",
	  { "« level » vaut 100 : il faut une part, de 0 à 1. Écrivez 0.95 au lieu de 100.",
	  "“level” is 100: it must be a share, from 0 to 1. Write 0.95 instead of 100." } },
	{ "v254.recipe_change.lua",
	  { "« coverage » vaut -1 : il faut une part, de 0 à 1. Écrivez 0.75 au lieu de -1.",
	  "“coverage” is -1: it must be a share, from 0 to 1. Write 0.75 instead of -1." } },
	{ "v255.sum.lua",
	  { "« sum » reçoit un argument de trop. Enlevez-le, ou donnez-le à ce qui le lit : voyez "
	  "plugins/REFERENCE.md.",
	  "“sum” is given one argument too many. Remove it, or give it to what reads it: see "
	  "plugins/REFERENCE.md." } },
	{ "v318.params.lua",
	  { "« params » a trop d’éléments. 20 au plus : enlevez ceux qui servent le moins, ou coupez "
	  "le plugin en deux.",
	  "“params” has too many elements. At most 20: remove those of least use, or cut the "
	  "plugin in two." } },
	{ "v322.decimals.lua",
	  { "« decimals » doit être entre 0 et 6. Corrigez ce nombre.",
	  "“decimals” must be between 0 and 6. Correct this number." } },
	{ "v323.unit.lua",
	  { "Le texte de « unit » a plus de 40 caractères. Raccourcissez-le.",
	  "The text of “unit” has more than 40 characters. Shorten it." } },
	{ "v405.extras.lua",
	  { "Le résultat a plus de 5 compléments dans « extra ». Gardez les plus utiles.",
	  "The result has more than 5 items in “extra”. Keep the most useful ones." } },
	{ "v414.validate.lua",
	  { "« validate » rend plus de 50 éléments. Gardez les plus utiles.",
	  "“validate” returns more than 50 elements. Keep the most useful ones." } },
	{ "v228.division.lua",
	  { "Division entière par zéro. Vérifiez le diviseur avant : « if n == 0 then return missing "
	  "\"zero_denominator\" end ».",
	  "Whole-number division by zero. Check the divisor first: “if n == 0 then return missing "
	  "\"zero_denominator\" end”." } },
	{ "v250.zero.lua",
	  { "Une série est divisée par la constante 0. Divisez par un nombre autre que 0.",
	  "A series is divided by the constant 0. Divide by a number other than 0." } },
	{ "v403.nan.lua",
	  { "« value » n’est pas un nombre fini (division par zéro ?). Avant de diviser : « if n == "
	  "0 then return missing \"zero_denominator\" end ».",
	  "“value” is not a finite number (division by zero?). Before dividing: “if n == 0 then "
	  "return missing \"zero_denominator\" end”." } },
	{ "v506.empty.lua",
	  { "Le calcul échoue quand il n’y a aucune ligne. Commencez par le cas vide : « if n == 0 "
	  "then return missing \"not_reported\" end ».",
	  "The calculation fails when there is no row. Start with the empty case: “if n == 0 then "
	  "return missing \"not_reported\" end”." } },
	{ "v330.department.lua",
	  { "La colonne « departement » du tableau n’existe pas. Vouliez-vous dire « department » ? Corrigez l’en-tête "
	  "du tableau.",
	  "The column “departement” of the table does not exist. Did you mean “department”? Correct the header of the "
	  "table." } },
	{ "v315.list.lua",
	  { "La colonne « lieu » n’existe pas. Colonnes possibles : department, organisation, period, force, value.",
	  "The column “lieu” does not exist. Possible columns: department, organisation, period, force, value." } },
	{ "v332.department.lua",
	  { "« 999 » ne convient pas dans la colonne « department ». Écrivez 75, 2A, 971, ou laissez la case vide si "
	  "l’information manque.",
	  "“999” does not fit in the column “department”. Write 75, 2A, 971, or leave the cell empty when the "
	  "information is missing." } },
	{ "v360.semicolon.lua",
	  { "L’en-tête du tableau n’a qu’une colonne : « department;period;value ». Séparez les colonnes par « | » : "
	  "department | period | value.",
	  "The header of the table has one column only: “department;period;value”. Separate the columns with “|”: "
	  "department | period | value." } },
	{ "v302.recipe.lua",
	  { "Champ inconnu : « numerator ». Champs acceptés : over, coverage.",
	  "Unknown field: “numerator”. Accepted fields: over, coverage." } },
	{ "v303.changelog.lua",
	  { "Le champ « changelog.1.fr » manque. Ajoutez-le : fr = \"…\".",
	  "The field “changelog.1.fr” is missing. Add it: fr = \"…\"." } },
	{ "v346.recipe.lua",
	  { "« over » de « change » n’est ni un nombre de périodes, ni un paramètre entier. Valeurs possibles : "
	  "un nombre entier de 1 à 120, window.",
	  "“over” of “change” is neither a number of periods nor a whole-number parameter. Possible values: a whole "
	  "number from 1 to 120, window." } },
	{ "v361.levels.lua",
	  { "« levels » est vide. Écrivez par exemple levels = { \"national\" }.",
	  "“levels” is empty. Write for example levels = { \"national\" }." } },
	{ "v517.numerator.lua",
	  { "Le résultat n’a pas de « numerator » ; le test attend 3. Ajoutez-le à ce que le calcul rend, ou "
	  "enlevez-le du test.",
	  "The result has no “numerator”; the test expects 3. Add it to what the calculation returns, or remove "
	  "it from the test." } },
	{ "v336.period.lua",
	  { "« 2026-Q1 » n’est pas une période de cet indicateur. Écrivez-la comme 2025-01.",
	  "“2026-Q1” is not a period of this indicator. Write it like 2025-01." } },
	{ "v337.territory.lua",
	  { "« 93 » n’est pas un territoire du niveau « national ». Écrivez FR.",
	  "“93” is not a territory of level “national”. Write FR." } },
	{ "v343.member.lua",
	  { "« minr » n’est pas un membre de la dimension « age ». Membres : minor.",
	  "“minr” is not a member of the dimension “age”. Members: minor." } },
	{ "v702.step.lua",
	  { "Ces deux séries ne vont pas ensemble : territory × period et territory × quarter. Avant de les combiner, "
	  "donnez-leur les mêmes dimensions avec :pick{…} ou :by(…), les mêmes périodes avec :to(\"quarter\", …).",
	  "These two series do not go together: territory × period and territory × quarter. Before you combine them, "
	  "give them the same dimensions with :pick{…} or :by(…), the same periods with :to(\"quarter\", …)." } },
	{ "v347.itself.lua",
	  { "L’indicateur « v347.itself@1 » se lit lui-même. Enlevez cette entrée : un indicateur ne "
	  "peut pas dépendre de son propre résultat.",
	  "The indicator “v347.itself@1” reads itself. Remove this input: an indicator cannot "
	  "depend on its own result." } },
};

IT(says_what_was_wrong_and_what_to_do)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct finding f;

		lua_file_read(&file, "tests/plugin/bad", words[i].file);
		f = lua_first_finding(host, &arena, file.id, file.text, file.len);
		for (int lang = LANG_FR; lang <= LANG_EN; lang++)
			assert_string_equal(arena_printf(&arena, "%s %s", finding_cause(&arena, &f, (enum lang)lang),
							 finding_remedy(&arena, &f, (enum lang)lang)),
					    words[i].said[lang]);
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
		RUN(knows_every_option_that_the_annotations_propose),
		RUN(gives_each_bad_file_the_finding_it_deserves),
		RUN(reaches_every_message_of_the_catalogue),
		RUN(tells_everything_in_both_languages),
		RUN(says_what_was_wrong_and_what_to_do),
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
