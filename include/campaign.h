/*
 * Campaigns: each month, who is to answer what, who has, and what was said of
 * each figure.
 *
 * The roster says who answers for which départements of an organisation, from
 * when to when; a seat may be vacant, and an exemption says why nobody answers.  A
 * campaign asks figures of a month (which series, from which kinds of
 * organisation) and a word on deployments, until a day.  When it is opened, each
 * unit (territory × organisation) of the roster gets an expectation, which stays
 * whatever the roster becomes.
 *
 * A report is the answer of a unit: expected → draft → submitted → validated, or
 * returned, submitted again.  Late is derived: the due day has passed and nothing
 * was sent.  "Nothing new" is an answer; it records no figure, so that it is neither
 * zero nor silence.  A draft is kept as typed and belongs to the unit: it outlives the
 * session and the account of whoever typed it.
 *
 * Each figure goes its own way: submitted, accepted, or returned with a reason, the
 * others of the report being accepted then; one that was sent may be revised with a
 * reason.  Every act is kept, with its value: the last one stands, all of them are the
 * figure's thread.  Figures become observations of their series in the transaction of
 * the act, provisional until they are accepted.
 *
 * Tasks are what one person must answer now: the actions and deployments of their scope that
 * are late, stale or on which an open campaign wants a word (`awaited`), and the reports of
 * their units in open campaigns.  Each names the version that an answer must name; answers go
 * the way they always go, status reports and drafts.
 *
 * Contributors answer within their scope; coordinators open, change and close
 * campaigns, validate and return.  Exact figures of a report are for these two alone;
 * the journal keeps that a coordinator read them, once a person, report and hour.
 */
#ifndef VIGIE_CAMPAIGN_H
#define VIGIE_CAMPAIGN_H

#include <stdbool.h>

#include "config.h"

struct req;

/* Handlers; routes.c says which address each answers. */
bool campaign_api_find(struct req *rq);			/* 404 */
bool campaign_api_list(struct req *rq);
bool campaign_api_get(struct req *rq);
bool campaign_api_post(struct req *rq);
bool campaign_api_patch(struct req *rq);
bool campaign_api_close(struct req *rq);
bool campaign_api_reports(struct req *rq);

bool campaign_report_api_find(struct req *rq);			/* 404, 403 for whoever may not read it */
bool campaign_report_api_find_answerable(struct req *rq);	/* 404, 403 outside one's scope */
bool campaign_report_api_get(struct req *rq);
bool campaign_report_api_draft(struct req *rq);
bool campaign_report_api_submit(struct req *rq);
bool campaign_report_api_nothing_new(struct req *rq);
bool campaign_report_api_validate(struct req *rq);
bool campaign_report_api_return(struct req *rq);
bool campaign_report_api_revise(struct req *rq);

bool roster_api_list(struct req *rq);
bool roster_api_post(struct req *rq);
bool roster_api_find(struct req *rq);			/* 404 */
bool roster_api_patch(struct req *rq);

bool task_api_list(struct req *rq);

bool handover_api_list(struct req *rq);
bool handover_api_post(struct req *rq);
bool handover_api_preview(struct req *rq);

/* `vigie campaign list | status | open | close | remind | hand-over`; the exit code. */
int campaign_cli(const struct config *config, int argc, char **argv);
/* `vigie demo campaign`: the month's campaign and a few answers, fictitious, where there is no roster yet. */
int campaign_demo_cli(const struct config *config, int argc, char **argv);


#endif
