// SPDX-License-Identifier: GPL-2.0
/*
 * Commands and options for the documentation, the completion and the tests: tab-separated lines.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

static void dump_option(const struct cmd_ops *cmd, const struct opt_def *def)
{
	int i;

	printf("option\t%s\t%s\t", cmd->name, def->name);
	if (def->letter)
		printf("%c", def->letter);
	if (def->alias)
		printf("%c", def->alias);
	printf("\t%s\t%s\t", def->arg ? def->arg : "", def->help);
	for (i = 0; def->choices && def->choices[i]; i++)
		printf("%s%s", i ? "," : "", def->choices[i]);
	putchar('\n');
}

static void dump_command(const struct cmd_ops *cmd)
{
	const struct opt_def *def;
	unsigned int i = 0;

	printf("command\t%s\t%s\t%s%s%s%s\n", cmd->name, cmd->summary,
	       cmd->takes & CMD_INTERVAL ? "interval " : "", cmd->takes & CMD_WORDS ? "words " : "",
	       cmd->takes & CMD_PROGRAM ? "program " : "", cmd->takes & CMD_HIDDEN ? "hidden" : "");
	while ((def = opts_next(cmd, &i)))
		dump_option(cmd, def);
}

void dump_options(const struct cmd_ops *cmd)
{
	if (cmd) {
		dump_command(cmd);
		return;
	}
	while ((cmd = cmd_next(cmd)))
		dump_command(cmd);
}

static void bash_words(const struct cmd_ops *cmd)
{
	const struct opt_def *def;
	unsigned int i = 0;

	printf("\t%s) words='", cmd->name);
	while ((def = opts_next(cmd, &i)))
		printf("--%s ", def->name);
	printf("' ;;\n");
}

/* Options whose argument is one of a few words. */
static void bash_choices(const struct cmd_ops *cmd)
{
	const struct opt_def *def;
	unsigned int i = 0;
	int c;

	while ((def = opts_next(cmd, &i))) {
		if (!def->choices)
			continue;
		printf("\t%s:--%s) words='", cmd->name, def->name);
		for (c = 0; def->choices[c]; c++)
			printf("%s ", def->choices[c]);
		printf("' ;;\n");
	}
}

int dump_completion(const char *shell)
{
	const struct cmd_ops *cmd;

	if (strcmp(shell, "bash"))
		return err_msg(-EUSAGE, "--completion %s: only bash is known", shell);
	printf("# bash completion for oscope, generated from its tables\n"
	       "_oscope()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
	       "prev=${COMP_WORDS[COMP_CWORD-1]} words=\n"
	       "\tif ((COMP_CWORD == 1)); then\n\t\twords='");
	for (cmd = cmd_next(NULL); cmd; cmd = cmd_next(cmd)) {
		if (!(cmd->takes & CMD_HIDDEN))
			printf("%s ", cmd->name);
	}
	printf("'\n\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n\t\treturn\n"
	       "\tfi\n\tcase ${COMP_WORDS[1]}:$prev in\n");
	for (cmd = cmd_next(NULL); cmd; cmd = cmd_next(cmd))
		bash_choices(cmd);
	printf("\tesac\n\tif [[ $words ]]; then\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n\t\treturn\n"
	       "\tfi\n\tif [[ $cur != -* ]]; then\n\t\treturn\n\tfi\n"
	       "\tcase ${COMP_WORDS[1]} in\n");
	for (cmd = cmd_next(NULL); cmd; cmd = cmd_next(cmd))
		bash_words(cmd);
	printf("\tesac\n\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n"
	       "complete -o default -F _oscope oscope\n");
	return 0;
}
