/*
 * XLSX by libxlsxwriter, which writes to a file alone: one in memory.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "export.h"
#include "text.h"

enum { NARROW = 12, WIDE = 48 };

/* The library asks gmtime(), whose answer all threads share, for the instant that a workbook was made. */
static pthread_mutex_t closing = PTHREAD_MUTEX_INITIALIZER;

static double width_of(const char *name)
{
	return text_in_list(name, "title comment reason notice source") ? WIDE : NARROW;
}

static void write_cell(lxw_worksheet *w, lxw_format *wrap, const struct export_table *t, int row, int column)
{
	const char *text = sheet_cell(t->sheet, row, column);

	if (!*text)
		return;
	if (export_is_number(t, row, column))
		worksheet_write_number(w, (lxw_row_t)row + 1, (lxw_col_t)column, strtod(text, NULL), NULL);
	else
		worksheet_write_string(w, (lxw_row_t)row + 1, (lxw_col_t)column, text, wrap);
}

static void write_sheet(lxw_workbook *book, const struct export_table *t, lxw_format *bold, lxw_format *wrap)
{
	lxw_worksheet *w = workbook_add_worksheet(book, t->name);
	const struct sheet *s = t->sheet;

	for (int i = 0; i < s->columns; i++) {
		worksheet_set_column(w, (lxw_col_t)i, (lxw_col_t)i, width_of(s->name[i]), NULL);
		worksheet_write_string(w, 0, (lxw_col_t)i, s->name[i], bold);
	}
	for (int row = 0; row < s->rows; row++)
		for (int i = 0; i < s->columns; i++)
			write_cell(w, wrap, t, row, i);
	worksheet_freeze_panes(w, 1, 0);
	worksheet_autofilter(w, 0, 0, (lxw_row_t)s->rows, (lxw_col_t)(s->columns - 1));
}

static void write_about(lxw_workbook *book, const struct export_table *t, lxw_format *bold, lxw_format *wrap)
{
	lxw_worksheet *w = workbook_add_worksheet(book, t->about_name);

	worksheet_set_column(w, 0, 0, 2 * NARROW, NULL);
	worksheet_set_column(w, 1, 1, 2 * WIDE, NULL);
	for (int i = 0; t->about[2 * i]; i++) {
		worksheet_write_string(w, (lxw_row_t)i, 0, t->about[2 * i], bold);
		worksheet_write_string(w, (lxw_row_t)i, 1, t->about[2 * i + 1], wrap);
	}
}

static bool write_book(const char *path, const struct export_table *t)
{
	lxw_workbook *book = workbook_new(path);
	lxw_format *bold, *wrap;
	lxw_error error;

	if (!book)
		return false;
	bold = workbook_add_format(book);
	wrap = workbook_add_format(book);
	format_set_bold(bold);
	format_set_text_wrap(wrap);
	format_set_align(wrap, LXW_ALIGN_VERTICAL_TOP);
	write_sheet(book, t, bold, wrap);
	write_about(book, t, bold, wrap);
	pthread_mutex_lock(&closing);
	error = workbook_close(book);
	pthread_mutex_unlock(&closing);
	return error == LXW_NO_ERROR;
}

static bool read_all(struct export_file *out, int fd, struct arena *a)
{
	off_t len = lseek(fd, 0, SEEK_END);
	char *bytes;

	if (len <= 0)
		return false;
	bytes = arena_alloc(a, (size_t)len);
	*out = (struct export_file){ bytes, (size_t)len };
	return pread(fd, bytes, (size_t)len, 0) == (ssize_t)len;
}

bool export_xlsx(struct export_file *out, const struct export_table *t, struct err *e)
{
	int fd = memfd_create("export", MFD_CLOEXEC);
	char path[40];
	bool ok;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	ok = fd >= 0 && write_book(path, t) && read_all(out, fd, e->arena);
	if (fd >= 0)
		close(fd);
	return ok || (err_cause(e, "XLSX could not be written"), err_set(e, ERR_INTERNAL, MSG_INTERNAL));
}
