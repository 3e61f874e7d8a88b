/*
 * The table of settings, in alphabetical order, and the four places they come from.
 */
#include "config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "mail.h"
#include "text.h"

/* A secret may come from a file or the environment, not from an argument, which everybody sees in ps. */
enum type { NUMBER, TEXT, SWITCH, DAY, SECRET };

struct setting {
	const char *name;
	enum type type;
	const char *unit;
	int64_t min, max;
	const char *fallback;	/* the default */
	size_t offset;		/* in struct config */
	const char *about;
};

#define AT(field) offsetof(struct config, field)

static const struct setting settings[] = {
	{ "address", TEXT, "", 0, 0, "127.0.0.1", AT(address),
	  "address to listen on; anything but loopback needs trusted_proxy" },
	{ "argon2_memory", NUMBER, "KiB", 8192, 1048576, "65536", AT(argon2_memory),
	  "memory of one password hash" },
	{ "argon2_parallel", NUMBER, "", 1, 64, "2", AT(argon2_parallel),
	  "password hashes computed at once" },
	{ "argon2_passes", NUMBER, "", 1, 16, "2", AT(argon2_passes), "passes of one password hash" },
	{ "argon2_queue", NUMBER, "", 0, 1000, "20", AT(argon2_queue),
	  "sign-ins that may wait for a hash; more are answered 503" },
	{ "cache_mb", NUMBER, "MB", 0, 4096, "64", AT(cache_mb),
	  "memory for answers kept ready to send; 0 builds each one anew" },
	{ "compute", SWITCH, "", 0, 0, "on", AT(compute),
	  "computes indicators inside the server; off when `vigie compute` does it" },
	{ "database_owner_url", TEXT, "", 0, 0, "", AT(database_owner_url),
	  "database as its owner, for migrations" },
	{ "database_url", TEXT, "", 0, 0, "", AT(database_url),
	  "database as the application's role, which owns nothing" },
	{ "drain_ms", NUMBER, "ms", 0, 60000, "7000", AT(drain_ms),
	  "time given to answers in flight when the server stops" },
	{ "lab_parallel", NUMBER, "", 1, 64, "2", AT(lab_parallel),
	  "plugins checked, tested and tried at once for those who write them" },
	{ "lab_queue", NUMBER, "", 0, 1000, "8", AT(lab_queue),
	  "requests that may wait for that; more are answered 503" },
	{ "lab_wait_ms", NUMBER, "ms", 1, 60000, "5000", AT(lab_wait_ms), "how long they may wait" },
	{ "lease_ms", NUMBER, "ms", 1, 60000, "1500", AT(lease_ms),
	  "wait for a free database connection" },
	{ "log_level", TEXT, "", 0, 0, "info", AT(log_level), "error, warn, info or debug" },
	{ "metrics", SWITCH, "", 0, 0, "on", AT(metrics), "serves /metrics to this machine" },
	{ "package_rows", NUMBER, "", 1, 1000000, "100000", AT(package_rows),
	  "figures in one file of a plan's archive; a longer series takes several" },
	{ "plugins_dir", TEXT, "", 0, 0, "plugins", AT(plugins_dir), "plugins that come with the server" },
	{ "pool_size", NUMBER, "", 1, 100, "16", AT(pool_size), "database connections at most" },
	{ "port", NUMBER, "", 0, 65535, "8080", AT(port), "port to listen on; 0 takes a free one" },
	{ "port_search", SWITCH, "", 0, 0, "off", AT(port_search),
	  "takes the next free port when `port` is taken" },
	{ "public_url", TEXT, "", 0, 0, "", AT(public_url),
	  "address that people use, such as https://vigie.example; by default http://address:port" },
	{ "query_ms", NUMBER, "ms", 10, 60000, "4000", AT(query_ms), "deadline of one database round trip" },
	{ "request_ms", NUMBER, "ms", 100, 60000, "10000", AT(request_ms),
	  "deadline of headers, and of a body" },
	{ "session_idle_min", NUMBER, "min", 1, 1440, "30", AT(session_idle_min),
	  "a session ends after so long without a request" },
	{ "session_max_h", NUMBER, "h", 1, 168, "10", AT(session_max_h),
	  "a session ends after so long in any case" },
	{ "smtp_ca_file", TEXT, "", 0, 0, "", AT(smtp_ca_file),
	  "certificates that the mail server's is held against, by default those of the system" },
	{ "smtp_from", TEXT, "", 0, 0, "", AT(smtp_from), "address that mail comes from" },
	{ "smtp_password", SECRET, "", 0, 0, "", AT(smtp_password), "for smtp_user" },
	{ "smtp_retry_s", NUMBER, "s", 1, 3600, "60", AT(smtp_retry_s),
	  "before a second try of a message; each wait after that is four times as long, up to 240 times the first" },
	{ "smtp_timeout_s", NUMBER, "s", 1, 300, "30", AT(smtp_timeout_s),
	  "time given to the mail server for one message" },
	{ "smtp_url", TEXT, "", 0, 0, "", AT(smtp_url),
	  "mail server, smtp://host:587 or smtps://host; none: no mail is sent" },
	{ "smtp_user", TEXT, "", 0, 0, "", AT(smtp_user), "account at the mail server" },
	{ "threads", NUMBER, "", 4, 4096, "320", AT(threads), "connections open at once" },
	{ "time_zone", TEXT, "", 0, 0, "Europe/Paris", AT(time_zone), "where a day begins and ends" },
	{ "today", DAY, "", 0, 0, "", AT(today), "fixes the day, for demonstrations and tests" },
	{ "trusted_proxy", TEXT, "", 0, 0, "", AT(trusted_proxy),
	  "address of the proxy whose X-Forwarded-For is believed" },
	{ "web_dir", TEXT, "", 0, 0, "web/dist", AT(web_dir), "built pages" },
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* Everything one load needs, passed around as one. */
struct load {
	struct config *config;
	struct arena *arena;
	char *message;
	size_t message_size;
};

static const struct setting *setting_find(const char *name, size_t len)
{
	for (size_t i = 0; i < SETTINGS; i++)
		if (strlen(settings[i].name) == len && strncmp(settings[i].name, name, len) == 0)
			return &settings[i];
	return NULL;
}

static bool refuse(struct load *l, const char *from, const char *name, const char *why)
{
	snprintf(l->message, l->message_size, "%s: %s: %s", from, name, why);
	return false;
}

static bool read_number(int64_t *out, const char *text, int64_t min, int64_t max)
{
	char *end;
	long long n;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno || end == text || *end || n < min || n > max || isspace((unsigned char)*text))
		return false;
	*out = n;
	return true;
}

static bool read_switch(bool *out, const char *text)
{
	*out = text_in_list(text, "on yes true 1");
	return *out || text_in_list(text, "off no false 0");
}

/* Puts `text` into the field of `s`. */
static bool set(struct load *l, const struct setting *s, const char *text, const char *from)
{
	char *field = (char *)l->config + s->offset;
	char why[120];

	switch (s->type) {
	case NUMBER:
		if (read_number((int64_t *)(void *)field, text, s->min, s->max))
			return true;
		snprintf(why, sizeof why, "a whole number from %lld to %lld%s%s is expected",
			 (long long)s->min, (long long)s->max, *s->unit ? " " : "", s->unit);
		return refuse(l, from, s->name, why);
	case SWITCH:
		if (read_switch((bool *)field, text))
			return true;
		return refuse(l, from, s->name, "on or off is expected");
	case DAY:
		*(int32_t *)(void *)field = DAY_NONE;
		if (!*text || day_parse((int32_t *)(void *)field, text))
			return true;
		return refuse(l, from, s->name, "a day such as 2026-11-21 is expected");
	case SECRET:
		if (strcmp(from, "argument") == 0)
			return refuse(l, from, s->name, "a secret is expected in a file or in the environment, "
				      "since everybody can read arguments");
		break;
	case TEXT:
		break;
	}
	*(const char **)(void *)field = arena_strdup(l->arena, text);
	return true;
}

static bool unknown(struct load *l, const char *from, const char *name, size_t len)
{
	const char *names[SETTINGS + 1];
	const char *word = arena_memdup(l->arena, name, len), *near;

	for (size_t i = 0; i < SETTINGS; i++)
		names[i] = settings[i].name;
	names[SETTINGS] = NULL;
	near = text_nearest(word, names);
	snprintf(l->message, l->message_size, "%s: unknown setting %s%s%s", from, word,
		 near ? "; the nearest is " : "", near ? near : "");
	return false;
}

/* One line of the file: blank, comment, or `name = value`. */
static bool read_line(struct load *l, char *line, const char *from)
{
	char *name = line + strspn(line, " \t"), *value, *end;
	const struct setting *s;
	size_t len;

	if (!*name || *name == '#' || *name == '\n')
		return true;
	len = strcspn(name, " \t=\n");
	value = name + len + strspn(name + len, " \t");
	if (*value != '=')
		return refuse(l, from, arena_memdup(l->arena, name, len), "`name = value` is expected");
	value += 1 + strspn(value + 1, " \t");
	for (end = value + strlen(value); end > value && isspace((unsigned char)end[-1]); end--)
		end[-1] = 0;
	s = setting_find(name, len);
	return s ? set(l, s, value, from) : unknown(l, from, name, len);
}

static bool read_file(struct load *l, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[1024], from[300];
	bool fine = true;

	if (!f)
		return refuse(l, "--config", path, strerror(errno));
	for (int n = 1; fine && fgets(line, sizeof line, f); n++) {
		snprintf(from, sizeof from, "%.250s:%d", path, n);
		fine = read_line(l, line, from);
	}
	fclose(f);
	return fine;
}

/* "VIGIE_POOL_SIZE" is pool_size; three names are known without the prefix. */
static const struct setting *setting_of_variable(const char *name, size_t len)
{
	static const char *const plain[] = { "DATABASE_URL", "DATABASE_OWNER_URL", "PORT" };
	char low[64];
	size_t skip = len > 6 && strncmp(name, "VIGIE_", 6) == 0 ? 6 : 0;
	bool known = skip > 0;

	for (size_t i = 0; i < sizeof plain / sizeof plain[0] && !known; i++)
		known = strlen(plain[i]) == len && strncmp(plain[i], name, len) == 0;
	if (!known || len - skip >= sizeof low)
		return NULL;
	for (size_t i = skip; i < len; i++)
		low[i - skip] = (char)tolower((unsigned char)name[i]);
	return setting_find(low, len - skip);
}

static bool read_environment(struct load *l, char *const *environment)
{
	for (char *const *v = environment; *v; v++) {
		size_t len = strcspn(*v, "=");
		const struct setting *s = setting_of_variable(*v, len);

		if (s && (*v)[len] && !set(l, s, *v + len + 1, arena_memdup(l->arena, *v, len)))
			return false;
	}
	return true;
}

/* The setting that `--pool-size=8` or `--pool_size=8` names; *value is its text. */
static const struct setting *setting_of_argument(const char *argument, const char **value)
{
	char name[64];
	size_t len;

	if (strncmp(argument, "--", 2) != 0)
		return NULL;
	len = strcspn(argument + 2, "=");
	if (len >= sizeof name)
		return NULL;
	for (size_t i = 0; i < len; i++)
		name[i] = argument[2 + i] == '-' ? '_' : argument[2 + i];
	*value = argument[2 + len] ? argument + 2 + len + 1 : NULL;
	return setting_find(name, len);
}

static bool read_arguments(struct load *l, int *argc, char **argv)
{
	int kept = 0;

	for (int i = 0; i < *argc; i++) {
		const char *value = NULL;
		const struct setting *s = i ? setting_of_argument(argv[i], &value) : NULL;

		if (!s && strncmp(argv[i], "--config=", 9) == 0)
			continue;
		if (!s)
			argv[kept++] = argv[i];
		else if (!value && s->type != SWITCH)
			return refuse(l, argv[i], s->name, "a value is expected, as in --name=value");
		else if (!set(l, s, value ? value : "on", "argument"))
			return false;
	}
	*argc = kept;
	argv[kept] = NULL;
	return true;
}

bool config_load(struct config *out, struct arena *a, int *argc, char **argv,
		 char *const *environment, char *message, size_t message_size)
{
	struct load l = { out, a, message, message_size };

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < SETTINGS; i++)
		if (!set(&l, &settings[i], settings[i].fallback, "default"))
			return false;
	for (int i = 1; i < *argc; i++)
		if (strncmp(argv[i], "--config=", 9) == 0 && !read_file(&l, argv[i] + 9))
			return false;
	if (!read_environment(&l, environment) || !read_arguments(&l, argc, argv))
		return false;
	if (!clock_zone_known(out->time_zone))
		return refuse(&l, "settings", "time_zone", "a zone such as Europe/Paris is expected");
	if (!text_in_list(out->log_level, "error warn info debug"))
		return refuse(&l, "settings", "log_level", "error, warn, info or debug is expected");
	return true;
}

/* Nothing may follow: "127.0.0.1:1,0.0.0.0" would also listen to everybody. */
bool config_loopback(const char *address)
{
	return (strncmp(address, "127.", 4) == 0 && strspn(address, "0123456789.") == strlen(address)) ||
	       strcmp(address, "::1") == 0 || strcmp(address, "[::1]") == 0 ||
	       strcmp(address, "localhost") == 0;
}

/* It is compared with the address that a connection comes from. */
static bool is_ip(const char *address)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, address, bytes) == 1 || inet_pton(AF_INET6, address, bytes) == 1;
}

/* scheme://host[:port] and nothing behind: it is compared with Origin byte by byte. */
static bool is_origin(const char *url)
{
	const char *host = strncmp(url, "https://", 8) == 0 ? url + 8 :
			   strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;

	return host && *host && strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == strlen(host);
}

/* smtp://host or smtps://host, with a port perhaps: no path, and no account, which has settings of its own. */
static bool is_mail_url(const char *url)
{
	const char *host = strncmp(url, "smtps://", 8) == 0 ? url + 8 :
			   strncmp(url, "smtp://", 7) == 0 ? url + 7 : NULL;

	return host && *host && strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == strlen(host);
}

bool config_mail(const struct config *c, char *message, size_t message_size)
{
	if (!*c->smtp_url)
		return true;
	if (!is_mail_url(c->smtp_url))
		snprintf(message, message_size,
			 "smtp_url must be like smtp://mail.example:587 or smtps://mail.example, in lower "
			 "case; the account goes into smtp_user and smtp_password");
	else if (!mail_address_valid(c->smtp_from))
		snprintf(message, message_size,
			 "smtp_from must be an address such as vigie@mail.example, since smtp_url is set");
	else if (*c->smtp_user && !*c->smtp_password)
		snprintf(message, message_size,
			 "smtp_password is missing for smtp_user: VIGIE_SMTP_PASSWORD, or a line of a "
			 "--config=FILE that only the server may read");
	else if (!is_origin(c->public_url))
		snprintf(message, message_size,
			 "public_url must be set, such as https://vigie.example: mail carries links to it");
	else
		return true;
	return false;
}

bool config_serve(const struct config *c, char *message, size_t message_size)
{
	if (!config_mail(c, message, message_size))
		return false;
	if (!*c->database_url)
		snprintf(message, message_size,
			 "database_url is not set: give DATABASE_URL, such as postgresql:///vigie");
	else if (!config_loopback(c->address) && !*c->trusted_proxy)
		snprintf(message, message_size,
			 "address %s can be reached from other machines: put a proxy in front and "
			 "set trusted_proxy to its address, or listen on 127.0.0.1", c->address);
	else if (*c->trusted_proxy && !is_ip(c->trusted_proxy))
		snprintf(message, message_size,
			 "trusted_proxy %s is not the address of a machine, such as 10.0.0.2",
			 c->trusted_proxy);
	else if (*c->public_url && !is_origin(c->public_url))
		snprintf(message, message_size,
			 "public_url must be like https://vigie.example, in lower case, without "
			 "a path or a final slash");
	else
		return true;
	return false;
}

void config_help(FILE *out)
{
	static const char *const types[] = { "number", "text", "on|off", "day", "secret" };

	fputs("Settings: --name=value, or VIGIE_NAME in the environment, or `name = value` lines in "
	      "--config=FILE.\n", out);
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *s = &settings[i];
		char bounds[64] = "";

		if (s->type == NUMBER)
			snprintf(bounds, sizeof bounds, " %lld..%lld%s%s", (long long)s->min,
				 (long long)s->max, *s->unit ? " " : "", s->unit);
		fprintf(out, "  %-20s %s%s, default %s: %s\n", s->name, types[s->type], bounds,
			*s->fallback ? s->fallback : "none", s->about);
	}
}

/* Prints a database address without its password. */
static void print_text(FILE *out, const char *text)
{
	const char *user = strstr(text, "://"), *at = user ? strchr(user, '@') : NULL;
	const char *colon = user ? strchr(user + 3, ':') : NULL;
	const char *key = strstr(text, "password=");

	if (at && colon && colon < at)
		fprintf(out, "%.*s:***%s\n", (int)(colon - text), text, at);
	else if (key)
		fprintf(out, "%.*spassword=***%s\n", (int)(key - text), text,
			key + strcspn(key, " &"));
	else
		fprintf(out, "%s\n", text);
}

void config_print(FILE *out, const struct config *c)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *s = &settings[i];
		const char *field = (const char *)c + s->offset;
		int32_t day;

		fprintf(out, "%s = ", s->name);
		switch (s->type) {
		case NUMBER:
			fprintf(out, "%lld\n", (long long)*(const int64_t *)(const void *)field);
			break;
		case SWITCH:
			fprintf(out, "%s\n", *(const bool *)field ? "on" : "off");
			break;
		case DAY:
			day = *(const int32_t *)(const void *)field;
			fprintf(out, "%s\n", day == DAY_NONE ? "" : day_format(day).text);
			break;
		case TEXT:
			print_text(out, *(const char *const *)(const void *)field);
			break;
		case SECRET:
			fprintf(out, "%s\n", **(const char *const *)(const void *)field ? "***" : "");
			break;
		}
	}
}
