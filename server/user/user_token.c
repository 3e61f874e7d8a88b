/*
 * The form of API tokens: "vigie_", 32 random bytes, and a checksum that tells
 * a mistyped or invented token without asking the database.
 */
#include <ctype.h>
#include <string.h>

#include "id.h"
#include "internal.h"

static const char prefix[] = "vigie_";
enum { PREFIX = 6, SECRET = 43, CHECKSUM = 8 };

_Static_assert(TOKEN_CHARACTERS == PREFIX + SECRET + CHECKSUM, "the parts make the whole");

void token_new(char out[TOKEN_CHARACTERS + 1])
{
	char sum[65];

	memcpy(out, prefix, PREFIX);
	id_secret(out + PREFIX);
	id_sha256(sum, out, PREFIX + SECRET);
	memcpy(out + PREFIX + SECRET, sum, CHECKSUM);
	out[TOKEN_CHARACTERS] = 0;
}

bool token_well_formed(const char *text)
{
	char sum[65];

	if (strlen(text) != TOKEN_CHARACTERS || memcmp(text, prefix, PREFIX) != 0)
		return false;
	id_sha256(sum, text, PREFIX + SECRET);
	return memcmp(text + PREFIX + SECRET, sum, CHECKSUM) == 0;
}
