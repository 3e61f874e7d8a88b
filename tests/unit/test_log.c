/* One line an event, and nothing that a client sends can forge another. */
#include "spec.h"

#include <stdbool.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "text.h"

static int kept_stderr = -1, in;
static char line[16384];

static int caught(void **state)
{
	int pipe_fd[2];

	(void)state;
	if (pipe(pipe_fd) != 0)
		return -1;
	in = pipe_fd[0];
	fcntl(in, F_SETFL, O_NONBLOCK);
	kept_stderr = dup(STDERR_FILENO);
	dup2(pipe_fd[1], STDERR_FILENO);
	close(pipe_fd[1]);
	log_open(LOG_INFO);
	return 0;
}

static int released(void **state)
{
	(void)state;
	dup2(kept_stderr, STDERR_FILENO);
	close(kept_stderr);
	close(in);
	return 0;
}

/* What was written since the last time. */
static const char *written(void)
{
	ssize_t n = read(in, line, sizeof line - 1);

	line[n > 0 ? n : 0] = '\0';
	return line;
}

static int line_feeds(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

IT(writes_time_level_event_and_pairs)
{
	log_event(LOG_INFO, "request", "method", "GET", "status", "200");
	assert_non_null(strstr(written(), "Z level=info event=request method=GET status=200\n"));
	assert_memory_equal(line, "time=20", 7);
}

IT(leaves_out_what_has_no_value)
{
	log_event(LOG_WARN, "request", "user", NULL, "ms", "3");
	assert_non_null(strstr(written(), "level=warn event=request ms=3\n"));
}

IT(writes_an_event_alone)
{
	log_event(LOG_ERROR, "stopped");
	assert_non_null(strstr(written(), "level=error event=stopped\n"));
}

IT(keeps_quiet_above_its_level)
{
	log_event(LOG_DEBUG, "noise");
	assert_string_equal(written(), "");
	log_open(LOG_DEBUG);
	log_event(LOG_DEBUG, "noise");
	assert_non_null(strstr(written(), "level=debug event=noise"));
}

IT(quotes_and_escapes_so_that_no_line_can_be_forged)
{
	log_event(LOG_INFO, "e", "v", "a\nlevel=error event=forged");
	assert_non_null(strstr(written(), "v=\"a\\nlevel=error event=forged\"\n"));
	assert_int_equal(line_feeds(line), 1);
	log_event(LOG_INFO, "e", "v", "say \"hi\" \\", "w", "");
	assert_non_null(strstr(written(), "v=\"say \\\"hi\\\" \\\\\" w=\"\"\n"));
}

IT(escapes_what_a_terminal_would_obey)
{
	log_event(LOG_INFO, "e", "v", "\x1B[31m\r\x7F\xC2\x9B" "31m");
	assert_non_null(strstr(written(), "v=\"\\x1b[31m\\x0d\\x7f\\xc2\\x9b31m\"\n"));
}

IT(shows_letters_as_they_are_and_wrong_bytes_as_numbers)
{
	log_event(LOG_INFO, "e", "v", "été 😀 \xFF\xC3");
	assert_non_null(strstr(written(), "v=\"été 😀 \\xff\\xc3\"\n"));
}

IT(cuts_a_line_that_is_too_long_and_ends_it)
{
	static char big[20000];

	for (size_t len = 3900; len < 4300; len++) {
		memset(big, ' ', len);
		big[len] = '\0';
		log_event(LOG_INFO, "e", "v", big, "w", "a b", "x", "after");
		written();
		assert_true(strlen(line) <= 4096);
		assert_int_equal(line_feeds(line), 1);
		assert_int_equal(line[strlen(line) - 1], '\n');
	}
	memset(big, '\xC3', sizeof big - 1);
	log_event(LOG_INFO, "e", "v", big);
	assert_true(text_utf8_valid(written(), strlen(line)));
}

#define EACH(name) cmocka_unit_test_setup_teardown(name, caught, released)

SPEC("the log",
     EACH(writes_time_level_event_and_pairs),
     EACH(leaves_out_what_has_no_value),
     EACH(writes_an_event_alone),
     EACH(keeps_quiet_above_its_level),
     EACH(quotes_and_escapes_so_that_no_line_can_be_forged),
     EACH(escapes_what_a_terminal_would_obey),
     EACH(shows_letters_as_they_are_and_wrong_bytes_as_numbers),
     EACH(cuts_a_line_that_is_too_long_and_ends_it))
