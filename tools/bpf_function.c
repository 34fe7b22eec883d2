// SPDX-License-Identifier: GPL-2.0
/* Kprobes on functions of the kernel, whatever compilers call them. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bpf_function.h"
#include "util.h"

/* The symbol of a function, which compilers may have renamed; NULL if kprobes cannot have it. */
static const char *function_symbol(const char *function, char *buf, size_t bytes)
{
	size_t len = strlen(function);
	char line[256], *name, *end;
	FILE *f = fopen("/proc/kallsyms", "re");
	bool found = false;

	if (!f)
		return NULL;
	while (!found && fgets(line, sizeof(line), f)) {
		name = strchr(line, ' ');	/* address, type, name */
		name = name ? strchr(name + 1, ' ') : NULL;
		if (!name || strncmp(++name, function, len))
			continue;
		end = name + strcspn(name, " \t\n");
		*end = 0;
		found = !name[len] || !strncmp(name + len, ".isra", 5);
		snprintf(buf, bytes, "%s", name);
	}
	fclose(f);
	return found ? buf : NULL;
}

struct bpf_link *function_attach(struct bpf_program *prog, const char *function)
{
	static const char *const endings[] = { "", ".isra.0" };
	struct bpf_link *link;
	libbpf_print_fn_t print;
	char symbol[128];
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(endings); i++) {
		snprintf(symbol, sizeof(symbol), "%s%s", function, endings[i]);
		print = libbpf_set_print(NULL);
		link = bpf_program__attach_kprobe(prog, false, symbol);
		err = errno;
		libbpf_set_print(print);
		if (link)
			return link;
		if (err != ENOENT)	/* again, for what libbpf has to say */
			return bpf_program__attach_kprobe(prog, false, symbol);
	}
	if (access("/sys/bus/event_source/devices/kprobe/type", F_OK) ||
	    !function_symbol(function, symbol, sizeof(symbol))) {
		errno = ENOENT;
		return NULL;
	}
	return bpf_program__attach_kprobe(prog, false, symbol);
}
