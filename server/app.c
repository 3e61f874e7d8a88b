/*
 * Start and stop: one table of steps, taken in order and undone in reverse.
 */
#include "app.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "command.h"
#include "db.h"
#include "http.h"
#include "indicator.h"
#include "log.h"
#include "outbox.h"
#include "routes.h"
#include "series.h"
#include "user.h"

/* ------------------------------------------------------------------ steps */

static bool start_database(struct app *app, struct err *e)
{
	const struct config *c = app->config;

	return db_open(&app->db, &(struct db_config){ .url = c->database_url,
			.pool_size = (int)c->pool_size, .lease_ms = (int)c->lease_ms,
			.query_ms = (int)c->query_ms }, e);
}

static void stop_database(struct app *app)
{
	db_close(app->db);
}

/* What another process changed: caches of answers first, then whoever else keeps something. */
static void heard(void *arg, const char *topic)
{
	struct app *app = arg;

	http_heard(app->http, topic);
	people_heard(app->people, topic);
	if (strcmp(topic, "*") == 0 || strncmp(topic, "plan:", 5) == 0)
		indicator_worker_wake(app->worker);
}

static bool start_listener(struct app *app, struct err *e)
{
	return db_listen(&app->listener, app->config->database_url, heard, app, e);
}

static void stop_listener(struct app *app)
{
	db_listen_stop(app->listener);
}

static void plan_changed(struct app *app, int64_t plan_id)
{
	char topic[32];

	snprintf(topic, sizeof topic, plan_id ? "plan:%lld" : "*", (long long)plan_id);
	db_tell(app->listener, topic);
	indicator_worker_wake(app->worker);
}

/* The worker changed the values of a plan: what was answered before is old, here and elsewhere. */
static void values_changed(void *arg, int64_t plan_id)
{
	struct app *app = arg;
	char topic[32];

	snprintf(topic, sizeof topic, plan_id ? "plan:%lld" : "*", (long long)plan_id);
	http_heard(app->http, topic);
	db_tell(app->listener, topic);
}

/* Made before the listener, which wakes it, and started after it, since it tells by it. */
static bool open_worker(struct app *app, struct err *e)
{
	return !app->config->compute ||
	       indicator_worker_open(&app->worker, app->config, values_changed, app, e);
}

static void close_worker(struct app *app)
{
	indicator_worker_close(app->worker);
}

static bool start_worker(struct app *app, struct err *e)
{
	return !app->worker || indicator_worker_start(app->worker, e);
}

static void stop_worker(struct app *app)
{
	indicator_worker_stop(app->worker);
}

static bool open_lab(struct app *app, struct err *e)
{
	(void)e;
	indicator_lab_open(&app->lab, app->config);
	return true;
}

static void close_lab(struct app *app)
{
	indicator_lab_close(app->lab);
}

static bool open_sender(struct app *app, struct err *e)
{
	return outbox_sender_open(&app->sender, app->config, e);
}

static void close_sender(struct app *app)
{
	outbox_sender_close(app->sender);
}

static bool start_sender(struct app *app, struct err *e)
{
	return outbox_sender_start(app->sender, e);
}

static void stop_sender(struct app *app)
{
	outbox_sender_stop(app->sender);
}

static double mails_sent(struct app *app)
{
	return (double)outbox_sender_stats(app->sender).sent;
}

static double mails_failed(struct app *app)
{
	return (double)outbox_sender_stats(app->sender).failed;
}

static double mails_unknown(struct app *app)
{
	return (double)outbox_sender_stats(app->sender).unknown;
}

static double jobs_pending(struct app *app)
{
	return (double)indicator_worker_stats(app->worker).pending;
}

static double refreshes(struct app *app)
{
	return (double)indicator_worker_stats(app->worker).refreshes;
}

static double refresh_failures(struct app *app)
{
	return (double)indicator_worker_stats(app->worker).failures;
}

static double refresh_seconds(struct app *app)
{
	return indicator_worker_stats(app->worker).last_seconds;
}

static double refresh_seconds_total(struct app *app)
{
	return indicator_worker_stats(app->worker).seconds;
}

static double observations(struct app *app)
{
	return (double)indicator_worker_stats(app->worker).observations;
}

static double sandboxes(struct app *app)
{
	return (double)indicator_worker_stats(app->worker).sandboxes;
}

static double sandbox_kills(struct app *app)
{
	return (double)indicator_worker_stats(app->worker).kills;
}

static const struct {
	const char *name, *kind, *help;
	double (*value)(struct app *app);
} metrics[] = {
	{ "vigie_jobs_pending", "gauge", "Plans whose indicators wait to be computed.", jobs_pending },
	{ "vigie_indicator_refreshes_total", "counter", "Plans computed here.", refreshes },
	{ "vigie_indicator_failures_total", "counter", "Indicators that could not be computed here.",
	  refresh_failures },
	{ "vigie_indicator_refresh_seconds", "gauge", "Time of the last refresh here.", refresh_seconds },
	{ "vigie_indicator_refresh_seconds_total", "counter", "Time of all refreshes here.",
	  refresh_seconds_total },
	{ "vigie_observations", "gauge", "Observations kept in memory to compute indicators, 16 bytes each.",
	  observations },
	{ "vigie_sandbox_runs_total", "counter", "Sandbox processes started.", sandboxes },
	{ "vigie_sandbox_kills_total", "counter", "Sandbox processes that had to be stopped.",
	  sandbox_kills },
	{ "vigie_mails_sent_total", "counter", "Messages that the mail server took.", mails_sent },
	{ "vigie_mails_failed_total", "counter", "Messages that the mail server refused.", mails_failed },
	{ "vigie_mails_unknown_total", "counter", "Messages of which nobody knows whether they arrived.",
	  mails_unknown },
};

static bool hearing(struct app *app)
{
	return db_listening(app->listener);
}

static bool open_people(struct app *app, struct err *e)
{
	return people_open(&app->people, app->config, e);
}

static void close_people(struct app *app)
{
	people_close(app->people);
}

static bool open_http(struct app *app, struct err *e)
{
	const struct config *c = app->config;

	if (!http_open(&app->http, app, &(struct http_config){
			.address = c->address, .port = (int)c->port, .port_search = c->port_search,
			.threads = (int)c->threads, .public_url = c->public_url,
			.trusted_proxy = c->trusted_proxy, .web_dir = c->web_dir,
			.time_zone = c->time_zone, .request_ms = (int)c->request_ms,
			.metrics = c->metrics, .cache_mb = (int)c->cache_mb, .db = app->db,
			.changed = plan_changed, .refused = user_refused, .hearing = hearing },
		       routes, user_authenticate, e))
		return false;
	for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++)
		http_metric(app->http, metrics[i].name, metrics[i].kind, metrics[i].help, metrics[i].value);
	return true;
}

static void close_http(struct app *app)
{
	http_close(app->http);
}

static bool listen_http(struct app *app, struct err *e)
{
	return http_listen(app->http, e);
}

static void stop_http(struct app *app)
{
	http_stop(app->http, (int)app->config->drain_ms);
}

static const struct step {
	const char *name;
	bool (*start)(struct app *app, struct err *e);
	void (*stop)(struct app *app);
} steps[] = {
	{ "database", start_database, stop_database },
	{ "people", open_people, close_people },
	{ "lab", open_lab, close_lab },
	{ "pages and routes", open_http, close_http },
	{ "worker", open_worker, close_worker },
	{ "listener", start_listener, stop_listener },
	{ "computing", start_worker, stop_worker },
	{ "mail", open_sender, close_sender },
	{ "sending", start_sender, stop_sender },
	{ "http", listen_http, stop_http },
};

enum { STEPS = sizeof steps / sizeof steps[0] };

static void app_stop(struct app *app, int started)
{
	while (started-- > 0) {
		log_event(LOG_DEBUG, "stop", "step", steps[started].name);
		steps[started].stop(app);
	}
}

/* The number of steps taken; fewer than all leave the reason in *e. */
static int app_start(struct app *app, struct err *e)
{
	for (int i = 0; i < STEPS; i++) {
		log_event(LOG_DEBUG, "start", "step", steps[i].name);
		if (!steps[i].start(app, e)) {
			log_event(LOG_ERROR, "start", "step", steps[i].name, "cause", e->cause);
			return i;
		}
	}
	return STEPS;
}

/* ------------------------------------------------------------------ serve */

/* Signals that end the server are waited for in main alone; a vanished reader is no reason to die. */
static void block_signals(sigset_t *ends)
{
	sigemptyset(ends);
	sigaddset(ends, SIGTERM);
	sigaddset(ends, SIGINT);
	pthread_sigmask(SIG_BLOCK, ends, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int app_complain(const struct err *e)
{
	enum lang l = command_lang();

	fprintf(stderr, "vigie: %s\n", e->msg == MSG_NONE && e->first ? fault_detail(e, e->first, l) :
		err_detail(e, l));
	for (const struct fault *f = e->first; f; f = f->next)
		fprintf(stderr, "  %s: %s\n", f->where, fault_detail(e, f, l));
	if (e->cause[0])
		fprintf(stderr, "  %s\n", e->cause);
	if (e->msg == MSG_NO_DATABASE)
		return EXIT_USAGE;
	return e->code == ERR_BUSY ? EXIT_NO_DATABASE : EXIT_REFUSED;
}

int app_serve(const struct config *config, int argc, char **argv)
{
	struct app app = { .config = config };
	struct arena arena;
	struct err e;
	char message[400];
	sigset_t ends;
	int started, signal_number, code = 0;

	(void)argv;
	if (argc > 1 || !config_serve(config, message, sizeof message)) {
		fprintf(stderr, "vigie serve: %s\n", argc > 1 ? "no argument is expected" : message);
		return EXIT_USAGE;
	}
	block_signals(&ends);
	arena_init(&arena);
	err_init(&e, &arena);
	started = app_start(&app, &e);
	if (started == STEPS) {
		printf("ready: http://127.0.0.1:%d\n", http_port(app.http));
		fflush(stdout);
		sigwait(&ends, &signal_number);
		log_event(LOG_INFO, "stopping");
	} else {
		code = app_complain(&e);
	}
	app_stop(&app, started);
	arena_free(&arena);
	return code;
}

/* ------------------------------------------------------------------ migrate */

/* The catalogue is written as one statement, behind nobody. */
enum { CATALOGUE_MS = 60000 };

/* The application's role, as the database itself names it. */
static bool application_role(char *out, size_t size, const struct config *config, struct err *e)
{
	struct db_session s = { .context = "", .request_id = "" };
	db_result_auto *r = NULL;
	bool ok;

	ok = db_open(&s.db, &(struct db_config){ .url = config->database_url, .pool_size = 1,
			.lease_ms = (int)config->lease_ms, .query_ms = (int)config->query_ms }, e);
	if (ok && (ok = db_run(&r, &s, Q_db_role, NULL, e)))
		snprintf(out, size, "%s", db_text(r, 0, 0));
	db_close(s.db);
	return ok;
}

/* What every database holds beside its tables: the catalogue of series, the published figures. */
static bool fill_catalogue(const struct config *config, struct err *e)
{
	struct db_session s = { .context = "service", .request_id = "migrate" };
	bool ok;

	ok = db_open(&s.db, &(struct db_config){ .url = config->database_url, .pool_size = 1,
			.lease_ms = (int)config->lease_ms, .query_ms = CATALOGUE_MS }, e) &&
	     series_seed(&s, e);
	db_close(s.db);
	return ok;
}

int app_migrate(const struct config *config, int argc, char **argv)
{
	const struct migration_step *steps_done;
	struct arena arena;
	struct err e;
	char role[64];
	int count, code = 0;

	(void)argv;
	if (argc > 1 || !*config->database_url || !*config->database_owner_url) {
		fprintf(stderr, "vigie migrate: %s\n", argc > 1 ? "no argument is expected" :
			"needs database_owner_url, and database_url for the role to grant rights to");
		return EXIT_USAGE;
	}
	arena_init(&arena);
	err_init(&e, &arena);
	if (application_role(role, sizeof role, config, &e) &&
	    db_migrate(config->database_owner_url, role, &arena, &steps_done, &count, &e)) {
		for (int i = 0; i < count; i++)
			if (strcmp(steps_done[i].state, "pending") == 0)
				printf("%s: done\n", steps_done[i].name);
		if (!fill_catalogue(config, &e))
			code = app_complain(&e);
	} else {
		code = app_complain(&e);
	}
	arena_free(&arena);
	return code;
}
