// SPDX-License-Identifier: GPL-2.0
/*
 * --help, from the tables of commands, options and columns.
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

void help_print(void)
{
	const struct cmd_ops *cmd = NULL;

	printf("usage: oscope COMMAND [options] [-- PROGRAM [ARG...]]\n\n"
	       "Shows what scheduling and inter-process communication cost on this system.\n\n");
	while ((cmd = cmd_next(cmd))) {
		if (!(cmd->takes & CMD_HIDDEN))
			printf("  %-10s %s\n", cmd->name, cmd->summary);
	}
	printf("\n'oscope COMMAND --help' tells more; oscope -V prints the version.\n");
}

/* Break a help text so that it stays within 80 columns beside its option. */
static void print_wrapped(const char *text, int indent)
{
	int at = indent;
	size_t len;

	while (*text) {
		len = strcspn(text, " ");
		if (at > indent && at + 1 + (int)len > 79) {
			printf("\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			putchar(' ');
			at++;
		}
		printf("%.*s", (int)len, text);
		at += len;
		text += len + (text[len] == ' ');
	}
	putchar('\n');
}

static void print_option(const struct opt_def *def)
{
	char left[64];
	int n = 0;

	if (def->letter)
		n = snprintf(left, sizeof(left), "  -%c, ", def->letter);
	else
		n = snprintf(left, sizeof(left), "      ");
	snprintf(left + n, sizeof(left) - n, "--%s%s%s", def->name, def->arg ? " " : "",
		 def->arg ? def->arg : "");
	printf("%-26s ", left);
	if (strlen(left) > 26)
		printf("\n%27s", "");
	print_wrapped(def->help, 27);
}

static void print_columns(const char *title, const struct out_table *t)
{
	size_t i;

	if (!t->n)
		return;
	printf("\n%s:\n", title);
	for (i = 0; i < t->n; i++) {
		printf("  %-24s ", t->column[i].name);
		print_wrapped(t->column[i].help, 27);
	}
}

void help_command(const struct cmd_ops *cmd)
{
	const struct out_report *report;
	const struct opt_def *def;
	struct opts none = { .cmd = cmd, .filter.uid = -1 };
	unsigned int i = 0;

	printf("usage: oscope %s [options]%s%s%s%s\n\n%s\n", cmd->name,
	       cmd->takes & CMD_INTERVAL ? " [INTERVAL [COUNT]]" : "",
	       cmd->takes & CMD_WORDS ? " " : "", cmd->takes & CMD_WORDS ? cmd->words : "",
	       cmd->takes & CMD_PROGRAM ? " [-- PROGRAM [ARG...]]" : "",
	       cmd->about ? cmd->about : cmd->summary);
	printf("\nOptions:\n");
	while ((def = opts_next(cmd, &i)))
		print_option(def);
	report = cmd->report ? cmd->report(&none) : NULL;
	if (report) {
		print_columns("Columns", &report->rows);
		print_columns("Totals", &report->totals);
	}
}
