/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A command of the tool: one file cmd_<name>.c that ends in COMMAND(ops); nothing else to edit.
 *
 * Exit status: 0; 1 a failure; 2 bad usage; 3 privilege or kernel feature missing. With a program
 * after "--": its own status, 128 + signal, 125 for every failure of oscope, 126 and 127 when the
 * program could not be run.
 */
#ifndef OSCOPE_CMD_H
#define OSCOPE_CMD_H

#include <stdint.h>

#include "opts.h"
#include "out.h"
#include "util.h"

enum cmd_exit {
	EXIT_OK			= 0,
	EXIT_FAILED		= 1,
	EXIT_BAD_USAGE		= 2,
	EXIT_UNSUPPORTED	= 3,
	EXIT_FOUND		= 10,	/* --check has found what it looks for */
	EXIT_OSCOPE_FAILED	= 125,	/* with a program: any of the three above */
	EXIT_CANNOT_RUN		= 126,
	EXIT_NOT_FOUND		= 127,
};

/* What may follow the options. */
enum cmd_takes {
	CMD_INTERVAL	= 0x1,	/* [INTERVAL [COUNT]], as vmstat has it; same as -i and -n */
	CMD_WORDS	= 0x2,	/* words of its own, in opts.args; .words names them */
	CMD_PROGRAM	= 0x4,	/* -- PROGRAM [ARG...] */
	CMD_HIDDEN	= 0x8,	/* not listed by oscope --help */
	CMD_WINDOW	= 0x20,	/* --from and --to without -r, too */
	CMD_ALL_SOURCES	= 0x10,	/* without --source: all that work, not the first of them */
};

struct cmd_ops {
	const char *name;
	const char *summary;		/* one line, starts with a small letter, no full stop */
	const char *about;		/* paragraphs for --help CMD and the manual, or NULL */
	uint64_t opts;			/* OPT_BIT set of common options; OPTS_ALWAYS is implied */
	const struct opt_def *own;	/* own options, ended by one without name; or NULL */
	unsigned int takes;		/* enum cmd_takes */
	const char *words;		/* CMD_WORDS: how the help names them, e.g. "[ID...]" */
	/*
	 * The report that these options select, by which --columns and --sort are checked and
	 * --json-schema is written. NULL: the command prints no table.
	 */
	const struct out_report *(*report)(const struct opts *o);
	/* Further checks between options; 0 or -EUSAGE, a line printed. NULL: none. */
	int (*check)(struct opts *o);
	/*
	 * Do it. >= 0: exit status of oscope (0, or the program's). Negative errno: failed, and one
	 * line has been printed; -EUSAGE becomes 2, -EOPNOTSUPP, -EPERM and -ENOENT 3, -EPIPE
	 * (whoever read our output has seen enough) 0, all others 1; with a program all become 125.
	 */
	int (*run)(const struct opts *o);
};

#define COMMAND(ops) \
	static const struct cmd_ops *const command_##ops \
	__attribute__((used, section("oscope_commands"))) = &(ops)

/* All commands, sorted by name: cmd_next(NULL) is the first, NULL after the last. */
const struct cmd_ops *cmd_next(const struct cmd_ops *cmd);
const struct cmd_ops *cmd_find(const char *name);

/* Exit status for what run() or opts_parse() gave back. */
int cmd_exit_status(int err, bool with_program);

/* help.c: all commands; one command. To stdout. */
void help_print(void);
void help_command(const struct cmd_ops *cmd);

/* dump.c: commands and options for the documentation, the completion and the tests. To stdout. */
void dump_options(const struct cmd_ops *cmd);
int dump_completion(const char *shell);

#endif /* OSCOPE_CMD_H */
