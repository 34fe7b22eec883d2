// SPDX-License-Identifier: GPL-2.0
/*
 * Parsing a command's words by the option tables.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "parse.h"

#define OPTIONS_MAX	64
#define LONG_ONLY	0x1000		/* getopt's value for option i: LONG_ONLY + i */

int opt_refuse(const struct opt_def *def, const char *word, const char *fmt, ...)
{
	char why[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	return err_msg(-EUSAGE, "--%s %s: %s", def->name, word, why);
}

static void *variable(struct opts *o, const struct opt_def *def)
{
	return def->to ? def->to : (char *)o + def->offset;
}

int opt_flag(struct opts *o, const struct opt_def *def, const char *arg)
{
	*(bool *)variable(o, def) = true;
	return 0;
}

int opt_u64(struct opts *o, const struct opt_def *def, const char *arg)
{
	uint64_t max = def->max ? def->max : UINT64_MAX;

	if (!parse_u64(arg, def->min, max, variable(o, def)))
		return 0;
	if (max == UINT64_MAX)
		return opt_refuse(def, arg, "not a whole number of at least %llu",
				  (unsigned long long)def->min);
	return opt_refuse(def, arg, "not a whole number from %llu to %llu",
			  (unsigned long long)def->min, (unsigned long long)max);
}

int opt_duration(struct opts *o, const struct opt_def *def, const char *arg)
{
	uint64_t max = def->max ? def->max : UINT64_MAX;
	int err = parse_duration(arg, def->min, max, variable(o, def));

	if (err == -ERANGE)
		return opt_refuse(def, arg, "out of range");
	return err ? opt_refuse(def, arg, "not a time such as 10ms, 2s or 1.5") : 0;
}

int opt_string(struct opts *o, const struct opt_def *def, const char *arg)
{
	if (!*arg)
		return opt_refuse(def, "''", "empty");
	*(const char **)variable(o, def) = arg;
	return 0;
}

/* "a, b or c" */
static void choices_list(char *to, size_t bytes, const char *const *choices)
{
	size_t at = 0;
	int i;

	*to = 0;
	for (i = 0; choices[i] && at < bytes; i++)
		at += snprintf(to + at, bytes - at, "%s%s",
			       !i ? "" : choices[i + 1] ? ", " : " or ", choices[i]);
}

int opt_choice(struct opts *o, const struct opt_def *def, const char *arg)
{
	char list[128];
	int i;

	for (i = 0; def->choices[i]; i++) {
		if (!strcmp(def->choices[i], arg)) {
			*(int *)variable(o, def) = i;
			return 0;
		}
	}
	choices_list(list, sizeof(list), def->choices);
	return opt_refuse(def, arg, "must be %s", list);
}

const struct opt_def *opts_next(const struct cmd_ops *cmd, unsigned int *i)
{
	unsigned int n;

	while (*i < OPT_COMMON_COUNT) {
		n = (*i)++;
		if ((cmd->opts | OPTS_ALWAYS) & OPT_BIT(n))
			return &opts_common[n];
	}
	n = *i - OPT_COMMON_COUNT;
	if (!cmd->own || !cmd->own[n].name)
		return NULL;
	(*i)++;
	return &cmd->own[n];
}

/* The options of a command as getopt_long() wants them. */
struct table {
	const struct opt_def *def[OPTIONS_MAX];
	struct option option[OPTIONS_MAX + 1];
	const char *name[OPTIONS_MAX + 1];
	char letters[4 * OPTIONS_MAX];
	int n;
};

static void letter_add(struct table *t, int letter, bool arg)
{
	size_t len = strlen(t->letters);

	if (letter)
		snprintf(t->letters + len, sizeof(t->letters) - len, "%c%s", letter,
			 arg ? ":" : "");
}

static void table_make(struct table *t, const struct cmd_ops *cmd)
{
	const struct opt_def *def;
	unsigned int i = 0;

	memset(t, 0, sizeof(*t));
	strcpy(t->letters, ":");
	while (t->n < OPTIONS_MAX && (def = opts_next(cmd, &i))) {
		t->def[t->n] = def;
		t->name[t->n] = def->name;
		t->option[t->n] = (struct option){
			def->name, def->arg ? required_argument : no_argument, NULL,
			LONG_ONLY + t->n,
		};
		letter_add(t, def->letter, def->arg);
		letter_add(t, def->alias, def->arg);
		t->n++;
	}
}

static const struct opt_def *table_find(const struct table *t, int found)
{
	int i;

	if (found >= LONG_ONLY)
		return t->def[found - LONG_ONLY];
	for (i = 0; i < t->n; i++) {
		if (found && (t->def[i]->letter == found || t->def[i]->alias == found))
			return t->def[i];
	}
	return NULL;
}

/* What getopt_long() did not know. */
static int refuse_unknown(const struct table *t, char **argv, const char *cmd)
{
	const char *word = argv[optind - 1], *near;
	char name[64];

	if (optopt && optopt < LONG_ONLY)
		return err_msg(-EUSAGE, "unknown option -%c; 'oscope %s --help' lists them", optopt,
			       cmd);
	if (optopt)
		return err_msg(-EUSAGE, "%s: takes no argument", word);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	near = nearest_name(name, t->name);
	if (near)
		return err_msg(-EUSAGE, "unknown option --%s; did you mean --%s?", name, near);
	return err_msg(-EUSAGE, "unknown option --%s; 'oscope %s --help' lists them", name, cmd);
}

static int options_parse(struct opts *o, const struct cmd_ops *cmd, int argc, char **argv)
{
	struct table t;
	int found, err;

	table_make(&t, cmd);
	opterr = 0;
	optind = 0;
	while ((found = getopt_long(argc, argv, t.letters, t.option, NULL)) != -1) {
		const struct opt_def *def;

		if (found == '?')
			return refuse_unknown(&t, argv, cmd->name);
		if (found == ':')
			return err_msg(-EUSAGE, "%s: needs an argument", argv[optind - 1]);
		def = table_find(&t, found);
		if (!def)
			return refuse_unknown(&t, argv, cmd->name);
		err = def->parse(o, def, optarg);
		if (err)
			return err;
		if (def >= opts_common && def < opts_common + OPT_COMMON_COUNT)
			o->given |= OPT_BIT(def - opts_common);
	}
	return 0;
}

/* [INTERVAL [COUNT]] */
static int take_interval(struct opts *o, char **words, size_t n)
{
	static const struct opt_def interval = { .name = "interval", .min = 1000000,
						 .offset = offsetof(struct opts, interval_ns) };
	static const struct opt_def count = { .name = "count", .min = 1,
					      .offset = offsetof(struct opts, count) };
	int err;

	if (n > 2)
		return err_msg(-EUSAGE, "%s: one word too many", words[2]);
	err = n > 0 ? opt_duration(o, &interval, words[0]) : 0;
	if (!err && n > 1)
		err = opt_u64(o, &count, words[1]);
	return err;
}

static int take_words(struct opts *o, const struct cmd_ops *cmd, char **words, size_t n)
{
	if (cmd->takes & CMD_WORDS) {
		o->args = words;
		o->n_args = n;
		return 0;
	}
	if (!n)
		return 0;
	if (cmd->takes & CMD_INTERVAL && words[0][0] >= '0' && words[0][0] <= '9')
		return take_interval(o, words, n);
	if (cmd->takes & CMD_PROGRAM)
		return err_msg(-EUSAGE, "%s: a program to trace comes after --", words[0]);
	return err_msg(-EUSAGE, "%s: %s takes no such word", words[0], cmd->name);
}

/* What only shows when all options are known. */
static int opts_check(struct opts *o, const struct cmd_ops *cmd)
{
	const struct out_report *report = NULL;
	int err = 0;

	if (o->count && !o->interval_ns)
		return err_msg(-EUSAGE, "-n counts intervals: give -i too");
	if (o->given & OPT_BIT(OPT_READ) && o->given & OPT_BIT(OPT_SOURCE))
		return err_msg(-EUSAGE, "-r reads a recording, --source chooses who traces: "
			       "one or the other");
	if (o->file && o->wait_tree)
		return err_msg(-EUSAGE, "-r reads a recording: --wait-tree is for a "
			       "program that runs");
	if (o->file && o->program)
		return err_msg(-EUSAGE, "-r reads a recording; it does not run %s", o->program[0]);
	if (o->file && (o->interval_ns || o->count || o->duration_ns))
		return err_msg(-EUSAGE, "-r reads a whole recording: -d, -i, -n are for live "
			       "traces");
	if (o->to_ns && o->from_ns >= o->to_ns)
		return err_msg(-EUSAGE, "--from is not before --to: nothing is between them");
	if ((o->from_ns || o->to_ns) && !o->file && !(cmd->takes & CMD_WINDOW))
		return err_msg(-EUSAGE, "--from and --to are a part of a recording: give -r FILE");
	if (o->program && (o->filter.n_pids || o->filter.n_tids))
		return err_msg(-EUSAGE, "-p and -t name other processes than %s: one or the other",
			       o->program[0]);
	/* Those of a recording may be gone. */
	if (!o->file)
		err = opts_tasks_check(o);
	if (!err && cmd->check)
		err = cmd->check(o);
	if (!err && cmd->report)
		report = cmd->report(o);
	if (!err && o->columns && report)
		err = out_check_columns(report, o->columns);
	if (!err && o->sort && report)
		err = out_check_sort(report, o->sort);
	return err;
}

int opts_parse(struct opts *o, const struct cmd_ops *cmd, int argc, char **argv)
{
	int i, err;

	memset(o, 0, sizeof(*o));
	o->cmd = cmd;
	o->filter.uid = -1;
	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		;
	if (i < argc) {
		if (!(cmd->takes & CMD_PROGRAM))
			return err_msg(-EUSAGE, "%s runs no program", cmd->name);
		if (i + 1 == argc)
			return err_msg(-EUSAGE, "--: no program after it");
		o->program = argv + i + 1;
		argv[i] = NULL;
		argc = i;
	}
	err = options_parse(o, cmd, argc, argv);
	if (err || o->help || o->version)
		return err;
	verbose = o->verbose;
	quiet = o->quiet;
	err = take_words(o, cmd, argv + optind, argc - optind);
	return err ? err : opts_check(o, cmd);
}

void opts_free(struct opts *o)
{
	free(o->filter.pids);
	free(o->filter.tids);
}
