// SPDX-License-Identifier: GPL-2.0
/*
 * oscope: finds the command, parses its options, runs it.
 */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

#define NAMES_MAX	64

static int refuse_command(const char *name)
{
	const char *names[NAMES_MAX + 1] = { NULL }, *near;
	const struct cmd_ops *cmd = NULL;
	int n = 0;

	while (n < NAMES_MAX && (cmd = cmd_next(cmd)))
		names[n++] = cmd->name;
	near = nearest_name(name, names);
	if (near)
		return err_msg(-EUSAGE, "no command %s; did you mean %s?", name, near);
	return err_msg(-EUSAGE, "no command %s; 'oscope --help' lists them", name);
}

static int print_version(void)
{
	printf("oscope %s (ABI %u)\n", OSCOPE_VERSION, OSCOPE_ABI);
	return 0;
}

static bool has_program(int argc, char **argv)
{
	int i;

	for (i = 0; i < argc && argv[i]; i++) {
		if (!strcmp(argv[i], "--"))
			return true;
	}
	return false;
}

static int run_command(const struct cmd_ops *cmd, int argc, char **argv)
{
	bool program = has_program(argc, argv);
	struct opts o;
	int err;

	err = opts_parse(&o, cmd, argc, argv);
	if (!err && o.help)
		help_command(cmd);
	else if (!err && o.version)
		err = print_version();
	else if (!err && o.json_schema && cmd->report && cmd->report(&o))
		err = out_schema(cmd->report(&o));
	else if (!err)
		err = cmd->run(&o);
	opts_free(&o);
	return cmd_exit_status(err, program);
}

/* What stands in the place of a command. */
static int run_word(int argc, char **argv)
{
	const char *word = argv[1];
	const struct cmd_ops *cmd;

	if (!strcmp(word, "-h") || !strcmp(word, "--help") ||
	    (!strcmp(word, "help") && argc == 2)) {
		help_print();
		return 0;
	}
	if (!strcmp(word, "-V") || !strcmp(word, "--version"))
		return print_version();
	if (!strcmp(word, "--completion") && argc > 2)
		return cmd_exit_status(dump_completion(argv[2]), false);
	if (!strcmp(word, "help") || !strcmp(word, "--dump-options")) {
		cmd = argc > 2 ? cmd_find(argv[2]) : NULL;
		if (argc > 2 && !cmd)
			return cmd_exit_status(refuse_command(argv[2]), false);
		if (word[0] == 'h')
			help_command(cmd);
		else
			dump_options(cmd);
		return 0;
	}
	cmd = cmd_find(word);
	if (!cmd)
		return cmd_exit_status(refuse_command(word), has_program(argc, argv));
	return run_command(cmd, argc - 1, argv + 1);
}

/*
 * A file that we open must not become the standard output or error that reports and messages go to.
 * What was closed stays unusable, so that a report that nobody gets is a failure.
 */
static void descriptors_fill(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			_exit(EXIT_FAILED);
	}
}

int main(int argc, char **argv)
{
	int status;

	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	descriptors_fill();
	inherited_save();
	/* A closed pipe is an error of the write, so that everything is undone in order. */
	signal(SIGPIPE, SIG_IGN);
	/* Ignored, it would take the status of the program away. */
	signal(SIGCHLD, SIG_DFL);
	if (argc < 2) {
		help_print();
		return EXIT_BAD_USAGE;
	}
	status = run_word(argc, argv);
	if (fflush(stdout) && errno != EPIPE && !status)
		status = cmd_exit_status(err_sys(-EIO, "standard output"), false);
	return status;
}
