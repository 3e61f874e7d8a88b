/*
 * Asking the rules of a report.  Whatever goes wrong here, the report is saved and sent: it is said
 * elsewhere.
 */
#include <string.h>

#include "check_rules.h"
#include "finding.h"
#include "indicator.h"
#include "json.h"
#include "log.h"
#include "parts.h"
#include "plugin.h"

struct round {
	const struct asking *how;
	struct plugin_host *host;
	const json_t *cells, *seen; /* the report as rules see it */
	json_t *findings;
	struct err *e;
};

/*
 * What a busy machine may have caused is told and not counted.  What the finding names comes from
 * the run of a plugin and may hold a figure: those who read of it may not see that, so that only
 * what and where is told.
 */
static void tell(struct round *c, const struct db_result *rules, int i, const struct finding *f)
{
	const struct finding bare = { .code = f->code, .line = f->line, .arg = { "…", "…", "…" } };
	json_auto_t *about =
	    json_pack("{s:s, s:i, s:s, s:s}", "code", finding_name(f->code), "line", f->line, "fr",
		      finding_cause(c->how->arena, &bare, LANG_FR), "en",
		      finding_cause(c->how->arena, &bare, LANG_EN));
	bool counts = f->code != V223 && f->code != V231;
	db_result_auto *kept = NULL;

	log_event(LOG_WARN, "rule", "id", db_text(rules, i, db_column(rules, "code")), "version",
		  db_text(rules, i, db_column(rules, "version")), "state", "failed", "finding",
		  finding_name(f->code), "line", arena_printf(c->how->arena, "%d", f->line));
	if (!db_run(&kept, c->how->db, Q_rule_failed,
		    (const char *[]) { db_text(rules, i, db_column(rules, "version_id")),
				       json_write(c->how->arena, about), db_param_bool(counts) },
		    c->e))
		err_init(c->e, c->how->arena);
}

static void ask(struct round *c, const struct db_result *rules, int i)
{
	const char *source = db_text(rules, i, db_column(rules, "source"));
	const char *about = db_text(rules, i, db_column(rules, "metadata"));
	struct plugin p = { .kind = PLUGIN_RULE,
			    .id = db_text(rules, i, db_column(rules, "code")),
			    .version = db_text(rules, i, db_column(rules, "version")),
			    .source = source,
			    .source_len = strlen(source),
			    .about = json_loads(about, 0, NULL) };
	struct plugin_remark *said;
	struct finding f = { 0 };
	size_t count = 0;

	if (!plugin_validate(&said, &count, c->host, c->how->arena, &p, c->seen, &f))
		tell(c, rules, i, &f);
	for (size_t k = 0; k < count; k++)
		check_add(c->findings, c->cells,
			  &(struct check_remark) { p.id, p.version, said[k].about, said[k].dims,
						   said[k].stops, said[k].fr, said[k].en });
	json_decref(p.about);
}

/* In the lab, if there is a place. */
static void ask_all(struct round *c, const struct db_result *rules)
{
	bool in = c->how->patient ? indicator_lab_enter(&c->host, c->how->lab, c->e)
				  : indicator_lab_try(&c->host, c->how->lab);

	if (!in) {
		log_event(LOG_INFO, "rule", "state", "not asked: no place");
		return;
	}
	c->findings = json_array();
	for (int i = 0; i < db_rows(rules); i++)
		ask(c, rules, i);
	indicator_lab_leave(c->how->lab);
}

/* The figures of the report with `items` typed, those of the months before as `months` gives them.
 * Owned. */
static json_t *seen_of(const struct report *r, const struct asking *how, const json_t *cells,
		       const json_t *items, const char *months)
{
	json_auto_t *before = json_loads(months, 0, NULL);

	return json_pack("{s:s, s:s, s:s, s:o}", "period", r->unit.period, "territory",
			 r->unit.territory, "organisation", r->unit.organisation, "figures",
			 check_figures(how->arena, r->unit.period, cells, items, before));
}

void report_check(struct report *r, const struct asking *how, const json_t *items)
{
	const char *expectation = db_param_i64(how->arena, r->expectation);
	struct db_result *got[2] = { NULL };
	const struct db_call calls[] = { { Q_campaign_rules, (const char *[]) { expectation } },
					 { Q_campaign_rule_months,
					   (const char *[]) { expectation } } };
	struct err e;

	r->findings = NULL;
	err_init(&e, how->arena);
	if (!r->closed && !r->exempt && db_run_all(got, how->db, calls, 2, &e) &&
	    db_rows(got[0]) > 0) {
		json_auto_t *cells = json_loads(r->cells, 0, NULL);
		json_auto_t *seen = seen_of(r, how, cells, items, db_text(got[1], 0, 0));
		struct round c = { .how = how, .cells = cells, .seen = seen, .e = &e };

		ask_all(&c, got[0]);
		r->findings = c.findings;
	}
	db_result_free(got[0]);
	db_result_free(got[1]);
}
