/*
 * vigie demo people: invented people, at least one a role, to try things with.
 * Their passwords are made here, kept in one file that only its owner reads,
 * and shown once.
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "user_cli.h"

struct demo_grant { const char *role, *organisation, *territories; };

static const struct demo_person {
	const char *login, *name;
	struct demo_grant grants[3];
} demo_people[] = {
	{ "c.martin", "Camille Martin", { { "contributor", "DGPN", "93" } } },
	{ "j.perrin", "Julien Perrin", { { "contributor", "DGGN", "01" } } },
	{ "s.benali", "Samia Benali", { { "contributor", "ALC", "FR" } } },
	{ "a.leroy", "Anne Leroy", { { "coordinator", NULL, NULL } } },
	{ "m.dupuis", "Marc Dupuis", { { "viewer", NULL, NULL } } },
	{ "l.garnier", "Lucie Garnier", { { "analyst", NULL, NULL } } },
	{ "p.roussel", "Paul Roussel", { { "contributor", "OCRTEH", "FR" }, { "analyst", NULL, NULL } } },
	{ "admin", "Nadia Fontaine", { { "admin", NULL, NULL } } },
};

enum { DEMO_PEOPLE = sizeof demo_people / sizeof *demo_people, PASSWORD_TEXT = 32 };

/* "kivo-ramu-toze-pila-9042": to be read aloud and typed; 76 bits. */
static void invent_password(char out[PASSWORD_TEXT])
{
	static const char consonants[] = "bdfgjklmnprstvz", vowels[] = "aeiou";
	char *c = out;

	for (int group = 0; group < 5; group++) {
		for (int i = 0; i < 2; i++) {
			*c++ = consonants[randombytes_uniform(sizeof consonants - 1)];
			*c++ = vowels[randombytes_uniform(sizeof vowels - 1)];
		}
		*c++ = '-';
	}
	snprintf(c, 5, "%04u", randombytes_uniform(10000));
}

/* ------------------------------------------------------------------ is there anything to do? */

/* True when the password that the file has for `login` still opens the account. */
static bool still_opens(struct user_cli *c, const json_t *entry)
{
	const char *login = json_string_value(json_object_get(entry, "login"));
	const char *password = json_string_value(json_object_get(entry, "password"));
	db_result_auto *r = NULL;
	const char *hash;

	if (!login || !password ||
	    !db_run(&r, &c->db, Q_sign_in_find, (const char *[]){ login, "", "" }, &c->err))
		return false;
	hash = db_text(r, 0, 1);
	return hash && crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

/* The file and the accounts belong together: as many people, and the first password opens. */
static bool all_there(struct user_cli *c)
{
	json_auto_t *file = json_load_file(c->out, 0, NULL);

	if (!json_is_array(file) || json_array_size(file) != DEMO_PEOPLE)
		return false;
	for (int i = 0; i < DEMO_PEOPLE; i++) {
		db_result_auto *r = NULL;

		if (!db_run(&r, &c->db, Q_person_find, (const char *[]){ demo_people[i].login }, &c->err) ||
		    db_rows(r) == 0)
			return false;
	}
	return still_opens(c, json_array_get(file, 0));
}

/* ------------------------------------------------------------------ making them */

static bool make_account(struct user_cli *c, const struct demo_person *p, const char *password)
{
	db_result_auto *found = NULL, *added = NULL, *given = NULL;
	struct password_gate cost = { .memory_kib = c->config->argon2_memory,
				      .passes = c->config->argon2_passes };
	char hash[HASH_BYTES];

	if (!db_run(&found, &c->db, Q_person_find, (const char *[]){ p->login }, &c->err))
		return false;
	if (db_rows(found) > 0 && !db_bool(found, 0, 4))
		return err_set(&c->err, ERR_CONFLICT, MSG_NOT_DEMO, p->login);
	if (db_rows(found) == 0 && !db_run(&added, &c->db, Q_person_add, (const char *[]){
			p->login, p->name, "fr", "t", NULL }, &c->err))
		return false;
	return password_hash(hash, &cost, password, &c->err) &&
	       db_run(&given, &c->db, Q_password_give, (const char *[]){ p->login, hash }, &c->err);
}

/* A right that is there already is as good as a new one. */
static bool give_grant(struct user_cli *c, const char *login, const struct demo_grant *g)
{
	struct grant_wish wish = { g->role, strcmp(g->role, "admin") == 0 ? NULL : c->plan,
				   g->organisation, g->territories };
	int64_t id;

	if (user_grant(&id, &c->db, login, &wish, &c->err))
		return true;
	if (c->err.msg != MSG_GRANT_SAME)
		return false;
	err_init(&c->err, &c->arena);
	return true;
}

static json_t *grant_entry(const struct user_cli *c, const struct demo_grant *g)
{
	json_t *territories = json_array();

	if (g->territories)
		json_array_append_new(territories, json_string(g->territories));
	return json_pack("{s:s, s:s?, s:s?, s:o}", "role", g->role, "plan",
			 strcmp(g->role, "admin") == 0 ? NULL : c->plan, "organisation",
			 g->organisation, "territories", territories);
}

static bool make_person(json_t *entries, struct user_cli *c, const struct demo_person *p)
{
	json_t *grants = json_array();
	char password[PASSWORD_TEXT];
	bool ok;

	invent_password(password);
	ok = make_account(c, p, password);
	for (const struct demo_grant *g = p->grants; ok && g->role; g++) {
		ok = give_grant(c, p->login, g);
		json_array_append_new(grants, grant_entry(c, g));
	}
	json_array_append_new(entries, json_pack("{s:s, s:s, s:s, s:o}", "login", p->login,
				"password", password, "name", p->name, "grants", grants));
	return ok;
}

/* ------------------------------------------------------------------ the file */

static bool cannot_write(struct user_cli *c, const char *path)
{
	err_cause(&c->err, "%s: %s", path, strerror(errno));
	return err_set(&c->err, ERR_INTERNAL, MSG_NONE);
}

/* Written beside, then renamed once the accounts are certain. */
static bool write_file(struct user_cli *c, const char *path, const json_t *entries)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return cannot_write(c, path);
	ok = fchmod(fd, 0600) == 0 && json_dumpfd(entries, fd, JSON_INDENT(2)) == 0 &&
	     write(fd, "\n", 1) == 1 && fsync(fd) == 0;
	if (close(fd) != 0 || !ok)
		return cannot_write(c, path);
	return true;
}

static const char *role_words(enum lang lang, const char *role)
{
	static const struct { const char *role, *fr, *en; } names[] = {
		{ "viewer", "lecture", "viewer" }, { "contributor", "contribution", "contributor" },
		{ "analyst", "analyse", "analyst" }, { "coordinator", "coordination", "coordinator" },
		{ "admin", "administration", "admin" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i].role, role) == 0)
			return lang == LANG_FR ? names[i].fr : names[i].en;
	return role;
}

static void print_table(const struct user_cli *c, const json_t *entries)
{
	printf("%-10s  %-29s  %-16s  %s\n", user_cli_say(c, "Compte", "Login"),
	       user_cli_say(c, "Mot de passe", "Password"), user_cli_say(c, "Nom", "Name"),
	       user_cli_say(c, "Droits", "Rights"));
	for (int i = 0; i < DEMO_PEOPLE; i++) {
		const struct demo_person *p = &demo_people[i];
		const json_t *entry = json_array_get(entries, (size_t)i);

		printf("%-10s  %-29s  %-16s  ", p->login,
		       json_string_value(json_object_get(entry, "password")), p->name);
		for (const struct demo_grant *g = p->grants; g->role; g++)
			printf("%s%s%s%s%s%s", g == p->grants ? "" : ", ",
			       role_words(c->lang, g->role), g->organisation ? " " : "",
			       g->organisation ? g->organisation : "", g->territories ? " " : "",
			       g->territories ? g->territories : "");
		putchar('\n');
	}
	printf("%s %s\n", user_cli_say(c, "Gardés dans", "Kept in"), c->out);
}

static bool make_people(struct user_cli *c)
{
	json_auto_t *entries = json_array();
	const char *beside = arena_printf(&c->arena, "%s.new", c->out);

	if (all_there(c) || !err_ok(&c->err))
		return err_ok(&c->err);
	if (!db_begin(&c->db, &c->err))
		return false;
	for (int i = 0; i < DEMO_PEOPLE; i++)
		if (!make_person(entries, c, &demo_people[i]))
			return false;
	if (!write_file(c, beside, entries) || !db_commit(&c->db, &c->err))
		return false;
	if (rename(beside, c->out) != 0)
		return cannot_write(c, c->out);
	if (c->json)
		puts("{}");
	else
		print_table(c, entries);
	return true;
}

int user_demo_cli(const struct config *config, int argc, char **argv)
{
	struct user_cli c = { .config = config };

	if (!user_cli_parse(&c, argc, argv) || c.words != 1 || strcmp(c.word[0], "people") != 0 ||
	    !c.plan || !c.out || sodium_init() < 0) {
		fputs("vigie demo people --plan CODE --out FILE\n", stderr);
		return EXIT_USAGE;
	}
	return user_cli_close(&c, user_cli_open(&c) && make_people(&c));
}
