/* A message as it goes out: nothing in it can break out of its header, any server takes its lines. */
#include "spec.h"

#include <string.h>

#include "mail.h"
#include "server/outbox/outbox_rules.h"

static struct arena a;

static const char *written(const char *subject, const char *body)
{
	return mail_write(&a, &(struct mail_text){ .from = "vigie@mail.example", .from_name = "Vigie",
			.to = "c.martin@service.example", .subject = subject, .message_id = "<1@vigie.example>",
			.choices_url = "https://vigie.example/account.html#mail", .lang = "fr", .body = body,
			.at_us = 1772787600000000 });
}

static const char *body_of(const char *text)
{
	return strstr(written("x", text), "\r\n\r\n") + 4;
}

IT(writes_the_headers_of_rfc_5322)
{
	const char *m = written("Bonjour", "x\n");

	assert_non_null(strstr(m, "Date: Fri, 6 Mar 2026 09:00:00 +0000\r\n"));
	assert_non_null(strstr(m, "From: Vigie <vigie@mail.example>\r\n"));
	assert_non_null(strstr(m, "To: <c.martin@service.example>\r\n"));
	assert_non_null(strstr(m, "Subject: Bonjour\r\n"));
	assert_non_null(strstr(m, "Message-ID: <1@vigie.example>\r\n"));
	assert_non_null(strstr(m, "List-Unsubscribe: <https://vigie.example/account.html#mail>\r\n"));
}

IT(never_lets_a_subject_begin_another_header)
{
	const char *m = written("Bonjour\r\nBcc: x@y.example\r\n\r\nTexte", "x\n");

	assert_non_null(strstr(m, "Subject: Bonjour  Bcc: x@y.example    Texte\r\n"));
	assert_null(strstr(m, "\nBcc:"));
}

IT(writes_a_subject_with_accents_as_words_of_whole_characters)
{
	const char *m = written("Remontée de février 2026 : à rendre au plus tard le 20 mars, "
				"« rien à signaler » compris", "x\n");
	const char *line = strstr(m, "Subject: ");

	assert_memory_equal(line, "Subject: =?UTF-8?B?", 19);
	for (const char *next; line && *line != '\r'; line = next ? next + 2 : NULL) {
		next = strstr(line, "\r\n");
		assert_true(next - line <= 78);
		if (next[2] != ' ')
			break;
	}
	assert_non_null(strstr(written("=?UTF-8?B?eA==?=", "x\n"), "Subject: =?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?="));
}

IT(writes_the_body_as_quoted_printable)
{
	assert_string_equal(body_of("a=b\n"), "a=3Db\r\n");
	assert_string_equal(body_of("été\n"), "=C3=A9t=C3=A9\r\n");
	assert_string_equal(body_of("fin \n-- \n"), "fin=20\r\n--=20\r\n");
	assert_string_equal(body_of("a\tb\r\n"), "a=09b=0D\r\n");
}

IT(keeps_every_line_short)
{
	char text[2001] = "";

	for (int i = 0; i < 1000; i++)
		strcat(text, "é");
	for (const char *line = body_of(text); *line; ) {
		size_t len = strcspn(line, "\r");

		assert_true(len <= 76);
		line += len + (line[len] ? 2 : 0);
	}
}

IT(knows_an_address_from_what_is_more_or_less_than_one)
{
	assert_true(mail_address_valid("c.martin+vigie@police.interieur.example"));
	assert_true(mail_address_valid("a@localhost"));
	for (const char *const *w = (const char *const[]){ "", "a", "@b", "a@", "a@b.", "a@.b", "a@b..c",
			"a b@c.d", "a@b\r\nBcc: x@y", "a@b>", "<a@b>", "A B <a@b>", "a@b,c@d", "é@b.c", "a@-b.c",
			"a@b_c", "a@b@c", NULL }; *w; w++)
		assert_false(mail_address_valid(*w));
}

IT(tries_again_later_and_later_and_in_the_end_no_more)
{
	int waits[] = { 60, 240, 960, 3840, 14400, 14400 };

	for (int i = 0; i < 6; i++) {
		struct outbox_next n = outbox_after(MAIL_LATER, i + 1, 60);

		assert_string_equal(n.state, "queued");
		assert_int_equal(n.wait_s, waits[i]);
	}
	assert_string_equal(outbox_after(MAIL_LATER, 15, 60).state, "failed");
	assert_string_equal(outbox_after(MAIL_UNKNOWN, 1, 60).state, "unknown");
	assert_string_equal(outbox_after(MAIL_REFUSED, 1, 60).state, "failed");
	assert_string_equal(outbox_after(MAIL_SENT, 15, 60).state, "sent");
}

static int freed(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

SPEC_WITH("a message", NULL, freed,
	  RUN(writes_the_headers_of_rfc_5322),
	  RUN(never_lets_a_subject_begin_another_header),
	  RUN(writes_a_subject_with_accents_as_words_of_whole_characters),
	  RUN(writes_the_body_as_quoted_printable),
	  RUN(keeps_every_line_short),
	  RUN(knows_an_address_from_what_is_more_or_less_than_one),
	  RUN(tries_again_later_and_later_and_in_the_end_no_more))
