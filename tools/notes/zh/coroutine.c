// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of coroutines. */
#include "notes/reasons.h"

static const struct reason zh_coroutine[] = {
	{ "others went on beside a read as it is, too: gaps of %.2f of the wait",
	  "就用普通的读，旁边的协程也继续运行：停顿是等待时间的 %.2f "
	  "倍" },
	{ "the call is one of the loop's: beside a read(2) of 20 ms others stood still for "
	  "%.2f of it, beside the loop's for %.2f",
	  "所用的调用要是循环自己的：在一次 20 ms 的 read(2) 旁，其他协"
	  "程停了它的 %.2f 倍时间，在循环自己的调用旁停了 %.2f 倍" },
	{ "others stood still for %.2f of the wait, with the loop's own read for %.2f",
	  "其他协程停了等待时间的 %.2f 倍，用循环自己的读时停了 %.2f 倍" },
	{ "others stood still for %.2f to %.2f of the wait, with the loop's read for %.2f to "
	  "%.2f",
	  "其他协程停了等待时间的 %.2f 到 %.2f 倍，用循环自己的读时停了"
	  " %.2f 到 %.2f 倍" },
	{ "no value came back, and each resume began anew, %d times",
	  "没有返回值，每次恢复都从头开始，共 %d 次" },
	{ "it %s a value at each of %d resumes, and %s; a subroutine without a return value "
	  "does neither",
	  "它%s值，共 %d 次恢复，并且%s；没有返回值的子程序两样都不会" },
	{ "100 coroutines compute %.2f times as fast as one does",
	  "100 个协程做计算，速度是一个的 %.2f 倍" },
	{ "ten waits in ten coroutines go %.2f times as fast as in one: no gain for I/O either",
	  "十个协程做十个等待，速度是一个协程的 %.2f 倍：对 I/O 也没有"
	  "好处" },
	{ "100 coroutines compute %.3f times as fast as one does, ten waits go %.1f times as "
	  "fast",
	  "100 个协程做计算，速度是一个的 %.3f 倍；十个等待的速度是 "
	  "%.1f 倍" },
	{ "%.3f to %.3f times as fast where they compute, %.2f to %.2f where they wait",
	  "做计算时速度是 %.3f 到 %.3f 倍，做等待时是 %.2f 到 %.2f 倍" },
	{ "beside a coroutine that computes 30 ms another one stood still for %.1f ms, beside "
	  "a thread that does for %.1f ms; who yields each 0.1 ms leaves %.1f ms",
	  "旁边的协程计算 30 ms 时，另一个协程停了 %.1f ms；旁边是线程时"
	  "停了 %.1f ms；每 0.1 ms 让出一次的，只让它停 %.1f ms" },
	{ "beside a coroutine that computes another one stood still for %.1f ms, beside a "
	  "thread for %.1f ms: no longer",
	  "旁边的协程计算时，另一个协程停了 %.1f ms，旁边是线程时停了 "
	  "%.1f ms：并不更久" },
	{ "beats stand still %.2f to %.2f times as long beside a coroutine as beside a thread: "
	  "neither the same nor twice",
	  "节拍在协程旁停顿的时间是在线程旁的 %.2f 到 %.2f 倍：既不相同"
	  "，也不到两倍" },
	{ "updates were lost without a switch point inside: up to %.0f of %d",
	  "更新之中没有切换点，仍有丢失：最多 %.0f 次，共 %d 次" },
	{ "no update of %d was lost, with a switch point inside and without",
	  "%d 次更新一次也没丢，中间有没有切换点都一样" },
	{ "no switch point lies inside an update: of %d none was lost without one, %.0f with "
	  "one; a lock of the loop's own loses %.0f then; %s",
	  "更新之中要没有切换点：%d 次更新，没有切换点时一次不丢，有"
	  "时丢 %.0f 次；这时用循环自己的锁丢 %.0f 次；%s" },
	{ "two of asyncio's in opposite order stood still for ever",
	  "asyncio 的两把锁以相反次序取用，永远停住" },
	{ "with a switch point inside updates were lost, or two locks in opposite order stood "
	  "still, in part of the samples only",
	  "更新之中有切换点时，丢失更新，或以相反次序取两把锁而停住，"
	  "只见于部分样本" },
	{ "the loop's thread ran or was ready for %.2f of the time, with little to do for %.2f",
	  "循环所在的线程有 %.2f 的时间在运行或就绪，任务少时有 %.2f" },
	{ "work is pending: %d jobs keep the loop's thread running or ready for %.2f of the "
	  "time, %d for %.2f; with a thread for each of the %d it is %.2f, as a mean",
	  "要有待做的工作：%d 个任务使循环的线程在 %.2f 的时间里运行或"
	  "就绪，%d 个使它有 %.2f；%d 个任务各用一个线程时平均是 %.2f" },
	{ "%d jobs keep the loop's thread running or ready for %.2f of the time only",
	  "%d 个任务只使循环的线程在 %.2f 的时间里运行或就绪" },
	{ "the loop's thread ran or was ready for %.2f to %.2f of the time, with little to do "
	  "for %.2f to %.2f",
	  "循环的线程有 %.2f 到 %.2f 的时间在运行或就绪，任务少时有 %.2f "
	  "到 %.2f" },
	{ "gave", "给出了" },
	{ "did not give", "没有给出" },
	{ "went on in its midst", "从中间继续" },
	{ "began more than once", "不止一次从头开始" },
};

REASONS(zh_coroutine);
