/*
 * What may be kept as evidence, decided by its bytes.
 */
#ifndef VIGIE_EVIDENCE_RULES_H
#define VIGIE_EVIDENCE_RULES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The media type of a file whose name and bytes agree: pdf, png, jpg, odt, ods,
 * docx, xlsx, txt, csv.  NULL for anything else.  Static.
 */
const char *evidence_media_type(const char *file_name, const char *bytes, size_t len);

/* True for 1..200 printable characters that no file system or header takes for something else. */
bool evidence_name_fine(const char *file_name);

/* True for http:// or https:// with a host and no blank or quote. */
bool evidence_url_fine(const char *url);

#endif
