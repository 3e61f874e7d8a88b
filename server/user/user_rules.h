/*
 * The rules of people, pure: what a password must be, how long failures make
 * one wait, what a right needs.
 */
#ifndef VIGIE_USER_RULES_H
#define VIGIE_USER_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

enum { PASSWORD_MIN = 15, PASSWORD_MAX = 128 };	/* code points */

/*
 * Judges a password for the person of that login and name; false leaves in *e
 * at `pointer` what is wrong and what would be right.
 */
bool password_acceptable(const char *password, const char *login, const char *name,
			 const char *pointer, struct err *e)
	__attribute__((nonnull, warn_unused_result));

/* Failures of the last 15 minutes; ages in seconds since the last of them. */
struct failures {
	int64_t account, account_age_s;	/* of the account, from anywhere */
	int64_t own, own_age_s;		/* of the account, from this address, since it last succeeded */
	int64_t address_free_s;		/* until the address may try again; 0: now */
	bool known;			/* the address succeeded lately */
};

/* Seconds to wait before the next password is looked at; 0: none. */
int64_t sign_in_wait_s(const struct failures *f);

/* "45 s" or "5 min", rounded up; borrowed from *a. */
const char *wait_text(struct arena *a, int64_t seconds);

/* A right as somebody asks for it; NULL where nothing was given. */
struct grant_wish {
	const char *role, *plan, *organisation, *territories;
};

/* Whether the parts go together; faults point at "#/plan", "#/organisation", "#/territories". */
bool grant_acceptable(const struct grant_wish *w, struct err *e)
	__attribute__((nonnull, warn_unused_result));

#endif
