/*
 * Territory codes: which exist, and what a person meant who wrote another.
 */
#include "territory.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "text.h"

static const struct {
	const char *code, *region, *name;
} departments[] = {
#define DEPARTMENT(code, region, name) { code, "REG-" region, name },
#include "gen/departments.inc"
#undef DEPARTMENT
};

enum { COUNT = sizeof departments / sizeof *departments };

const char *territory_level(const char *code)
{
	if (strcmp(code, "FR") == 0)
		return "national";
	for (int i = 0; i < COUNT; i++) {
		if (strcmp(code, departments[i].code) == 0)
			return "department";
		if (strcmp(code, departments[i].region) == 0)
			return "region";
	}
	return NULL;
}

/* The département whose code is `code`, blanks, case and zeros in front apart. */
static const char *department_meant(const char *code, size_t len)
{
	while (len > 1 && *code == '0') {
		code++;
		len--;
	}
	for (int i = 0; i < COUNT; i++) {
		const char *known = departments[i].code + (departments[i].code[0] == '0');

		if (strlen(known) == len && strncasecmp(known, code, len) == 0)
			return departments[i].code;
	}
	return NULL;
}

static const char *region_meant(const char *code, size_t len)
{
	size_t letters = 0;

	while (letters < 3 && letters < len && strchr("REGreg", code[letters]))
		letters++;
	if (letters < len && letters > 0 && (code[letters] == '-' || code[letters] == ' '))
		letters++;
	if (letters == 0 || len - letters != 2)
		return NULL;
	for (int i = 0; i < COUNT; i++)
		if (strncmp(departments[i].region + 4, code + letters, 2) == 0)
			return departments[i].region;
	return NULL;
}

const char *territory_meant(const char *code)
{
	size_t len;
	const char *meant;

	code += strspn(code, " \t");
	len = strcspn(code, " \t");
	if (code[len + strspn(code + len, " \t")] && strncasecmp(code, "reg", 3) != 0)
		return NULL;
	if ((len == 2 && strncasecmp(code, "fr", 2) == 0) ||
	    (len == 6 && strncasecmp(code, "france", 6) == 0))
		return "FR";
	meant = department_meant(code, len);
	return meant ? meant : region_meant(code, strlen(code));
}

static bool check(struct err *e, enum fault_at at, const char *where, const char *code)
{
	const char *meant;

	if (territory_level(code))
		return true;
	meant = territory_meant(code);
	if (strcmp(code, "20") == 0)
		return err_add_at(e, at, where, MSG_TERRITORY_CORSICA, NULL, NULL, NULL);
	if (meant)
		return err_add_at(e, at, where, MSG_TERRITORY_HINT, code, meant, NULL);
	return err_add_at(e, at, where, MSG_UNKNOWN_TERRITORY, code, NULL, NULL);
}

bool territory_check(struct err *e, const char *where, const char *code)
{
	return check(e, FAULT_POINTER, where, code);
}

bool territory_check_param(struct err *e, const char *name, const char *code)
{
	return check(e, FAULT_PARAMETER, name, code);
}

const char *territory_department_meant(const char *text)
{
	char wanted[64], own[64];
	size_t len;

	text += strspn(text, " \t");
	len = strcspn(text, " \t");
	if (text[len + strspn(text + len, " \t")] == '\0') {
		const char *code = department_meant(text, len);

		if (code)
			return code;
	}
	text_fold(wanted, sizeof wanted, text);
	for (int i = 0; *wanted && i < COUNT; i++) {
		text_fold(own, sizeof own, departments[i].name);
		if (strcmp(own, wanted) == 0)
			return departments[i].code;
	}
	return NULL;
}
