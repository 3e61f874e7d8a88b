/* What a person typed. */
#include "spec.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *const fields[] = { "progress", "status", "comment", "late", NULL };

IT(accepts_well_formed_utf8)
{
	static const char text[] = "a é € 😀 \xEF\xBF\xBF \xF4\x8F\xBF\xBF";

	assert_true(text_utf8_valid(text, sizeof text - 1));
	assert_true(text_utf8_valid("", 0));
	assert_true(text_utf8_valid("\0", 1));
}

IT(refuses_overlong_forms_surrogates_and_cut_sequences)
{
	static const char *const bad[] = {
		"\x80", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x80\xAF", "\xE2\x82", "\xED\xA0\x80",
		"\xED\xBF\xBF", "\xF0\x80\x80\xAF", "\xF0\x9F\x98", "\xF4\x90\x80\x80",
		"\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(text_utf8_valid(bad[i], strlen(bad[i])));
}

IT(looks_at_no_byte_after_the_last)
{
	char *cut = malloc(2);

	assert_non_null(cut);
	memcpy(cut, "\xE2\x82", 2);
	assert_false(text_utf8_valid(cut, 2));
	free(cut);
}

IT(counts_characters_not_bytes)
{
	assert_int_equal(text_length("été 😀"), 5);
	assert_int_equal(text_length(""), 0);
}

IT(allows_tab_and_line_feed_and_no_other_control_character)
{
	assert_true(text_printable("a\tb\nc é \u2028 \u00A0 עברית \u200F"));
	for (int c = 0x80; c < 0xA0; c++)
		assert_false(text_printable((char[]){ 'x', '\xC2', (char)c, '\0' }));
	for (char c = 1; c < ' '; c++) {
		char text[] = { 'x', c, '\0' };

		assert_int_equal(text_printable(text), c == '\t' || c == '\n');
	}
	assert_false(text_printable("\x7F"));
}

IT(lets_no_text_be_shown_in_another_order_than_it_is_in)
{
	assert_false(text_printable("facture\u202Efdp.exe"));
	assert_false(text_printable("\u202Dx"));
	assert_true(text_plain("compte rendu – été 2026.pdf"));
	for (const char *const *c = (const char *const[]){ "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202E",
			"\u2066", "\u2067", "\u2068", "\u2069", "a\tb", "a\nb", "\xC2\x9B", NULL }; *c; c++)
		assert_false(text_plain(*c));
	assert_true(text_plain("\u2013\u202F\u2070"));
}

IT(finds_the_word_that_was_meant)
{
	assert_string_equal(text_nearest("progres", fields), "progress");
	assert_string_equal(text_nearest("progerss", fields), "progress");
	assert_string_equal(text_nearest("Progress", fields), "progress");
	assert_string_equal(text_nearest("staus", fields), "status");
	assert_string_equal(text_nearest("comments", fields), "comment");
}

IT(suggests_nothing_for_a_word_further_than_a_third_of_its_length)
{
	assert_null(text_nearest("xyz", fields));
	assert_null(text_nearest("l", fields));
	assert_null(text_nearest("", fields));
	assert_null(text_nearest("x", (const char *const[]){ NULL }));
}

IT(suggests_nothing_for_a_very_long_word)
{
	char word[5000];

	memset(word, 'a', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	assert_null(text_nearest(word, fields));
}

IT(joins_words_and_cuts_at_a_whole_word)
{
	char out[64], small[20], none[1];

	text_join(out, sizeof out, fields);
	assert_string_equal(out, "progress, status, comment, late");
	text_join(small, sizeof small, fields);
	assert_string_equal(small, "progress, status");
	text_join(none, sizeof none, fields);
	assert_string_equal(none, "");
}

IT(finds_whole_words_of_a_list)
{
	assert_true(text_in_list("b", "a b c"));
	assert_true(text_in_list("c", " a  c "));
	assert_false(text_in_list("bc", "a b c"));
	assert_false(text_in_list("a", "ab"));
	assert_false(text_in_list("", "a b"));
	assert_false(text_in_list("a", ""));
}

IT(folds_names_as_people_compare_them)
{
	char out[32], small[6];

	text_fold(out, sizeof out, "  Côte-d’Or ");
	assert_string_equal(out, "cote d or");
	text_fold(out, sizeof out, "RHÔNE");
	assert_string_equal(out, "rhone");
	text_fold(out, sizeof out, "— ; —");
	assert_string_equal(out, "");
	text_fold(small, sizeof small, "Seine-Maritime");
	assert_string_equal(small, "seine");
}

SPEC("text",
     RUN(accepts_well_formed_utf8),
     RUN(refuses_overlong_forms_surrogates_and_cut_sequences),
     RUN(looks_at_no_byte_after_the_last),
     RUN(counts_characters_not_bytes),
     RUN(allows_tab_and_line_feed_and_no_other_control_character),
     RUN(lets_no_text_be_shown_in_another_order_than_it_is_in),
     RUN(finds_the_word_that_was_meant),
     RUN(suggests_nothing_for_a_word_further_than_a_third_of_its_length),
     RUN(suggests_nothing_for_a_very_long_word),
     RUN(joins_words_and_cuts_at_a_whole_word),
     RUN(finds_whole_words_of_a_list),
     RUN(folds_names_as_people_compare_them))
