/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the probes see calls that communicate: by hooks on the functions of just these, or by the
 * tracepoints that all system calls pass.
 */
#ifndef OSCOPE_BPF_HOOKS_H
#define OSCOPE_BPF_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

struct btf;
struct oscope_bpf;

#define HOOK_CALLS		64	/* with a function each */
#define HOOK_PROTOTYPES		2	/* that these functions may have */
#define HOOK_SIDES		2	/* entry, return */

/* Calls of which hooking the functions pays: each takes the kernel some 0.2 s to take off again. */
#define HOOK_CALLS_AUTO		5

/* A program on a function. */
struct hook {
	int prog, link;
};

struct probe_hooks {
	bool functions;			/* else tracepoints */
	char why[160];			/* not functions */
	struct hook hook[HOOK_SIDES * HOOK_CALLS];
	size_t n;
	/* Of each prototype: its id, 0: none; a function of it; where its programs are. */
	uint32_t prototype[HOOK_PROTOTYPES];
	char function[HOOK_PROTOTYPES][64];
	int array[HOOK_PROTOTYPES][HOOK_SIDES];
};

/*
 * Choose, and put a program on each function that does nothing yet. 0, or -errno with a line
 * printed: functions are asked for, and cannot be.
 */
int hooks_choose(struct probe_hooks *h, const struct source_config *config, const struct btf *btf);

/* Which programs are to be loaded. 0 or -errno, a line printed. */
int hooks_open(struct probe_hooks *h, struct oscope_bpf *skel);

/* They are loaded: the functions lead to them. 0 or -errno, a line printed. */
int hooks_load(struct probe_hooks *h, struct oscope_bpf *skel);

void hooks_close(struct probe_hooks *h);

/* Add hits that the kernel refused. 0 or -errno, a line printed. */
int hooks_missed(const struct probe_hooks *h, uint64_t *missed);

/* Whether functions can be hooked here, with why not. Tries it. */
bool hooks_usable(const struct btf *btf, char *why, size_t bytes);

#endif /* OSCOPE_BPF_HOOKS_H */
