/*
 * vigie user: accounts and their rights, for whoever runs the server.
 */
#include "command.h"
#include "user_cli.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "mail.h"
#include "text.h"

const char *user_cli_say(const struct user_cli *c, const char *fr, const char *en)
{
	return c->lang == LANG_FR ? fr : en;
}

/* ------------------------------------------------------------------ arguments */

bool user_cli_parse(struct user_cli *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "as", required_argument, NULL, 'a' }, { "name", required_argument, NULL, 'n' },
		{ "lang", required_argument, NULL, 'l' }, { "plan", required_argument, NULL, 'p' },
		{ "organisation", required_argument, NULL, 'o' },
		{ "territories", required_argument, NULL, 't' },
		{ "mail", required_argument, NULL, 'm' },
		{ "out", required_argument, NULL, 'f' }, { "json", no_argument, NULL, 'j' }, { 0 },
	};
	int option;

	c->lang = command_lang();
	c->speaks = "fr";
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'a': c->as = optarg; break;
		case 'n': c->name = optarg; break;
		case 'l': c->speaks = optarg; break;
		case 'p': c->plan = optarg; break;
		case 'm': c->mail = optarg; break;
		case 'o': c->organisation = optarg; break;
		case 't': c->territories = optarg; break;
		case 'f': c->out = optarg; break;
		case 'j': c->json = true; break;
		default: return false;
		}
	}
	for (; optind < argc && c->words < (int)(sizeof c->word / sizeof *c->word); optind++)
		c->word[c->words++] = argv[optind];
	return optind == argc && text_in_list(c->speaks, "fr en");
}

bool user_cli_open(struct user_cli *c)
{
	const struct config *config = c->config;
	db_result_auto *r = NULL;

	arena_init(&c->arena);
	err_init(&c->err, &c->arena);
	c->db = (struct db_session){ .context = "service", .request_id = "" };
	if (!db_open(&c->db.db, &(struct db_config){ .url = config->database_url, .pool_size = 1,
			.lease_ms = (int)config->lease_ms, .query_ms = (int)config->query_ms }, &c->err))
		return false;
	if (!c->as)
		return true;
	if (!db_run(&r, &c->db, Q_person_find, (const char *[]){ c->as }, &c->err))
		return false;
	c->db.context = arena_printf(&c->arena, "service:%s", c->as);
	return db_rows(r) > 0 || err_set(&c->err, ERR_NOT_FOUND, MSG_UNKNOWN_PERSON, c->as);
}

int user_cli_close(struct user_cli *c, bool fine)
{
	int code = fine ? 0 : app_complain(&c->err);

	db_rollback(&c->db);
	db_close(c->db.db);
	arena_free(&c->arena);
	return code;
}

/* ------------------------------------------------------------------ commands */

static bool print_link(struct user_cli *c, const char *login)
{
	const char *url = c->config->public_url;
	char code[USER_CODE_CHARACTERS + 1];
	json_auto_t *answer = NULL;
	const char *link;

	if (!user_make_code(code, &c->db, login, &c->err))
		return false;
	link = *url ? arena_printf(&c->arena, "%s/sign-in.html?code=%s", url, code) :
	       arena_printf(&c->arena, "http://%s:%lld/sign-in.html?code=%s", c->config->address,
			    (long long)c->config->port, code);
	if (c->json) {
		answer = json_pack("{s:s, s:s, s:s}", "login", login, "code", code, "link", link);
		puts(json_write(&c->arena, answer));
		return true;
	}
	if (c->lang == LANG_FR)
		printf("%s choisit son mot de passe ici, une seule fois, dans les %d heures :\n%s\n",
		       login, USER_CODE_HOURS, link);
	else
		printf("%s chooses a password here, once, within %d hours:\n%s\n", login, USER_CODE_HOURS, link);
	return true;
}

static bool add(struct user_cli *c)
{
	db_result_auto *r = NULL;

	if (!c->name)
		return err_add(&c->err, "--name", MSG_REQUIRED);
	if (c->mail && !mail_address_valid(c->mail))
		return err_add(&c->err, "--mail", MSG_MAIL_ADDRESS, c->mail);
	return db_run(&r, &c->db, Q_person_add, (const char *[]){
			c->word[1], c->name, c->speaks, "f", c->mail }, &c->err) &&
	       print_link(c, c->word[1]);
}

static bool passwd(struct user_cli *c)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &c->db, Q_person_find, (const char *[]){ c->word[1] }, &c->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&c->err, ERR_NOT_FOUND, MSG_UNKNOWN_PERSON, c->word[1]);
	return print_link(c, c->word[1]);
}

static bool told(struct user_cli *c, const char *fr, const char *en);

/* Where a person is written to; "none" for nowhere. */
static bool set_mail(struct user_cli *c)
{
	const char *address = strcmp(c->word[2], "none") == 0 ? NULL : c->word[2];
	db_result_auto *found = NULL, *changed = NULL;

	if (address && !mail_address_valid(address))
		return err_add(&c->err, "ADDRESS", MSG_MAIL_ADDRESS, address);
	if (!db_run(&found, &c->db, Q_person_find, (const char *[]){ c->word[1] }, &c->err))
		return false;
	if (db_rows(found) == 0)
		return err_set(&c->err, ERR_NOT_FOUND, MSG_UNKNOWN_PERSON, c->word[1]);
	return db_run(&changed, &c->db, Q_mailbox_address, (const char *[]){ db_text(found, 0, 0), address },
		      &c->err) &&
	       told(c, address ? " : adresse enregistrée." : " : adresse effacée.",
		    address ? ": address kept." : ": address erased.");
}

static bool told(struct user_cli *c, const char *fr, const char *en)
{
	if (c->json)
		puts("{}");
	else
		printf("%s%s\n", c->word[1], user_cli_say(c, fr, en));
	return true;
}

static bool grant(struct user_cli *c)
{
	struct grant_wish wish = { c->word[2], c->plan, c->organisation, c->territories };
	int64_t id;

	if (c->words < 3)
		return err_add(&c->err, "ROLE", MSG_REQUIRED);
	if (!user_grant(&id, &c->db, c->word[1], &wish, &c->err))
		return false;
	if (!c->json)
		return told(c, " : droit donné.", ": right given.");
	printf("{\"id\":%lld}\n", (long long)id);
	return true;
}

static bool revoke(struct user_cli *c)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &c->db, Q_grant_revoke, (const char *[]){
			c->word[1], c->word[2], c->plan }, &c->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&c->err, ERR_CONFLICT, MSG_GRANT_NONE);
	return told(c, " : droit retiré.", ": right taken away.");
}

static bool set_disabled(struct user_cli *c, bool disabled)
{
	db_result_auto *found = NULL, *changed = NULL;

	if (!db_run(&found, &c->db, Q_person_find, (const char *[]){ c->word[1] }, &c->err))
		return false;
	if (db_rows(found) == 0)
		return err_set(&c->err, ERR_NOT_FOUND, MSG_UNKNOWN_PERSON, c->word[1]);
	if (!db_run(&changed, &c->db, Q_person_set_disabled, (const char *[]){
			c->word[1], db_param_bool(disabled) }, &c->err))
		return false;
	return disabled ? told(c, " : compte désactivé, sessions closes.", ": account disabled, sessions ended.") :
	       told(c, " : compte activé.", ": account enabled.");
}

static bool disable(struct user_cli *c)
{
	return set_disabled(c, true);
}

static bool enable(struct user_cli *c)
{
	return set_disabled(c, false);
}

static bool list(struct user_cli *c)
{
	db_result_auto *r = NULL;

	if (!db_run(&r, &c->db, Q_person_list, NULL, &c->err))
		return false;
	if (c->json)
		fputs("{\"items\":[", stdout);
	for (int i = 0; i < db_rows(r); i++) {
		if (c->json)
			printf("%s%s", i ? "," : "", db_text(r, i, 4));
		else
			printf("%-16s %-28s %-9s %s\n", db_text(r, i, 0), db_text(r, i, 1),
			       db_text(r, i, 2), db_text(r, i, 3));
	}
	if (c->json)
		printf("],\"total\":%d,\"next_cursor\":null}\n", db_rows(r));
	return true;
}

static const struct {
	const char *name;
	bool (*run)(struct user_cli *c);
	int words_min, words_max;	/* the command's own name included */
} commands[] = {
	{ "add", add, 2, 2 },		{ "passwd", passwd, 2, 2 },	{ "grant", grant, 3, 3 },
	{ "revoke", revoke, 2, 3 },	{ "disable", disable, 2, 2 },	{ "enable", enable, 2, 2 },
	{ "list", list, 1, 1 },		{ "mail", set_mail, 3, 3 },
};

static int help(const struct user_cli *c)
{
	fputs(user_cli_say(c,
		"vigie user add LOGIN --name NOM [--lang fr|en] [--mail ADRESSE]\n"
		"                                                   crée un compte, imprime un lien à usage unique\n"
		"vigie user mail LOGIN ADRESSE|none                 où lui écrire\n"
		"vigie user passwd LOGIN                            imprime un nouveau lien (mot de passe oublié)\n"
		"vigie user grant LOGIN ROLE --plan PLAN [--organisation ORG --territories 93,75]\n"
		"vigie user revoke LOGIN [ROLE] [--plan PLAN]       retire des droits, tous sans précision\n"
		"vigie user disable LOGIN | enable LOGIN            ferme ou rouvre un compte\n"
		"vigie user list                                    les comptes et leurs droits\n"
		"\n"
		"  ROLE      viewer, contributor, analyst, coordinator ou admin\n"
		"  --as LOGIN  au nom de qui, pour le journal\n"
		"  --json      pour un programme\n",
		"vigie user add LOGIN --name NAME [--lang fr|en] [--mail ADDRESS]\n"
		"                                                   makes an account, prints a one-time link\n"
		"vigie user mail LOGIN ADDRESS|none                 where to write\n"
		"vigie user passwd LOGIN                            prints a new link (forgotten password)\n"
		"vigie user grant LOGIN ROLE --plan PLAN [--organisation ORG --territories 93,75]\n"
		"vigie user revoke LOGIN [ROLE] [--plan PLAN]       takes rights away, all of them by default\n"
		"vigie user disable LOGIN | enable LOGIN            closes or reopens an account\n"
		"vigie user list                                    accounts and their rights\n"
		"\n"
		"  ROLE      viewer, contributor, analyst, coordinator or admin\n"
		"  --as LOGIN  in whose name, for the journal\n"
		"  --json      for a program\n"), stderr);
	return EXIT_USAGE;
}

int user_cli(const struct config *config, int argc, char **argv)
{
	struct user_cli c = { .config = config };

	if (!user_cli_parse(&c, argc, argv) || !c.words)
		return help(&c);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (strcmp(commands[i].name, c.word[0]) == 0 && c.words >= commands[i].words_min &&
		    c.words <= commands[i].words_max)
			return user_cli_close(&c, user_cli_open(&c) && commands[i].run(&c));
	return help(&c);
}
