// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: the tables of all commands are sound, and whatever is wrong ends with the right
 * status and one line that names it. A command of this test's own shows what the parser makes of
 * what is right.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#undef ARRAY_SIZE	/* the harness has its own */
#define OSCOPE_VERSION	"of-the-test"
#define main		oscope_main
#include "tools/oscope.c"
#undef main

static const char *const flavours[] = { "mild", "hot", NULL };
static uint64_t own_number, own_time;
static const char *own_string;
static int own_flavour, own_result;
static bool own_flag;

static const struct opt_def own_options[] = {
	{ .letter = 'N', .name = "number", .arg = "N", .parse = opt_u64, .to = &own_number,
	  .min = 2, .max = 9, .help = "from 2 to 9" },
	{ .letter = 'T', .name = "time", .arg = "TIME", .parse = opt_duration, .to = &own_time,
	  .min = 10, .max = 1000, .help = "from 10 ns to 1 us" },
	{ .letter = 'S', .name = "string", .arg = "WORD", .parse = opt_string, .to = &own_string,
	  .help = "any word" },
	{ .letter = 'W', .name = "flavour", .arg = "WHICH", .parse = opt_choice, .to = &own_flavour,
	  .choices = flavours, .help = "mild or hot" },
	{ .letter = 'F', .name = "flag", .parse = opt_flag, .to = &own_flag, .alias = 'G',
	  .help = "a flag with two letters" },
	{ 0 }
};

struct taster_row {
	uint64_t count;
};

static const struct out_column taster_columns[] = {
	{ "count", "COUNT", OUT_U64, "how many", OUT_FIELD(struct taster_row, count) },
};
static const struct out_report taster_table = { .command = "taster",
						.rows = OUT_TABLE(taster_columns) };

static const struct out_report *taster_report(const struct opts *o)
{
	return &taster_table;
}

static int taster_run(const struct opts *o)
{
	return own_result;
}

static const struct cmd_ops taster = {
	.name = "taster", .summary = "only of this test", .opts = OPTS_REPORT, .own = own_options,
	.takes = CMD_INTERVAL | CMD_PROGRAM, .report = taster_report, .run = taster_run,
};
COMMAND(taster);

struct said {
	int status;
	char out[16384], err[4096];
};

static int child_main(int argc, char **argv, int out, int err)
{
	alarm(10);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	return oscope_main(argc, argv);
}

static void take(int fd, char *to, size_t bytes)
{
	ssize_t len = pread(fd, to, bytes - 1, 0);

	to[len > 0 ? len : 0] = 0;
	close(fd);
}

/* Run oscope with these words in a process of its own. */
static struct said say(const char *const *words)
{
	int out = memfd_create("out", 0), err = memfd_create("err", 0), argc = 0, status;
	struct said s = { .status = -1 };
	char *argv[16] = { "oscope" };
	pid_t pid;

	while (words[argc]) {
		argv[argc + 1] = (char *)words[argc];
		argc++;
	}
	fflush(NULL);
	pid = fork();
	if (!pid)
		_exit(child_main(argc + 1, argv, out, err));
	if (pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status))
		s.status = WEXITSTATUS(status);
	take(out, s.out, sizeof(s.out));
	take(err, s.err, sizeof(s.err));
	return s;
}

#define WORDS(...)	((const char *const[]){ __VA_ARGS__, NULL })
#define SAY(...)	say(WORDS(__VA_ARGS__))

/* The status, nothing on stdout, and one line on stderr that has what in it. */
static bool refused_as(int status, const char *what, const char *const *words)
{
	struct said s = say(words);
	char *end = strchr(s.err, '\n');

	if (s.status == status && !s.out[0] && end && !end[1] &&
	    !strncmp(s.err, "oscope: ", 8) && strstr(s.err, what))
		return true;
	printf("# %s %s: status %d, '%s' expected in: %s\n", words[0], words[1] ? words[1] : "",
	       s.status, what, s.err);
	return false;
}

#define REFUSED(what, ...)	refused_as(2, what, WORDS(__VA_ARGS__))

TEST(commands_are_sorted_found_and_described)
{
	const struct cmd_ops *cmd = NULL, *before = NULL;
	int n = 0;

	while ((cmd = cmd_next(cmd))) {
		if (before)
			EXPECT_LT(strcmp(before->name, cmd->name), 0);
		EXPECT_EQ(cmd, cmd_find(cmd->name));
		EXPECT_NE(NULL, cmd->run);
		ASSERT_NE(NULL, cmd->summary);
		EXPECT_TRUE(islower(cmd->summary[0]));
		EXPECT_NE('.', cmd->summary[strlen(cmd->summary) - 1]);
		EXPECT_EQ(!(cmd->takes & CMD_WORDS), !cmd->words) TH_LOG("%s", cmd->name);
		EXPECT_FALSE(cmd->takes & CMD_WORDS && cmd->takes & CMD_INTERVAL);
		before = cmd;
		n++;
	}
	EXPECT_GE(n, 3);
	EXPECT_EQ(NULL, cmd_find("no-such-command"));
	EXPECT_EQ(NULL, cmd_find(""));
}

/* One line, no full stop, a small letter unless a name in capitals begins it. */
static bool help_sound(const char *help)
{
	size_t len = help ? strlen(help) : 0;

	return len > 3 && !strpbrk(help, "\n\t") && help[len - 1] != '.' &&
	       (!isupper(help[0]) || isupper(help[1]));
}

/* What the parser needs to know. */
static bool option_sound(const struct opt_def *def)
{
	if (!def->parse || !def->name[0] ||
	    strspn(def->name, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(def->name))
		return false;
	if (def->letter && (!isalnum(def->letter) || (def->alias && !isalnum(def->alias))))
		return false;
	if (def->parse == opt_flag && def->arg)
		return false;
	if ((def->parse == opt_u64 || def->parse == opt_duration || def->parse == opt_string ||
	     def->parse == opt_choice) && (!def->arg || (!def->to && !def->offset)))
		return false;
	return (def->parse != opt_choice || def->choices) && (!def->max || def->min <= def->max);
}

TEST(options_of_every_command_are_described_and_sound)
{
	const struct cmd_ops *cmd = NULL;
	const struct opt_def *def;
	unsigned int i;

	while ((cmd = cmd_next(cmd))) {
		for (i = 0; (def = opts_next(cmd, &i));) {
			EXPECT_TRUE(help_sound(def->help)) TH_LOG("%s --%s", cmd->name, def->name);
			EXPECT_TRUE(option_sound(def)) TH_LOG("%s --%s", cmd->name, def->name);
		}
	}
}

TEST(no_letter_and_no_name_is_used_twice_in_a_command)
{
	const struct opt_def *def, *other;
	const struct cmd_ops *cmd = NULL;
	unsigned int i, j;

	while ((cmd = cmd_next(cmd))) {
		int used[256] = { 0 };

		for (i = 0; (def = opts_next(cmd, &i));) {
			used[def->letter]++;
			used[def->alias]++;
			for (j = i; (other = opts_next(cmd, &j));)
				EXPECT_STRNE(def->name, other->name);
		}
		for (i = 1; i < 256; i++)
			EXPECT_LE(used[i], 1) TH_LOG("%s -%c", cmd->name, i);
	}
}

/* A value that def must refuse; 0: every value may be right. */
static bool bad_value(const struct opt_def *def, int which, char to[64])
{
	bool number = def->parse == opt_u64, time = def->parse == opt_duration;
	static const char *const words[] = { "nonsense", "-1", "18446744073709551616", "1x" };

	if (which < 4 && (number || time)) {
		strcpy(to, words[which]);
		return true;
	}
	if (which == 4 && (number || time) && def->min)
		return sprintf(to, "%llu%s", def->min - 1ULL, time ? "ns" : "") > 0;
	if (which == 5 && (number || time) && def->max)
		return sprintf(to, "%llu%s", def->max + 1ULL, time ? "ns" : "") > 0;
	if (which == 6 && def->parse == opt_choice)
		return sprintf(to, "no-such-choice") > 0;
	return false;
}

TEST(values_that_do_not_fit_are_refused_by_every_option)
{
	const struct cmd_ops *cmd = NULL;
	const struct opt_def *def;
	char name[64], value[64];
	unsigned int i;
	int which;

	while ((cmd = cmd_next(cmd))) {
		for (i = 0; (def = opts_next(cmd, &i));) {
			sprintf(name, "--%s", def->name);
			for (which = 0; which <= 6; which++) {
				if (!bad_value(def, which, value))
					continue;
				EXPECT_TRUE(REFUSED(value, cmd->name, name, value));
				EXPECT_TRUE(REFUSED(name, cmd->name, name, value));
			}
			if (def->parse == opt_string)
				EXPECT_TRUE(REFUSED(name, cmd->name, name, ""));
		}
	}
}

TEST(missing_and_superfluous_arguments_are_refused_by_every_option)
{
	const struct cmd_ops *cmd = NULL;
	const struct opt_def *def;
	char name[64], why[96], letter[] = "-x";
	unsigned int i;

	while ((cmd = cmd_next(cmd))) {
		for (i = 0; (def = opts_next(cmd, &i));) {
			sprintf(name, "--%s%s", def->name, def->arg ? "" : "=1");
			sprintf(why, "%s: %s", name, def->arg ? "needs an argument" :
								"takes no argument");
			EXPECT_TRUE(REFUSED(why, cmd->name, name));
			letter[1] = def->letter;
			if (def->letter && def->arg)
				EXPECT_TRUE(REFUSED("needs an argument", cmd->name, letter));
		}
	}
}

TEST(unknown_options_are_refused_by_every_command)
{
	const struct cmd_ops *cmd = NULL;

	while ((cmd = cmd_next(cmd))) {
		EXPECT_TRUE(REFUSED("--no-such-option", cmd->name, "--no-such-option"));
		EXPECT_TRUE(REFUSED("--no-such-option", cmd->name, "--no-such-option=5"));
		EXPECT_TRUE(REFUSED("-Z", cmd->name, "-Z"));
		EXPECT_TRUE(REFUSED("-Z", cmd->name, "-qZ"));
		EXPECT_TRUE(REFUSED("-:", cmd->name, "-:"));
	}
}

TEST(help_and_version_of_every_command)
{
	const struct cmd_ops *cmd = NULL;
	const struct opt_def *def;
	char name[64];
	unsigned int i;

	while ((cmd = cmd_next(cmd))) {
		struct said s = SAY(cmd->name, "--help");

		EXPECT_EQ(0, s.status);
		EXPECT_STREQ("", s.err);
		EXPECT_STREQ(s.out, SAY("help", cmd->name).out);
		for (i = 0; (def = opts_next(cmd, &i));) {
			sprintf(name, " --%s", def->name);
			EXPECT_NE(NULL, strstr(s.out, name)) TH_LOG("%s%s", cmd->name, name);
		}
		s = SAY(cmd->name, "-V");
		EXPECT_EQ(0, s.status);
		EXPECT_NE(NULL, strstr(s.out, OSCOPE_VERSION));
	}
}

TEST(unknown_commands_are_refused)
{
	EXPECT_TRUE(REFUSED("swich; did you mean switch", "swich"));
	EXPECT_TRUE(REFUSED("qqqqqq", "qqqqqq"));
	EXPECT_TRUE(REFUSED("no command ", ""));
	EXPECT_TRUE(REFUSED("--nonsense", "--nonsense"));
	EXPECT_TRUE(REFUSED("qqqqqq", "help", "qqqqqq"));
	EXPECT_TRUE(REFUSED("qqqqqq", "--dump-options", "qqqqqq"));
	EXPECT_TRUE(REFUSED("zsh", "--completion", "zsh"));
	EXPECT_TRUE(refused_as(125, "qqqqqq", WORDS("qqqqqq", "--", "true")));
}

TEST(no_command_at_all_is_help_and_bad_usage)
{
	struct said s = say((const char *const[]){ NULL });

	EXPECT_EQ(2, s.status);
	EXPECT_EQ(0, strncmp(s.out, "usage: ", 7));
	EXPECT_STREQ(s.out, SAY("--help").out);
}

TEST(hostile_words_stay_on_one_line_without_control_characters)
{
	static const char *const hostile[] = { "--a\nb", "a\nb", "--number=\033[31m\n", "-\001" };
	size_t i;

	for (i = 0; i < 4; i++) {
		struct said s = SAY("taster", hostile[i]);

		EXPECT_TRUE(REFUSED("\\x", "taster", hostile[i]));
		EXPECT_EQ(strlen(s.err) - 1, strcspn(s.err, "\001\033\n"));
	}
}

TEST(did_you_mean)
{
	EXPECT_TRUE(REFUSED("did you mean --number?", "taster", "--numbr", "3"));
	EXPECT_TRUE(REFUSED("did you mean count?", "taster", "--columns", "cuont"));
	EXPECT_TRUE(REFUSED("mild or hot", "taster", "-W", "bland"));
	EXPECT_TRUE(REFUSED("no such column", "taster", "--sort", "qqqqqq"));
	EXPECT_TRUE(REFUSED("'swich'; did you mean switch", "record", "-e", "wake,swich"));
	EXPECT_TRUE(REFUSED("''", "record", "-e", "wake,"));
	/* Several could be meant. */
	EXPECT_TRUE(REFUSED("--co", "taster", "--co"));
}

TEST(options_that_do_not_go_together)
{
	EXPECT_TRUE(REFUSED("-i", "taster", "-n", "3"));
	EXPECT_TRUE(REFUSED("three", "taster", "1", "2", "three"));
	EXPECT_TRUE(REFUSED("2x", "taster", "1", "2x"));
	EXPECT_TRUE(REFUSED("program", "taster", "ls"));
	EXPECT_TRUE(refused_as(125, "-r", WORDS("taster", "-r", "file", "--", "ls")));
	EXPECT_TRUE(refused_as(125, "no program", WORDS("taster", "--")));
	EXPECT_TRUE(refused_as(125, "doctor", WORDS("doctor", "--", "ls")));
	EXPECT_TRUE(refused_as(125, "--nonsense", WORDS("taster", "--nonsense", "--", "ls")));
}

TEST(results_as_exit_status)
{
	static const struct { int result, status; } map[] = {
		{ 0, 0 }, { 77, 77 }, { -EUSAGE, 2 }, { -EOPNOTSUPP, 3 }, { -EPERM, 3 },
		{ -ENOENT, 3 }, { -EPIPE, 0 }, { -EIO, 1 }, { -ENOMEM, 1 }, { -EINVAL, 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(map); i++) {
		own_result = map[i].result;
		EXPECT_EQ(map[i].status, SAY("taster").status);
		EXPECT_EQ(map[i].result < 0 ? 125 : map[i].status,
			  SAY("taster", "--", "ls").status);
	}
}

/* The parser alone, on words that are right. */
static struct opts parse(struct __test_metadata *_metadata, const char *const *words)
{
	static char *argv[16] = { "taster" };
	struct opts o;
	int argc = 1;

	for (; *words; words++)
		argv[argc++] = (char *)*words;
	argv[argc] = NULL;
	EXPECT_EQ(0, opts_parse(&o, &taster, argc, argv));
	return o;
}

#define PARSE(...)	parse(_metadata, WORDS(__VA_ARGS__))

TEST(value_may_follow_in_every_way)
{
	static const char *const ways[][5] = {
		{ "--number", "7" }, { "--number=7" }, { "-N", "7" }, { "-N7" }, { "-FN7" },
		{ "-FN", "7" }, { "--num=7" }, { "-N", "3", "-N", "7" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		own_number = 0;
		parse(_metadata, ways[i]);
		EXPECT_EQ(7, own_number);
	}
	EXPECT_TRUE(own_flag);
	PARSE("--string=a=b");
	EXPECT_STREQ("a=b", own_string);
	PARSE("-S", "-N");
	EXPECT_STREQ("-N", own_string);
	PARSE("--time", "1us", "-Whot");
	EXPECT_EQ(1000, own_time);
	EXPECT_EQ(1, own_flavour);
}

TEST(letters_combine_and_aliases_count)
{
	struct opts o = PARSE("-qGJv");

	EXPECT_TRUE(o.quiet && o.verbose && own_flag && quiet && verbose);
	EXPECT_EQ(FORMAT_JSON, o.format);
	EXPECT_EQ(OPT_BIT(OPT_QUIET) | OPT_BIT(OPT_VERBOSE) | OPT_BIT(OPT_JSON), o.given);
}

TEST(interval_and_count_as_words_and_as_options)
{
	struct opts o = PARSE("1.5", "-q", "3");

	EXPECT_EQ(1500000000, o.interval_ns);
	EXPECT_EQ(3, o.count);
	o = PARSE("-i", "20ms", "-n", "4");
	EXPECT_EQ(20000000, o.interval_ns);
	EXPECT_EQ(4, o.count);
	o = PARSE("-d", "2");
	EXPECT_EQ(2000000000, o.duration_ns);
	EXPECT_EQ(0, o.interval_ns | o.count);
}

TEST(words_after_two_dashes_are_the_program)
{
	struct opts o = PARSE("-q", "--", "ls", "-v", "--", "--nonsense");

	ASSERT_NE(NULL, o.program);
	EXPECT_STREQ("ls", o.program[0]);
	EXPECT_STREQ("-v", o.program[1]);
	EXPECT_STREQ("--", o.program[2]);
	EXPECT_STREQ("--nonsense", o.program[3]);
	EXPECT_EQ(NULL, o.program[4]);
	EXPECT_TRUE(o.quiet);
	EXPECT_FALSE(o.verbose);
	EXPECT_EQ(NULL, PARSE("-q").program);
}

TEST(filters)
{
	char me[32], twice[64];
	struct opts o;

	sprintf(me, "%d", getpid());
	sprintf(twice, "%d,%d", getpid(), getpid());
	o = PARSE("-p", twice, "-p", me, "-t", me, "-c", "fifteen-bytes-x", "-C", "0", "-u", "12");
	ASSERT_EQ(1, o.filter.n_pids);
	EXPECT_EQ(getpid(), o.filter.pids[0]);
	ASSERT_EQ(1, o.filter.n_tids);
	EXPECT_STREQ("fifteen-bytes-x", o.filter.comm);
	EXPECT_STREQ("0", o.filter.cpus);
	EXPECT_EQ(12, o.filter.uid);
	opts_free(&o);
	EXPECT_EQ(-1, PARSE("-q").filter.uid);
	EXPECT_TRUE(REFUSED("sixteen-bytes-xx", "taster", "-c", "sixteen-bytes-xx"));
	EXPECT_TRUE(REFUSED("2147483647", "taster", "-p", "2147483647"));
	EXPECT_TRUE(REFUSED("1,x", "taster", "-t", "1,x"));
	EXPECT_TRUE(REFUSED("no CPU 99999", "taster", "-C", "0,99999"));
	EXPECT_TRUE(REFUSED("0-", "taster", "-C", "0-"));
	EXPECT_TRUE(REFUSED("nobody-of-that-name", "taster", "-u", "nobody-of-that-name"));
}

TEST(help_wins_over_what_is_missing)
{
	EXPECT_EQ(0, SAY("taster", "-h", "-n", "3").status);
	EXPECT_EQ(0, SAY("taster", "--version", "word").status);
	EXPECT_TRUE(REFUSED("--nonsense", "taster", "-h", "--nonsense"));
}

TEST_HARNESS_MAIN
