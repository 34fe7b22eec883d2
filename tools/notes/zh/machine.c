// SPDX-License-Identifier: GPL-2.0
/* What is said of the machine and of where an experiment ran, in Chinese: as reasons are. */
#include "notes/reasons.h"

static const struct reason zh_machine[] = {
	{ "%s (CPU %d)", "%s（CPU %d）" },
	{ "%s, steps of %llu ns, %llu ns a reading", "%s，步长 %llu ns，读一次 %llu ns", 1 },
	{ "%s, %llu ns a reading by system call", "%s，经系统调用读一次 %llu ns" },
	{ "yes, %llu ns a reading by system call", "是，经系统调用读一次 %llu ns" },
	{ "no, %llu ns a reading by system call", "否，经系统调用读一次 %llu ns" },
	{ "%u allowed, CPU %d is used", "可用 %u 个，使用 CPU %d" },
	{ "%.0f %% of this CPU, %.2f runnable", "此 CPU 的 %.0f %%，可运行 %.2f 个" },
	{ "%u active, %u left open", "%u 项生效，%u 项未缓解" },
	{ "%lld tasks, %lld files", "任务 %lld，文件 %lld" },
	{ "%.2f CPUs", "%.2f 个 CPU" },
	{ "no other CPU", "没有其他 CPU" },
	{ "ipi:ipi_send_cpu and ipi_send_cpumask, of the experiment's tasks",
	  "ipi:ipi_send_cpu 与 ipi_send_cpumask，仅实验自己的任务" },
	{ "/proc/interrupts", "/proc/interrupts" },
	{ "/proc/PID/io", "/proc/PID/io" },
};

REASONS(zh_machine);
