/* A spreadsheet as rows of plain cells, read here, so that the server needs no reader of its format. */
import { readSheet } from 'read-excel-file/universal';

const day = (date) => date.toISOString().slice(0, 10);

export const rowsOf = async (file) =>
	(await readSheet(file, { trim: false })).map((row) => row.map((cell) => (cell instanceof Date ? day(cell) : cell)));
