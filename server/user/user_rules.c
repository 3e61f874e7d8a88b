/*
 * The rules of people, without database, clock or request.
 */
#include "user_rules.h"

#include <ctype.h>
#include <string.h>

#include "text.h"

/* ------------------------------------------------------------------ passwords */

enum {
	FOLDED_MAX = 4 * PASSWORD_MAX,
	OWN_MIN = 7,		/* characters that nothing predicts */
	DISTINCT_MIN = 5,
	RUN_MIN = 3,
	NAME_PART_MIN = 4,
	LOGIN_MIN = 3,
};

/* Words that lists of stolen passwords are full of, the longest first where one begins another. */
static const char *const common_words[] = {
	"motdepasse", "password", "passwort", "passw", "azerty", "qwerty", "bonjour", "bienvenue",
	"welcome", "soleil", "letmein", "iloveyou", "jetaime", "doudou", "chouchou", "marseille",
	"football", "princesse", "princess", "dragon", "monkey", "secret", "superman", "batman",
	"shadow", "sunshine", "trustno", "master", "admin", "administrateur", "administrator",
	"utilisateur", "user", "login", "test", "changeme", "changezmoi", "default", "vigie",
	"ocrteh", "police", "gendarmerie", "ministere", "interieur", "republique", "france",
	"paris", "lyon", "janvier", "fevrier", "mars", "avril", "juin", "juillet", "aout",
	"septembre", "octobre", "novembre", "decembre", "lundi", "mardi", "mercredi", "jeudi",
	"vendredi", "samedi", "dimanche", "printemps", "automne", "hiver", "summer", "winter",
	"spring", "autumn", "pass", "mdp", "abc",
};

/* Neighbours on keyboards, in the alphabet and among digits; both directions count. */
static const char *const rows[] = {
	"abcdefghijklmnopqrstuvwxyz", "01234567890", "azertyuiop", "qsdfghjklm", "wxcvbn",
	"qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1aqwzsx2edc",
};

/* Lower case, without blanks and punctuation; signs that stand for letters read as those. */
static size_t fold(char *out, const char *text, bool signs)
{
	size_t n = 0;

	for (; *text && n + 1 < FOLDED_MAX; text++) {
		unsigned char c = (unsigned char)*text;
		const char *as = signs ? strchr("@4031$5!7", c) : NULL;

		if (as)
			out[n++] = "aaoeissit"[as - "@4031$5!7"];
		else if (isalnum(c) || c >= 0x80)
			out[n++] = (char)tolower(c);
	}
	out[n] = 0;
	return n;
}

/* Length of the sequence that begins at `text`: neighbours of a row, or one character again and again. */
static size_t run_length(const char *text)
{
	size_t best = 1, n;

	for (n = 1; text[n] == text[0]; n++)
		;
	best = n;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (const char *at = rows[i]; (at = strchr(at, text[0])); at++) {
			for (n = 1; text[n] && at[n] == text[n]; n++)
				;
			best = n > best ? n : best;
			for (n = 1; text[n] && at - rows[i] >= (ptrdiff_t)n && *(at - n) == text[n]; n++)
				;
			best = n > best ? n : best;
		}
	}
	return best;
}

/* Length of what repeats the text before it: "tulipetulipe" has 6. */
static size_t echo_length(const char *begin, const char *at)
{
	size_t best = 0;

	for (const char *from = begin; from < at; from++) {
		size_t n = 0;

		while (at[n] && from[n] == at[n])
			n++;
		best = n > best ? n : best;
	}
	return best;
}

static size_t word_length(const char *text)
{
	size_t best = 0;

	for (size_t i = 0; i < sizeof common_words / sizeof *common_words; i++) {
		size_t n = strlen(common_words[i]);

		if (n > best && strncmp(text, common_words[i], n) == 0)
			best = n;
	}
	return best;
}

/* What nothing predicts; a digit is worth half a letter, since years and the like are tried first. */
static size_t own_characters(const char *folded)
{
	size_t halves = 0;

	for (const char *c = folded; *c; ) {
		size_t word = word_length(c), run = run_length(c), echo = echo_length(folded, c);
		size_t skip = run >= RUN_MIN ? run : 0;

		skip = echo >= RUN_MIN && echo > skip ? echo : skip;
		skip = word > skip ? word : skip;
		if (!skip) {
			if (((unsigned char)*c & 0xc0) != 0x80)
				halves += isdigit((unsigned char)*c) ? 1 : 2;
			skip = 1;
		}
		c += skip;
	}
	return halves / 2;
}

static bool common(const char *password)
{
	char plain[FOLDED_MAX], spelt[FOLDED_MAX];
	bool seen[256] = { false };
	int distinct = 0;

	fold(plain, password, false);
	fold(spelt, password, true);
	for (const char *c = password; *c; c++) {
		distinct += !seen[(unsigned char)*c];
		seen[(unsigned char)*c] = true;
	}
	return distinct < DISTINCT_MIN || own_characters(plain) < OWN_MIN ||
	       own_characters(spelt) < OWN_MIN - 2;
}

static bool personal(const char *password, const char *login, const char *name)
{
	char folded[FOLDED_MAX], part[FOLDED_MAX], word[FOLDED_MAX];

	fold(folded, password, false);
	if (fold(part, login, false) >= LOGIN_MIN && strstr(folded, part))
		return true;
	for (const char *c = name; *c; ) {
		size_t len = strcspn(c, " -'");

		if (len && len < sizeof word) {
			memcpy(word, c, len);
			word[len] = 0;
			if (fold(part, word, false) >= NAME_PART_MIN && strstr(folded, part))
				return true;
		}
		c += len + (c[len] != 0);
	}
	return false;
}

bool password_acceptable(const char *password, const char *login, const char *name,
			 const char *pointer, struct err *e)
{
	size_t length = text_length(password);
	const char *count = arena_printf(e->arena, "%zu", length);

	if (length < PASSWORD_MIN)
		return err_add(e, pointer, MSG_PASSWORD_SHORT, count);
	if (length > PASSWORD_MAX)
		return err_add(e, pointer, MSG_PASSWORD_LONG, count);
	if (personal(password, login, name))
		return err_add(e, pointer, MSG_PASSWORD_PERSONAL);
	if (common(password))
		return err_add(e, pointer, MSG_PASSWORD_COMMON);
	return true;
}

/* ------------------------------------------------------------------ throttling */

enum {
	FREE_FAILURES = 5,		/* of an account, before waiting begins */
	FREE_FAILURES_ELSEWHERE = 15,	/* of an account, before a new address must wait too */
	FIRST_WAIT_S = 15,
	LONGEST_WAIT_S = 300,
};

static int64_t delay_s(int64_t failures)
{
	int64_t wait = FIRST_WAIT_S;

	if (failures < FREE_FAILURES)
		return 0;
	for (int64_t n = FREE_FAILURES; n < failures && wait < LONGEST_WAIT_S; n++)
		wait *= 2;
	return wait < LONGEST_WAIT_S ? wait : LONGEST_WAIT_S;
}

/*
 * An account is never locked: where its person signed in lately only the
 * failures made there count, and a place without a failure is let in as long
 * as the account has few.  In all cases fewer than twenty passwords are looked
 * at in 15 minutes.
 */
int64_t sign_in_wait_s(const struct failures *f)
{
	bool fresh = f->own == 0 && f->account < FREE_FAILURES_ELSEWHERE;
	int64_t count = f->known ? f->own : fresh ? 0 : f->account;
	int64_t wait = delay_s(count) - (f->known ? f->own_age_s : f->account_age_s);

	wait = wait > 0 ? wait : 0;
	return f->address_free_s > wait ? f->address_free_s : wait;
}

const char *wait_text(struct arena *a, int64_t seconds)
{
	return seconds < 100 ? arena_printf(a, "%lld s", (long long)seconds) :
	       arena_printf(a, "%lld min", (long long)(seconds + 59) / 60);
}

/* ------------------------------------------------------------------ rights */

static void part(struct err *e, const struct grant_wish *w, const char *pointer, const char *given,
		 bool wanted)
{
	const char *name = pointer + 2;	/* behind "#/" */

	if (wanted && !given)
		err_add(e, pointer, MSG_GRANT_NEEDS, w->role, name);
	else if (!wanted && given)
		err_add(e, pointer, MSG_GRANT_REFUSES, w->role, name);
}

bool grant_acceptable(const struct grant_wish *w, struct err *e)
{
	static const char roles[] = "viewer contributor analyst coordinator admin";
	bool contributor = strcmp(w->role, "contributor") == 0;

	if (!text_in_list(w->role, roles))
		return err_add(e, "#/role", MSG_BAD_CHOICE, w->role, roles);
	part(e, w, "#/plan", w->plan, strcmp(w->role, "admin") != 0);
	part(e, w, "#/organisation", w->organisation, contributor);
	part(e, w, "#/territories", w->territories, contributor);
	return err_ok(e);
}
