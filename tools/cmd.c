// SPDX-License-Identifier: GPL-2.0
/*
 * The table of commands, and what their results mean as exit status.
 */
#include <string.h>

#include "cmd.h"

extern const struct cmd_ops *const __start_oscope_commands[];
extern const struct cmd_ops *const __stop_oscope_commands[];

const struct cmd_ops *cmd_next(const struct cmd_ops *cmd)
{
	const struct cmd_ops *const *c, *best = NULL;

	for (c = __start_oscope_commands; c < __stop_oscope_commands; c++) {
		if (cmd && strcmp((*c)->name, cmd->name) <= 0)
			continue;
		if (!best || strcmp((*c)->name, best->name) < 0)
			best = *c;
	}
	return best;
}

const struct cmd_ops *cmd_find(const char *name)
{
	const struct cmd_ops *cmd = NULL;

	while ((cmd = cmd_next(cmd))) {
		if (!strcmp(cmd->name, name))
			return cmd;
	}
	return NULL;
}

int cmd_exit_status(int err, bool with_program)
{
	if (err >= 0)
		return err;
	if (with_program)
		return EXIT_OSCOPE_FAILED;
	switch (err) {
	case -EUSAGE:
		return EXIT_BAD_USAGE;
	case -EOPNOTSUPP:
	case -EPERM:
	case -ENOENT:
		return EXIT_UNSUPPORTED;
	case -EPIPE:
		return EXIT_OK;
	default:
		return EXIT_FAILED;
	}
}
