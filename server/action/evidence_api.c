/*
 * Evidence over HTTP: links as JSON, files as they are.
 */
#include <stdio.h>
#include <string.h>

#include "evidence_rules.h"
#include "id.h"
#include "parts.h"
#include "text.h"

enum { URL_MAX = 2000 };

/* One piece as it is kept; url or file. */
struct evidence { const char *title, *url, *file_name, *media_type, *bytes, *sha256; };

bool evidence_api_list(struct req *rq)
{
	json_auto_t *filters = json_object();

	return filter_read(filters, rq, "kind", "link file") &&
	       list_answer(rq, Q_evidence_list, "-added_at", filters);
}

bool evidence_api_get(struct req *rq)
{
	return part_get(rq, Q_evidence_get);
}

bool evidence_api_find(struct req *rq)
{
	const struct action *a;

	if (!action_api_find(rq))
		return false;
	a = rq->object;
	return a->may || !req_has_role(rq, ROLE_CONTRIBUTOR) ||
	       err_set(&rq->err, ERR_FORBIDDEN, MSG_OUT_OF_SCOPE);
}

/* ------------------------------------------------------------------ adding */

static bool read_link(struct evidence *out, struct req *rq)
{
	struct json_reader r;

	if (!json_parse(&rq->body, rq->raw_body ? rq->raw_body : "", rq->raw_body_bytes, &rq->err))
		return false;
	r = (struct json_reader){ rq->body, "#", &rq->err };
	json_only(&r, "title url");
	json_text(&out->title, &r, "title", JSON_REQUIRED, ACTION_TITLE_MAX);
	if (json_text(&out->url, &r, "url", JSON_REQUIRED, URL_MAX) == JSON_GIVEN &&
	    !evidence_url_fine(out->url))
		err_add(&rq->err, "#/url", MSG_BAD_URL);
	return err_ok(&rq->err);
}

/* The bytes as PostgreSQL writes them: \x and two digits each. */
static const char *hex_of(struct req *rq)
{
	static const char digits[] = "0123456789abcdef";
	char *out = arena_alloc(&rq->arena, rq->raw_body_bytes * 2 + 3), *to = stpcpy(out, "\\x");

	for (size_t i = 0; i < rq->raw_body_bytes; i++) {
		unsigned char c = (unsigned char)rq->raw_body[i];

		*to++ = digits[c >> 4];
		*to++ = digits[c & 15];
	}
	*to = '\0';
	return out;
}

static bool read_file(struct evidence *out, struct req *rq)
{
	char hash[65];

	out->file_name = req_query(rq, "file_name");
	out->title = req_query(rq, "title");
	if (!out->title)
		out->title = out->file_name;
	if (!evidence_name_fine(out->file_name))
		err_add_param(&rq->err, "file_name", MSG_BAD_FILE_NAME);
	if (!*out->title || !text_printable(out->title))
		err_add_param(&rq->err, "title", *out->title ? MSG_BAD_TEXT : MSG_EMPTY);
	else if (text_length(out->title) > ACTION_TITLE_MAX)
		err_add_param(&rq->err, "title", MSG_TOO_LONG,
			      arena_printf(&rq->arena, "%zu", text_length(out->title)), "300");
	if (!err_ok(&rq->err))
		return false;
	out->media_type = evidence_media_type(out->file_name, rq->raw_body ? rq->raw_body : "",
					      rq->raw_body_bytes);
	if (!out->media_type)
		return err_set(&rq->err, ERR_MEDIA_TYPE, MSG_FILE_TYPE);
	id_sha256(hash, rq->raw_body, rq->raw_body_bytes);
	out->sha256 = arena_strdup(&rq->arena, hash);
	out->bytes = hex_of(rq);
	return true;
}

/* A file says its name in the address; without one the body is a link. */
bool evidence_api_post(struct req *rq)
{
	const struct action *a = rq->object;
	struct evidence v = { 0 };

	if (!(req_query(rq, "file_name") ? read_file(&v, rq) : read_link(&v, rq)) || !writable(rq, a))
		return false;
	return part_write(rq, (struct db_call){ Q_evidence_add,
			  (const char *[]){ db_param_i64(&rq->arena, a->id), v.title, v.url,
					    v.file_name, v.media_type, v.bytes, v.sha256 } },
			  Q_evidence_get, 0, 201);
}

/* ------------------------------------------------------------------ the file */

static int digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* RFC 6266: the name in ASCII for old readers, and in UTF-8. */
static const char *disposition(struct req *rq, const char *name)
{
	char *plain = arena_strdup(&rq->arena, name);
	char *coded = arena_alloc(&rq->arena, strlen(name) * 3 + 1), *to = coded;

	for (char *c = plain; *c; c++)
		if ((unsigned char)*c >= 0x7f || *c == '%')
			*c = '_';
	for (const char *c = name; *c; c++) {
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", *c))
			*to++ = *c;
		else
			to += snprintf(to, 4, "%%%02X", (unsigned char)*c);
	}
	*to = '\0';
	return arena_printf(&rq->arena, "attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, coded);
}

bool evidence_api_file(struct req *rq)
{
	db_result_auto *r = NULL;
	const char *hex;
	int64_t id;
	size_t len;
	char *bytes;

	if (!path_id(&id, rq, 2) ||
	    !db_run(&r, &rq->db, Q_evidence_file,
		    (const char *[]){ db_param_i64(&rq->arena, rq->plan_id), rq->arg[1], rq->arg[2] },
		    &rq->err))
		return false;
	if (db_rows(r) == 0)
		return err_set(&rq->err, ERR_NOT_FOUND, MSG_NOT_FOUND, rq->arg[2]);
	hex = db_text(r, 0, db_column(r, "bytes")) + 2;
	len = strlen(hex) / 2;
	bytes = arena_alloc(&rq->arena, len + 1);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
	rq->disposition = disposition(rq, db_text(r, 0, db_column(r, "file_name")));
	http_etag_content(rq, bytes, len);
	return http_text(rq, 200, arena_strdup(&rq->arena, db_text(r, 0, db_column(r, "media_type"))),
			 bytes, len);
}
