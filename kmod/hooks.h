/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hooks: tracepoints found by name, and the probes on them.
 *
 * The scheduler's tracepoints are not exported to modules, so they are looked for among all of the
 * kernel's; one that is missing costs its feature, not the load.
 */
#ifndef OSCOPE_HOOKS_H
#define OSCOPE_HOOKS_H

#include <linux/tracepoint.h>
#include "core/contract.h"
#include "set.h"

#define HOOK_REQUIRED	0x1	/* the module does not load without it */
#define HOOK_LIFE	0x2	/* stays on while counting is off: keeps the task table right */
#define HOOK_FIRST	0x4	/* of these, on before the others */
#define HOOK_CALLS	0x8	/* on only while a ring wants what takes each system call a look */
#define HOOK_IPC	0x10	/* on only while communication is followed, and counting is on */
#define HOOK_GROUPS	(HOOK_LIFE | HOOK_CALLS | HOOK_IPC)

struct hook {
	const char *name;		/* of the tracepoint */
	void *probe;
	u64 feature;			/* OSCOPE_FEAT_* that is lost without it */
	u32 flags;
	u64 ipc;			/* HOOK_IPC: mechanisms that need it, 0: all */
	bool on;
	struct tracepoint *tp;		/* NULL: this kernel has none */
};
SET_DECLARE(hooks, struct hook);

/* A hook whose tracepoint is unknown to the headers: the probe's prototype cannot be checked. */
#define HOOK_UNCHECKED(_name, _probe, ...) \
	static struct hook hook_##_name = { .name = #_name, .probe = _probe, ##__VA_ARGS__ }; \
	SET_ADD(hooks, hook_##_name)

#define HOOK(_name, _probe, ...) \
	static inline void __maybe_unused hook_check_##_name(void) \
	{ \
		check_trace_callback_type_##_name(_probe); \
	} \
	HOOK_UNCHECKED(_name, _probe, ##__VA_ARGS__)

/* Whether `name` is one of those to do without, hide=. */
bool hook_hidden(const char *name);

/* Whether the hook is there and wanted. */
bool hook_present(const char *name);

/* OSCOPE_FEAT_* that this kernel gives. Valid after hooks_start(). */
u64 hooks_features(void);

/* Look for the tracepoints. -ENODEV if a required one is missing. */
int hooks_find(void);

/* Start everything; stop everything and wait until no probe runs any more. Task context. */
int hooks_start(void);
void hooks_stop(void);

/* Turn those of system calls on or off, one ring at a time. 0 or -errno. Task context. */
int hooks_calls(bool on);

/*
 * Follow these mechanisms, OSCOPE_IPC_BIT(), and begin anew if they were others; 0: stop it. While
 * nothing is counted it pauses. 0; -EOPNOTSUPP if this kernel does not let us, -ENOMEM, or another
 * -errno: nothing is followed then. Task context.
 */
int hooks_ipc(u64 mechanisms);

/* Whether switches are counted, and turn that on or off. Task context. */
bool hooks_enabled(void);
int hooks_enable(bool on);

#endif /* OSCOPE_HOOKS_H */
