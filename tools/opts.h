/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options: each described once, in a table that feeds the parser, --help, the completion, the
 * manual pages and the tests.
 *
 * A command says which common options it takes with a bit set (struct cmd_ops, cmd.h) and brings a
 * table of its own ones. Everything is checked while parsing; a command never sees a bad value.
 */
#ifndef OSCOPE_OPTS_H
#define OSCOPE_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

/* The common options. A new one: one word here, one row in opts_common.c. */
enum opt_id {
	OPT_PID,		/* -p */
	OPT_TID,		/* -t */
	OPT_COMM,		/* -c */
	OPT_CGROUP,		/* --cgroup */
	OPT_CPU,		/* -C */
	OPT_USER,		/* -u */
	OPT_DURATION,		/* -d */
	OPT_INTERVAL,		/* -i */
	OPT_COUNT,		/* -n */
	OPT_WAIT_TREE,		/* --wait-tree */
	OPT_TASKS,		/* --tasks */
	OPT_SOURCE,		/* --source */
	OPT_READ,		/* -r */
	OPT_FROM,		/* --from */
	OPT_TO,			/* --to */
	OPT_OUTPUT,		/* -o */
	OPT_JSON,		/* -j, -J */
	OPT_CSV,		/* --csv */
	OPT_JSON_SCHEMA,	/* --json-schema */
	OPT_COLUMNS,		/* --columns */
	OPT_SORT,		/* --sort */
	OPT_BUCKETS,		/* --buckets */
	OPT_COLOR,		/* --color */
	OPT_NO_HEADINGS,	/* --no-headings */
	OPT_QUIET,		/* -q */
	OPT_VERBOSE,		/* -v */
	OPT_HELP,		/* -h */
	OPT_VERSION,		/* -V */
	OPT_COMMON_COUNT,
};

#define OPT_BIT(id)	(1ULL << (id))

/* Sets for struct cmd_ops.opts. OPTS_ALWAYS is added for every command. */
#define OPTS_ALWAYS	(OPT_BIT(OPT_QUIET) | OPT_BIT(OPT_VERBOSE) | OPT_BIT(OPT_HELP) | \
			 OPT_BIT(OPT_VERSION))
#define OPTS_FILTER	(OPT_BIT(OPT_PID) | OPT_BIT(OPT_TID) | OPT_BIT(OPT_COMM) | \
			 OPT_BIT(OPT_CGROUP) | OPT_BIT(OPT_CPU) | OPT_BIT(OPT_USER))
#define OPTS_TIME	(OPT_BIT(OPT_DURATION) | OPT_BIT(OPT_INTERVAL) | OPT_BIT(OPT_COUNT))
#define OPTS_READ	(OPT_BIT(OPT_READ) | OPT_BIT(OPT_FROM) | OPT_BIT(OPT_TO))
#define OPTS_SOURCE	(OPT_BIT(OPT_SOURCE) | OPTS_READ)
#define OPTS_OUTPUT	(OPT_BIT(OPT_OUTPUT) | OPT_BIT(OPT_JSON) | OPT_BIT(OPT_CSV) | \
			 OPT_BIT(OPT_JSON_SCHEMA) | OPT_BIT(OPT_COLUMNS) | OPT_BIT(OPT_SORT) | \
			 OPT_BIT(OPT_BUCKETS) | OPT_BIT(OPT_COLOR) | OPT_BIT(OPT_NO_HEADINGS))
/* All that a live report over the counters takes. */
#define OPTS_REPORT	(OPTS_FILTER | OPTS_TIME | OPTS_SOURCE | OPTS_OUTPUT | \
			 OPT_BIT(OPT_WAIT_TREE))

enum opts_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV };
enum opts_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What the command line said. Strings point into argv; release with opts_free(). */
struct opts {
	const struct cmd_ops *cmd;
	struct filter filter;		/* -p -t -c --cgroup -C -u; .tree: the command fills it */
	uint64_t given;			/* OPT_BIT of every common option that was given */
	uint64_t duration_ns;		/* -d, 0: until a signal, or the program's end */
	uint64_t interval_ns;		/* -i or INTERVAL, 0: one report at the end */
	uint64_t count;			/* -n or COUNT, 0: no limit */
	uint64_t tasks;			/* rows of the task table, 0: the source's own choice */
	bool wait_tree;			/* wait for the last descendant of the program */
	const char *source;		/* "bpf", "kmod", "file", NULL: first usable */
	const char *file;		/* the recording, when source is "file" */
	uint64_t from_ns, to_ns;	/* since the start; to 0: all */
	const char *output;		/* -o, NULL: stdout, or stderr with a program */
	enum opts_format format;
	bool json_schema;
	const char *columns;		/* checked already, out.c reads it */
	const char *sort;		/* checked already, out.c reads it */
	bool buckets;
	int color;			/* enum opts_color */
	bool no_headings;
	bool quiet, verbose, help, version;
	char **args;			/* words (CMD_WORDS), NULL at the end */
	size_t n_args;
	char **program;			/* after "--", NULL at the end; NULL: none */
};

/* One option. Exactly one of to and offset says where its value goes. */
struct opt_def {
	int letter;			/* 0: none */
	const char *name;		/* long name, always there; NULL ends a table */
	const char *arg;		/* name of its argument in the help; NULL: takes none */
	const char *help;		/* one line, starts with a small letter, no full stop */
	/*
	 * Take the argument over. 0, or -EUSAGE with a line printed by opt_refuse(). One of the
	 * opt_*() below, or a function of the command's own.
	 */
	int (*parse)(struct opts *o, const struct opt_def *def, const char *arg);
	void *to;			/* own options: the variable */
	size_t offset;			/* common options: in struct opts, when to is NULL */
	uint64_t min, max;		/* opt_u64, opt_duration (ns); max 0: no limit */
	const char *const *choices;	/* opt_choice: the words, NULL at the end */
	int alias;			/* a second letter, 0: none */
};

/* Ready-made parsers, by the type of the variable. */
int opt_flag(struct opts *o, const struct opt_def *def, const char *arg);	/* bool */
int opt_u64(struct opts *o, const struct opt_def *def, const char *arg);	/* uint64_t */
int opt_duration(struct opts *o, const struct opt_def *def, const char *arg);	/* uint64_t, ns */
int opt_string(struct opts *o, const struct opt_def *def, const char *arg);	/* const char * */
int opt_choice(struct opts *o, const struct opt_def *def, const char *arg);	/* int: index */

/* "oscope: --name WORD: <why>"; returns -EUSAGE. */
int opt_refuse(const struct opt_def *def, const char *word, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* opts_common.c: whether what -p, -t and -C name is there. 0, or -EUSAGE with a line printed. */
int opts_tasks_check(const struct opts *o);

/* The common options, in the order of enum opt_id. */
extern const struct opt_def opts_common[OPT_COMMON_COUNT];

/*
 * The options that cmd takes, common ones first, one after the other: start with *i = 0.
 * NULL: no more.
 */
const struct opt_def *opts_next(const struct cmd_ops *cmd, unsigned int *i);

/*
 * Parse the words after the command's name. 0, or -EUSAGE with one line printed.
 * With -h or -V given, nothing else is checked.
 */
int opts_parse(struct opts *o, const struct cmd_ops *cmd, int argc, char **argv);
void opts_free(struct opts *o);

#endif /* OSCOPE_OPTS_H */
