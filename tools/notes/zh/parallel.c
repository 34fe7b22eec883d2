// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of running at once. */
#include "notes/reasons.h"

static const struct reason zh_parallel[] = {
	{ "%.2f times as fast with half of the work serial, where %.2f is the bound",
	  "一半工作串行时速度是 %.2f 倍，上限是 %.2f" },
	{ "%.2f times as fast without a serial part, %.2f with half of it serial: bounds %.2f "
	  "and %.2f; by Karp and Flatt %.0f %% were serial there",
	  "没有串行部分时速度是 %.2f 倍，一半串行时 %.2f 倍：上限 %.2f 和"
	  " %.2f；按 Karp-Flatt，那时串行的占 %.0f %%" },
	{ "no speed-up is beyond its bound, but neighbours' intervals overlap, with %.0f "
	  "workers: %.2f to %.2f with no serial part, %.2f to %.2f with 5 %%",
	  "没有加速比超过上限，但相邻的区间重叠，%.0f 个 worker 时：没"
	  "有串行部分 %.2f 到 %.2f，有 5 %% 时 %.2f 到 %.2f" },
	{ "%s: %.0f of %d connections, then %s",
	  "%s：%.0f 个连接，共 %d 个，之后 %s" },
	{ "processes with coroutines take %.1f us of CPU a request, the next best way (%s) "
	  "%.2f times that, a process for each connection %.1f times; p99 %.0f and %.0f us",
	  "进程加协程每个请求用 %.1f us CPU，其次的方式（%s）是它的 %.2f "
	  "倍，每连接一个进程是 %.1f 倍；p99 为 %.0f 和 %.0f us" },
	{ "as to CPU a request: %s takes %.2f times that of processes with coroutines (%.1f "
	  "us), a process for each connection %.1f times; p99 %.0f and %.0f us",
	  "按每个请求的 CPU：%1$s 是进程加协程（%3$.1f us）的 %2$.2f 倍，每"
	  "连接一个进程是 %4$.1f 倍；p99 为 %5$.0f 和 %6$.0f us" },
	{ "the winner is not apart: %s takes %.2f to %.2f times the CPU a request of processes "
	  "with coroutines; a process for each connection %.1f times",
	  "胜者没有拉开差距：%s 每个请求的 CPU 是进程加协程的 %.2f 到 "
	  "%.2f 倍；每连接一个进程是 %.1f 倍" },
	{ "%d coroutines of one loop used %.2f CPU seconds a second",
	  "一个循环的 %d 个协程每秒用 %.2f CPU 秒" },
	{ "%d coroutines of one loop used %.2f CPU seconds a second, a loop in each of %.0f "
	  "processes %.2f",
	  "一个循环的 %d 个协程每秒用 %.2f CPU 秒，%.0f 个进程各一个循环"
	  "时用 %.2f" },
	{ "%.2f to %.2f CPU seconds a second by one loop, %.2f to %.2f by several processes: "
	  "there was no second core to be had",
	  "一个循环每秒用 %.2f 到 %.2f CPU 秒，几个进程用 %.2f 到 %.2f：这里"
	  "得不到第二个核" },
	{ "%.0f coroutines were alive at once on one CPU, with %.0f bytes each (%.0f with %.0f "
	  "of them); threads: %.0f of %d asked for, %s",
	  "一个 CPU 上同时有 %1$.0f 个协程，每个 %2$.0f 字节（%4$.0f 个时 "
	  "%3$.0f 字节）；线程：%5$.0f 个，要求 %6$d 个，%7$s" },
	{ "never more than %.0f coroutines were alive at once",
	  "同时存在的协程从未超过 %.0f 个" },
	{ "%.0f to %.0f coroutines were alive at once",
	  "同时存在的协程有 %.0f 到 %.0f 个" },
	{ "%.0f threads take %.2f times as long as %.0f processes",
	  "%1$.0f 个线程的用时是 %3$.0f 个进程的 %2$.2f 倍" },
	{ "%.0f threads and %.0f processes take the same time (%.3f times, 5 %% either way): "
	  "what counts is cores, with which it goes %.2f times as fast as with one worker",
	  "%.0f 个线程和 %.0f 个进程用时相同（%.3f 倍，上下 5 %%）：起作用"
	  "的是核数，速度是一个 worker 的 %.2f 倍" },
	{ "%.0f threads take %.2f times as long as %.0f processes: less",
	  "%1$.0f 个线程的用时是 %3$.0f 个进程的 %2$.2f 倍：更少" },
	{ "threads take %.2f to %.2f times as long as processes: neither the same within 5 %% "
	  "nor apart",
	  "线程的用时是进程的 %.2f 到 %.2f 倍：既不在 5 %% 以内相同，也没"
	  "有拉开" },
	{ "a process for each request takes %.1f times the CPU of processes made beforehand, "
	  "%.2f times with requests of 5 ms",
	  "每个请求一个进程，CPU 是预先建好进程的 %.1f 倍，请求 5 ms 时"
	  "是 %.2f 倍" },
	{ "requests are short: a process for each takes %.1f times the CPU of processes made "
	  "beforehand with some 20 us of service, %.2f times with 5 ms; a thread for each %.1f "
	  "times",
	  "请求要短：服务约 20 us 时，每个请求一个进程的 CPU 是预先建好"
	  "进程的 %.1f 倍，5 ms 时 %.2f 倍；每个请求一个线程 %.1f 倍" },
	{ "a process for each request takes %.2f times the CPU of processes made beforehand",
	  "每个请求一个进程，CPU 是预先建好进程的 %.2f 倍" },
	{ "a process for each request takes %.2f to %.2f times the CPU of processes made "
	  "beforehand, %.2f to %.2f with requests of 5 ms: %.1f is in it",
	  "每个请求一个进程，CPU 是预先建好进程的 %.2f 到 %.2f 倍，请求 "
	  "5 ms 时 %.2f 到 %.2f 倍：区间含 %.1f" },
	{ "uneven jobs cut into stretches take %.2f times as long as the same ones taken by "
	  "who is free; workers are idle for %.0f %% of their time against %.0f %%",
	  "大小不一的任务按段分好，用时是谁空闲谁取的 %.2f 倍；worker "
	  "空闲的时间占 %.0f %%，后者 %.0f %%" },
	{ "uneven jobs cut into stretches take %.3f times as long as the same ones taken by "
	  "who is free",
	  "大小不一的任务按段分好，用时是谁空闲谁取的 %.3f 倍" },
	{ "%.2f to %.2f times as long as taken by who is free: neither the same nor a tenth "
	  "more",
	  "用时是谁空闲谁取的 %.2f 到 %.2f 倍：既不相同，也不到多一成" },
	{ "%d waits of 5 ms go %.1f times as fast a job with threads on one CPU; one thread "
	  "does as well by epoll (%.1f times) and by coroutines (%.1f)",
	  "%d 个 5 ms 的等待，用一个 CPU 上的线程，每个任务的速度是 %.1f "
	  "倍；一个线程用 epoll（%.1f 倍）或协程（%.1f）一样好" },
	{ "waits go %.2f times as fast with threads: no gain",
	  "用线程等待的速度是 %.2f 倍：没有好处" },
	{ "%.2f to %.2f times as fast with threads: neither none nor twice",
	  "用线程的速度是 %.2f 到 %.2f 倍：既不是没有好处，也不到两倍" },
	{ "two tasks ran at once for %.1f %% of the time at least, each at %.0f %% of the "
	  "speed that it has alone",
	  "两个任务至少有 %.1f %% 的时间同时运行，各有单独运行时速度的"
	  " %.0f %%" },
	{ "they share no more than two CPUs must: at once for %.1f %% of the time, but at %.0f "
	  "%% of the speed that each has alone",
	  "共用的不能多于两个 CPU 必须共用的：同时运行占 %.1f %% 的时间"
	  "，但各只有单独运行时速度的 %.0f %%" },
	{ "two tasks on two CPUs ran at once for %.1f %% of the time",
	  "两个 CPU 上的两个任务有 %.1f %% 的时间同时运行" },
	{ "two tasks ran at once for %.0f to %.0f %% of the time: others use these CPUs",
	  "两个任务有 %.0f 到 %.0f %% 的时间同时运行：别的任务在用这些 "
	  "CPU" },
	{ "%d tasks on one CPU used %.2f CPU seconds a second: some ran at once",
	  "一个 CPU 上的 %d 个任务每秒用 %.2f CPU 秒：有的同时运行了" },
	{ "%d tasks on one CPU used %.3f CPU seconds a second together, the least of them %.0f "
	  "%% of that, in slices of %.1f ms (median)",
	  "一个 CPU 上的 %d 个任务每秒共用 %.3f CPU 秒，最少的占其中 %.0f %%"
	  "，每片 %.1f ms（中位数）" },
	{ "%.2f to %.2f CPU seconds a second together, the least of them %.0f %% of that: "
	  "others have the rest of this CPU",
	  "每秒共用 %.2f 到 %.2f CPU 秒，最少的占其中 %.0f %%：此 CPU 的其余"
	  "时间归别的任务" },
	{ "four processes a CPU are %.2f times as fast as one a CPU, though none waits",
	  "每 CPU 四个进程，速度是每 CPU 一个的 %.2f 倍，尽管都不等待" },
	{ "jobs do not wait: then more processes than CPUs gain nothing (%.2f times); with "
	  "half of the time waiting two a CPU are %.2f times as fast, four %.2f",
	  "任务要不等待：这时进程多于 CPU 没有好处（%.2f 倍）；一半时"
	  "间在等待时，每 CPU 两个的速度是 %.2f 倍，四个是 %.2f 倍" },
	{ "more processes than CPUs gain nothing, whether jobs wait (%.2f times) or not (%.2f)",
	  "进程多于 CPU 没有好处，不论任务等待（%.2f 倍）与否（%.2f）" },
	{ "four processes a CPU are %.2f to %.2f times as fast as one without waiting, %.2f to "
	  "%.2f with it: %.1f is in it",
	  "不等待时，每 CPU 四个进程的速度是一个的 %.2f 到 %.2f 倍，等待"
	  "时 %.2f 到 %.2f 倍：区间含 %.1f" },
	{ "a beat of 1 ms stood still for %.1f ms beside a job of 60 ms in the same thread, "
	  "for %.1f ms beside one in another thread on the same CPU, and %.1f %s",
	  "1 ms 的节拍，同一线程里有 60 ms 的任务时停了 %1$.1f ms，任务在"
	  "同一 CPU 的另一线程时停了 %2$.1f ms，%4$s停了 %3$.1f ms" },
	{ "a beat of 1 ms stood still for %.1f ms beside a job in the same thread, and for "
	  "%.1f ms beside one in another",
	  "1 ms 的节拍，任务在同一线程时停了 %.1f ms，在另一线程时停了 "
	  "%.1f ms" },
	{ "beats stand still %.2f to %.2f times as long with the job in the same thread: "
	  "neither the same nor twice",
	  "任务在同一线程时，节拍停顿的时间是 %.2f 到 %.2f 倍：既不相同"
	  "，也不到两倍" },
	{ "%.0f tasks that could run used %.2f CPU seconds a second on %.0f CPUs; R, which "
	  "/proc shows for %.0f of them at once, is not \"running\" but \"runnable\"",
	  "%.0f 个能运行的任务每秒用 %.2f CPU 秒，CPU 有 %.0f 个；/proc 同时"
	  "给其中 %.0f 个显示的 R 不是“正在运行”，而是“可运行”" },
	{ "%.0f tasks used %.2f CPU seconds a second, on %.0f CPUs",
	  "%.0f 个任务每秒用 %.2f CPU 秒，CPU 有 %.0f 个" },
	{ "%.0f tasks that could run had %.2f of the CPUs' time only: CPUs that others have, "
	  "or nobody, are no test",
	  "%.0f 个能运行的任务只用了 CPU 时间的 %.2f：CPU 被别的任务占去"
	  "或空着，做不了检验" },
	{ "%.3f to %.3f of the CPUs' time: 1 is in it, and so is more",
	  "占 CPU 时间的 %.3f 到 %.3f：区间含 1，也含更多" },
	{ "CPUs were idle for %.0f of %.0f ticks while tasks could have run on them",
	  "有任务可运行时，CPU 空闲了 %.0f 个时钟滴答，共 %.0f 个" },
	{ "CPUs were idle for %.1f %% of the time (%.0f of %.0f ticks) while tasks could have "
	  "run on them",
	  "有任务可运行时，CPU 空闲了 %.1f %% 的时间（%.0f 个滴答，共 %.0f "
	  "个）" },
	{ "CPUs were idle for %.2f to %.2f %% of the time (%.0f of %.0f ticks): 1 %% is in it",
	  "CPU 空闲了 %.2f 到 %.2f %% 的时间（%.0f 个滴答，共 %.0f 个）：区间"
	  "含 1 %%" },
	{ "on another CPU", "另一 CPU 上" },
	{ "again (there is one CPU)", "再一次（只有一个 CPU）" },
	{ "then %s", "之后 %s" },
	{ "no limit met", "没有遇到上限" },
};

REASONS(zh_parallel);
