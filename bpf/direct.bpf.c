// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: the direct cost of a switch, measured by a bracket around it, and its calibration.
 *
 * Where the kernel has sched_entry_tp and sched_exit_tp the bracket is __schedule() itself; before,
 * it opens at the end of our sched_switch program and closes in finish_task_switch(), which is
 * another metric and labelled so. Interrupts that arrive inside the bracket are part of it.
 */
#include "shared.bpf.h"

SEC("tp_btf/sched_entry_tp")
int BPF_PROG(on_sched_entry)
{
	struct cpu_block *b = this_block();

	if (b)
		b->cpu.entry_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("tp_btf/sched_exit_tp")
int BPF_PROG(on_sched_exit)
{
	struct cpu_block *b = this_block();

	if (b && b->cpu.direct_open)
		oscope_direct_close(&b->cpu, bpf_ktime_get_ns(), globals.own_direct_ns);
	return 0;
}

SEC("kprobe/finish_task_switch")
int on_finish_task_switch(void *ctx)
{
	struct cpu_block *b = this_block();

	if (b && b->cpu.direct_open)
		oscope_direct_close(&b->cpu, bpf_ktime_get_ns(), globals.own_direct_ns);
	return 0;
}

/* Calibration, on one CPU only: the others' switches would race for the histogram. */
static __always_inline void calibrate(void)
{
	struct cpu_block *b = this_block();
	struct oscope_hist *h;
	__u32 zero = 0;
	__u64 now;

	if (!b || bpf_get_smp_processor_id() != globals.calibration_cpu)
		return;
	now = bpf_ktime_get_ns();
	h = bpf_map_lookup_elem(&calibration, &zero);
	if (h && b->cpu.entry_ns && now > b->cpu.entry_ns)
		oscope_hist_add(h, now - b->cpu.entry_ns);
}

/* After on_sched_entry on the same event: the time from one program's clock to the next one's. */
SEC("tp_btf/sched_entry_tp")
int BPF_PROG(calibrate_turn)
{
	calibrate();
	return 0;
}

/* The whole bracket, with or without sched_switch programs in it. */
SEC("tp_btf/sched_exit_tp")
int BPF_PROG(calibrate_bracket, bool is_switch)
{
	if (is_switch)
		calibrate();
	return 0;
}
