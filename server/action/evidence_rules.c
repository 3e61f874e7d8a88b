/*
 * What a file is, by its bytes: what it calls itself counts only when both agree.
 */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "evidence_rules.h"
#include "text.h"

#define ZIP "PK\003\004"

static bool begins(const char *bytes, size_t len, const char *with, size_t size)
{
	return len >= size && memcmp(bytes, with, size) == 0;
}

static bool is_pdf(const char *bytes, size_t len)
{
	return begins(bytes, len, "%PDF-", 5);
}

static bool is_png(const char *bytes, size_t len)
{
	return begins(bytes, len, "\x89PNG\r\n\x1a\n", 8);
}

static bool is_jpeg(const char *bytes, size_t len)
{
	return begins(bytes, len, "\xff\xd8\xff", 3);
}

/* OpenDocument: the first entry of the archive is `mimetype`, stored as it is. */
static bool is_open_document(const char *bytes, size_t len, const char *type)
{
	size_t size = strlen(type);

	return begins(bytes, len, ZIP, 4) && len > 38 + size &&
	       memcmp(bytes + 30, "mimetype", 8) == 0 && memcmp(bytes + 38, type, size) == 0 &&
	       bytes[38 + size] == 'P';
}

static bool is_odt(const char *bytes, size_t len)
{
	return is_open_document(bytes, len, "application/vnd.oasis.opendocument.text");
}

static bool is_ods(const char *bytes, size_t len)
{
	return is_open_document(bytes, len, "application/vnd.oasis.opendocument.spreadsheet");
}

static bool has(const char *bytes, size_t len, const char *text)
{
	return memmem(bytes, len, text, strlen(text)) != NULL;
}

/* Office Open XML: the archive names its parts; one with macros is something else. */
static bool is_office(const char *bytes, size_t len, const char *part)
{
	return begins(bytes, len, ZIP, 4) && has(bytes, len, "[Content_Types].xml") &&
	       has(bytes, len, part) && !has(bytes, len, "vbaProject.bin");
}

static bool is_docx(const char *bytes, size_t len)
{
	return is_office(bytes, len, "word/document.xml");
}

static bool is_xlsx(const char *bytes, size_t len)
{
	return is_office(bytes, len, "xl/workbook.xml");
}

/* Text in UTF-8, with the line ends and the mark that spreadsheets write. */
static bool is_text(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] < 0x20 && !strchr("\t\r\n\f", bytes[i]))
			return false;
	return len > 0 && !memchr(bytes, 0, len) && text_utf8_valid(bytes, len);
}

static const struct kind {
	const char *extension, *media_type;
	bool (*fits)(const char *bytes, size_t len);
} kinds[] = {
	{ "pdf", "application/pdf", is_pdf },
	{ "png", "image/png", is_png },
	{ "jpg", "image/jpeg", is_jpeg },
	{ "jpeg", "image/jpeg", is_jpeg },
	{ "odt", "application/vnd.oasis.opendocument.text", is_odt },
	{ "ods", "application/vnd.oasis.opendocument.spreadsheet", is_ods },
	{ "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", is_docx },
	{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", is_xlsx },
	{ "txt", "text/plain", is_text },
	{ "csv", "text/csv", is_text },
};

const char *evidence_media_type(const char *file_name, const char *bytes, size_t len)
{
	const char *dot = strrchr(file_name, '.');

	for (size_t i = 0; dot && i < sizeof kinds / sizeof *kinds; i++)
		if (strcasecmp(dot + 1, kinds[i].extension) == 0)
			return kinds[i].fits(bytes, len) ? kinds[i].media_type : NULL;
	return NULL;
}

bool evidence_name_fine(const char *file_name)
{
	size_t length = text_length(file_name);

	return length >= 1 && length <= 200 && text_plain(file_name) && *file_name != '.' &&
	       !strpbrk(file_name, "/\\\"<>|:*?");
}

bool evidence_url_fine(const char *url)
{
	const char *host = strncmp(url, "https://", 8) == 0 ? url + 8 :
			   strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;

	if (!host || !*host || strchr("/?#:", *host) || !text_plain(url))
		return false;
	/* https://known.example@elsewhere/ leads elsewhere */
	if (memchr(host, '@', strcspn(host, "/?#")))
		return false;
	for (const char *c = url; *c; c++)
		if ((unsigned char)*c <= 0x20 || *c == 0x7f || strchr("<>\"\\", *c))
			return false;
	return true;
}
