/*
 * ODS: a zip archive of three files (OpenDocument 1.2); and zip archives, by libzip.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "export.h"

/* ------------------------------------------------------------------ zip */

static bool add_entries(zip_t *z, const struct export_entry *entries, int count)
{
	for (int i = 0; i < count; i++) {
		zip_source_t *s = zip_source_buffer(z, entries[i].bytes, entries[i].len, 0);
		zip_int64_t at = s ? zip_file_add(z, entries[i].name, s, ZIP_FL_ENC_UTF_8) : -1;

		if (at < 0) {
			zip_source_free(s);
			return false;
		}
		if (entries[i].stored && zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0) != 0)
			return false;
	}
	return true;
}

static bool read_source(struct export_file *out, zip_source_t *s, struct arena *a)
{
	zip_stat_t stat;
	char *bytes;

	if (zip_source_stat(s, &stat) != 0 || zip_source_open(s) != 0)
		return false;
	bytes = arena_alloc(a, (size_t)stat.size + 1);
	*out = (struct export_file){ bytes, (size_t)stat.size };
	if (zip_source_read(s, bytes, stat.size) != (zip_int64_t)stat.size)
		return false;
	return zip_source_close(s) == 0;
}

bool export_zip(struct export_file *out, const struct export_entry *entries, int count, struct err *e)
{
	zip_source_t *s = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *z = s ? zip_open_from_source(s, ZIP_TRUNCATE, NULL) : NULL;
	bool ok = z != NULL;

	if (z) {
		zip_source_keep(s);	/* it is read once the archive is closed */
		ok = add_entries(z, entries, count);
		if (!ok)
			zip_discard(z);
		else if (zip_close(z) != 0)
			ok = (zip_discard(z), false);
	}
	ok = ok && read_source(out, s, e->arena);
	zip_source_free(s);
	return ok || (err_cause(e, "zip could not be written"), err_set(e, ERR_INTERNAL, MSG_INTERNAL));
}

/* ------------------------------------------------------------------ XML */

/* XML would fold a blank here, where a line begins or ends or another one is before it. */
static bool is_folded(const char *text, const char *blank)
{
	return blank == text || blank[-1] == ' ' || blank[-1] == '\n' || !blank[1] || blank[1] == '\n';
}

/* One paragraph a line. */
static void put_text(FILE *f, const char *text)
{
	fputs("<text:p>", f);
	for (const char *c = text; *c; c++)
		switch (*c) {
		case '&': fputs("&amp;", f); break;
		case '<': fputs("&lt;", f); break;
		case '>': fputs("&gt;", f); break;
		case '\n': fputs("</text:p><text:p>", f); break;
		case '\t': fputs("<text:tab/>", f); break;
		case ' ': fputs(is_folded(text, c) ? "<text:s/>" : " ", f); break;
		default: putc(*c, f);
		}
	fputs("</text:p>", f);
}

static void put_string(FILE *f, const char *text, const char *style)
{
	if (!*text) {
		fputs("<table:table-cell/>", f);
		return;
	}
	fprintf(f, "<table:table-cell office:value-type=\"string\"%s>", style);
	put_text(f, text);
	fputs("</table:table-cell>", f);
}

static void put_cell(FILE *f, const struct export_table *t, int row, int column)
{
	const char *text = sheet_cell(t->sheet, row, column);

	if (export_is_number(t, row, column))
		fprintf(f, "<table:table-cell office:value-type=\"float\" office:value=\"%s\"><text:p>%s</text:p>"
			"</table:table-cell>", text, text);
	else
		put_string(f, text, "");
}

static void put_tables(FILE *f, const struct export_table *t)
{
	fprintf(f, "<table:table table:name=\"%s\"><table:table-row>", t->name);
	for (int i = 0; i < t->sheet->columns; i++)
		put_string(f, t->sheet->name[i], " table:style-name=\"head\"");
	fputs("</table:table-row>", f);
	for (int row = 0; row < t->sheet->rows; row++) {
		fputs("<table:table-row>", f);
		for (int i = 0; i < t->sheet->columns; i++)
			put_cell(f, t, row, i);
		fputs("</table:table-row>", f);
	}
	fprintf(f, "</table:table><table:table table:name=\"%s\">", t->about_name);
	for (int i = 0; t->about[2 * i]; i++) {
		fputs("<table:table-row>", f);
		put_string(f, t->about[2 * i], " table:style-name=\"head\"");
		put_string(f, t->about[2 * i + 1], "");
		fputs("</table:table-row>", f);
	}
	fputs("</table:table>", f);
}

#define OASIS "urn:oasis:names:tc:opendocument:xmlns:"

static const char media_type[] = "application/vnd.oasis.opendocument.spreadsheet";
static const char manifest[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<manifest:manifest xmlns:manifest=\"" OASIS "manifest:1.0\" manifest:version=\"1.2\">"
	"<manifest:file-entry manifest:full-path=\"/\" manifest:version=\"1.2\" manifest:media-type=\""
	"application/vnd.oasis.opendocument.spreadsheet\"/>"
	"<manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>"
	"</manifest:manifest>\n";
static const char content_head[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<office:document-content xmlns:office=\"" OASIS "office:1.0\" xmlns:table=\"" OASIS "table:1.0\""
	" xmlns:text=\"" OASIS "text:1.0\" xmlns:style=\"" OASIS "style:1.0\""
	" xmlns:fo=\"" OASIS "xsl-fo-compatible:1.0\" office:version=\"1.2\"><office:automatic-styles>"
	"<style:style style:name=\"head\" style:family=\"table-cell\"><style:text-properties fo:font-weight=\"bold\"/>"
	"</style:style></office:automatic-styles><office:body><office:spreadsheet>";
static const char content_tail[] = "</office:spreadsheet></office:body></office:document-content>\n";

bool export_ods(struct export_file *out, const struct export_table *t, struct err *e)
{
	char *content = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&content, &len);
	bool ok;

	if (!f)
		abort();	/* no memory */
	fputs(content_head, f);
	put_tables(f, t);
	fputs(content_tail, f);
	if (fclose(f) != 0)
		abort();
	ok = export_zip(out, (const struct export_entry[]){
		{ "mimetype", media_type, sizeof media_type - 1, true }, { "content.xml", content, len, false },
		{ "META-INF/manifest.xml", manifest, sizeof manifest - 1, false } }, 3, e);
	free(content);
	return ok;
}
