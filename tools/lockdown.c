// SPDX-License-Identifier: GPL-2.0
/* Kernel lockdown and module signatures. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "lockdown.h"
#include "util.h"

static const char *const names[] = {
	[LOCKDOWN_NONE] = "none",
	[LOCKDOWN_INTEGRITY] = "integrity",
	[LOCKDOWN_CONFIDENTIALITY] = "confidentiality",
};

const char *lockdown_name(enum lockdown level)
{
	return names[level];
}

/* The file names all levels, the one in force in brackets. */
enum lockdown lockdown_level(void)
{
	char line[128], in_force[32];
	size_t i;

	if (file_line("/sys/kernel/security/lockdown", line, sizeof(line)) < 0)
		return LOCKDOWN_NONE;
	for (i = 1; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(in_force, sizeof(in_force), "[%s]", names[i]);
		if (strstr(line, in_force))
			return i;
	}
	return LOCKDOWN_NONE;
}

const char *unsigned_module_refused(void)
{
	char line[8];

	switch (lockdown_level()) {
	case LOCKDOWN_INTEGRITY:
		return "the kernel is locked down (integrity)";
	case LOCKDOWN_CONFIDENTIALITY:
		return "the kernel is locked down (confidentiality)";
	default:
		break;
	}
	if (file_line("/sys/module/module/parameters/sig_enforce", line, sizeof(line)) > 0 &&
	    line[0] == 'Y')
		return "the kernel takes signed modules only";
	return NULL;
}
