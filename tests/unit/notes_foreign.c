// SPDX-License-Identifier: GPL-2.0
/*
 * Arms in another language: what a script says is taken as it is or not at all, and whatever it
 * fails of is named.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "notes/python.h"

static char why[128];

static int parsed(struct foreign_number *numbers, const char *said)
{
	char text[256];

	why[0] = '\0';
	strcpy(text, said);
	return foreign_parse(text, numbers, why, sizeof(why));
}

/* Whether two numbers are wanted, and this is refused in these words. */
static int refused(const char *said, const char *words)
{
	struct foreign_number two[] = { { "cpu_ns" }, { "turns" }, { NULL } };

	return parsed(two, said) == -EPROTO && strstr(why, words);
}

TEST(numbers_are_taken_in_any_order)
{
	struct foreign_number two[] = { { "cpu_ns" }, { "turns" }, { NULL } };

	EXPECT_EQ(parsed(two, "turns -2\ncpu_ns 9223372036854775807\n"), 0);
	EXPECT_EQ(two[0].value, INT64_MAX);
	EXPECT_EQ(two[1].value, -2);
}

TEST(what_is_no_name_and_integer_is_refused)
{
	static const char *const lines[] = {
		"cpu_ns\n", "cpu_ns \n", "cpu_ns 1.5\n", "cpu_ns 1 2\n", "cpu_ns  1\n",
		"cpu_ns +1\n", "cpu_ns --1\n", "cpu_ns 0x1\n", "cpu_ns 9223372036854775808\n", "\n",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		EXPECT_TRUE(refused(lines[i], "no name and integer"));
}

TEST(an_unknown_name_is_refused)
{
	EXPECT_TRUE(refused("turn 1\n", "which nobody asked for"));
}

TEST(a_name_that_comes_twice_is_refused)
{
	EXPECT_TRUE(refused("turns 1\nturns 1\n", "twice"));
}

TEST(a_name_that_does_not_come_is_missed)
{
	EXPECT_TRUE(refused("turns 1\n", "did not say cpu_ns"));
	EXPECT_TRUE(refused("", "did not say cpu_ns"));
}

TEST(a_line_that_was_cut_off_is_refused)
{
	EXPECT_TRUE(refused("turns 1\ncpu_ns 1", "without an end of line"));
}

/* Any script there is, by an interpreter that says what it is told. */
static int run(struct sample *s, const char *said, struct foreign_number *numbers)
{
	struct foreign f = {
		.script = "py/at_once.py",
		.argv = { "/bin/sh", "-c", said },
	};

	return foreign_run(s, &f, numbers);
}

TEST(a_script_that_says_all_is_believed)
{
	struct foreign_number one[] = { { "turns" }, { NULL } };
	struct sample s = { 0 };

	EXPECT_EQ(run(&s, "echo turns 3", one), 0);
	EXPECT_EQ(one[0].value, 3);
	EXPECT_STREQ(s.why, "");
}

TEST(a_script_that_fails_is_quoted)
{
	struct foreign_number one[] = { { "turns" }, { NULL } };
	struct sample s = { 0 };

	EXPECT_EQ(run(&s, "echo turns 3; echo one >&2; echo the last >&2; exit 5", one), -EPROTO);
	EXPECT_STREQ(s.why, "py/at_once.py: exit 5: the last");
}

TEST(a_script_that_fails_with_many_words_is_quoted_by_its_last)
{
	struct foreign_number one[] = { { "turns" }, { NULL } };
	struct sample s = { 0 };

	EXPECT_EQ(run(&s, "yes | head -c 20000 >&2; echo the last >&2; exit 5", one), -EPROTO);
	EXPECT_STREQ(s.why, "py/at_once.py: exit 5: the last");
	memset(&s, 0, sizeof(s));
	EXPECT_EQ(run(&s, "yes | head -c 20000 >&2; kill -9 $$", one), -EPROTO);
	EXPECT_STREQ(s.why, "py/at_once.py: killed by signal 9");
}

TEST(a_script_that_is_killed_is_no_result)
{
	struct foreign_number one[] = { { "turns" }, { NULL } };
	struct sample s = { 0 };

	EXPECT_EQ(run(&s, "echo turns 3; kill -9 $$", one), -EPROTO);
	EXPECT_STREQ(s.why, "py/at_once.py: killed by signal 9");
}

TEST(a_script_that_says_too_much_is_no_result)
{
	struct foreign_number one[] = { { "turns" }, { NULL } };
	struct sample s = { 0 };

	EXPECT_EQ(run(&s, "yes | head -c 20000", one), -EFBIG);
}

TEST(a_script_that_is_not_there_is_named)
{
	struct foreign_number one[] = { { "turns" }, { NULL } };
	struct foreign f = { .script = "py/nothing.py", .argv = { "/bin/true" } };
	struct sample s = { 0 };

	EXPECT_EQ(foreign_run(&s, &f, one), -ENOENT);
	EXPECT_NE(strstr(s.why, "py/nothing.py"), NULL);
}

TEST(an_interpreter_that_is_missing_is_named)
{
	struct python p = { .script = "py/at_once.py" };
	struct foreign_number one[] = { { "turns" }, { NULL } };
	struct sample s = { 0 };

	python_given = "/nowhere/python3";
	EXPECT_EQ(python_run(&s, &p, one), -ENOENT);
	python_given = NULL;
	EXPECT_NE(strstr(s.why, "/nowhere/python3"), NULL);
	EXPECT_NE(strstr(s.why, "--python"), NULL);
}

/* An interpreter that says of a module what Python does. */
TEST(a_module_that_is_missing_is_named_with_its_package)
{
	struct python p = { .script = "py/at_once.py", .package = "python3-nothing" };
	struct foreign_number one[] = { { "turns" }, { NULL } };
	char path[] = "/tmp/oscope-test-XXXXXX";
	struct sample s = { 0 };
	int fd = mkstemp(path);

	ASSERT_GE(fd, 0);
	dprintf(fd, "#!/bin/sh\n"
		    "echo \"ModuleNotFoundError: No module named 'nothing'\" >&2\nexit 1\n");
	fchmod(fd, 0755);
	close(fd);
	python_given = path;
	EXPECT_EQ(python_run(&s, &p, one), -ENOENT);
	python_given = NULL;
	unlink(path);
	EXPECT_NE(strstr(s.why, "apt-get install python3-nothing"), NULL);
}

/* Its children hold the other end of a pipe: that has an end when the last of them is gone. */
static bool killed_leaves_nobody(void)
{
	struct foreign f = {
		.script = "py/at_once.py",
		.argv = { "/bin/sh", "-c", "echo >&9; sleep 60 & sleep 60" },
		.family = true,
	};
	struct foreign_number none[] = { { NULL } };
	struct sample s = { 0 };
	struct pollfd gone;
	int fd[2];
	pid_t pid;
	char byte;

	if (pipe2(fd, O_CLOEXEC))
		return false;
	pid = fork();
	if (!pid) {
		dup2(fd[1], 9);
		_exit(foreign_run(&s, &f, none) ? 1 : 0);
	}
	close(fd[1]);
	if (pid < 0 || read(fd[0], &byte, 1) != 1)
		return false;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	gone = (struct pollfd){ .fd = fd[0], .events = POLLIN };
	return poll(&gone, 1, 5000) == 1 && !read(fd[0], &byte, 1);
}

TEST(whoever_is_killed_leaves_no_family)
{
	if (geteuid())
		SKIP(return, "a PID namespace needs root");
	EXPECT_TRUE(killed_leaves_nobody());
}

TEST_HARNESS_MAIN
