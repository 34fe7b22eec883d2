// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of switches. */
#include "notes/reasons.h"

static const struct reason zh_switch[] = {
	{ "system calls could not be counted here", "这里无法统计系统调用" },
	{ "a switch in assembly makes %.2f system calls, ucontext's %.2f",
	  "汇编的一次切换有 %.2f 个系统调用，ucontext 的有 %.2f 个" },
	{ "the switch is not ucontext's: swapcontext(3) makes %.2f system calls a switch, "
	  "assembly none%s",
	  "切换要不是 ucontext 的：swapcontext(3) 每次切换有 %.2f 个系统调用"
	  "，汇编没有%s" },
	{ "no system call and no context switch%s",
	  "没有系统调用，也没有上下文切换%s" },
	{ "place and locals were right at each of %lu resumes in every sample, by assembly and "
	  "by swapcontext(3)",
	  "每个样本里 %lu 次恢复的位置和局部变量都正确，汇编和 "
	  "swapcontext(3) 都是" },
	{ "place or locals were wrong in every sample: %.0f times of %lu by assembly",
	  "每个样本里位置或局部变量都有错：汇编 %.0f 次，共 %lu 次" },
	{ "threads share it, too, and take %.0f times as long to switch: staying out of the "
	  "kernel saves %.0f ns, keeping the address space %.0f",
	  "线程也共用它，切换用时却是 %.0f 倍：不进内核省 %.0f ns，保留"
	  "地址空间省 %.0f ns" },
	{ "keeping the address space saves %.0f ns a switch, staying out of the kernel %.0f",
	  "每次切换，保留地址空间省 %.0f ns，不进内核省 %.0f ns" },
	{ "the address space is %.0f to %.0f ns a switch, the kernel %.0f to %.0f",
	  "每次切换，地址空间占 %.0f 到 %.0f ns，内核占 %.0f 到 %.0f ns" },
	{ "two spinners lose the CPU %.0f times a second more often than one alone (%.0f, to "
	  "others): %.0f times to each other, after %.1f ms (median)",
	  "两个空转任务比单独一个每秒多失去 CPU %.0f 次（单独时 %.0f 次"
	  "，让给别的任务）：%.0f 次是互相让出，在 %.1f ms 之后（中位数"
	  "）" },
	{ "two spinners lose the CPU %.1f times a second more often than one alone",
	  "两个空转任务比单独一个每秒多失去 CPU %.1f 次" },
	{ "\"too long\" may mean %.0f ms (the median slice)",
	  "“太久”可以指 %.0f ms（时间片中位数）" },
	{ "%.1f to %.1f forced switches a second: others on this CPU hide it",
	  "每秒被迫切换 %.1f 到 %.1f 次：此 CPU 上别的任务掩盖了它" },
	{ "even a set that fits the cache is gone after a switch: reading it again takes %.2f "
	  "times as long as the switch, a large one's %.1f times",
	  "放得进缓存的数据，切换之后也没了：重新读一遍的用时是切换"
	  "的 %.2f 倍，大的 %.1f 倍" },
	{ "both sets do not fit the cache: then reading again takes %.1f times as long as the "
	  "switch itself (%s, %.2f in order, where the processor reads ahead), and %.2f times "
	  "where both fit",
	  "两份数据要放不进缓存：这时重新读一遍的用时是切换本身的 "
	  "%.1f 倍（%s；按顺序读 %.2f，处理器会预取），两份都放得进时 "
	  "%.2f 倍" },
	{ "what is read again takes %.2f of a switch at most, though two such sets do not fit "
	  "the cache",
	  "重新读一遍最多是切换用时的 %.2f 倍，尽管两份这样的数据放不"
	  "进缓存" },
	{ "reading again takes %.2f to %.2f of a switch with small sets, %.2f to %.2f with "
	  "large ones: 1 is in it",
	  "重新读一遍，小的数据是切换的 %.2f 到 %.2f 倍，大的 %.2f 到 %.2f "
	  "倍：区间含 1" },
	{ "beside another that computes a program's share of the CPU moves by %+.2f with nice "
	  "%d, by %+.2f if it yields, by %+.2f %s; slices of its own: %.2f times the forced "
	  "switches",
	  "旁边有另一个在计算时，程序的 CPU 份额变化：nice %2$d 使它变 "
	  "%1$+.2f，让出使它变 %3$+.2f，%5$s使它变 %4$+.2f；自设时间片：被迫"
	  "切换是 %6$.2f 倍" },
	{ "neither nice nor yielding nor %s moves a program's share of the CPU",
	  "nice、让出和%s都不改变程序的 CPU 份额" },
	{ "the share moves by %.2f to %.2f with nice %d: %.1f is in it",
	  "nice %3$d 使份额变 %1$.2f 到 %2$.2f：区间含 %4$.1f" },
	{ "%.0f times registers were not as they had been, over %.0f involuntary switches",
	  "%2$.0f 次非自愿切换中，有 %1$.0f 次寄存器与原先不同" },
	{ "registers were as they had been over %.0f involuntary switches, general and vector "
	  "ones",
	  "%.0f 次非自愿切换中寄存器都与原先相同，通用和向量的都是" },
	{ "only %.0f involuntary switches, of %d that are asked for",
	  "只有 %.0f 次非自愿切换，要求 %d 次" },
	{ "a round trip between processes takes %.2f times as long, at least twice",
	  "进程之间往返用时是 %.2f 倍，至少两倍" },
	{ "\"much faster\" may mean %.2f times as fast: faster, but %s",
	  "“快得多”可以指快 %.2f 倍：更快，但%s" },
	{ "a round trip between processes takes %.2f times as long: no longer at all",
	  "进程之间往返用时是 %.2f 倍：完全没有更久" },
	{ "as to the library, since NPTL (Linux 2.6, glibc 2.3.2): %d threads are %.0f tasks "
	  "of the kernel, each with switches of its own",
	  "对库而言，自 NPTL（Linux 2.6，glibc 2.3.2）起：%d 个线程是内核的 "
	  "%.0f 个任务，各有自己的切换" },
	{ "%d threads are %.1f tasks of the kernel: a library schedules the rest",
	  "%d 个线程是内核的 %.1f 个任务：其余由库调度" },
	{ "%.2f numbers a thread, but %.1f tasks were switched, and %.1f of %d threads slept "
	  "on their own",
	  "每个线程 %.2f 个编号，但切换的任务有 %.1f 个，各自睡眠的有 "
	  "%.1f 个，共 %d 个线程" },
	{ "reading %d pages after the change of one of 4 address spaces takes %.2f times as "
	  "long as after a switch of threads",
	  "4 个地址空间之一换过之后，读 %d 页的用时是线程切换之后的 "
	  "%.2f 倍" },
	{ "since translations are tagged by their address space: %d pages take %.2f times as "
	  "long as between threads in a ring of 4, and %.2f times in one of 12, for which the "
	  "tags do not suffice",
	  "因为地址翻译带有地址空间标签：%d 页的用时，4 个一圈时是线"
	  "程之间的 %.2f 倍，12 个一圈时 %.2f 倍，那时标签不够用" },
	{ "since translations are tagged by their address space: %d pages take %.2f times as "
	  "long as between threads in a ring of 4, and %.2f times in one of 12",
	  "因为地址翻译带有地址空间标签：%d 页的用时，4 个一圈时是线"
	  "程之间的 %.2f 倍，12 个一圈时 %.2f 倍" },
	{ "%.2f to %.2f times as long as between threads in a ring of 4, %.2f to %.2f in one "
	  "of 12: %.2f is in it",
	  "4 个一圈时用时是线程之间的 %.2f 到 %.2f 倍，12 个一圈时 %.2f 到 "
	  "%.2f 倍：区间含 %.2f" },
	{ "%d threads take %.3f times the CPU time of %d for the same work, with %.0f forced "
	  "switches a second against %.0f",
	  "同样的工作，%1$d 个线程的 CPU 时间是 %3$d 个的 %2$.3f 倍，每秒被"
	  "迫切换 %4$.0f 次，后者 %5$.0f 次" },
	{ "they wake each other: %d that do take %.3f times the CPU time of %d; who computes "
	  "takes %.3f times, as slices bound its switches (%.0f a second against %.0f)",
	  "要互相唤醒才行：互相唤醒的 %1$d 个，CPU 时间是 %3$d 个的 %2$.3f "
	  "倍；做计算的是 %4$.3f 倍，因为时间片限住了切换（每秒 %5$.0f "
	  "次，后者 %6$.0f 次）" },
	{ "%d threads take %.3f times the CPU time of %d for the same work, %.3f times where "
	  "each part wakes the next one; what counts is how often they wake, not how many they "
	  "are",
	  "同样的工作，%1$d 个线程的 CPU 时间是 %3$d 个的 %2$.3f 倍，每一份"
	  "唤醒下一份时是 %4$.3f 倍；要紧的是唤醒多频繁，不是线程有多"
	  "少" },
	{ "%.3f to %.3f times the CPU time, %.3f to %.3f where they wake each other: %.2f is "
	  "in it",
	  "CPU 时间是 %.3f 到 %.3f 倍，互相唤醒时 %.3f 到 %.3f 倍：区间含 %.2f" },
	{ "%.1f times as long as to one that runs; %.1f times on the sender's own CPU, %.1f "
	  "after 1 ms, %.1f after 10 ms",
	  "唤醒的用时是发给正在运行者的 %.1f 倍；在发送者自己的 CPU 上 "
	  "%.1f 倍，1 ms 之后 %.1f，10 ms 之后 %.1f" },
	{ "%.2f times as long as to one that runs: no longer",
	  "唤醒的用时是发给正在运行者的 %.2f 倍：并不更久" },
	{ "%.2f to %.2f times as long as to one that runs: 1 is in it",
	  "唤醒的用时是发给正在运行者的 %.2f 到 %.2f 倍：区间含 1" },
	{ "under SCHED_FIFO", "在 SCHED_FIFO 下" },
	{ "(SCHED_FIFO was refused)", "（SCHED_FIFO 被拒）" },
	{ "SCHED_FIFO, which was refused,", "被拒的 SCHED_FIFO " },
	{ "not twice", "不到两倍" },
	{ "whether twice is not decided", "是否两倍没有定论" },
	{ "; a thread switch takes %.1f times as long as one in assembly",
	  "；线程切换用时是汇编切换的 %.1f 倍" },
	{ "%.1f in huge pages", "大页中 %.1f 倍" },
	{ "no huge pages were given", "没有得到大页" },
};

REASONS(zh_switch);
