// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of creating tasks. */
#include "notes/reasons.h"

static const struct reason zh_create[] = {
	{ "all pages of data and code are the child's own right after the fork",
	  "刚 fork 完，全部数据页和代码页就都是子进程自己的" },
	{ "right after the fork none of %d pages of data is a copy, and %.0f %% of code and "
	  "%.0f %% of stack; each first write copies one page (%.2f faults a page)",
	  "刚 fork 完，%d 个数据页没有一个是副本，代码页有 %.0f %%、栈页"
	  "有 %.0f %%；每次首写复制一页（每页 %.2f 次缺页）" },
	{ "%.0f %% of data and %.0f %% of code are copies right after the fork, %.2f faults a "
	  "page written",
	  "刚 fork 完，数据页有 %.0f %%、代码页有 %.0f %% 是副本，每写一页 "
	  "%.2f 次缺页" },
	{ "a thread takes %.0f times as long, %.0f times if the coroutine's stack is kept for "
	  "the next",
	  "线程用时是 %.0f 倍；协程的栈留给下一个用时是 %.0f 倍" },
	{ "stacks are kept for the next: a thread takes %.0f times as long then; with a fresh "
	  "stack each time only %.1f times",
	  "栈要留给下一个用：这时线程用时是 %.0f 倍；每次用新栈只有 "
	  "%.1f 倍" },
	{ "a thread takes %.2f times as long, no more",
	  "线程用时是 %.2f 倍，并不更多" },
	{ "\"almost nothing\" may mean a %.1fth of a thread",
	  "“几乎没有”可以指线程的 %.1f 分之一" },
	{ "the interval %.3f to %.3f has 1 in it: more samples or less load",
	  "区间 %.3f 到 %.3f 含 1：要更多样本或更少负载" },
	{ "%d threads got %.2f times the CPU time of one: 1 would be by process",
	  "%d 个线程得到的 CPU 时间是一个的 %.2f 倍：按进程分应是 1" },
	{ "%d threads got %.2f times the CPU time of one, though each is one process: 9 would "
	  "be by thread",
	  "%d 个线程得到的 CPU 时间是一个的 %.2f 倍，尽管双方各是一个进"
	  "程：按线程分应是 9" },
	{ "%.2f to %.2f times the CPU time of one: neither 1 nor 9",
	  "得到的 CPU 时间是一个的 %.2f 到 %.2f 倍：既不是 1，也不是 9" },
	{ "%.0f ns more for each MiB: a parent with %.0f MiB forks %.1f times as long%s",
	  "每多 1 MiB 多 %.0f ns：有 %.0f MiB 的父进程 fork 用时是 %.1f 倍%s" },
	{ "a parent with %.0f MiB forks %.2f times as long as one with none",
	  "有 %.0f MiB 的父进程 fork 用时是没有的 %.2f 倍" },
	{ "%.2f to %.2f times as long, which has %.1f in it: more samples or less load",
	  "用时是 %.2f 到 %.2f 倍，区间含 %.1f：要更多样本或更少负载" },
	{ "all three, across an exec, too, but for what is close-on-exec; a child's table is "
	  "%s, of the same open files: the offset moves for both; a thread's is the same table",
	  "三样都继承，exec 之后也在，只有 close-on-exec 的除外；子进程的"
	  "描述符表是%s，指向同样的打开文件：偏移量两边一起动；线程"
	  "用的是同一张表" },
	{ "share of forked children with the file %.2f, the environment %.2f, the directory "
	  "%.2f",
	  "fork 出的子进程中，有文件的占 %.2f，有环境变量的占 %.2f，有目"
	  "录的占 %.2f" },
	{ "the process ends with its last thread, which need not be the first: after that "
	  "one's end it was shown as a zombie (share %.2f) and could not be reaped (%.2f), and "
	  "yet it answered",
	  "进程随最后一个线程结束，那不必是第一个线程：第一个线程结"
	  "束后显示为僵尸（占 %.2f）且不能回收（%.2f），但进程仍有应答" },
	{ "share with a thread %.2f, of threads in their process %.2f, of processes that end "
	  "with the last one %.2f",
	  "有线程的占 %.2f，线程属于其进程的占 %.2f，随最后一个线程结"
	  "束的进程占 %.2f" },
	{ "who makes a process is its parent, is told of its end, and alone can wait for it; a "
	  "child outlives its parent (share %.2f), and goes to the nearest subreaper",
	  "创建者就是父进程，会得知它的结束，也只有它能等待；子进程"
	  "可以活得比父进程久（占 %.2f），之后归最近的 subreaper" },
	{ "share of parents that are makers %.2f, that were told %.2f, of others that could "
	  "not wait %.2f, of orphans that came to the subreaper %.2f",
	  "父进程就是创建者的占 %.2f，得知结束的占 %.2f，其他进程等不"
	  "了的占 %.2f，孤儿归 subreaper 的占 %.2f" },
	{ "others use %.0f %% of this CPU, for which a new task waits longer than one that is "
	  "woken",
	  "别的任务占用此 CPU 的 %.0f %%，新任务等它比被唤醒的任务更久" },
	{ "a process for each job of 10 us takes %.2f times as long as a pool",
	  "每个 10 us 的任务用一个进程，用时是池的 %.2f 倍" },
	{ "a process for each job takes %.2f times as long as a pool with jobs of 10 us, and "
	  "%.2f times with jobs of 10 ms",
	  "每个任务用一个进程，任务 10 us 时用时是池的 %.2f 倍，10 ms 时"
	  "是 %.2f 倍" },
	{ "jobs are shorter than %.2f ms: a process for each takes %.1f times as long as a "
	  "pool then (10 us: %.1f times, 10 ms: %.3f; a thread %.1f times at 10 us); making "
	  "the pool has paid after %.0f such jobs",
	  "任务要短于 %.2f ms：这时每个任务一个进程的用时是池的 %.1f 倍"
	  "（10 us：%.1f 倍，10 ms：%.3f 倍；线程在 10 us 时 %.1f 倍）；建池的"
	  "开销在 %.0f 个这样的任务后收回" },
	{ "%.2f to %.2f times as long as a pool with jobs of 10 us, %.3f to %.3f with jobs of "
	  "10 ms: %.1f is in it",
	  "任务 10 us 时用时是池的 %.2f 到 %.2f 倍，10 ms 时是 %.3f 到 %.3f 倍"
	  "：区间含 %.1f" },
	{ "a computation takes %.3f times as long in a process; with mmap(2) and page faults "
	  "in it %.3f times",
	  "同样的计算在进程里用时是 %.3f 倍；含 mmap(2) 和缺页时是 %.3f 倍" },
	{ "a computation takes as long in a process as in a thread (%.3f times, equivalent "
	  "within 5 %%, or less); with mmap(2) and page faults in it %.3f times",
	  "同样的计算在进程里和线程里用时相同（%.3f 倍，在 5 %% 以内等"
	  "价，或更少）；含 mmap(2) 和缺页时是 %.3f 倍" },
	{ "%.3f to %.3f times as long: neither more by 5 %% nor the same",
	  "用时是 %.3f 到 %.3f 倍：既没有多出 5 %%，也不算相同" },
	{ "printed once, %.0f times in the pipe; once after fflush(3); a whole line of a "
	  "line-buffered stream: %.0f times",
	  "打印一次，管道里出现 %.0f 次；fflush(3) 之后是一次；行缓冲流"
	  "的整行：%.0f 次" },
	{ "printed once, %.2f times in the pipe", "打印一次，管道里出现 %.2f 次" },
	{ "a fork takes %.2f times as long as a thread, the cheapest other way to a process "
	  "%.2f times",
	  "fork 用时是线程的 %.2f 倍，最便宜的另一种建进程方法是 %.2f 倍" },
	{ "the process is made by fork: %.2f times as long as a thread; the cheapest way, "
	  "without a copy of the memory, takes %.2f times",
	  "进程要用 fork 创建：用时是线程的 %.2f 倍；最便宜的、不复制内"
	  "存的方法是 %.2f 倍" },
	{ "a fork takes %.2f times as long as a thread", "fork 用时是线程的 %.2f 倍" },
	{ "threads of a process have address space, descriptors, directory and handlers in "
	  "common, a child has none of them; priority, policy and switches are each thread's "
	  "own",
	  "同一进程的线程共用地址空间、描述符、目录和信号处理函数，"
	  "子进程一样也不共用；优先级、策略和切换次数是每个线程自己"
	  "的" },
	{ "share with resources in common %.2f, of children with their own %.2f; own priority "
	  "%.2f, policy %.2f, switches %.2f",
	  "资源共用的占 %.2f，子进程资源独立的占 %.2f；优先级独立的 %.2f"
	  "，策略 %.2f，切换次数 %.2f" },
	{ "fork's own slope, %.0f to %.0f ns/MiB, is not told from 0",
	  "fork 自己的斜率 %.0f 到 %.0f ns/MiB，与 0 分不开" },
	{ "%.1f ns more a MiB at most, vfork and posix_spawn; fork %.0f ns",
	  "vfork 和 posix_spawn 每 MiB 最多多 %.1f ns；fork 多 %.0f ns" },
	{ "each MiB costs vfork %.1f ns and posix_spawn %.1f ns more; fork %.0f ns",
	  "每 MiB，vfork 多 %.1f ns，posix_spawn 多 %.1f ns；fork 多 %.0f ns" },
	{ "up to %.1f ns a MiB may be in it, %.1f would be 5 %% of fork's: more samples or "
	  "less load",
	  "每 MiB 可能多至 %.1f ns，fork 的 5 %% 是 %.1f ns：要更多样本或更少"
	  "负载" },
	{ "a thread adds no mapping; a child's page tables are %.0f kB, whatever its parent has",
	  "线程不增加映射；子进程的页表有 %.0f kB，与父进程有多少无关" },
	{ "a thread adds %.0f mappings, %.0f kB of address space, for stack and TLS; a child "
	  "has %.0f kB of page tables, and %.0f kB if its parent has %d MiB",
	  "线程增加 %1$.0f 个映射、%2$.0f kB 地址空间，用作栈和 TLS；子进"
	  "程有 %3$.0f kB 页表，父进程有 %5$d MiB 时是 %4$.0f kB" },
	{ "; with huge pages (%.0f %% of it) %.0f ns",
	  "；用大页时（占 %.0f %%）%.0f ns" },
	{ "twice in", "出现两次的只有" },
	{ "; no huge pages here", "；这里没有大页" },
	{ "a copy", "一份副本" },
	{ "the same", "同一张" },
};

REASONS(zh_create);
