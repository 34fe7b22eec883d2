// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of other languages. */
#include "notes/reasons.h"

static const struct reason zh_lang[] = {
	{ "%d waits of %d ms that were awaited were over after %.0f ms, and went on in %.1f "
	  "threads of the runtime's; slept by one thread they took %.0f ms",
	  "%d 个 %d ms 的等待用 await，在 %.0f ms 后全部结束，继续运行时用"
	  "了运行时的 %.1f 个线程；由一个线程睡眠则要 %.0f ms" },
	{ "share of samples in which what was awaited was under way at once %.2f, and in which "
	  "what one thread slept was not %.2f",
	  "所 await 的同时进行的样本占 %.2f，一个线程睡眠的不同时进行的"
	  "占 %.2f" },
	{ "two threads of Java computed at once for %.0f %% of the time, and within one "
	  "synchronized block for %.0f %%",
	  "Java 的两个线程有 %.0f %% 的时间同时计算，在同一个 synchronized "
	  "块里有 %.0f %%" },
	{ "two threads of Java computed at once for %.1f %% of the time at most",
	  "Java 的两个线程最多 %.1f %% 的时间同时计算" },
	{ "two threads of Java computed at once for %.0f to %.0f %% of the time: others use "
	  "these CPUs",
	  "Java 的两个线程有 %.0f 到 %.0f %% 的时间同时计算：别的任务在用"
	  "这些 CPU" },
	{ "of one loop: two asynchronous functions computed in the same thread, one after the "
	  "other, and a beat of 1 ms beside them stood still; 100 waits of 5 ms in it were "
	  "over after %.1f ms; worker threads are others: two computed in a thread each",
	  "指的是一个循环：两个异步函数在同一线程里先后计算，旁边 1 "
	  "ms 的节拍停住；其中 100 个 5 ms 的等待在 %.1f ms 后全部结束；"
	  "worker 线程不同：两个各在自己的线程里计算" },
	{ "share of samples in which two computations of a loop had one thread %.2f and beats "
	  "stood still %.2f, 100 waits had one thread %.2f and were under way at once %.2f, "
	  "two workers had a thread each %.2f",
	  "一个循环的两次计算同在一个线程的样本占 %.2f，节拍停住的 "
	  "%.2f；100 个等待同在一个线程的 %.2f，同时进行的 %.2f；两个 "
	  "worker 各有线程的 %.2f" },
};

REASONS(zh_lang);
