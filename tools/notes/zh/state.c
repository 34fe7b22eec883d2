// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of tasks' states. */
#include "notes/reasons.h"

static const struct reason zh_state[] = {
	{ "%.3f sleeps for pipe-read a read of an empty pipe, and as many voluntary switches",
	  "每读一次空管道因 pipe-read 睡眠 %.3f 次，自愿切换同样多" },
	{ "%.3f sleeps a read of an empty pipe", "每读一次空管道睡眠 %.3f 次" },
	{ "%.3f sleeps a read: some found a byte there",
	  "每读一次睡眠 %.3f 次：有的读到时已有字节" },
	{ "the program has no other thread: all %d coroutines of the loop stood still, another "
	  "thread went on (share %.2f)",
	  "程序没有别的线程：循环的 %d 个协程全部停住，另一线程继续"
	  "运行（占 %.2f）" },
	{ "all %d coroutines and another thread stood still",
	  "全部 %d 个协程和另一线程都停住" },
	{ "other coroutines had turns while one was blocked, in every sample",
	  "每个样本里，一个协程阻塞时其他协程都得到了运行" },
	{ "data or space is lacking, or time has to pass: then input, sleep, send and receive "
	  "slept, each told as what it was; with data or space none did; %s",
	  "要缺数据或空间，或要等时间过去：这时输入、睡眠、发送和接"
	  "收都睡眠了，各自如实记录；有数据或空间时都没有；%s" },
	{ "a call that lacked what it needs never slept, or one that did not lack it always did",
	  "缺所需之物的调用从未睡眠，或不缺的总是睡眠" },
	{ "as it should be in %.0f %% of the samples only",
	  "只在 %.0f %% 的样本里与应有的一致" },
	{ "after a join the thread was always over (the caller slept on a futex), without one "
	  "the caller always was first",
	  "join 之后线程总是已结束（调用者在 futex 上睡眠），没有 join 时"
	  "总是调用者在先" },
	{ "share of joins after which the thread was over %.2f, of callers without a join that "
	  "went on %.2f",
	  "join 之后线程已结束的占 %.2f，没有 join 时调用者继续的占 %.2f" },
	{ "%.2f sleeps a read of an empty pipe", "每读一次空管道睡眠 %.2f 次" },
	{ "%.4f sleeps a read of an empty pipe, %.0f voluntary switches in the timed loops",
	  "每读一次空管道睡眠 %.4f 次，计时循环里自愿切换 %.0f 次" },
	{ "it is no regular file: an empty pipe gives EAGAIN, without a sleep; reads of a file "
	  "that is on its device only slept in %.0f %% of %zu samples",
	  "不是普通文件才行：空管道给 EAGAIN，不睡眠；读一个只在设备"
	  "上的文件，只有 %.0f %% 的样本睡眠了，共 %zu 个" },
	{ "an empty pipe gives EAGAIN, without a sleep%s",
	  "空管道给 EAGAIN，不睡眠%s" },
	{ "beside a blocked task another has %.1f %% of the CPU, and the blocked one %.2f %%; "
	  "beside one that asks over and over it has %.0f %%",
	  "旁边是阻塞的任务时，另一个有 %.1f %% 的 CPU，阻塞的有 %.2f %%；"
	  "旁边是反复询问的任务时，它有 %.0f %%" },
	{ "beside a blocked task another has %.0f %% of the CPU, and the blocked one %.0f %%",
	  "旁边是阻塞的任务时，另一个有 %.0f %% 的 CPU，阻塞的有 %.0f %%" },
	{ "%.0f %% of the CPU beside a blocked task, which has %.2f %%; others have %.0f %%",
	  "旁边是阻塞的任务时有 %.0f %% 的 CPU，阻塞的有 %.2f %%；别的任务"
	  "有 %.0f %%" },
	{ "%.2f sleeps a call, none too short, %.0f us too long (mean of medians); the other "
	  "process worked meanwhile",
	  "每次调用睡眠 %.2f 次，没有一次太短，多睡 %.0f us（各中位数的"
	  "平均）；另一进程同时在工作" },
	{ "%.2f sleeps a call; share of samples without one too short %.2f, in which the other "
	  "worked %.2f",
	  "每次调用睡眠 %.2f 次；没有一次太短的样本占 %.2f，另一进程同"
	  "时工作的占 %.2f" },
	{ "%.2f sleeps a call, all well in %.0f %% of the samples",
	  "每次调用睡眠 %.2f 次，%.0f %% 的样本里一切正常" },
	{ "running %.0f %%, ready %.0f %%, blocked %.0f %% of the time, and every move was one "
	  "of %d; beside the three: new (%.0f us a task), stopped (%.0f us) and, ended, a "
	  "zombie (%.0f us); who waited for the CPU was ready",
	  "运行占 %.0f %%、就绪占 %.0f %%、阻塞占 %.0f %% 的时间，每次转移"
	  "都是 %d 种之一；三种之外还有：新建（每任务 %.0f us）、停止（"
	  "%.0f us）、结束后的僵尸（%.0f us）；等 CPU 的都是就绪" },
	{ "%.0f moves an operation are none of the %d; who waited for the CPU was ready for "
	  "%.0f %% of that and blocked for %.0f %%; R, S, T and Z in %.0f %% of the samples",
	  "每次操作有 %.0f 次转移不属于那 %d 种；等 CPU 的有 %.0f %% 的时间"
	  "是就绪，%.0f %% 是阻塞；%.0f %% 的样本里有 R、S、T 和 Z" },
	{ "%llu moves that are none of the %d, and %d of these never; %.1f %% of the time "
	  "unobserved, %llu events missed; ready for %.0f %% of the time that was waited for "
	  "the CPU",
	  "%llu 次转移不属于那 %d 种，其中 %d 种从未出现；%.1f %% 的时间没"
	  "有观察到，漏掉 %llu 个事件；等 CPU 的时间里就绪占 %.0f %%" },
	{ "no file could be read from a device here", "这里没有能从设备读的文件" },
	{ "a page read from a device slept, one in memory not",
	  "从设备读一页睡眠了，在内存里的没有" },
	{ "pages read from a device slept in part of the samples",
	  "部分样本里从设备读页睡眠了" },
	{ "; reads of a file from its device did not sleep either",
	  "；从设备读文件也没有睡眠" },
	{ "; no file could be read from a device here",
	  "；这里没有能从设备读的文件" },
};

REASONS(zh_state);
