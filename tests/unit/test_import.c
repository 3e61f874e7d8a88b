/*
 * Reading plan/1: what is new, changed, the same or refused, without a database.
 */
#include <string.h>

#include "server/plan/document.h"
#include "spec.h"

static const char plan_now[] =
	"{'format':'plan/1','code':'p','title_fr':'Plan','start_on':'2024-01-01','end_on':'2026-12-31',"
	"'time_zone':'Europe/Paris','stale_after_days':45,'expected':{'measures':2},"
	"'objectives':[{'number':'1','title_fr':'O','origin':'published'}],"
	"'measures':[{'number':'1','objective':'1','title_fr':'M','origin':'published','flagship':false,"
	"'weight':1,'lead':'A','partners':['B','C']}],"
	"'actions':[{'number':'1.1','measure':'1','title_fr':'X','origin':'published','level':'department',"
	"'weight':1,'start_on':'2024-02-01','initial_due_on':'2025-06-30','due_on':'2025-06-30','lead':'A',"
	"'milestones':[{'title_fr':'J','initial_due_on':'2025-01-31','due_on':'2025-01-31'}],"
	"'deployments':[{'organisation':'A','territories':['01','93']}]}]}";

static struct arena arena;
static struct err e;
static struct import_result result;
static json_t *plan, *lists, *document;

/* JSON with ' for " */
static json_t *json_of(const char *text)
{
	char *copy = arena_strdup(&arena, text);
	json_t *value;

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	value = json_loads(copy, 0, NULL);
	assert_non_null(value);
	return value;
}

static void clear(void)
{
	json_decref(result.preview);
	json_decref(result.changes);
	json_decref(plan);
	json_decref(lists);
	json_decref(document);
	result = (struct import_result){ NULL, NULL };
	plan = lists = document = NULL;
	arena_reset(&arena);
}

/* Reads `text` over the plan (`is_new`: over nothing). */
static bool reads(const char *text, bool is_new)
{
	struct import_known known = { .zone_known = true, .today = "2026-03-01", .lang = LANG_EN };

	clear();
	err_init(&e, &arena);
	lists = json_of("{'organisations':{'A':{'code':'A','name_fr':'A','kind':'police'},"
			"'B':{'code':'B','name_fr':'B','kind':'police'},"
			"'C':{'code':'C','name_fr':'C','kind':'police'}},"
			"'territories':{'FR':['national',null],'REG-84':['region','FR'],"
			"'01':['department','REG-84'],'03':['department','REG-84'],"
			"'93':['department','REG-11']}}");
	plan = is_new ? NULL : json_of(plan_now);
	document = json_of(text);
	known.plan = plan;
	known.organisations = json_object_get(lists, "organisations");
	known.territories = json_object_get(lists, "territories");
	return import_check(&result, document, &known, &e);
}

#define CHANGE(rest) "{'format':'plan/1','code':'p'," rest "}"

static json_int_t count(const char *what)
{
	return json_integer_value(json_object_get(json_object_get(result.preview, "counts"), what));
}

/* True when some fault is at `pointer` with that code. */
static bool refused(const char *pointer, const char *code)
{
	for (const struct fault *f = e.first; f; f = f->next)
		if (strcmp(f->where, pointer) == 0 && strcmp(msg_code(f->msg), code) == 0)
			return true;
	return false;
}

static bool warned(const char *code)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(result.preview, "warnings"), i, one)
		if (strcmp(import_text(one, "code"), code) == 0)
			return true;
	return false;
}

static const json_t *row(const char *list, size_t i)
{
	return json_array_get(json_object_get(result.changes, list), i);
}

IT(finds_nothing_to_do_in_the_plan_itself)
{
	assert_true(reads(plan_now, false));
	assert_int_equal(json_object_size(result.changes), 0);
	assert_int_equal(count("same"), 4);
	assert_int_equal(count("changed"), 0);
}

IT(takes_everything_of_a_plan_that_is_new)
{
	assert_true(reads(plan_now, true));
	assert_int_equal(count("new"), 4);
	assert_string_equal(import_text(row("assignments", 0), "from_on"), "2024-01-01");
	assert_true(warned("count_mismatch"));
}

IT(leaves_alone_what_is_absent)
{
	assert_true(reads(CHANGE("'actions':[{'number':'1.1'}]"), false));
	assert_int_equal(json_object_size(result.changes), 0);
}

IT(tells_old_and_new_of_each_field)
{
	const json_t *field;

	assert_true(reads(CHANGE("'measures':[{'number':'1','weight':2.5}]"), false));
	field = json_array_get(json_object_get(json_array_get(
		json_object_get(result.preview, "items"), 0), "fields"), 0);
	assert_string_equal(import_text(field, "field"), "weight");
	assert_int_equal(json_integer_value(json_object_get(field, "old")), 1);
	assert_float_equal(json_real_value(json_object_get(field, "new")), 2.5, 0);
	assert_string_equal(import_text(row("measures", 0), "title_fr"), "M");
}

IT(takes_1_and_1_0_and_another_order_of_partners_for_the_same)
{
	assert_true(reads(CHANGE("'measures':[{'number':'1','weight':1.0,'partners':['C','B']}]"), false));
	assert_int_equal(count("changed"), 0);
}

IT(erases_by_null_what_is_optional_alone)
{
	assert_true(reads(CHANGE("'actions':[{'number':'1.1','lead':null}]"), false));
	assert_null(json_object_get(row("actions", 0), "lead"));
	assert_false(reads(CHANGE("'actions':[{'number':'1.1','title_fr':null}]"), false));
	assert_true(refused("#/actions/0/title_fr", "not_null"));
}

IT(asks_of_a_new_object_its_title_its_parent_and_its_level)
{
	assert_false(reads(CHANGE("'actions':[{'number':'1.2'}]"), false));
	assert_true(refused("#/actions/0/title_fr", "required"));
	assert_true(refused("#/actions/0/measure", "required"));
	assert_true(refused("#/actions/0/level", "required"));
}

IT(lets_references_point_forward_but_not_into_nothing)
{
	assert_true(reads(CHANGE("'measures':[{'number':'2','objective':'2','title_fr':'M2'}],"
				 "'objectives':[{'number':'2','title_fr':'O2'}]"), false));
	assert_false(reads(CHANGE("'measures':[{'number':'1','objective':'9'}]"), false));
	assert_true(refused("#/measures/0/objective", "unknown_reference"));
}

IT(asks_why_a_due_date_moves_and_never_moves_the_first)
{
	assert_false(reads(CHANGE("'actions':[{'number':'1.1','due_on':'2025-09-30'}]"), false));
	assert_true(refused("#/actions/0/due_on", "reason_needed"));
	assert_true(reads(CHANGE("'actions':[{'number':'1.1','due_on':'2025-09-30','reason':'r'}]"), false));
	assert_string_equal(import_text(row("actions", 0), "initial_due_on"), "2025-06-30");
	assert_string_equal(import_text(row("actions", 0), "reason"), "r");
	assert_false(reads(CHANGE("'actions':[{'number':'1.1','initial_due_on':'2025-09-30'}]"), false));
	assert_true(refused("#/actions/0/initial_due_on", "initial_stays"));
	assert_false(reads(CHANGE("'actions':[{'number':'1.1','milestones':[{'title_fr':'J',"
				  "'due_on':'2025-02-28'}]}]"), false));
	assert_true(refused("#/actions/0/milestones/0/due_on", "reason_needed"));
}

IT(gives_an_organisation_one_role)
{
	assert_true(reads(CHANGE("'measures':[{'number':'1','lead':'B'}]"), false));
	assert_int_equal(json_array_size(json_object_get(row("measures", 0), "partners")), 1);
	assert_string_equal(import_text(row("assignments", 0), "from_on"), "2026-03-01");
	assert_false(reads(CHANGE("'measures':[{'number':'1','lead':'B','partners':['B']}]"), false));
	assert_true(refused("#/measures/0/partners", "two_roles"));
}

IT(deploys_regions_and_the_nation_without_what_is_excepted)
{
	const json_t *territories;

	assert_true(reads(CHANGE("'actions':[{'number':'1.1','deployments':[{'organisation':'B',"
				 "'territories':['FR'],'except':['93']}]}]"), false));
	territories = json_object_get(row("deployments", 0), "territories");
	assert_int_equal(json_array_size(territories), 2);
	assert_true(reads(CHANGE("'actions':[{'number':'1.1','deployments':[{'organisation':'A',"
				 "'territories':['REG-84']}]}]"), false));
	territories = json_object_get(row("deployments", 0), "territories");
	assert_int_equal(json_array_size(territories), 1);	/* 01 is there */
	assert_string_equal(json_string_value(json_array_get(territories, 0)), "03");
}

IT(refuses_territories_with_what_would_be_right)
{
	assert_false(reads(CHANGE("'actions':[{'number':'1.1','deployments':[{'organisation':'B',"
				  "'territories':['1','20','975']}]}]"), false));
	assert_true(refused("#/actions/0/deployments/0/territories/0", "unknown_territory"));
	assert_int_equal(e.fault_count, 3);
	assert_non_null(strstr(fault_detail(&e, e.first, LANG_EN), "01"));
}

IT(tells_all_faults_at_once)
{
	assert_false(reads("{'format':'plan/1','code':'P','start_on':'2025-06-31','titel_fr':'x',"
			   "'objectives':[{'number':'1'},{'number':'1'},3,{'number':'1..2'}],"
			   "'actions':[{'number':'1.1','lead':'AA','level':'local','weight':'x'}]}", false));
	assert_true(refused("#/code", "bad_code"));
	assert_true(refused("#/start_on", "bad_date"));
	assert_true(refused("#/titel_fr", "unknown_field"));
	assert_true(refused("#/objectives/1/number", "duplicate"));
	assert_true(refused("#/objectives/2", "wrong_type"));
	assert_true(refused("#/objectives/3/number", "bad_number"));
	assert_true(refused("#/actions/0/lead", "unknown_organisation"));
	assert_true(refused("#/actions/0/level", "bad_choice"));
	assert_true(refused("#/actions/0/weight", "wrong_type"));
	assert_int_equal(count("refused"), e.fault_count);
}

IT(refuses_what_is_no_plan_before_anything_else)
{
	assert_false(reads("{'format':'plan/2','code':'p','x':1}", false));
	assert_int_equal(e.fault_count, 1);
	assert_true(refused("#/format", "plan_format"));
}

IT(warns_without_refusing)
{
	assert_true(reads(CHANGE("'organisations':[{'code':'A','name_fr':'Autre'}],"
				 "'actions':[{'number':'1.1','due_on':'2027-01-31','reason':'r',"
				 "'declared':{'status':'done'}}]"), false));
	assert_true(warned("organisation_changed"));
	assert_true(warned("outside_plan"));
	assert_true(warned("status_ignored"));
	assert_true(warned("count_mismatch"));
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	clear();
	arena_free(&arena);
	return 0;
}

SPEC_WITH("a plan/1 document", set_up, tear_down,
	  RUN(finds_nothing_to_do_in_the_plan_itself),
	  RUN(takes_everything_of_a_plan_that_is_new),
	  RUN(leaves_alone_what_is_absent),
	  RUN(tells_old_and_new_of_each_field),
	  RUN(takes_1_and_1_0_and_another_order_of_partners_for_the_same),
	  RUN(erases_by_null_what_is_optional_alone),
	  RUN(asks_of_a_new_object_its_title_its_parent_and_its_level),
	  RUN(lets_references_point_forward_but_not_into_nothing),
	  RUN(asks_why_a_due_date_moves_and_never_moves_the_first),
	  RUN(gives_an_organisation_one_role),
	  RUN(deploys_regions_and_the_nation_without_what_is_excepted),
	  RUN(refuses_territories_with_what_would_be_right),
	  RUN(tells_all_faults_at_once),
	  RUN(refuses_what_is_no_plan_before_anything_else),
	  RUN(warns_without_refusing))
