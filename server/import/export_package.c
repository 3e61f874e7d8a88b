/*
 * The whole plan in one file: a zip archive of tables with a description of each column, as
 * Frictionless Data's Data Package (specs.frictionlessdata.io, version 1) says.  All of it is of
 * one instant.
 */
#include <string.h>

#include "app.h"
#include "clock.h"
#include "export.h"
#include "http.h"
#include "id.h"
#include "import.h"
#include "indicator.h"
#include "json.h"
#include "plan.h"
#include "req.h"
#include "series.h"
#include "text.h"

/* The archive is made in memory. */
enum { FILES_MAX = 512, FIGURES_MAX = 2000000 };

struct package {
	struct req *rq;
	struct arena *a;
	const char *as_of;
	json_t *resources; /* owned */
	const char *left_out; /* series that are not there whole, "" when all are */
	int figures;	      /* rows of them so far */
	struct export_entry file[FILES_MAX];
	int files; /* the first is datapackage.json */
};

/* ------------------------------------------------------------------ what columns hold */

/* What each name means in every table; any other is a text. */
static const char *const types[][2] = {
	{ "number", "value numerator denominator low high" },
	{ "integer", "progress population months received expected" },
	{ "date", "start_on initial_due_on due_on done_on from_on to_on" },
	{ "datetime", "reported_at exported_at recorded_at" },
	{ "boolean", "late stale blocked provisional fictitious" },
};

static const char *type_of(const char *column)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (text_in_list(column, types[i][1]))
			return types[i][0];
	return "string";
}

/* What the name alone does not tell. */
static const char *const meanings[][3] = {
	{ "fictitious", "vrai : inventé, ou tiré de chiffres dont certains le sont",
	  "true: made up, or resting on figures some of which are" },
	{ "low", "borne basse de l’intervalle, dans l’unité de la valeur", "lower limit, in the unit of the value" },
	{ "high", "borne haute de l’intervalle, dans l’unité de la valeur", "upper limit, in the unit of the value" },
	{ "extra", "compléments que donne l’indicateur, un objet JSON : {\"nom\": nombre ou texte}",
	  "complements that the indicator tells, a JSON object: {\"name\": number or text}" },
};

static const char *meaning_of(const char *column, enum lang lang)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (strcmp(column, meanings[i][0]) == 0)
			return meanings[i][lang == LANG_FR ? 1 : 2];
	return NULL;
}

static json_t *schema_of(const struct sheet *s, enum lang lang)
{
	json_t *fields = json_array();

	for (int i = 0; i < s->columns; i++)
		json_array_append_new(fields, json_pack("{s:s, s:s, s:s*}", "name", s->name[i], "type",
							type_of(s->name[i]), "description",
							meaning_of(s->name[i], lang)));
	/* `s` is what stands for a count that is withheld */
	return json_pack("{s:o, s:[s, s]}", "fields", fields, "missingValues", "", "s");
}

/* ------------------------------------------------------------------ files */

static json_t *add_file(struct package *p, const char *path, const char *name, const char *title,
			const char *type, const struct export_file *f)
{
	char hash[65];
	json_t *resource;

	if (p->files == FILES_MAX) {
		err_cause(&p->rq->err, "more than %d files in a package", FILES_MAX);
		err_set(&p->rq->err, ERR_INTERNAL, MSG_INTERNAL);
		return NULL;
	}
	id_sha256(hash, f->bytes, f->len);
	resource = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s}", "name", name, "path", path,
			     "title", title, "mediatype", type, "encoding", "utf-8", "bytes",
			     (json_int_t)f->len, "hash", arena_printf(p->a, "sha256:%s", hash));
	json_array_append_new(p->resources, resource);
	p->file[p->files++] = (struct export_entry) { path, f->bytes, f->len, false };
	return resource;
}

static bool add_table(struct package *p, const char *path, const char *name, const char *title,
		      const struct sheet *s, const char *numbers)
{
	struct export_file file;
	json_t *resource;

	if (!export_csv(&file, &(struct export_table) { .sheet = s, .numbers = numbers },
			&p->rq->err))
		return false;
	resource = add_file(p, path, name, title, "text/csv", &file);
	if (!resource)
		return false;
	json_object_set_new(resource, "profile", json_string("tabular-data-resource"));
	json_object_set_new(resource, "schema", schema_of(s, p->rq->lang));
	return true;
}

static const char *in_lang(const struct package *p, const char *fr, const char *en)
{
	return p->rq->lang == LANG_FR ? fr : en;
}

/* ------------------------------------------------------------------ what is in it */

static bool add_plan(struct package *p)
{
	struct export_file file;

	if (!plan_export(&file.bytes, &p->rq->db, p->rq->arg[0], p->as_of, true, &p->rq->err))
		return false;
	file.len = strlen(file.bytes);
	return add_file(p, "plan.json", "plan",
			in_lang(p, "Le plan, au format plan/1", "The plan, as plan/1"),
			"application/json", &file) != NULL;
}

static bool add_actions(struct package *p)
{
	struct sheet sheet;

	return export_actions(&sheet, p->rq, p->as_of) &&
	       add_table(p, "actions.csv", "actions",
			 in_lang(p, "Actions et déploiements, avec leur statut",
				 "Actions and deployments, with their status"),
			 &sheet, EXPORT_ACTION_NUMBERS);
}

static bool add_territories(struct package *p)
{
	static const char *const names[] = { "code", "level", "name", "parent", "population", "source" };
	db_result_auto *r = NULL;
	struct sheet sheet;

	if (!db_run(&r, &p->rq->db, Q_export_territories,
		    (const char *[]) { lang_code(p->rq->lang), db_param_i64(p->a, p->rq->plan_id), p->as_of,
				       db_param_day(p->a, p->rq->today) },
		    &p->rq->err))
		return false;
	export_rows(&sheet, p->a, r, names, 6);
	return add_table(p, "territories.csv", "territories",
			 in_lang(p, "Territoires", "Territories"), &sheet, "population");
}

static bool add_organisations(struct package *p)
{
	static const char *const names[] = { "code", "name", "kind" };
	db_result_auto *r = NULL;
	struct sheet sheet;

	if (!db_run(&r, &p->rq->db, Q_export_organisations,
		    (const char *[]) { lang_code(p->rq->lang), p->as_of }, &p->rq->err))
		return false;
	export_rows(&sheet, p->a, r, names, 3);
	return add_table(p, "organisations.csv", "organisations",
			 in_lang(p, "Organisations", "Organisations"), &sheet, "");
}

/* Part `n` of a series, from 1 on; 0: all of it. */
static bool add_part(struct package *p, const json_t *series, int n, const struct sheet *sheet)
{
	const char *code = json_string_value(json_object_get(series, "id"));
	const char *name = json_string_value(json_object_get(series, "name"));
	const char *part = n ? arena_printf(p->a, "-%d", n) : "";

	p->figures += sheet->rows;
	return add_table(p, arena_printf(p->a, "figures/%s%s.csv", code, part),
			 arena_printf(p->a, "figures-%s%s", code, part),
			 n ? arena_printf(p->a, "%s (%s %d)", name, in_lang(p, "partie", "part"), n) : name,
			 sheet, "value");
}

/*
 * One series as this person may see it; one that nobody spoke of is not there.  A long one takes several files, each of
 * whole periods; where there is no room for all of it, the description says so.
 */
static bool add_series(struct package *p, const json_t *series)
{
	const char *code = json_string_value(json_object_get(series, "id"));
	struct series_part part = { .as_of = p->as_of, .rows_max = (int)p->rq->app->config->package_rows };
	struct sheet sheet;
	int n = 0;

	do {
		if (!series_export_part(&part, &p->rq->db, p->rq->plan_id, code, &p->rq->err))
			return false;
		n += part.from || n;
		if (!part.bytes || p->files > FILES_MAX - 2 || p->figures > FIGURES_MAX - part.rows_max) {
			p->left_out = arena_printf(p->a, "%s%s%s", p->left_out, *p->left_out ? ", " : "", code);
			return true;
		}
		if (!csv_read(&sheet, part.bytes, part.len, part.rows_max, &p->rq->err) ||
		    (sheet.rows && !add_part(p, series, n, &sheet)))
			return false;
	} while (part.from);
	return true;
}

static bool add_figures(struct package *p)
{
	json_auto_t *list = NULL;
	db_result_auto *r = NULL;
	const json_t *series;
	size_t i;

	if (!db_run(&r, &p->rq->db, Q_series_list, (const char *[]) { lang_code(p->rq->lang) },
		    &p->rq->err) ||
	    !json_parse(&list, db_text(r, 0, 0), db_length(r, 0, 0), &p->rq->err))
		return false;
	json_array_foreach(json_object_get(list, "items"), i, series)
		if (!add_series(p, series))
			return false;
	return true;
}

static bool add_indicators(struct package *p)
{
	struct sheet sheet;

	return indicator_table(&sheet, &p->rq->db, p->rq->plan_id, p->as_of, p->rq->lang, &p->rq->err) &&
	       add_table(p, "indicators.csv", "indicators",
			 in_lang(p, "Indicateurs, par territoire et période", "Indicators, by territory and period"),
			 &sheet, "value numerator denominator low high");
}

/* ------------------------------------------------------------------ the archive */

/* What the archive is, as the first of its files. */
/* "" or, with a blank before it, that some figures were made up. */
static bool fictitious(const char **out, struct package *p)
{
	const char *const none[MSG_ARGS] = { 0 };
	db_result_auto *r = NULL;

	if (!db_run(&r, &p->rq->db, Q_export_fictitious, (const char *[]){ db_param_i64(p->a, p->rq->plan_id) },
		    &p->rq->err))
		return false;
	*out = db_bool(r, 0, 0) ?
	       arena_printf(p->a, " %s", msg_text(p->a, MSG_EXPORT_FICTITIOUS, p->rq->lang, none)) : "";
	return true;
}

static void describe(struct package *p, const char *made_up)
{
	const char *const none[MSG_ARGS] = { 0 };
	json_auto_t *about = json_pack(
	    "{s:s, s:s, s:s, s:s, s:s, s:O}", "profile", "data-package", "name", p->rq->arg[0],
	    "created", p->as_of, "title",
	    arena_printf(p->a, "%s %s", in_lang(p, "Suivi du plan", "Follow-up of the plan"),
			 p->rq->arg[0]),
	    "description",
	    arena_printf(p->a, "%s %s%s%s%s", msg_text(p->a, MSG_EXPORT_NOTICE, p->rq->lang, none),
			 msg_text(p->a, MSG_EXPORT_FIGURES, p->rq->lang, none), made_up, *p->left_out ? " " : "",
			 *p->left_out ? msg_text(p->a, MSG_EXPORT_LEFT_OUT, p->rq->lang,
						 (const char *[MSG_ARGS]){ p->left_out }) : ""),
	    "resources", p->resources);
	const char *text = json_write(p->a, about);

	p->file[0] = (struct export_entry) { "datapackage.json", text, strlen(text), false };
}

bool export_api_package(struct req *rq)
{
	struct package *p = arena_alloc(&rq->arena, sizeof *p);
	struct export_file zip;
	const char *made_up;
	bool ok;

	*p = (struct package) { .rq = rq,
				.a = &rq->arena,
				.resources = json_array(),
				.left_out = "",
				.files = 1,
				.as_of = req_as_of(rq)
					     ? req_as_of(rq)
					     : arena_strdup(&rq->arena,
							    instant_format(clock_now_us()).text) };
	ok = add_plan(p) && add_actions(p) && add_territories(p) && add_organisations(p) &&
	     add_figures(p) && add_indicators(p) && fictitious(&made_up, p);
	if (ok)
		describe(p, made_up);
	json_decref(p->resources);
	if (!ok || !export_zip(&zip, p->file, p->files, &rq->err))
		return false;
	rq->disposition = arena_printf(p->a, "attachment; filename=\"%s.zip\"", rq->arg[0]);
	return http_text(rq, 200, "application/zip", zip.bytes, zip.len);
}
