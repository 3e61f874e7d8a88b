/*
 * What the commands share.
 */
#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"

bool command_read(const char *word[COMMAND_WORDS], int *words, int argc, char **argv, const struct option *options,
		  bool (*take)(void *command, int key), void *command)
{
	int key;

	*words = 0;
	optind = 1;
	while ((key = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take(command, key))
			return false;
	for (; optind < argc; optind++) {
		if (*words == COMMAND_WORDS)
			return false;
		word[(*words)++] = argv[optind];
	}
	return true;
}

static char *read_up_to(size_t *len, FILE *f, size_t max, struct arena *a)
{
	size_t room = 1 << 16, n = 1;
	char *bytes = arena_alloc(a, room + 1);

	for (*len = 0; n > 0 && *len <= max; *len += n) {
		if (*len == room) {
			char *more = arena_alloc(a, 2 * room + 1);

			memcpy(more, bytes, *len);
			bytes = more;
			room *= 2;
		}
		n = fread(bytes + *len, 1, (room <= max ? room : max + 1) - *len, f);
	}
	bytes[*len] = '\0';
	return bytes;
}

bool command_file(char **bytes, size_t *len, const char *path, size_t max, struct arena *a, struct err *e)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	int fault;

	if (!f)
		return errno == ENOENT ? err_set(e, ERR_INVALID, MSG_NO_FILE, path) :
					 err_set(e, ERR_INVALID, MSG_UNREADABLE_FILE, path, strerror(errno));
	*bytes = read_up_to(len, f, max, a);
	fault = ferror(f) ? errno : 0;
	if (f != stdin)
		fclose(f);
	if (fault)
		return err_set(e, ERR_INVALID, MSG_UNREADABLE_FILE, path, strerror(fault));
	return *len <= max || err_set(e, ERR_INVALID, MSG_FILE_TOO_LARGE, path, text_limit(a, max));
}

static enum lang spoken;
static bool chosen;

void command_speak(enum lang lang)
{
	spoken = lang;
	chosen = true;
}

enum lang command_lang(void)
{
	const char *lang = getenv("LANG");

	if (chosen)
		return spoken;
	return lang && strncmp(lang, "fr", 2) == 0 ? LANG_FR : LANG_EN;
}

bool command_connect(struct db_session *s, const struct config *config, const char *login, int query_ms,
		     struct arena *a, struct err *e)
{
	*s = (struct db_session){ .request_id = "command",
				  .context = login ? arena_printf(a, "service:%s", login) : "service" };
	return db_open(&s->db, &(struct db_config){ .url = config->database_url, .pool_size = 1,
			.lease_ms = (int)config->lease_ms, .query_ms = query_ms }, e);
}

bool command_plan(int64_t *plan_id, struct db_session *s, const char *code, const char *login, struct err *e)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, s, Q_series_plan, (const char *[]){ code, login }, e))
		return false;
	if (login && db_null(r, 0, 2))
		return err_set(e, ERR_NOT_FOUND, MSG_UNKNOWN_PERSON, login);
	if (db_i64(r, 0, 1) == 0 && code)
		return err_set(e, ERR_NOT_FOUND, MSG_NO_PLAN, code);
	*plan_id = db_i64(r, 0, 1) == 1 ? db_i64(r, 0, 0) : 0;
	return true;
}

bool command_one_plan(int64_t *plan_id, struct db_session *s, const char *code, const char *login, struct err *e)
{
	return command_plan(plan_id, s, code, login, e) &&
	       (*plan_id || err_set(e, ERR_PARAMETER, MSG_WHICH_PLAN));
}

bool command_as_of(const char **out, const char *text, const char *zone, struct arena *a, struct err *e)
{
	int64_t us, now = clock_now_us();
	int32_t day = 0;
	bool whole;

	*out = NULL;
	if (!text)
		return true;
	whole = day_parse(&day, text);
	if (!whole && !instant_parse(&us, text))
		return err_add_param(e, "as_of", MSG_BAD_AS_OF, text);
	if (whole ? day > clock_today(zone) : us > now)
		return err_add_param(e, "as_of", MSG_AS_OF_FUTURE);
	us = whole ? day_end_us(day, zone) : us;
	if (us < now && !(whole && day == clock_today(zone)))
		*out = arena_strdup(a, instant_format(us).text);
	return true;
}
