// SPDX-License-Identifier: GPL-2.0
/*
 * The checks of oscope doctor: each fills one fact, most by trying the thing.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include "bpf_btf.h"
#include "bpf_hooks.h"
#include <bpf/libbpf.h>

#include "../kmod/uapi/oscope.h"
#include "doctor.h"
#include "lockdown.h"
#include "pidns.h"
#include "privilege.h"
#include "util.h"
#include "virt.h"

#define DETAIL(f, ...)	snprintf((f)->detail, sizeof((f)->detail), __VA_ARGS__)
#define FIX(f, ...)	snprintf((f)->fix, sizeof((f)->fix), __VA_ARGS__)

static const struct btf *btf;		/* of the running kernel, NULL: none */
static bool privileged;			/* may load BPF programs: refusals mean the kernel cannot */

static void check_kernel(struct fact *f)
{
	DETAIL(f, "%s, %u of %u CPUs online", kernel_release(), cpus_online(), cpus_possible());
}

static void check_virt(struct fact *f)
{
	const char *virt = virt_name();

	DETAIL(f, "%s", virt);
	if (virt_emulates(virt)) {
		f->state = FACT_LESS;
		FIX(f, "times are the emulator's: measure on real hardware or under KVM");
	}
}

static void check_clock(struct fact *f)
{
	char name[64];

	if (file_line("/sys/devices/system/clocksource/clocksource0/current_clocksource", name,
		      sizeof(name)) < 0)
		snprintf(name, sizeof(name), "unknown");
	DETAIL(f, "%s", name);
	if (strcmp(name, "tsc") && strcmp(name, "arch_sys_counter") && strcmp(name, "kvm-clock")) {
		f->state = FACT_LESS;
		FIX(f, "each time stamp costs more than a switch: boot with a working TSC");
	}
}

static void check_btf(struct fact *f)
{
	if (btf) {
		f->state = FACT_OK;
		DETAIL(f, "%u types", btf__type_cnt(btf));
		return;
	}
	f->state = FACT_MISSING;
	FIX(f, "the probes need CONFIG_DEBUG_INFO_BTF; Debian's kernels have it");
}

/* Load a program that does nothing. 0 or -errno. */
static int program_try(enum bpf_prog_type type, enum bpf_attach_type attach, int btf_id)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, o, .expected_attach_type = attach,
		    .attach_btf_id = btf_id > 0 ? btf_id : 0);
	int fd;

	fd = bpf_prog_load(type, "oscope_try", "GPL", insns, ARRAY_SIZE(insns), &o);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int tracepoint_id(const char *name)
{
	char type[64];

	snprintf(type, sizeof(type), "btf_trace_%s", name);
	return btf ? btf__find_by_name_kind(btf, type, BTF_KIND_TYPEDEF) : -ENOENT;
}

static void check_tp_btf(struct fact *f)
{
	int id = tracepoint_id("sched_switch"), err;

	err = id > 0 ? program_try(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, id) : -ENOENT;
	f->state = err ? FACT_MISSING : FACT_OK;
	if (!err)
		return;
	DETAIL(f, "refused: %s", strerror(-err));
	if (err == -EPERM || err == -EACCES)
		FIX(f, "use sudo, or setcap " PRIVILEGE_FILE_CAPS);
	else
		FIX(f, "needs a kernel of 5.11 or later with CONFIG_BPF_SYSCALL and BTF");
}

static void check_optional(struct fact *f, int err, const char *without)
{
	f->state = err ? FACT_INFO : FACT_OK;
	if (err)
		DETAIL(f, "refused: %s; %s", strerror(-err), without);
}

static void check_fentry(struct fact *f)
{
	int id = btf ? btf__find_by_name_kind(btf, "vprintk", BTF_KIND_FUNC) : -ENOENT;

	check_optional(f, id > 0 ? program_try(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, id) :
		       -ENOENT, "see IPC calls");
}

static void check_hooks(struct fact *f)
{
	char why[120] = "there is no BTF";

	if (btf && hooks_usable(btf, why, sizeof(why))) {
		f->state = FACT_OK;
		DETAIL(f, "by their functions with -m of few, else by tracepoints");
	} else {
		DETAIL(f, "by tracepoints: %s", why);
	}
}

static void check_kprobe(struct fact *f)
{
	int err = access("/sys/bus/event_source/devices/kprobe", F_OK) ? -EOPNOTSUPP : 0;

	check_optional(f, err, "used for the direct cost before 6.15 and for the moment of a reap");
}

static void check_iter(struct fact *f)
{
	int id = btf ? btf__find_by_name_kind(btf, "bpf_iter_task", BTF_KIND_FUNC) : -ENOENT;
	int err = id > 0 ? program_try(BPF_PROG_TYPE_TRACING, BPF_TRACE_ITER, id) : -ENOENT;

	f->state = err ? FACT_LESS : FACT_OK;
	if (err) {
		DETAIL(f, "refused: %s", strerror(-err));
		FIX(f, "without it -p, -t, -- PROGRAM and record do not work");
	}
}

static void check_storage(struct fact *f)
{
	int err = libbpf_probe_bpf_map_type(BPF_MAP_TYPE_TASK_STORAGE, NULL);

	if (!privileged) {
		DETAIL(f, "cannot be tried without privilege");
		return;
	}
	f->state = err == 1 ? FACT_OK : FACT_MISSING;
	if (err != 1)
		FIX(f, "needs a kernel of 5.11 or later");
}

static void check_caps(struct fact *f)
{
	char missing[64];
	int err = privilege_missing(missing, sizeof(missing));

	privileged = !err;
	f->state = err ? FACT_MISSING : FACT_OK;
	if (!err)
		return;
	DETAIL(f, "%s%s", err == -EPERM ? "without " : strerror(-err), missing);
	FIX(f, "use sudo, or setcap " PRIVILEGE_FILE_CAPS);
}

static void check_filter(struct fact *f)
{
	f->state = privilege_can_filter() ? FACT_OK : FACT_LESS;
	if (f->state == FACT_OK)
		return;
	DETAIL(f, "none: after the start commands give up capabilities only");
	FIX(f, "needs a kernel with CONFIG_SECCOMP_FILTER");
}

static void check_lockdown(struct fact *f)
{
	enum lockdown level = lockdown_level();
	const char *refused = unsigned_module_refused();

	DETAIL(f, "%s%s", lockdown_name(level),
	       refused && level == LOCKDOWN_NONE ? "; signed modules only" : "");
	if (!refused)
		return;
	f->state = FACT_LESS;
	FIX(f, "%s", level == LOCKDOWN_CONFIDENTIALITY ?
	    "a module's files stay closed: boot with lockdown=integrity, or use the probes" :
	    "unsigned modules are refused: use the probes, or sign oscope.ko (see oscope(4))");
}

static void check_pid_ns(struct fact *f)
{
	if (!pid_ns_inode()) {
		f->state = FACT_OK;
		return;
	}
	f->state = FACT_LESS;
	DETAIL(f, "not the first: tasks are this namespace's");
	FIX(f, "no recordings, pairs and verify here: run them outside of the container");
}

static void check_sysctl(struct fact *f)
{
	char paranoid[16] = "?", unprivileged[16] = "?";

	file_line("/proc/sys/kernel/perf_event_paranoid", paranoid, sizeof(paranoid));
	file_line("/proc/sys/kernel/unprivileged_bpf_disabled", unprivileged,
		  sizeof(unprivileged));
	DETAIL(f, "perf_event_paranoid %s, unprivileged_bpf_disabled %s", paranoid, unprivileged);
}

static void check_jit(struct fact *f)
{
	char line[16];

	f->state = FACT_OK;
	if (file_line("/proc/sys/net/core/bpf_jit_enable", line, sizeof(line)) < 0 ||
	    line[0] != '0')
		return;
	f->state = FACT_LESS;
	DETAIL(f, "off: probes are interpreted");
	FIX(f, "sysctl net.core.bpf_jit_enable=1");
}

static void check_module(struct fact *f)
{
	struct oscope_info info = { 0 };
	int fd = open(OSCOPE_DEVICE, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		DETAIL(f, "%s", errno == ENOENT ? "not loaded" : strerror(errno));
		FIX(f, "not needed; on a lab machine: make kmod && insmod oscope.ko");
		return;
	}
	if (ioctl(fd, OSCOPE_IOC_INFO, &info) || info.abi != OSCOPE_ABI) {
		f->state = FACT_LESS;
		DETAIL(f, "loaded, but speaks ABI %u, not %u", info.abi, OSCOPE_ABI);
		FIX(f, "rmmod oscope, and insmod the one built with this tool");
	} else {
		f->state = FACT_OK;
		DETAIL(f, "loaded, ABI %u, %u ns an event", info.abi, info.own_ns);
	}
	close(fd);
}

static void check_headers(struct fact *f)
{
	char path[256];

	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile", kernel_release());
	if (!access(path, F_OK)) {
		f->state = FACT_OK;
		return;
	}
	DETAIL(f, "none for this kernel");
	FIX(f, "to build the module: apt-get install linux-headers-%s", kernel_release());
}

static const struct {
	const char *what;
	void (*check)(struct fact *f);
} checks[] = {
	{ "kernel", check_kernel },
	{ "hypervisor", check_virt },
	{ "clock source", check_clock },
	{ "capabilities", check_caps },
	{ "system call filter", check_filter },
	{ "BTF", check_btf },
	{ "BPF tracepoint programs", check_tp_btf },
	{ "BPF task iterator", check_iter },
	{ "BPF task storage", check_storage },
	{ "BPF fentry", check_fentry },
	{ "BPF kprobe", check_kprobe },
	{ "IPC calls", check_hooks },
	{ "BPF JIT", check_jit },
	{ "lockdown", check_lockdown },
	{ "PID namespace", check_pid_ns },
	{ "sysctl", check_sysctl },
	{ "module oscope.ko", check_module },
	{ "kernel headers", check_headers },
};

/* What is lost without each tracepoint. */
static const struct {
	const char *name;
	enum fact_state without;
	const char *fix;
} tracepoints[] = {
	{ "sched_switch", FACT_MISSING, "nothing can be counted without it" },
	{ "sched_waking", FACT_LESS, "wake latencies are not captured" },
	{ "sched_wakeup_new", FACT_LESS, "first waits of new tasks are not captured" },
	{ "sched_migrate_task", FACT_LESS, "migrations are not captured" },
	{ "task_newtask", FACT_LESS, "process trees cannot be followed" },
	{ "task_rename", FACT_LESS, "new names of tasks are not captured" },
	{ "signal_generate", FACT_LESS, "since when somebody is a zombie is not captured" },
	{ "sched_process_wait", FACT_LESS, "who waits for children is not captured" },
	{ "sched_process_free", FACT_LESS, "that a dead task is gone is not captured" },
	{ "sched_process_exec", FACT_LESS, "programs that threads exec are not followed" },
	{ "sched_process_exit", FACT_LESS, "exits are not recorded" },
	{ "sched_entry_tp", FACT_INFO, "since 6.15; before, direct cost uses finish_task_switch" },
	{ "sched_exit_tp", FACT_INFO, "since 6.15; before, direct cost uses finish_task_switch" },
};

static void check_tracepoint(struct fact *f, size_t i)
{
	snprintf(f->what, sizeof(f->what), "tracepoint %s", tracepoints[i].name);
	f->state = FACT_OK;
	if (tracepoint_id(tracepoints[i].name) > 0)
		return;
	f->state = tracepoints[i].without;
	DETAIL(f, "not in this kernel%s", btf ? "" : " (no BTF to tell)");
	FIX(f, "%s", tracepoints[i].fix);
}

size_t doctor_collect(struct fact *facts, size_t max)
{
	size_t n = 0, i;

	libbpf_quiet();
	btf = kernel_btf();
	memset(facts, 0, max * sizeof(*facts));
	for (i = 0; i < ARRAY_SIZE(checks) && n < max; i++, n++) {
		facts[n].state = FACT_INFO;
		snprintf(facts[n].what, sizeof(facts[n].what), "%s", checks[i].what);
		checks[i].check(&facts[n]);
	}
	for (i = 0; i < ARRAY_SIZE(tracepoints) && n < max; i++, n++)
		check_tracepoint(&facts[n], i);
	kernel_btf_free();
	btf = NULL;
	return n;
}
