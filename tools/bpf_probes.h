/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The BPF probes as one object: configured, loaded, mapped, attached. Used by source_bpf.c and its
 * calibration.
 */
#ifndef OSCOPE_BPF_PROBES_H
#define OSCOPE_BPF_PROBES_H

#include <bpf/libbpf.h>

#include "../bpf/config.h"
#include "../kmod/core/switch.h"
#include "bpf_hooks.h"
#include "ring.h"
#include "source.h"

struct oscope_bpf;

/* What is attached together; a program may belong to several. */
enum probe_group {
	PROBES_SWITCH	= 0x01,		/* sched_switch */
	PROBES_WAKE	= 0x02,		/* wake-ups, migrations */
	PROBES_TASK	= 0x04,		/* creation, exec, exit */
	PROBES_ENTRY	= 0x08,		/* direct cost: bracket opens */
	PROBES_EXIT	= 0x10,		/* ... closes */
	PROBES_TURN	= 0x20,		/* calibration: one program's own turn */
	PROBES_BRACKET	= 0x40,		/* calibration: raw bracket */
	PROBES_IPC	= 0x80,		/* system calls that communicate */
	PROBES_ALL	= PROBES_SWITCH | PROBES_WAKE | PROBES_TASK | PROBES_ENTRY | PROBES_EXIT,
};

enum probe_area {
	AREA_CPUS, AREA_STATES, AREA_ROWS, AREA_LEDGERS, AREA_ENDED, AREA_ENDED_ROWS, AREA_PAIRS,
	AREA_CTL, AREA_DATA, AREA_TAIL, AREA_CALIBRATION, AREA_IPC_CALLS, AREA_IPC_CPUS,
	AREA_IPC_OBJECTS, AREA_IPC_QUEUES, AREA_IPC_NAMES, AREA_IPC_USES, AREA_IPC_PAIRS,
	AREA_IPC_SHARES,
	PROBE_AREAS
};

struct probe_map {
	void *at;
	size_t bytes;
	int fd;
};

#define PROBE_LINKS	48

struct bpf_probes {
	struct oscope_bpf *skel;
	struct bpf_link *link[PROBE_LINKS];
	size_t n_links;
	uint32_t groups;		/* attached now, enum probe_group */
	uint32_t wanted;		/* ... at the start of a run */
	struct probe_map area[PROBE_AREAS];
	struct probe_hooks hooks;
	struct probe_config config;
	uint64_t features;		/* OSCOPE_FEAT_* */
	uint32_t cpus;
	uint32_t own_ns, own_direct_ns;
	int *census;			/* files of the task iterator, each good for one reading */
	uint32_t n_census, censuses;	/* how many there are, and have been asked for */
};

/* Whether BPF probes can work here: 0, or -errno with why and the fix. Nothing stays loaded. */
int probes_usable(char *why, size_t bytes);

/* bpf_config.c: what the source's configuration means to the probes. 0 or -errno, line printed. */
int probes_configure(struct bpf_probes *p, const struct source_config *config);

/* Open, size, load and map. 0 or -errno, a line printed; undone by probes_unload(). */
int probes_load(struct bpf_probes *p, const struct source_config *config);
void probes_unload(struct bpf_probes *p);

/* Attach the groups' programs that are loaded, and are not attached yet. 0 or -errno. */
int probes_attach(struct bpf_probes *p, uint32_t groups);
void probes_detach(struct bpf_probes *p);

/* Zero all that was counted. Nothing may be attached. */
void probes_clear(struct bpf_probes *p);

/*
 * bpf_seed.c. Run the task iterator: marks members, and returns the identities of all tasks that
 * pass when recording. *ids is allocated. 0 or -errno, a line printed.
 */
int probes_seed(struct bpf_probes *p, struct oscope_identity **ids, size_t *n);

/* Once more, for a flight recorder: of who is there now. Needs no privilege. */
int probes_census(struct bpf_probes *p, struct oscope_identity **ids, size_t *n);

/* Hits that the kernel refused to programs, all programs. 0 or -errno, a line printed. */
int probes_missed(const struct bpf_probes *p, uint64_t *missed);

/* bpf_calibrate.c: measure own_ns and own_direct_ns. Attaches, detaches, clears. 0 or -errno. */
int probes_calibrate(struct bpf_probes *p);

/*
 * bpf_ipc.c: the tables of inter-process communication, if they are asked for. probes_ipc_read()
 * makes *to if it is NULL: 0, or -ENOMEM with a line printed.
 */
void probes_ipc_configure(struct probe_config *to, const struct source_config *config);
void probes_ipc_size(struct bpf_probes *p);
void probes_ipc_clear(struct bpf_probes *p);
int probes_ipc_read(struct bpf_probes *p, struct ipc_reading **to);

struct probe_globals *probes_globals(struct bpf_probes *p);

#endif /* OSCOPE_BPF_PROBES_H */
