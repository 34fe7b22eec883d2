// SPDX-License-Identifier: GPL-2.0
/*
 * oscope record: switches, wake-ups and the life of tasks into a file that every report can read.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "flight.h"
#include "ipc_option.h"
#include "lives.h"
#include "parse.h"
#include "record.h"
#include "trace_pack.h"

#define RING_SLOTS_MIN	1024
#define RING_SLOTS_MAX	(1U << 24)
#define DAY_NS		(86400ULL * 1000000000)
#define AFTER_NS	100000000ULL
#define DUMPS		10U

#define GROUP_ROW(name, records, mechanisms) { #name, records, mechanisms },

static const struct {
	const char *name;
	uint64_t records;
	uint64_t mechanisms;
} groups[] = { RECORD_GROUPS(GROUP_ROW) };

static struct record_options options = {
	.ring_slots = 65536, .level = 1, .after_ns = UINT64_MAX,	/* that is, not said */
};

static uint64_t only;			/* mechanisms, a bit each, 0: all of those groups */

/* "switch,wake": which groups of events. */
static int parse_events(struct opts *o, const struct opt_def *def, const char *arg)
{
	const char *names[ARRAY_SIZE(groups) + 1] = { NULL };
	const char *word = arg, *near;
	char name[32];
	size_t len, i;

	for (i = 0; i < ARRAY_SIZE(groups); i++)
		names[i] = groups[i].name;
	options.records = 0;
	options.mechanisms = 0;
	for (;; word += len + 1) {
		len = strcspn(word, ",");
		snprintf(name, sizeof(name), "%.*s", (int)len, word);
		for (i = 0; i < ARRAY_SIZE(groups); i++) {
			if (!strcmp(groups[i].name, name))
				break;
		}
		if (i == ARRAY_SIZE(groups)) {
			near = nearest_name(name, names);
			return opt_refuse(def, arg, "no events named '%s'; %s%s", name,
					  near ? "did you mean " : "there are" RECORD_GROUP_WORDS,
					  near ? near : "");
		}
		options.records |= groups[i].records;
		options.mechanisms |= groups[i].mechanisms;
		if (!word[len])
			return 0;
	}
}

/* 64M: as many records as fit, a power of two, so that positions wrap by a mask. */
static int ring_bytes(const char *arg, size_t len, uint64_t *slots)
{
	static const char units[] = "KMG";
	const char *unit = strchr(units, arg[len - 1]);
	char number[32];
	uint64_t n;

	if (!unit || len > sizeof(number))
		return -EINVAL;
	snprintf(number, sizeof(number), "%.*s", (int)len - 1, arg);
	if (parse_u64(number, 1, 1ULL << 32, &n))
		return -EINVAL;
	n = (n << (10 * (unit - units + 1))) / sizeof(struct oscope_slot);
	if (n < RING_SLOTS_MIN || n >= 2ULL * RING_SLOTS_MAX)
		return -ERANGE;
	*slots = 1ULL << (63 - __builtin_clzll(n));
	return 0;
}

/* Of each CPU: in records, a power of two, or in bytes. */
static int parse_ring(struct opts *o, const struct opt_def *def, const char *arg)
{
	size_t len = strlen(arg);
	uint64_t slots;

	if (len && strchr("KMG", arg[len - 1])) {
		if (ring_bytes(arg, len, &slots))
			return opt_refuse(def, arg, "not a size such as 64M, from 24K to 767M");
	} else if (parse_u64(arg, RING_SLOTS_MIN, RING_SLOTS_MAX, &slots) ||
		   (slots & (slots - 1))) {
		return opt_refuse(def, arg, "neither a size such as 64M nor a power of two from "
				  "%u to %u", RING_SLOTS_MIN, RING_SLOTS_MAX);
	}
	options.ring_slots = slots;
	return 0;
}

static int parse_when(struct opts *o, const struct opt_def *def, const char *arg)
{
	switch (flight_when_parse(arg, &options.when)) {
	case 0:
		return 0;
	case -ERANGE:
		return opt_refuse(def, arg, "not a time such as 10ms behind >");
	default:
		return opt_refuse(def, arg, "not a condition such as 'wait>10ms', 'blocked>1s' or "
				  "'switch>50us'");
	}
}

static int parse_level(struct opts *o, const struct opt_def *def, const char *arg)
{
	if (parse_u64(arg, 0, TRACE_PACK_LEVEL_MAX, &options.level))
		return opt_refuse(def, arg, "not a level from 0 (as it is) to %d",
				  TRACE_PACK_LEVEL_MAX);
	return 0;
}

static const struct opt_def record_options[] = {
	{ .letter = 'e', .name = "events", .arg = "LIST", .parse = parse_events,
	  .help = "what to record, of" RECORD_GROUP_WORDS " (default: the first 3)" },
	{ .letter = 'm', .name = "mechanism", .arg = "LIST", .parse = opt_mechanisms,
	  .to = &only, .help = "of ipc and lock only these, with commas; see oscope ipc --help" },
	{ .name = "ring", .arg = "SIZE", .parse = parse_ring,
	  .help = "ring of each CPU: bytes, as 64M, or records of 24 bytes, a power of two "
		  "(default 65536)" },
	{ .letter = 'z', .name = "compress", .arg = "LEVEL", .parse = parse_level,
	  .help = "pack the file by zstd at this level, 1 to 19 (default 1); 0: not at all" },
	{ .name = "overwrite", .parse = opt_flag, .to = &options.overwrite,
	  .help = "flight recorder: keep the latest records only, written out at the end and at "
		  "SIGUSR2" },
	{ .name = "when", .arg = "COND", .parse = parse_when,
	  .help = "flight recorder: written out when something took longer, as 'wait>10ms', "
		  "'blocked>1s', 'switch>50us'" },
	{ .name = "after", .arg = "TIME", .parse = opt_duration, .to = &options.after_ns,
	  .max = DAY_NS,
	  .help = "flight recorder: go on for so long after that (default 100ms)" },
	{ .name = "keep", .arg = "TIME", .parse = opt_duration, .to = &options.keep_ns, .min = 1,
	  .max = DAY_NS, .help = "flight recorder: write no more than the latest so long" },
	{ .name = "dumps", .arg = "N", .parse = opt_u64, .to = &options.dumps, .min = 1,
	  .max = FLIGHT_DUMPS_MAX,
	  .help = "flight recorder: end when it was written out so often (default 10, at most "
		  "400)" },
	{ .name = "no-direct", .parse = opt_flag, .to = &options.no_direct,
	  .help = "leave the direct cost of switches out" },
	{ .name = "report", .arg = "FILE", .parse = opt_string, .to = &options.report,
	  .help = "also write the live report of 'oscope switch' on the same events, as JSON" },
	{ .name = "report-ipc", .arg = "FILE", .parse = opt_string, .to = &options.report_ipc,
	  .help = "... and those of 'oscope ipc', by all that they may be by, one a line" },
	{ 0 }
};

/* What only a flight recorder has, and what only its --when waits for. */
static int flight_defaults(void)
{
	if (options.dumps && !options.overwrite)
		return err_msg(-EUSAGE, "record --dumps: only a flight recorder is written out "
			       "so often: add --overwrite, --when or --keep");
	if (options.after_ns != UINT64_MAX && options.when.what == OSCOPE_TRIGGER_END)
		return err_msg(-EUSAGE, "record --after: after what? add --when");
	if (!options.dumps)
		options.dumps = DUMPS;
	if (options.after_ns == UINT64_MAX)
		options.after_ns = AFTER_NS;
	return 0;
}

/* What is said of a flight recorder makes it one. */
static int flight_check(void)
{
	uint64_t needs = flight_when_records(&options.when);

	if (needs & ~options.records)
		return err_msg(-EUSAGE, "record --when %s: is told by switches and wake-ups, too: "
			       "-e switch,wake", flight_trigger_name(options.when.what));
	if (options.when.what == OSCOPE_TRIGGER_SWITCH && options.no_direct)
		return err_msg(-EUSAGE, "record --when switch: not with --no-direct, which leaves "
			       "what switches cost out");
	options.overwrite |= options.when.what != OSCOPE_TRIGGER_END || options.keep_ns;
	return flight_defaults();
}

static int ipc_check(const struct opts *o)
{
	if (only && !options.mechanisms)
		return err_msg(-EUSAGE, "record -m: nothing of that is recorded: add -e ipc");
	if (only && !(options.mechanisms & only))
		return err_msg(-EUSAGE, "record -m: none of these is in -e lock: futex and "
			       "file-lock are, all of them in -e ipc");
	if (only)
		options.mechanisms &= only;
	if (options.report_ipc && !options.mechanisms)
		return err_msg(-EUSAGE, "--report-ipc: nothing of that is recorded: add -e ipc");
	if (options.mechanisms && o->filter.cpus)
		return err_msg(-EUSAGE,
			       "-C cuts calls in pieces: leave it out with -e ipc or lock");
	return 0;
}

static int record_check(struct opts *o)
{
	uint64_t records = 0;
	size_t i;
	int err;

	if (!o->output)
		return err_msg(-EUSAGE, "record: where to? -o FILE");
	if (!strcmp(o->output, "-"))
		return err_msg(-EUSAGE, "record -o -: a recording needs a file");
	for (i = 0; !options.records && i < RECORD_DEFAULT_GROUPS; i++)
		records |= groups[i].records;
	options.records |= records;
	err = ipc_check(o);
	return err ? err : flight_check();
}

static int record_run(const struct opts *o)
{
	return options.overwrite ? record_flight(o, &options) : record_all(o, &options);
}

static const struct cmd_ops record_cmd = {
	.name = "record",
	.summary = "record events into a file for later reports",
	.about =
		"Writes each event as a record of 24 bytes into per-CPU rings, and those, packed,\n"
		"into a file that every report reads with -r FILE, without privilege. However\n"
		"the recording ended, the file is readable up to its last whole chunk. Records\n"
		"that found no room are counted and shown. A flight recorder (--overwrite,\n"
		"--when, --keep) only keeps what came last: in FILE at the end, and in FILE.1,\n"
		"FILE.2 and so on whenever it was to be written out.",
	.opts = OPTS_FILTER | OPT_BIT(OPT_DURATION) | OPT_BIT(OPT_SOURCE) | OPT_BIT(OPT_OUTPUT) |
		OPT_BIT(OPT_WAIT_TREE),
	.own = record_options,
	.takes = CMD_PROGRAM,
	.check = record_check,
	.run = record_run,
};
COMMAND(record_cmd);
