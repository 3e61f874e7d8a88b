/*
 * Remarks: what a rule says of figures and a mapper of columns, and what the server accepts of it.
 * The limits are said once, for the sandbox that tells them politely and for the server that
 * believes nothing.
 */
#ifndef VIGIE_PLUGIN_REMARK_H
#define VIGIE_PLUGIN_REMARK_H

enum {
	REMARKS_MAX = 50,	/* of one report */
	RETURNED_MAX = 200,	/* of one row of a sheet, rows and remarks */
	MAPPED_MAX = 20000,	/* of a whole sheet: what is kept of it is judged in memory */
	REMARK_CHARS = 300,	/* of a text */
	COLUMNS_MAX = 40,	/* that a mapper reads */
	COLUMN_CHARS = 80,	/* of the name of one */
	BACK_MAX = 12,		/* months before a report that a rule may see */
};

#endif
