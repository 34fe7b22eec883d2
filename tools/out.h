/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Output of reports: the only printer.
 *
 * A report is described once, as tables of columns; text (libsmartcols), JSON (jansson), CSV and
 * the JSON schema all follow from the description. A command fills plain structs (one for the
 * totals, an array for the rows) and calls out_print(). Where a column has no get(), its value is
 * the field at .offset, of the C type that enum out_type names.
 *
 *	static const struct out_column row_columns[] = {
 *		{ "kind", "KIND", OUT_STR, "kind of switch", OUT_FIELD(struct row, kind), OUT_KEY },
 *		{ "count", "COUNT", OUT_U64, "switches", OUT_FIELD(struct row, count) },
 *		{ "direct_ns", "", OUT_HIST, "direct cost", OUT_FIELD(struct row, direct) },
 *	};
 *	static const struct out_report report = {
 *		.command = "switch",
 *		.rows = OUT_TABLE(row_columns),
 *	};
 */
#ifndef OSCOPE_OUT_H
#define OSCOPE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "source.h"

struct opts;
struct out;
struct out_table;

/*
 * Types, the C type of the field, and what stands for "not captured". The unit is in the name of
 * the column: _ns, _bytes.
 */
enum out_type {
	OUT_STR,	/* const char *		NULL */
	OUT_U64,	/* uint64_t		NOT_CAPTURED */
	OUT_I64,	/* int64_t		INT64_MIN */
	OUT_NUM,	/* double		NAN */
	OUT_SHARE,	/* double, 0..1		NAN		text: percent */
	OUT_RATE,	/* double, per second	NAN */
	OUT_NS,		/* uint64_t, ns		NOT_CAPTURED	text: with unit, 3 digits */
	OUT_BOOL,	/* bool			- */
	OUT_TASK,	/* struct out_task	tid UINT32_MAX	text: comm:tid */
	OUT_HIST,	/* const struct oscope_hist *	NULL	text, CSV: a column a percentile */
	OUT_LIST,	/* struct out_list	row NULL	JSON: array; text: their number */
	OUT_MAP,	/* struct out_map	pair NULL	JSON: object; not in CSV */
	OUT_WORDS,	/* struct out_words	at NULL		JSON: array; text: quoted */
	OUT_NUMBERS,	/* struct out_numbers	at NULL		JSON: array; text: how many */
};

enum out_flags {
	OUT_KEY		= 0x01,	/* what the row is about: always in JSON and CSV */
	OUT_HIDDEN	= 0x02,	/* in text only when --columns asks for it */
	OUT_OPTIONAL	= 0x04,	/* missing means "does not apply", not "not captured" */
	OUT_DRAW	= 0x08,	/* histogram among the totals: text draws it under the table */
	OUT_TRUNC	= 0x10,	/* text may cut it to fit the width */
	OUT_WRAP	= 0x20,	/* text may wrap it to fit the width */
	OUT_MEDIAN	= 0x40,	/* histogram: text shows p50 and p99 only */
	OUT_SECONDS	= 0x80,	/* OUT_NS in text: seconds with six decimals */
};

/* How a value is to be seen: colour on a terminal. */
enum out_tone { OUT_PLAIN, OUT_GOOD, OUT_WARN, OUT_BAD };

struct out_task {
	uint32_t tid, pid;
	uint64_t start_ns;
	char comm[OSCOPE_COMM_LEN];	/* the kernel's: any bytes, perhaps no 0 at the end */
};

/* Rows inside a cell. */
struct out_list {
	const void *row;
	size_t n, stride;
};

struct out_pair {
	const char *name;
	double value;
};

struct out_map {
	const struct out_pair *pair;
	size_t n;
};

struct out_numbers {
	const double *at;
	size_t n;
};

/* Strings that anybody may have chosen, a 0 behind each; the last one may lack it. */
struct out_words {
	const char *at;
	size_t bytes;
	bool cut;			/* there were more: text says "..." */
};

struct out_value {
	enum out_tone tone;
	union {
		const char *str;
		uint64_t natural;		/* OUT_U64, OUT_NS */
		int64_t integer;
		double num;		/* OUT_NUM, OUT_SHARE, OUT_RATE */
		bool yes;
		struct out_task task;
		const struct oscope_hist *hist;
		struct out_list list;
		struct out_map map;
		struct out_words words;
		struct out_numbers numbers;
	};
};

/*
 * One column. A dot in the name makes objects in JSON: "kernel.nvcsw" is {"kernel": {"nvcsw": 1}}
 * (columns of one object stand together). The name is an interface: it never changes its meaning.
 */
struct out_column {
	const char *name;		/* JSON, CSV, --columns, --sort */
	const char *title;		/* heading in text; of a histogram: put before "P50" */
	enum out_type type;
	const char *help;		/* one line for --help, the manual and the schema */
	size_t offset;			/* of the field in the row, when there is no get() */
	unsigned int flags;		/* enum out_flags */
	bool (*get)(const void *row, struct out_value *v);	/* false: not captured */
	const struct out_table *sub;	/* OUT_LIST: its columns */
	unsigned int width;		/* of a stream's text; 0: title and value, if any */
};

struct out_table {
	const struct out_column *column;
	size_t n;
};

#define OUT_FIELD(type, member)	offsetof(type, member)
#define OUT_TABLE(columns)	{ (columns), sizeof(columns) / sizeof((columns)[0]) }

/* A kind of report. Its schema is "oscope.<command>/<version>". */
struct out_report {
	const char *command;
	unsigned int version;		/* 0 is taken as 1; raised when a name changes or goes */
	struct out_table totals;
	struct out_table rows;
	bool stream;			/* rows come by out_row(); the report has none */
};

/* What stands at the head of every report. */
struct out_head {
	const char *source;		/* "bpf", "kmod", "file", "none" */
	const char *kernel;		/* NULL: this machine's release */
	const char *virt;		/* NULL: this machine's */
	uint32_t cpus;			/* 0: this machine's number of possible CPUs */
	uint64_t start_ns;
	uint64_t duration_ns;
	struct source_lost lost;
	const struct oscope_chunk_writer *writer; /* of a recording: what it took; NULL: unknown */
	uint64_t own_cost_ns;		/* that the probes took in all; NOT_CAPTURED: unknown */
	const char *const *not_captured; /* further names for not_captured[], NULL at the end */
	const char *note;		/* a line under the table, "note" in JSON; NULL: none */
};

/* Where a command draws for itself. */
struct out_canvas {
	FILE *to;
	int width;
	bool color, ascii;
};

/* One report. Borrowed while out_print() runs. */
struct out_data {
	const struct out_report *report;
	struct out_head head;
	const void *totals;		/* struct of report->totals, NULL: none */
	const void *rows;
	size_t n_rows, stride;
	/* Text: drawn between totals and foot, for so many columns; NULL: there is the table. */
	void (*draw)(const void *arg, const struct out_canvas *canvas);
	const void *draw_arg;
};

/*
 * Prepare the destination that the options name (-o; else stdout, or stderr with a program) so that
 * a path that cannot be written is refused before anything is measured.
 * 0, or -EIO or -ENOMEM with one line printed.
 */
int out_open(struct out **out, const struct opts *o);

/* Where an export is written to, which is no report. The file is out's own. */
FILE *out_file(struct out *out);

/* A destination in memory, for reports that we read ourselves. Errors as out_open(). */
int out_open_memory(struct out **out, const struct opts *o, char **text, size_t *bytes);

/*
 * Print one report. Without -i the file of -o appears whole or not at all.
 * 0; -EPIPE: the reader has gone, end quietly; -EIO or -ENOMEM with one line printed.
 */
int out_print(struct out *out, const struct out_data *data);

/*
 * out_stream.c: print one row of a stream, a line of its own at once. Errors as out_print(), which
 * comes at the end.
 */
int out_row(struct out *out, const struct out_report *report, const void *row);

/* Who leads to whom. */
struct out_edge {
	struct out_task from, to;
	const char *label;
	uint64_t count;			/* how often, or, if it is timed, for how long in ns */
	bool timed;
	bool sure;			/* drawn as a whole line */
};

enum out_graph_kind { OUT_GRAPH_NONE, OUT_GRAPH_TEXT, OUT_GRAPH_DOT, OUT_GRAPH_MERMAID };

struct out_graph {
	enum out_graph_kind kind;
	struct out_head head;
	const char *name, *note;	/* a word; a line about it */
	struct out_edge *edge;		/* as text: sorted by sender */
	size_t n;
};

/* out_graph.c: print a graph instead of a table. Errors as out_print(). */
int out_graph(struct out *out, const struct out_graph *g);

/* Columns of text that fit a line. */
int out_width(const struct out *out);

/* Flush and release. Errors as out_print(): a full disk may only show here. out may be NULL. */
int out_close(struct out *out);

/* Open, fill, close: an error of either, the first one; else what fill() has returned, >= 0. */
int out_with(const struct opts *o, int (*fill)(const struct opts *o, struct out *out));

/* Whether each report redraws the screen: a terminal, text, and -i. */
bool out_live(const struct out *out);

/*
 * Whether list (names with commas, as of --columns, or one name as of --sort) fits the report.
 * 0, or -EUSAGE with a line printed that names the nearest valid column.
 */
int out_check_columns(const struct out_report *report, const char *list);
int out_check_sort(const struct out_report *report, const char *name);

/* The JSON schema of a report, to stdout. Errors as out_print(). */
int out_schema(const struct out_report *report);

#endif /* OSCOPE_OUT_H */
