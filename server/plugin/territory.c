/*
 * Territories, as far as fixtures need them: which codes exist and which region holds which
 * département.  From sql/seed/departements.json at build time; the database has the dated truth.
 */
#include <string.h>

#include "check.h"

static const struct {
	const char *code, *region;
} departments[] = {
#define DEPARTMENT(code, region, name) { code, "REG-" region },
#include "gen/departments.inc"
#undef DEPARTMENT
};

enum { COUNT = sizeof departments / sizeof *departments };

const char *territory_department(size_t i)
{
	return i < COUNT ? departments[i].code : NULL;
}

const char *territory_region(size_t i)
{
	return i < COUNT ? departments[i].region : NULL;
}

bool territory_known(const char *code, const char *level)
{
	if (strcmp(level, "national") == 0)
		return strcmp(code, "FR") == 0;
	for (int i = 0; i < COUNT; i++) {
		if (strcmp(code, strcmp(level, "region") == 0 ? departments[i].region :
								departments[i].code) == 0)
			return true;
	}
	return false;
}

bool territory_covers(const char *territory, const char *level, const char *row)
{
	if (strcmp(level, "national") == 0 || strcmp(territory, row) == 0)
		return true;
	if (strcmp(level, "region") != 0)
		return false;
	for (int i = 0; i < COUNT; i++) {
		if (strcmp(row, departments[i].code) == 0)
			return strcmp(territory, departments[i].region) == 0;
	}
	return false;
}
