/*
 * Configuration: one table of settings fills one struct.
 *
 * Order: default, then file (`--config=FILE`, lines `name = value`), then
 * environment (VIGIE_NAME; also DATABASE_URL, DATABASE_OWNER_URL and PORT
 * plain), then arguments (`--name=value`).  The table also prints the help and
 * `vigie config`.
 */
#ifndef VIGIE_CONFIG_H
#define VIGIE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arena.h"

/* Texts are borrowed from the arena given to config_load; never NULL, "" when not set. */
struct config {
	const char *address;
	int64_t argon2_memory;		/* KiB */
	int64_t argon2_parallel;	/* hashes at once */
	int64_t argon2_passes;
	int64_t argon2_queue;		/* sign-ins that may wait */
	int64_t cache_mb;		/* 0: nothing is kept */
	bool compute;
	const char *database_owner_url;
	const char *database_url;
	int64_t drain_ms;
	int64_t lab_parallel;		/* plugins tried for requests at once */
	int64_t lab_queue;		/* requests that may wait for it */
	int64_t lab_wait_ms;
	int64_t lease_ms;
	const char *log_level;
	bool metrics;
	int64_t package_rows;		/* figures in one file of a plan's archive */
	const char *plugins_dir;
	int64_t pool_size;
	int64_t port;
	bool port_search;
	const char *public_url;		/* "": http://address:port */
	int64_t query_ms;
	int64_t request_ms;
	int64_t session_idle_min;
	int64_t session_max_h;
	const char *smtp_ca_file;	/* "": the system's */
	const char *smtp_from;
	const char *smtp_password;
	int64_t smtp_retry_s;
	int64_t smtp_timeout_s;
	const char *smtp_url;		/* "": no mail is sent */
	const char *smtp_user;
	int64_t threads;
	const char *time_zone;
	int32_t today;			/* day; DAY_NONE: the real one */
	const char *trusted_proxy;
	const char *web_dir;
};

/*
 * Fills *out from all sources and takes the settings out of argv: *argc and
 * argv keep what is not a setting.  `environment` is like environ.  False
 * leaves in `message` (200 bytes at least) which setting is wrong, from where,
 * and what would be right.
 */
bool config_load(struct config *out, struct arena *a, int *argc, char **argv,
		 char *const *environment, char *message, size_t message_size)
	__attribute__((nonnull, warn_unused_result));

/* What `vigie serve` needs beyond well-formed settings; false leaves the reason in `message`. */
bool config_serve(const struct config *c, char *message, size_t message_size)
	__attribute__((nonnull, warn_unused_result));

/* Whether mail is set up as a whole, or not at all; false leaves the reason in `message`. */
bool config_mail(const struct config *c, char *message, size_t message_size)
	__attribute__((nonnull, warn_unused_result));

/* The settings as help: name, type, unit, bounds, default, sentence. */
void config_help(FILE *out);

/* `name = value` lines that config_load reads back; secrets in addresses are hidden. */
void config_print(FILE *out, const struct config *c);

/* True for 127.0.0.0/8, ::1 and localhost. */
bool config_loopback(const char *address);

#endif
