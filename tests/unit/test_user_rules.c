/* The rules of people: passwords, waiting after failures, what a right needs. */
#include "spec.h"

#include <string.h>

#include "server/user/user_rules.h"

static struct arena a;
static struct err e;

static int fresh(void **state)
{
	(void)state;
	arena_init(&a);
	err_init(&e, &a);
	return 0;
}

static int freed(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fresh, freed)

/* ------------------------------------------------------------------ passwords */

/* The message that refuses it, or MSG_NONE. */
static enum msg judged(const char *password)
{
	bool fine;

	err_init(&e, &a);
	fine = password_acceptable(password, "c.martin", "Camille Martin-Dubois", "#/password", &e);
	assert_int_equal(fine, e.first == NULL);
	if (fine)
		return MSG_NONE;
	assert_string_equal(e.first->where, "#/password");
	assert_int_equal(e.code, ERR_INVALID);
	return e.first->msg;
}

IT(takes_sentences_and_random_characters_in_any_script)
{
	static const char *const good[] = {
		"correct horse battery staple", "lema-tuba-deve-vade-maze-1722",
		"le chat dort sous la pluie", "Tr0ub4dor&3-xkQz!", "пароль мой очень длинный",
		"日本語のとても長い合言葉です、はい", "gZ8#qP2$vN5&wK1", "éàüïôçñß-øåæœ-ðþł",
		"840175936204857", "la femme d'en face lit",
	};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (judged(good[i]) != MSG_NONE)
			fail_msg("refused: %s (%s)", good[i], msg_code(e.first->msg));
}

IT(counts_characters_and_not_bytes_at_both_bounds)
{
	char text[2 * 129 + 1] = "";

	assert_int_equal(judged("kq7!zvbx#m2wtr"), MSG_PASSWORD_SHORT);		/* 14 */
	assert_int_equal(judged("kq7!zvbx#m2wtrj"), MSG_NONE);			/* 15 */
	assert_int_equal(judged("éàùéàùéàùéàùéà"), MSG_PASSWORD_SHORT);		/* 14 in 28 bytes */
	for (int i = 0; i < 128; i++)
		strcat(text, (const char *[]){ "é", "k", "ù", "z", "q", "à", "v" }[i * i % 7]);
	assert_int_equal(judged(text), MSG_NONE);
	strcat(text, "x");
	assert_int_equal(judged(text), MSG_PASSWORD_LONG);
}

IT(refuses_what_lists_of_guesses_begin_with)
{
	static const char *const bad[] = {
		"motdepasse123456", "MotDePasse2024!!", "p4ssw0rdp4ssw0rd", "azertyuiopqsdfgh",
		"qwertyuiopasdfghjkl", "aaaaaaaaaaaaaaa", "abcabcabcabcabc", "123456789012345",
		"987654321098765", "bonjourbonjour1", "Bienvenue-2026-!", "passwordpassword",
		"tulipetulipetulipe", "admin-admin-admin", "Bonjour-Bonjour-1", "soleil soleil 75",
		"abcdefghijklmnop", "zyxwvutsrqponmlk", "Janvier2026Janvier", "               a",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (judged(bad[i]) != MSG_PASSWORD_COMMON)
			fail_msg("taken: %s", bad[i]);
}

IT(refuses_the_login_and_parts_of_the_name)
{
	assert_int_equal(judged("xq C.Martin zebulon vw"), MSG_PASSWORD_PERSONAL);
	assert_int_equal(judged("zebre vert CAMILLE nuage"), MSG_PASSWORD_PERSONAL);
	assert_int_equal(judged("zebre vert dubois nuage"), MSG_PASSWORD_PERSONAL);
	assert_int_equal(judged("zebre vert camion nuage"), MSG_NONE);
}

/* ------------------------------------------------------------------ failures */

IT(lets_five_failures_pass_then_doubles_the_wait_up_to_five_minutes)
{
	static const int64_t waits[] = { 0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 300, 300 };

	for (int i = 0; i < 12; i++) {
		struct failures f = { .account = i, .own = i };

		assert_int_equal(sign_in_wait_s(&f), waits[i]);
		f.account_age_s = f.own_age_s = waits[i];
		assert_int_equal(sign_in_wait_s(&f), 0);
	}
	assert_int_equal(sign_in_wait_s(&(struct failures){ .account = 7, .own = 1, .account_age_s = 20 }), 40);
}

IT(keeps_the_account_open_where_its_person_signed_in_lately)
{
	assert_int_equal(sign_in_wait_s(&(struct failures){ .account = 1000, .known = true }), 0);
	assert_int_equal(sign_in_wait_s(&(struct failures){ .account = 1000, .known = true, .own = 5,
							     .own_age_s = 5 }), 10);
}

IT(lets_a_new_place_try_while_the_account_has_few_failures)
{
	assert_int_equal(sign_in_wait_s(&(struct failures){ .account = 14 }), 0);
	assert_int_equal(sign_in_wait_s(&(struct failures){ .account = 15, .account_age_s = 1 }), 299);
}

IT(makes_a_busy_address_wait_whatever_the_account)
{
	assert_int_equal(sign_in_wait_s(&(struct failures){ .known = true, .address_free_s = 77 }), 77);
}

/* However it is gone about, from one place or from a thousand. */
IT(looks_at_fewer_than_twenty_passwords_in_a_quarter_of_an_hour)
{
	for (int places = 1; places <= 1000; places *= 10) {
		static int64_t own[1000];
		int64_t last = -1000;
		int looked_at = 0;

		memset(own, 0, sizeof own);
		for (int64_t now = 0; now < 900; now++)
			for (int p = 0; p < places; p++) {
				struct failures f = { .account = looked_at, .account_age_s = now - last,
						      .own = own[p] };

				if (sign_in_wait_s(&f) > 0)
					continue;
				own[p]++;
				looked_at++;
				last = now;
			}
		assert_in_range(looked_at, 5, 19);
	}
}

IT(says_waits_in_seconds_then_in_minutes)
{
	assert_string_equal(wait_text(&a, 15), "15 s");
	assert_string_equal(wait_text(&a, 240), "4 min");
	assert_string_equal(wait_text(&a, 241), "5 min");
}

/* ------------------------------------------------------------------ rights */

static bool wished(const char *role, const char *plan, const char *organisation,
		   const char *territories)
{
	struct grant_wish w = { role, plan, organisation, territories };

	err_init(&e, &a);
	return grant_acceptable(&w, &e);
}

IT(takes_rights_whose_parts_go_together)
{
	assert_true(wished("viewer", "p", NULL, NULL));
	assert_true(wished("analyst", "p", NULL, NULL));
	assert_true(wished("coordinator", "p", NULL, NULL));
	assert_true(wished("contributor", "p", "DGPN", "93,75"));
	assert_true(wished("admin", NULL, NULL, NULL));
}

IT(tells_each_part_that_is_missing_or_too_many)
{
	assert_false(wished("contributor", NULL, NULL, NULL));
	assert_int_equal(e.fault_count, 3);
	assert_string_equal(e.first->where, "#/plan");
	assert_string_equal(e.last->where, "#/territories");
	assert_false(wished("admin", "p", NULL, NULL));
	assert_int_equal(e.first->msg, MSG_GRANT_REFUSES);
	assert_false(wished("viewer", "p", "DGPN", "93"));
	assert_int_equal(e.fault_count, 2);
	assert_false(wished("chief", "p", NULL, NULL));
	assert_string_equal(e.first->where, "#/role");
	assert_int_equal(e.first->msg, MSG_BAD_CHOICE);
}

SPEC("people's rules",
     CASE(takes_sentences_and_random_characters_in_any_script),
     CASE(counts_characters_and_not_bytes_at_both_bounds),
     CASE(refuses_what_lists_of_guesses_begin_with),
     CASE(refuses_the_login_and_parts_of_the_name),
     CASE(lets_five_failures_pass_then_doubles_the_wait_up_to_five_minutes),
     CASE(keeps_the_account_open_where_its_person_signed_in_lately),
     CASE(lets_a_new_place_try_while_the_account_has_few_failures),
     CASE(makes_a_busy_address_wait_whatever_the_account),
     CASE(looks_at_fewer_than_twenty_passwords_in_a_quarter_of_an_hour),
     CASE(says_waits_in_seconds_then_in_minutes),
     CASE(takes_rights_whose_parts_go_together),
     CASE(tells_each_part_that_is_missing_or_too_many))
