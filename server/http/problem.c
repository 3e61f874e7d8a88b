/*
 * RFC 9457: one struct err becomes one application/problem+json, in the
 * reader's language.
 */
#include <string.h>

#include "internal.h"

static const char *const members[] = {
	[FAULT_POINTER] = "pointer", [FAULT_PARAMETER] = "parameter", [FAULT_HEADER] = "header",
};

static void write_member(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, ",\"%s\":", name);
	buffer_json(out, text);
}

static void write_faults(struct buffer *out, const struct err *e, enum lang lang)
{
	const char *comma = "";

	buffer_text(out, ",\"errors\":[");
	for (const struct fault *f = e->first; f; f = f->next, comma = ",") {
		buffer_format(out, "%s{\"%s\":", comma, members[f->at]);
		buffer_json(out, f->where);
		write_member(out, "code", msg_code(f->msg));
		write_member(out, "detail", fault_detail(e, f, lang));
		buffer_text(out, "}");
	}
	buffer_text(out, "]");
}

void problem_write(struct buffer *out, const struct err *e, enum lang lang, const char *id)
{
	const char *detail = e->msg == MSG_NONE && e->first ? fault_detail(e, e->first, lang) :
			     err_detail(e, lang);

	buffer_text(out, "{\"type\":");
	buffer_json(out, err_type(e->code));
	write_member(out, "title", err_title(e->code, lang));
	buffer_format(out, ",\"status\":%d", err_status(e->code));
	write_member(out, "detail", detail);
	buffer_format(out, ",\"instance\":\"/requests/%s\"", id);
	if (e->msg != MSG_NONE)
		write_member(out, "code", msg_code(e->msg));
	if (e->first)
		write_faults(out, e, lang);
	if (e->current)
		buffer_format(out, ",\"current\":%s", e->current);
	buffer_text(out, "}");
}

void problem_set(struct exchange *x)
{
	struct req *rq = &x->rq;
	struct buffer b;

	if (rq->err.code == ERR_NONE)
		err_set(&rq->err, ERR_INTERNAL, MSG_INTERNAL);
	buffer_init(&b, &rq->arena, 512 + (rq->err.current ? strlen(rq->err.current) : 0));
	problem_write(&b, &rq->err, rq->lang, rq->id);
	if (rq->answer_release)
		rq->answer_release(rq->answer_owner);
	rq->answer_release = NULL;
	rq->answer_owner = NULL;
	rq->status = err_status(rq->err.code);
	rq->answer = b.bytes;
	rq->answer_bytes = b.len;
	rq->answer_type = "application/problem+json; charset=utf-8";
	rq->answer_gzip = NULL;
	rq->location = NULL;
	rq->etag[0] = 0;
}
