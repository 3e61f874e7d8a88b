/*
 * The trampoline over a real socket and a real database, with routes made for
 * it: in which order refusals are told, and what a handler may rely on.
 */
#include "spec.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "clock.h"
#include "http.h"
#include "log.h"
#include "raw.h"

/* ------------------------------------------------------------------ a small application */

static struct app application;
static struct http_server *server;
static struct db *db;
static PGconn *owner;
static atomic_int built, done, told;
static atomic_bool moving;		/* the plan changes while the board is built */

static const char *const no_territories[] = { NULL };
static const struct grant coordinator[] = { { .role = ROLE_COORDINATOR, .plan_id = 3, .plan = "p",
					      .zone = "Europe/Paris", .territories = no_territories } };
static const struct grant viewer[] = { { .role = ROLE_VIEWER, .plan_id = 3, .plan = "p",
					 .zone = "Europe/Paris", .territories = no_territories } };
static const struct grant admin[] = { { .role = ROLE_ADMIN, .territories = no_territories } };

/* Cookies and tokens are people's names here. */
static bool authenticate(struct req *rq, const char *cookie, const char *bearer)
{
	const char *who = bearer ? bearer : cookie;
	static const struct { const char *name; const struct grant *grants; } people[] = {
		{ "carla", coordinator }, { "victor", viewer }, { "adam", admin },
	};

	if (strcmp(who, "trouble") == 0)
		return err_set(&rq->err, ERR_BUSY, MSG_DATABASE_AWAY);
	for (int i = 0; i < 3; i++)
		if (strcmp(people[i].name, who) == 0)
			rq->user = (struct user){ .id = i + 1, .login = who, .name = who, .context = "",
						  .lang = LANG_EN, .by_cookie = !bearer,
						  .csrf_token = bearer ? "" : "token-of-the-session",
						  .grants = people[i].grants, .grant_count = 1 };
	return true;
}

static bool find_thing(struct req *rq)
{
	return strcmp(rq->arg[1], "none") != 0 ||
	       err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[1]);
}

/* The thing has version 7 for ever. */
static bool change_thing(struct req *rq)
{
	if (!http_if_match(rq, 7, "{\"version\":7}"))
		return false;
	if (json_object_get(rq->body, "bad"))
		return err_add(&rq->err, "#/bad", MSG_WRONG_TYPE, "nothing");
	if (json_object_get(rq->body, "closed"))
		return err_set(&rq->err, ERR_CONFLICT, MSG_FORBIDDEN);
	http_etag_version(rq, 8);
	return http_json(rq, 200, "{\"version\":8}");
}

static bool make_thing(struct req *rq)
{
	int n = atomic_fetch_add(&done, 1) + 1;

	if (json_object_get(rq->body, "slow"))
		usleep(200000);
	if (json_object_get(rq->body, "fail"))
		return err_set(&rq->err, ERR_CONFLICT, MSG_FORBIDDEN);
	http_location(rq, "/api/v1/plans/p/things/1");
	http_etag_version(rq, n);
	http_plan_changed(rq);
	if (json_object_get(rq->body, "fail_late"))
		return err_set(&rq->err, ERR_BUSY, MSG_DATABASE_AWAY);
	return http_json(rq, 201, arena_printf(&rq->arena, "{\"made\":%d}", n));
}

static bool show_board(struct req *rq)
{
	if (http_cached(rq, "all"))
		return true;
	if (atomic_load(&moving))
		http_heard(server, "plan:3");
	return http_keep(rq, "all", arena_printf(&rq->arena, "{\"built\":%d,\"lang\":\"%s\",\"text\":\"%01600d\"}",
						 atomic_fetch_add(&built, 1) + 1, lang_code(rq->lang), 0));
}

static bool show_when(struct req *rq)
{
	const char *as_of = req_as_of(rq);

	return http_json(rq, 200, arena_printf(&rq->arena, "{\"as_of\":\"%s\"}", as_of ? as_of : "now"));
}

static bool forget(struct req *rq)
{
	(void)rq;
	return false;
}

static const struct route routes[] = {
	{ .method = "PATCH", .path = "/api/v1/plans/{plan}/things/{id}", .find = find_thing,
	  .act = change_thing, .access = ACCESS_COORDINATE, .flags = F_BODY | F_IF_MATCH, .status = 200 },
	{ .method = "POST", .path = "/api/v1/plans/{plan}/things", .act = make_thing,
	  .access = ACCESS_COORDINATE, .flags = F_BODY | F_IDEMPOTENT, .status = 201, .body_max = 1000 },
	{ .method = "GET", .path = "/api/v1/plans/{plan}/board", .act = show_board, .access = ACCESS_PLAN,
	  .flags = F_AS_OF, .query = "exact", .status = 200 },
	{ .method = "GET", .path = "/api/v1/plans/{plan}/when", .act = show_when, .access = ACCESS_PLAN,
	  .flags = F_AS_OF, .status = 200 },
	{ .method = "GET", .path = "/api/v1/people", .act = forget, .access = ACCESS_ADMIN, .status = 200 },
	{ .method = "POST", .path = "/api/v1/session", .act = http_no_content, .access = ACCESS_OPEN,
	  .flags = F_BODY, .status = 204 },
	{ 0 }
};

static void changed(struct app *app, int64_t plan_id)
{
	(void)app;
	assert_int_equal(plan_id, 3);
	atomic_fetch_add(&told, 1);
}

static bool open_server(struct http_server **out, int cache_mb, struct err *e)
{
	return http_open(out, &application, &(struct http_config){
			.address = "127.0.0.1", .threads = 24, .public_url = "", .trusted_proxy = "",
			.web_dir = "", .time_zone = "Europe/Paris", .request_ms = 2000, .metrics = true,
			.cache_mb = cache_mb, .db = db, .changed = changed }, routes, authenticate, e) &&
	       http_listen(*out, e);
}

static int start(void **state)
{
	static struct arena a;
	static struct err e;
	char url[600];

	(void)state;
	log_open(LOG_ERROR);
	clock_set_today(DAY_NONE);
	owner = raw_open(raw_url("TEST_DATABASE_OWNER_URL"));
	/* A table of its own, so that these routes need no person and no policy. */
	raw_do(owner, "drop schema if exists wire cascade; create schema wire; grant usage on schema wire to public;"
		      "create table wire.idempotency_key (person_id bigint, route text, key text, body_sha256 text,"
		      " status int, etag text, location text, body text, created_at timestamptz default now(),"
		      " primary key (person_id, route, key)); grant all on wire.idempotency_key to public");
	snprintf(url, sizeof url, "%s%coptions=-csearch_path%%3Dwire,public", raw_url("TEST_DATABASE_URL"),
		 strchr(raw_url("TEST_DATABASE_URL"), '?') ? '&' : '?');
	arena_init(&a);
	err_init(&e, &a);
	return db_open(&db, &(struct db_config){ .url = url, .pool_size = 4, .lease_ms = 2000,
						 .query_ms = 4000 }, &e) &&
	       open_server(&server, 1, &e) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	http_stop(server, 1000);
	http_close(server);
	db_close(db);
	raw_do(owner, "drop schema wire cascade");
	PQfinish(owner);
	return 0;
}

/* ------------------------------------------------------------------ a small client */

static char answer[65536];

/* Sends the bytes, reads until the server closes; the status, and all of it in `into`. */
static int exchange_into(char *into, size_t size, const char *bytes)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(server)),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0), status = 0;
	size_t len = 0;
	ssize_t n;

	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	assert_int_equal(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), (ssize_t)strlen(bytes));
	while (len < size - 1 && (n = recv(fd, into + len, size - 1 - len, 0)) > 0)
		len += (size_t)n;
	into[len] = 0;
	close(fd);
	sscanf(into, "HTTP/1.1 %d", &status);
	return status;
}

/* `head`: more header lines, each with CR LF; body NULL: none. */
static int ask_into(char *into, size_t size, const char *method, const char *path, const char *head,
		    const char *body)
{
	char *bytes = NULL, length[64] = "";
	int status;

	if (body)
		snprintf(length, sizeof length, "Content-Length: %zu\r\n", strlen(body));
	assert_true(asprintf(&bytes, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s%s\r\n%s", method,
			     path, head, length, body ? body : "") > 0);
	status = exchange_into(into, size, bytes);
	free(bytes);
	return status;
}

static int ask(const char *method, const char *path, const char *head, const char *body)
{
	return ask_into(answer, sizeof answer, method, path, head, body);
}

#define JSON "Content-Type: application/json\r\n"
#define CARLA "Authorization: Bearer carla\r\n"
#define VICTOR "Authorization: Bearer victor\r\n"
#define ADAM "Authorization: Bearer adam\r\n"
#define COOKIE "Cookie: vigie=carla\r\n"
#define V7 "If-Match: \"7.20261121.fr\"\r\n"

static bool says(const char *text)
{
	return strstr(answer, text) != NULL;
}

/* ------------------------------------------------------------------ what holds */

IT(tells_the_first_refusal_of_the_documented_order)
{
	const char *thing = "/api/v1/plans/p/things/1";

	/* Each line is wrong in everything that follows, too. */
	assert_int_equal(ask("PATCH", "/api/v1/plans/p/things/1?x=1", "", "nonsense"), 400);
	assert_int_equal(ask("PATCH", "/api/v1/plans/q/things/none", "", "nonsense"), 401);
	assert_int_equal(ask("PATCH", "/api/v1/plans/q/things/none", CARLA, "nonsense"), 404);
	assert_int_equal(ask("PATCH", "/api/v1/plans/p/things/none", VICTOR, "nonsense"), 404);
	assert_int_equal(ask("PUT", "/api/v1/plans/q/things/1", CARLA, "nonsense"), 404);
	assert_int_equal(ask("PUT", thing, VICTOR, "nonsense"), 405);
	assert_int_equal(ask("PATCH", thing, VICTOR, "nonsense"), 403);
	assert_int_equal(ask("PATCH", thing, CARLA, "nonsense"), 415);
	assert_int_equal(ask("PATCH", thing, CARLA JSON "Transfer-Encoding: chunked\r\n", NULL), 400);
	assert_int_equal(ask("PATCH", thing, CARLA JSON, "nonsense"), 400);
	assert_int_equal(ask("PATCH", thing, CARLA JSON, "[1]"), 400);
	assert_int_equal(ask("PATCH", thing, CARLA JSON, "{\"bad\":1}"), 428);
	assert_int_equal(ask("PATCH", thing, CARLA JSON "If-Match: 7\r\n", "{\"bad\":1}"), 400);
	assert_int_equal(ask("PATCH", thing, CARLA JSON "If-Match: \"6\"\r\n", "{\"bad\":1}"), 412);
	assert_int_equal(ask("PATCH", thing, CARLA JSON V7, "{\"bad\":1,\"closed\":1}"), 422);
	assert_int_equal(ask("PATCH", thing, CARLA JSON V7, "{\"closed\":1}"), 409);
	assert_int_equal(ask("PATCH", thing, CARLA JSON V7, "{}"), 200);
	assert_true(says("ETag: \"8."));
}

IT(tells_a_person_without_counts_that_it_is_not_allowed_and_a_stranger_to_the_plan_nothing)
{
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", ADAM, NULL), 403);
	assert_int_equal(ask("GET", "/api/v1/plans/other/board", ADAM, NULL), 403);
	assert_int_equal(ask("GET", "/api/v1/plans/other/board", VICTOR, NULL), 404);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", VICTOR, NULL), 200);
	assert_int_equal(ask("GET", "/api/v1/people", VICTOR, NULL), 403);
}

IT(carries_the_present_resource_with_412)
{
	assert_int_equal(ask("PATCH", "/api/v1/plans/p/things/1", CARLA JSON "If-Match: \"6\"\r\n", "{}"), 412);
	assert_true(says("\"current\":{\"version\":7}}"));
}

IT(never_answers_nothing_when_a_handler_forgets_to)
{
	assert_int_equal(ask("GET", "/api/v1/people", ADAM, NULL), 500);
	assert_true(says("/problems/internal"));
}

IT(never_fails_open_when_it_cannot_know_who_asks)
{
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", "Authorization: Bearer trouble\r\n", NULL), 503);
	assert_true(says("Retry-After: "));
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", "Authorization: Bearer nobody\r\n", NULL), 401);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", "Authorization: Basic Y2FybGE6\r\n", NULL), 401);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", "Cookie: __Host-vigie=carla\r\n", NULL), 401);
}

IT(takes_a_change_by_cookie_only_from_our_own_pages_with_the_token)
{
	char good[300], origin[100];
	const char *thing = "/api/v1/plans/p/things/1";

	snprintf(origin, sizeof origin, "Origin: %s\r\n", http_public_url(server));
	snprintf(good, sizeof good, COOKIE JSON V7 "X-CSRF-Token: token-of-the-session\r\n%s", origin);
	assert_int_equal(ask("PATCH", thing, good, "{}"), 200);
	assert_int_equal(ask("PATCH", thing, COOKIE JSON V7 "X-CSRF-Token: token-of-the-session\r\n"
			     "Sec-Fetch-Site: same-origin\r\n", "{}"), 200);
	assert_int_equal(ask("PATCH", thing, COOKIE JSON V7 "X-CSRF-Token: token-of-the-session\r\n", "{}"), 403);
	assert_int_equal(ask("PATCH", thing, COOKIE JSON V7 "X-CSRF-Token: token-of-the-session\r\n"
			     "Origin: http://evil\r\nSec-Fetch-Site: same-origin\r\n", "{}"), 403);
	assert_true(says("\"code\":\"cross_site\""));
	snprintf(good, sizeof good, COOKIE JSON V7 "X-CSRF-Token: token-of-the-sessiom\r\n%s", origin);
	assert_int_equal(ask("PATCH", thing, good, "{}"), 403);
	assert_true(says("\"code\":\"csrf\""));
	snprintf(good, sizeof good, COOKIE JSON V7 "%s", origin);
	assert_int_equal(ask("PATCH", thing, good, "{}"), 403);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", COOKIE "Origin: http://evil\r\n", NULL), 200);
}

IT(takes_a_sign_in_as_json_from_our_own_pages_or_from_no_page)
{
	char own[200];

	snprintf(own, sizeof own, JSON "Origin: %s\r\n", http_public_url(server));
	assert_int_equal(ask("POST", "/api/v1/session", own, "{}"), 204);
	assert_int_equal(ask("POST", "/api/v1/session", JSON, "{}"), 204);
	assert_int_equal(ask("POST", "/api/v1/session", JSON "Origin: http://evil\r\n", "{}"), 403);
	assert_int_equal(ask("POST", "/api/v1/session", JSON "Origin: null\r\n", "{}"), 403);
	assert_int_equal(ask("POST", "/api/v1/session", "Content-Type: text/plain\r\n", "{}"), 415);
	assert_int_equal(ask("POST", "/api/v1/session",
			     "Content-Type: application/x-www-form-urlencoded\r\n", "a=b"), 415);
	assert_int_equal(ask("POST", "/api/v1/session", "Content-Type: application/json;charset=utf-8\r\n", "{}"), 204);
	assert_int_equal(ask("POST", "/api/v1/session", JSON "Content-Encoding: gzip\r\n", "{}"), 415);
}

IT(limits_bodies_by_length_and_while_chunks_come)
{
	char body[1200] = "{\"x\":\"", bytes[2600];

	memset(body + 6, 'y', 1100);
	strcpy(body + 1106, "\"}");
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON, body), 413);
	snprintf(bytes, sizeof bytes, "POST /api/v1/plans/p/things HTTP/1.1\r\nHost: x\r\n" CARLA JSON
		 "Transfer-Encoding: chunked\r\n\r\n454\r\n%s\r\n0\r\n\r\n", body);
	assert_int_equal(exchange_into(answer, sizeof answer, bytes), 413);
	assert_int_equal(exchange_into(answer, sizeof answer, "POST /api/v1/plans/p/things HTTP/1.1\r\nHost: x\r\n"
		CARLA JSON "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
		"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 201);
	assert_null(strstr(answer + 9, "HTTP/1.1"));	/* nothing follows a chunked body */
	assert_true(says("Connection: close"));
	assert_int_equal(exchange_into(answer, sizeof answer, "POST /api/v1/plans/p/things HTTP/1.1\r\nHost: x\r\n"
		CARLA JSON "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n"), 400);
}

IT(survives_a_deeply_nested_body)
{
	static char body[60000];

	memset(body, '[', 50000);
	body[50000] = 0;
	assert_int_equal(ask("POST", "/api/v1/session", JSON, body), 400);
	assert_int_equal(ask("GET", "/healthz", "", NULL), 200);
}

IT(answers_100_continue_before_it_reads)
{
	assert_int_equal(ask("POST", "/api/v1/session", JSON "Expect: 100-continue\r\n", "{}"), 100);
	assert_true(says("HTTP/1.1 204 "));
}

IT(reads_as_of_as_an_instant_or_the_end_of_a_day_never_the_future)
{
	char path[100];

	assert_int_equal(ask("GET", "/api/v1/plans/p/when", CARLA, NULL), 200);
	assert_true(says("\"now\""));
	assert_int_equal(ask("GET", "/api/v1/plans/p/when?as_of=2026-06-30", CARLA, NULL), 200);
	assert_true(says("2026-06-30T21:59:59.999999Z"));
	assert_int_equal(ask("GET", "/api/v1/plans/p/when?as_of=2026-06-30T10:00:00Z", CARLA, NULL), 200);
	assert_true(says("2026-06-30T10:00:00.000000Z"));
	snprintf(path, sizeof path, "/api/v1/plans/p/when?as_of=%s", day_format(clock_today("Europe/Paris")).text);
	assert_int_equal(ask("GET", path, CARLA, NULL), 200);
	assert_true(says("\"now\""));
	assert_int_equal(ask("GET", "/api/v1/plans/p/when?as_of=2199-01-01", CARLA, NULL), 400);
	assert_int_equal(ask("GET", "/api/v1/plans/p/when?as_of=2026-02-30", CARLA, NULL), 400);
	assert_int_equal(ask("GET", "/api/v1/plans/p/when?as_of=", CARLA, NULL), 400);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things?as_of=2026-01-01", CARLA JSON, "{}"), 400);
	assert_true(says("as_of_write"));
}

IT(keeps_an_answer_until_its_plan_changes)
{
	char etag[200], head[300];
	int before = atomic_load(&built);

	assert_int_equal(ask("GET", "/api/v1/plans/p/board", VICTOR "Cookie: x=1\r\n", NULL), 200);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA, NULL), 200);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA "Accept-Encoding: gzip\r\n", NULL), 200);
	assert_true(says("Content-Encoding: gzip"));
	assert_true(atomic_load(&built) - before <= 1);
	before = atomic_load(&built);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board?exact=1%1f", CARLA, NULL), 400);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board?lang=fr", CARLA, NULL), 200);
	assert_true(says("\"lang\":\"fr\""));
	assert_int_equal(atomic_load(&built), before + 1);

	assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA, NULL), 200);
	assert_int_equal(sscanf(strstr(answer, "ETag: "), "ETag: %190s", etag), 1);
	snprintf(head, sizeof head, CARLA "If-None-Match: W/%s\r\n", etag);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", head, NULL), 304);

	before = atomic_load(&built);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON, "{}"), 201);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", head, NULL), 200);
	assert_int_equal(atomic_load(&built), before + 1);
	http_heard(server, "plan:3");
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA, NULL), 200);
	http_heard(server, "*");
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA, NULL), 200);
	http_heard(server, "plan:4");
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA, NULL), 200);
	assert_int_equal(atomic_load(&built), before + 3);
}

IT(compresses_what_it_may_not_keep)
{
	int before = atomic_load(&built);

	atomic_store(&moving, true);
	http_heard(server, "plan:3");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA "Accept-Encoding: gzip\r\n", NULL), 200);
		assert_true(says("Content-Encoding: gzip"));
	}
	atomic_store(&moving, false);
	assert_int_equal(atomic_load(&built), before + 2);
}

IT(builds_every_answer_when_it_may_keep_none)
{
	struct http_server *keeping = server;
	int before = atomic_load(&built);
	struct arena a;
	struct err e;

	arena_init(&a);
	err_init(&e, &a);
	assert_true(open_server(&server, 0, &e));
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA, NULL), 200);
		assert_int_equal(atomic_load(&built), before + i);
	}
	http_stop(server, 1000);
	http_close(server);
	server = keeping;
	arena_free(&a);
}

IT(tells_the_others_of_a_change_only_when_it_happened)
{
	int before = atomic_load(&told);

	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON, "{\"fail\":1}"), 409);
	assert_int_equal(atomic_load(&told), before);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON, "{}"), 201);
	assert_int_equal(atomic_load(&told), before + 1);
}

IT(tells_the_others_of_a_change_that_was_kept_though_its_answer_failed)
{
	int before = atomic_load(&told), boards;

	assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA, NULL), 200);
	boards = atomic_load(&built);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON, "{\"fail_late\":1}"), 503);
	assert_int_equal(atomic_load(&told), before + 1);
	assert_int_equal(ask("GET", "/api/v1/plans/p/board", CARLA, NULL), 200);
	assert_int_equal(atomic_load(&built), boards + 1);
}

#define KEY(k) "Idempotency-Key: " k "\r\n"

static const char *body_of(const char *text)
{
	return strstr(text, "\r\n\r\n") + 4;
}

IT(gives_the_same_answer_for_the_same_key_and_works_once)
{
	char first[4096];
	int before = atomic_load(&done);

	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("k1"), "{\"a\":1}"), 201);
	strcpy(first, body_of(answer));
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("k1"), "{\"a\":1}"), 201);
	assert_string_equal(body_of(answer), first);
	assert_true(says("Location: /api/v1/plans/p/things/1"));
	assert_true(says("ETag: "));
	assert_int_equal(atomic_load(&done), before + 1);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("k1"), "{\"a\":2}"), 422);
	assert_true(says("idempotency_other_body"));
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("k2"), "{\"a\":1}"), 201);
	assert_int_equal(atomic_load(&done), before + 2);
}

IT(forgets_a_key_whose_work_failed)
{
	int before = atomic_load(&done);

	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("f"), "{\"fail\":1}"), 409);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("f"), "{}"), 201);
	assert_int_equal(atomic_load(&done), before + 2);
}

IT(takes_an_old_key_as_new)
{
	int before = atomic_load(&done);

	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("old"), "{\"a\":1}"), 201);
	raw_do(owner, "update wire.idempotency_key set created_at = now() - interval '25 hours' where key = 'old'");
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("old"), "{\"a\":2}"), 201);
	assert_int_equal(atomic_load(&done), before + 2);
}

IT(refuses_malformed_keys)
{
	char key[300] = "Idempotency-Key: ", head[500];

	memset(key + 17, 'k', 201);
	snprintf(head, sizeof head, CARLA JSON "%s\r\n", key);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", head, "{}"), 400);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY(""), "{}"), 400);
	assert_int_equal(ask("POST", "/api/v1/plans/p/things", CARLA JSON KEY("a b"), "{}"), 400);
	assert_true(says("\"header\":\"Idempotency-Key\""));
}

struct call { pthread_t thread; int status; char text[4096]; };

static void *call(void *arg)
{
	struct call *c = arg;

	c->status = ask_into(c->text, sizeof c->text, "POST", "/api/v1/plans/p/things",
			     CARLA JSON KEY("same"), "{\"slow\":1}");
	return NULL;
}

IT(lets_parallel_duplicates_wait_for_the_first)
{
	enum { CALLS = 3 };
	static struct call calls[CALLS];
	int before = atomic_load(&done);

	for (int i = 0; i < CALLS; i++)
		assert_int_equal(pthread_create(&calls[i].thread, NULL, call, &calls[i]), 0);
	for (int i = 0; i < CALLS; i++)
		pthread_join(calls[i].thread, NULL);
	assert_int_equal(atomic_load(&done), before + 1);
	for (int i = 0; i < CALLS; i++) {
		assert_int_equal(calls[i].status, 201);
		assert_string_equal(body_of(calls[i].text), body_of(calls[0].text));
	}
}

SPEC_WITH("one request", start, stop,
	  RUN(tells_the_first_refusal_of_the_documented_order),
	  RUN(tells_a_person_without_counts_that_it_is_not_allowed_and_a_stranger_to_the_plan_nothing),
	  RUN(carries_the_present_resource_with_412),
	  RUN(never_answers_nothing_when_a_handler_forgets_to),
	  RUN(never_fails_open_when_it_cannot_know_who_asks),
	  RUN(takes_a_change_by_cookie_only_from_our_own_pages_with_the_token),
	  RUN(takes_a_sign_in_as_json_from_our_own_pages_or_from_no_page),
	  RUN(limits_bodies_by_length_and_while_chunks_come),
	  RUN(survives_a_deeply_nested_body),
	  RUN(answers_100_continue_before_it_reads),
	  RUN(reads_as_of_as_an_instant_or_the_end_of_a_day_never_the_future),
	  RUN(keeps_an_answer_until_its_plan_changes),
	  RUN(compresses_what_it_may_not_keep),
	  RUN(builds_every_answer_when_it_may_keep_none),
	  RUN(tells_the_others_of_a_change_only_when_it_happened),
	  RUN(tells_the_others_of_a_change_that_was_kept_though_its_answer_failed),
	  RUN(gives_the_same_answer_for_the_same_key_and_works_once),
	  RUN(forgets_a_key_whose_work_failed),
	  RUN(takes_an_old_key_as_new),
	  RUN(refuses_malformed_keys),
	  RUN(lets_parallel_duplicates_wait_for_the_first))
