// SPDX-License-Identifier: GPL-2.0
/*
 * The common options: one row each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "parse.h"
#include "pidns.h"

#define FIELD(member)	.offset = offsetof(struct opts, member)
#define MILLISECOND	1000000ULL
#define YEAR		(365ULL * 86400 * 1000000000)

static int tasks_parse(const struct opt_def *def, const char *arg, pid_t **ids, size_t *n,
		       const char *what)
{
	int err;

	free(*ids);
	*ids = NULL;
	err = parse_pids(arg, ids, n);
	if (err == -ENOMEM)
		return err_sys(err, "--%s", def->name);
	if (err)
		return opt_refuse(def, arg, "not a list of %s numbers such as 12,345", what);
	return 0;
}

static int parse_pid(struct opts *o, const struct opt_def *def, const char *arg)
{
	return tasks_parse(def, arg, &o->filter.pids, &o->filter.n_pids, "process");
}

static int parse_tid(struct opts *o, const struct opt_def *def, const char *arg)
{
	return tasks_parse(def, arg, &o->filter.tids, &o->filter.n_tids, "thread");
}

static int task_check(enum opt_id option, pid_t id, const char *what)
{
	char word[16];

	if (task_exists(id))
		return 0;
	snprintf(word, sizeof(word), "%d", id);
	return opt_refuse(&opts_common[option], word, "no %s %d%s", what, id,
			  pid_ns_inode() ? " in this PID namespace" : "");
}

static int parse_comm(struct opts *o, const struct opt_def *def, const char *arg)
{
	if (strlen(arg) >= OSCOPE_COMM_LEN)
		return opt_refuse(def, arg, "task names have at most %d bytes",
				  OSCOPE_COMM_LEN - 1);
	return opt_string(o, def, arg);
}

static int parse_cpu(struct opts *o, const struct opt_def *def, const char *arg)
{
	int err = parse_cpus(arg, NULL, UINT32_MAX, NULL);

	if (err == -EINVAL)
		return opt_refuse(def, arg, "not a list of CPUs such as 0,2-3");
	return opt_string(o, def, arg);
}

/* -C takes CPUs of this machine; of a recording its own, which are known once it is open. */
static int cpus_check(const struct opts *o)
{
	const char *list = o->filter.cpus;
	uint32_t cpus, bad = 0;
	int err = list ? cpus_known(&cpus) : 0;

	if (err || !list || !parse_cpus(list, NULL, cpus, &bad))
		return err;
	return opt_refuse(&opts_common[OPT_CPU], list, "there is no CPU %u, only 0 to %u", bad,
			  cpus - 1);
}

/* -p takes processes: the number of another thread than the first would match nothing. */
int opts_tasks_check(const struct opts *o)
{
	char word[16];
	size_t i;
	int err = cpus_check(o);

	for (i = 0; !err && i < o->filter.n_pids; i++) {
		err = task_check(OPT_PID, o->filter.pids[i], "process");
		if (err || process_exists(o->filter.pids[i]))
			continue;
		snprintf(word, sizeof(word), "%d", o->filter.pids[i]);
		err = opt_refuse(&opts_common[OPT_PID], word, "%s is a thread, no process: use -t",
				 word);
	}
	for (i = 0; !err && i < o->filter.n_tids; i++)
		err = task_check(OPT_TID, o->filter.tids[i], "thread");
	return err;
}

static int parse_uid(struct opts *o, const struct opt_def *def, const char *arg)
{
	return parse_user(arg, &o->filter.uid) ? opt_refuse(def, arg, "no such user") : 0;
}

static int parse_read(struct opts *o, const struct opt_def *def, const char *arg)
{
	o->source = "file";
	return opt_string(o, def, arg);
}

/* bpf, kmod, or the path of a recording. */
static int parse_source(struct opts *o, const struct opt_def *def, const char *arg)
{
	static const char *const names[] = { "bpf", "kmod", NULL };
	const char *near;
	int i;

	for (i = 0; names[i]; i++) {
		if (!strcmp(arg, names[i])) {
			o->source = names[i];
			return 0;
		}
	}
	if (strchr(arg, '/') || !access(arg, F_OK)) {
		o->source = "file";
		o->file = arg;
		return 0;
	}
	near = nearest_name(arg, names);
	return opt_refuse(def, arg, "neither bpf nor kmod nor a recording%s%s",
			  near ? "; did you mean " : "", near ? near : "");
}

/* A power of two, so that the queue of rows wraps by a mask. */
static int parse_tasks(struct opts *o, const struct opt_def *def, const char *arg)
{
	uint64_t n;

	if (parse_u64(arg, SOURCE_ROWS_MIN, SOURCE_ROWS_MAX, &n) || (n & (n - 1)))
		return opt_refuse(def, arg, "not a power of two from %u to %u", SOURCE_ROWS_MIN,
				  SOURCE_ROWS_MAX);
	o->tasks = n;
	return 0;
}

static int parse_json(struct opts *o, const struct opt_def *def, const char *arg)
{
	o->format = FORMAT_JSON;
	return 0;
}

static int parse_csv(struct opts *o, const struct opt_def *def, const char *arg)
{
	o->format = FORMAT_CSV;
	return 0;
}

static const char *const colors[] = { "auto", "always", "never", NULL };

const struct opt_def opts_common[OPT_COMMON_COUNT] = {
	[OPT_PID] = { 'p', "pid", "PID,...", "only the threads of these processes", parse_pid },
	[OPT_TID] = { 't', "tid", "TID,...", "only these threads", parse_tid },
	[OPT_COMM] = { 'c', "comm", "NAME", "only tasks of this name", parse_comm,
		       FIELD(filter.comm) },
	[OPT_CGROUP] = { 0, "cgroup", "PATH", "only tasks in this cgroup or below it", opt_string,
			 FIELD(filter.cgroup) },
	[OPT_CPU] = { 'C', "cpu", "LIST", "only on these CPUs, such as 0,2-3", parse_cpu,
		      FIELD(filter.cpus) },
	[OPT_USER] = { 'u', "user", "USER", "only tasks of this user, by name or number",
		       parse_uid },
	[OPT_DURATION] = { 'd', "duration", "TIME", "end after this time (10ms, 2s, 1m)",
			   opt_duration, FIELD(duration_ns), .min = 1, .max = YEAR },
	[OPT_INTERVAL] = { 'i', "interval", "TIME", "report every so often", opt_duration,
			   FIELD(interval_ns), .min = MILLISECOND, .max = YEAR },
	[OPT_COUNT] = { 'n', "count", "N", "end after so many interval reports", opt_u64,
			FIELD(count), .min = 1 },
	[OPT_WAIT_TREE] = { 0, "wait-tree", NULL,
			    "with a program: wait for the last of its descendants too", opt_flag,
			    FIELD(wait_tree) },
	[OPT_TASKS] = { 0, "tasks", "N",
			"rows for so many tasks at a time, a power of two (default 65536)",
			parse_tasks, FIELD(tasks) },
	[OPT_SOURCE] = { 0, "source", "SOURCE", "bpf, kmod or a recorded file", parse_source },
	[OPT_READ] = { 'r', "read", "FILE", "report a recording", parse_read, FIELD(file) },
	[OPT_FROM] = { 0, "from", "TIME", "of a recording, what is after this, since its start, "
		       "e.g. 1.5s", opt_duration, FIELD(from_ns), .max = YEAR },
	[OPT_TO] = { 0, "to", "TIME", "... and what is before this", opt_duration, FIELD(to_ns),
		     .min = 1, .max = YEAR },
	[OPT_OUTPUT] = { 'o', "output", "FILE", "write to this file; -: standard output",
			 opt_string, FIELD(output) },
	[OPT_JSON] = { 'j', "json", NULL, "print JSON, one object a report", parse_json,
		       .alias = 'J' },
	[OPT_CSV] = { 0, "csv", NULL, "print the rows as CSV", parse_csv },
	[OPT_JSON_SCHEMA] = { 0, "json-schema", NULL, "print the schema of the JSON and end",
			      opt_flag, FIELD(json_schema) },
	[OPT_COLUMNS] = { 0, "columns", "LIST", "which columns, in which order", opt_string,
			  FIELD(columns) },
	[OPT_SORT] = { 0, "sort", "COLUMN", "sort rows by this column, largest first", opt_string,
		       FIELD(sort) },
	[OPT_BUCKETS] = { 0, "buckets", NULL, "JSON: histograms with their buckets", opt_flag,
			  FIELD(buckets) },
	[OPT_COLOR] = { 0, "color", "WHEN", "auto, always or never", opt_choice, FIELD(color),
			.choices = colors },
	[OPT_NO_HEADINGS] = { 0, "no-headings", NULL, "leave the headings out", opt_flag,
			      FIELD(no_headings) },
	[OPT_QUIET] = { 'q', "quiet", NULL, "no lines that are no failures", opt_flag,
			FIELD(quiet) },
	[OPT_VERBOSE] = { 'v', "verbose", NULL, "say what is done", opt_flag, FIELD(verbose) },
	[OPT_HELP] = { 'h', "help", NULL, "print this help and end", opt_flag, FIELD(help) },
	[OPT_VERSION] = { 'V', "version", NULL, "print the version and end", opt_flag,
			  FIELD(version) },
};
