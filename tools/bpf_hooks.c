// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks on the functions of system calls that communicate (fentry, fexit). A function has a program
 * of its own, since the kernel wants one each; all that it does is to go on, by a tail call, to the
 * one that is there for all, and until there is one, it does nothing.
 *
 * The kernel runs no such program while another task is in it on the same CPU, and drops the call:
 * so they are used only where a task in the kernel keeps its CPU.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

#include "../bpf/config.h"
#include "../kmod/core/ipc_calls.h"
#include "bpf_hooks.h"
#include "lockdown.h"
#include "oscope.skel.h"
#include "preempt.h"
#include "util.h"

/* What an architecture's functions of system calls are called by (its asm/syscall_wrapper.h). */
#if defined(__x86_64__)
#define CALL_FUNCTION	"__x64_sys_"
#elif defined(__aarch64__)
#define CALL_FUNCTION	"__arm64_sys_"
#else
#define CALL_FUNCTION	""
#endif

enum side { SIDE_ENTRY, SIDE_RETURN };

struct call_name {
	uint32_t nr;
	const char *name;
};

static const struct call_name call_names[] = {
#include "syscall_names.h"
};

/* Functions that are not called like the call. */
static const struct call_name call_names_other[] = {
	{ __NR_sendfile, "sendfile64" },
};

/* Since 6.7, the same everywhere: a kernel may be older, and so may what we are built with. */
static const struct call_name call_names_new[] = {
	{ 454, "futex_wake" }, { 455, "futex_wait" }, { 456, "futex_requeue" },
};

static const char *name_find(const struct call_name *names, size_t n, uint32_t nr)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (names[i].nr == nr)
			return names[i].name;
	}
	return NULL;
}

static bool call_wanted(uint32_t nr, uint64_t mechanisms)
{
	return oscope_ipc_call_serves(oscope_ipc_call_rule(nr)) & mechanisms;
}

static uint32_t calls_wanted(uint64_t mechanisms)
{
	uint32_t nr, n = 0;

	for (nr = 0; nr <= OSCOPE_IPC_CALL_LAST; nr++)
		n += call_wanted(nr, mechanisms);
	return n;
}

#define SAY_WHY(h, ...)	snprintf((h)->why, sizeof((h)->why), __VA_ARGS__)

/* The place of a prototype, which is made; -1: there is none left. */
static int prototype_place(struct probe_hooks *h, uint32_t prototype, const char *function)
{
	int i;

	for (i = 0; i < HOOK_PROTOTYPES; i++) {
		if (h->prototype[i] == prototype)
			return i;
		if (!h->prototype[i])
			break;
	}
	if (i == HOOK_PROTOTYPES)
		return -1;
	h->prototype[i] = prototype;
	snprintf(h->function[i], sizeof(h->function[i]), "%s", function);
	return i;
}

/* Where the programs of a prototype are. fd or -errno. */
static int hooks_array(struct probe_hooks *h, int place, enum side side)
{
	int *fd = &h->array[place][side];

	if (!*fd)
		*fd = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "ipc_hooks", sizeof(uint32_t),
				     sizeof(uint32_t), 1, NULL);
	return *fd;
}

/* A program that leads to what is in the array, if there is something. fd or -errno. */
static int stub_load(uint32_t function, int array, enum side side)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = BPF_REG_2,
		  .src_reg = BPF_PSEUDO_MAP_FD, .imm = array },
		{ 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3, .imm = 0 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, o, .attach_btf_id = function,
		    .expected_attach_type = side == SIDE_ENTRY ? BPF_TRACE_FENTRY :
							       BPF_TRACE_FEXIT);

	return bpf_prog_load(BPF_PROG_TYPE_TRACING, "on_ipc_hook", "GPL", insns,
			     ARRAY_SIZE(insns), &o);
}

/* 0 or -errno. */
static int hook_attach(struct probe_hooks *h, uint32_t function, int place, enum side side)
{
	struct hook *hook = &h->hook[h->n];
	int array = hooks_array(h, place, side);

	if (array < 0)
		return array;
	hook->prog = stub_load(function, array, side);
	if (hook->prog < 0)
		return hook->prog;
	hook->link = bpf_raw_tracepoint_open(NULL, hook->prog);
	if (hook->link < 0) {
		close(hook->prog);
		return hook->link;
	}
	h->n++;
	return 0;
}

/* One call's function. 0 or -errno, with why. */
static int call_attach(struct probe_hooks *h, const struct btf *btf, uint32_t nr, enum side side)
{
	const char *name = name_find(call_names, ARRAY_SIZE(call_names), nr);
	const char *other = name_find(call_names_other, ARRAY_SIZE(call_names_other), nr);
	const char *new = name_find(call_names_new, ARRAY_SIZE(call_names_new), nr);
	char function[64];
	int id, place, err;

	snprintf(function, sizeof(function), CALL_FUNCTION "%s", other ? : new ? : name ? : "?");
	id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	if (id < 0 && new)
		return 0;
	if (id < 0) {
		SAY_WHY(h, "this kernel has no function %s", function);
		return -ENOENT;
	}
	place = prototype_place(h, btf__type_by_id(btf, id)->type, function);
	if (place < 0 || h->n == ARRAY_SIZE(h->hook)) {
		SAY_WHY(h, "%s: too many functions, or too different ones", function);
		return -ENOSPC;
	}
	err = hook_attach(h, id, place, side);
	if (err)
		SAY_WHY(h, "this kernel refuses a hook on %s: %s", function, strerror(-err));
	return err;
}

/* Returns first, as everywhere: a call whose end was missed would stay open. */
static int calls_attach(struct probe_hooks *h, const struct btf *btf, uint64_t mechanisms)
{
	int side, err = 0;
	uint32_t nr;

	for (side = SIDE_RETURN; side >= SIDE_ENTRY; side--) {
		for (nr = 0; nr <= OSCOPE_IPC_CALL_LAST && !err; nr++) {
			if (call_wanted(nr, mechanisms))
				err = call_attach(h, btf, nr, side);
		}
	}
	return err;
}

/*
 * Who is in a call when it is hooked is not seen to end it. That can be told of the queue that the
 * call has, but not of all signals that it may take.
 */
static bool mechanisms_allow(struct probe_hooks *h, uint64_t mechanisms)
{
	if (!(mechanisms & OSCOPE_IPC_BIT(SIGNAL)))
		return true;
	SAY_WHY(h, "signals are taken by calls that are under way, too: give -m without signal");
	return false;
}

/* Whether this kernel can have them; whether it lets them be shows when they are attached. */
static bool kernel_allows(struct probe_hooks *h)
{
	if (lockdown_level() == LOCKDOWN_CONFIDENTIALITY) {
		SAY_WHY(h, "the kernel is locked down (confidentiality)");
		return false;
	}
	return !kernel_preempts(h->why, sizeof(h->why));
}

/* Whether they are worth it. */
static bool hooks_pay(struct probe_hooks *h, const struct source_config *config)
{
	const struct filter *f = &config->filter;
	uint32_t calls = calls_wanted(config->ipc);

	if (!f->tree && (f->n_pids || f->n_tids)) {
		SAY_WHY(h, "calls that are under way have to be seen to end");
		return false;
	}
	if (calls > HOOK_CALLS_AUTO) {
		SAY_WHY(h, "%u functions take too long to let go of: give -m", calls);
		return false;
	}
	return true;
}

int hooks_choose(struct probe_hooks *h, const struct source_config *config, const struct btf *btf)
{
	memset(h, 0, sizeof(*h));
	if (config->hooks == HOOKS_TRACEPOINT)
		return 0;
	h->functions = (config->hooks == HOOKS_FUNCTION || hooks_pay(h, config)) &&
		       mechanisms_allow(h, config->ipc) && kernel_allows(h) &&
		       !calls_attach(h, btf, config->ipc);
	if (h->functions)
		return 0;
	hooks_close(h);
	if (config->hooks == HOOKS_FUNCTION)
		return err_msg(-EOPNOTSUPP, "--hooks function: %s", h->why);
	verbose_msg("calls are seen by the tracepoints of all system calls: %s", h->why);
	return 0;
}

bool hooks_usable(const struct btf *btf, char *why, size_t bytes)
{
	struct probe_hooks h = { 0 };
	bool usable = kernel_allows(&h) && !call_attach(&h, btf, __NR_futex_waitv, SIDE_ENTRY);

	hooks_close(&h);
	snprintf(why, bytes, "%s", h.why);
	return usable;
}

/* The program for all functions of a prototype. */
static struct bpf_program *program_for(struct oscope_bpf *s, int place, enum side side)
{
	struct bpf_program *const programs[HOOK_PROTOTYPES][HOOK_SIDES] = {
		{ s->progs.on_ipc_call_1, s->progs.on_ipc_return_1 },
		{ s->progs.on_ipc_call_2, s->progs.on_ipc_return_2 },
	};

	return programs[place][side];
}

int hooks_open(struct probe_hooks *h, struct oscope_bpf *skel)
{
	int i, side, err = 0;

	for (i = 0; i < HOOK_PROTOTYPES; i++) {
		for (side = 0; side < HOOK_SIDES && !err; side++) {
			struct bpf_program *prog = program_for(skel, i, side);

			bpf_program__set_autoload(prog, h->functions && h->prototype[i]);
			bpf_program__set_autoattach(prog, false);
			if (bpf_program__autoload(prog))
				err = bpf_program__set_attach_target(prog, 0, h->function[i]);
		}
	}
	if (err)
		return err_sys(err, "hooks on functions of system calls");
	if (h->functions) {
		bpf_program__set_autoload(skel->progs.on_ipc_enter, false);
		bpf_program__set_autoload(skel->progs.on_ipc_exit, false);
	}
	return 0;
}

int hooks_load(struct probe_hooks *h, struct oscope_bpf *skel)
{
	uint32_t zero = 0;
	int i, side, fd;

	for (i = 0; i < HOOK_PROTOTYPES; i++) {
		for (side = 0; side < HOOK_SIDES; side++) {
			if (!h->functions || !h->prototype[i])
				continue;
			fd = bpf_program__fd(program_for(skel, i, side));
			if (bpf_map_update_elem(h->array[i][side], &zero, &fd, BPF_ANY))
				return err_sys(-errno, "hooks on functions of system calls");
		}
	}
	return 0;
}

void hooks_close(struct probe_hooks *h)
{
	int i, side;

	while (h->n) {
		h->n--;
		close(h->hook[h->n].link);
		close(h->hook[h->n].prog);
	}
	for (i = 0; i < HOOK_PROTOTYPES; i++) {
		for (side = 0; side < HOOK_SIDES; side++) {
			if (h->array[i][side] > 0)
				close(h->array[i][side]);
			h->array[i][side] = 0;
		}
	}
}

int hooks_missed(const struct probe_hooks *h, uint64_t *missed)
{
	size_t i;

	for (i = 0; i < h->n; i++) {
		struct bpf_prog_info info = { 0 };
		uint32_t len = sizeof(info);

		if (bpf_obj_get_info_by_fd(h->hook[i].prog, &info, &len))
			return err_sys(-errno, "what the hooks missed");
		*missed += info.recursion_misses;
	}
	return 0;
}
