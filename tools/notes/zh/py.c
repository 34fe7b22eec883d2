// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of Python. */
#include "notes/reasons.h"

static const struct reason zh_py[] = {
	{ "beside time.sleep() of %.0f ms in a coroutine another stood still for %.1f ms, "
	  "beside 60 ms of computing for %.1f; beside asyncio.sleep() for %.1f, beside one in "
	  "another thread (run_in_executor()) for %.1f",
	  "一个协程里 time.sleep() %.0f ms 时，另一个停了 %.1f ms，计算 60 ms "
	  "时停了 %.1f；asyncio.sleep() 时停了 %.1f，放进另一线程（"
	  "run_in_executor()）时停了 %.1f" },
	{ "beside time.sleep() of %.0f ms in a coroutine another stood still for %.1f ms only",
	  "一个协程里 time.sleep() %.0f ms 时，另一个只停了 %.1f ms" },
	{ "another coroutine stood still for %.2f to %.2f of the call, and for %.2f to %.2f of "
	  "one that is awaited",
	  "另一个协程停了该调用的 %.2f 到 %.2f 倍时间，对 await 的调用是 "
	  "%.2f 到 %.2f 倍" },
	{ "a resume through await takes %.2f of the time of one through yield from in Python "
	  "%s, and %.2f of a plain yield",
	  "经 await 恢复的用时是经 yield from 的 %.2f 倍（Python %s），是普通 "
	  "yield 的 %.2f 倍" },
	{ "by what a resume costs: %.2f times as much through await as through yield from in "
	  "Python %s, and %.2f times a plain yield; a round of asyncio's loop is %.0f ns",
	  "按恢复一次的开销：经 await 是经 yield from 的 %.2f 倍（Python %s）"
	  "，是普通 yield 的 %.2f 倍；asyncio 循环一轮 %.0f ns" },
	{ "a resume through await takes %.2f to %.2f of the time through yield from: too wide "
	  "to tell from %.2f",
	  "经 await 恢复的用时是经 yield from 的 %.2f 到 %.2f 倍：区间太宽，"
	  "与 %.2f 分不开" },
	{ "%d sends of Python %s: %.4f system calls each, all of them the start's, and %.4f "
	  "switches; %.0f ns, to a thread and back %.0f",
	  "%d 次 send（Python %s）：每次 %.4f 个系统调用，全是启动时的，"
	  "%.4f 次切换；用时 %.0f ns，往返一个线程要 %.0f ns" },
	{ "it left the CPU %.4f times a send", "每次 send 离开 CPU %.4f 次" },
	{ "%.4f system calls a send", "每次 send 有 %.4f 个系统调用" },
	{ "nothing here can count system calls", "这里没有办法统计系统调用" },
	{ "%s keeps it: beside a wait of 30 ms in it another thread stood still for %.0f ms at "
	  "least in every sample, beside time.sleep() for %.1f in one",
	  "%s 不释放它：其中等待 30 ms 时，每个样本里另一线程至少停了 "
	  "%.0f ms，time.sleep() 时只停了 %.1f ms" },
	{ "beside each of %d calls that waited 30 ms another thread went on meanwhile, for "
	  "%.0f %% of the wait it stood still at most",
	  "%d 个等待 30 ms 的调用，每个等待期间另一线程都继续运行，最"
	  "多停了等待时间的 %.0f %%" },
	{ "another thread of Python %s made %.0f steps beside a wait; but a round trip beside "
	  "it takes %.0f us, alone %.0f: to have it back takes until it is given up",
	  "Python %s 的另一线程在等待期间做了 %.0f 步；但与它同时，往返"
	  "一次要 %.0f us，单独时 %.0f us：要等它被交出才能拿回" },
	{ "another thread of Python %s made %.0f steps beside a wait; a round trip beside it "
	  "takes %.2f times as long as alone",
	  "Python %s 的另一线程在等待期间做了 %.0f 步；与它同时往返一次"
	  "的用时是单独时的 %.2f 倍" },
	{ "while one thread slept, or waited to receive, no other went on",
	  "一个线程睡眠或等待接收时，没有别的线程继续运行" },
	{ "another one went on beside %.0f %% of the sleeps and %.0f %% of the receives",
	  "另一线程在 %.0f %% 的睡眠和 %.0f %% 的接收期间继续运行" },
	{ "with a lock, too, additions were lost, %.0f of 200000 as a mean",
	  "加了锁也有加法丢失，200000 次中平均 %.0f 次" },
	{ "two threads of Python %s lost none of 200000 additions without a lock",
	  "Python %s 的两个线程不加锁做 200000 次加法，一次也没丢" },
	{ "there is a place to switch between load and store: of 200000 additions two threads "
	  "of Python %s lost none with x += 1, and %.0f as a mean with x = x + one(); with a "
	  "lock none",
	  "取和存之间要有切换的地方：200000 次加法，Python %s 的两个线程"
	  "用 x += 1 一次没丢，用 x = x + one() 平均丢 %.0f 次；加锁不丢" },
	{ "of 200000 additions two threads of Python %s, %s a GIL, lost %.0f as a mean with x "
	  "+= 1 and %.0f with x = x + one(); with a lock none",
	  "200000 次加法，Python %s 的两个线程（%s GIL）用 x += 1 平均丢 %.0f "
	  "次，用 x = x + one() 丢 %.0f 次；加锁不丢" },
	{ "two threads of Python %s%s computed at once for %.1f %% of the time at most, two "
	  "processes for %.0f %%",
	  "Python %s%s 的两个线程最多 %.1f %% 的时间同时计算，两个进程 %.0f "
	  "%%" },
	{ "%s: two threads of Python %s %s GIL computed at once for %.0f %% of it",
	  "%s：Python %s（%s GIL）的两个线程有 %.0f %% 的时间同时计算" },
	{ "two threads computed at once for %.0f to %.0f %% of the time, two processes for "
	  "%.0f to %.0f %%: others use these CPUs",
	  "两个线程有 %.0f 到 %.0f %% 的时间同时计算，两个进程 %.0f 到 %.0f "
	  "%%：别的任务在用这些 CPU" },
	{ "two threads of Python %s take %.2f times as long as the same work one after the "
	  "other, and %.2f times once it is warm",
	  "Python %s 的两个线程，用时是先后做同样工作的 %.2f 倍，热了之"
	  "后 %.2f 倍" },
	{ "the interpreter is cold: two threads of Python %s take %.2f times as long then, "
	  "once it is warm %.2f times",
	  "解释器要是冷的：这时 Python %s 的两个线程用时是 %.2f 倍，热了"
	  "之后 %.2f 倍" },
	{ "the interpreter is warm: two threads of Python %s take %.2f times as long then, "
	  "when cold %.2f times",
	  "解释器要是热的：这时 Python %s 的两个线程用时是 %.2f 倍，冷的"
	  "时候 %.2f 倍" },
	{ "two threads of Python %s take %.2f times as long when cold and %.2f when warm: with "
	  "the GIL of 3.2 no longer more",
	  "Python %s 的两个线程用时，冷的时候 %.2f 倍，热了 %.2f 倍：有 3.2 "
	  "的 GIL 之后不再更久" },
	{ "%.2f to %.2f times as long when cold, %.2f to %.2f when warm: too wide to tell from "
	  "%.2f",
	  "冷的时候用时 %.2f 到 %.2f 倍，热了 %.2f 到 %.2f 倍：区间太宽，与"
	  " %.2f 分不开" },
	{ "a thread of Python %s had it for %.0f bytecodes: by time since 3.2, %.1f ms as a "
	  "mean where the interval is %.0f ms, and %.1f times as long at 20 ms as at 1 ms",
	  "Python %1$s 的线程一次持有它 %2$.0f 条字节码：自 3.2 起按时间，"
	  "间隔 %4$.0f ms 时平均 %3$.1f ms，间隔 20 ms 时是 1 ms 时的 %5$.1f 倍" },
	{ "a thread had it for %.0f bytecodes, and no longer with a longer interval (%.1f "
	  "times)",
	  "线程一次持有它 %.0f 条字节码，间隔更长也不更久（%.1f 倍）" },
	{ "a thread had it for %.0f bytecodes", "线程一次持有它 %.0f 条字节码" },
	{ "a thread had it for %.0f to %.0f bytecodes",
	  "线程一次持有它 %.0f 到 %.0f 条字节码" },
	{ "what a child set in a Manager's dict and list its parent read: an access was %.2f "
	  "requests to the server and %.2f sleeps for the answer, and took %.0f us, %.0f in "
	  "the list; in a dict of its own it took %.2f and nothing changed",
	  "子进程在 Manager 的字典和列表里设的，父进程读到了：一次访问"
	  "是向服务进程的 %.2f 次请求和等应答的 %.2f 次睡眠，用时 %.0f us"
	  "，列表 %.0f us；在自己的字典里是 %.2f 次，并且什么也没变" },
	{ "share of samples in which a parent read what its child had set in a dict %.2f, in a "
	  "list %.2f, and not in one of its own %.2f",
	  "父进程读到子进程在字典里所设的样本占 %.2f，在列表里 %.2f，"
	  "在自己的字典里读不到的 %.2f" },
	{ "%d threads of Python %s, %s a GIL, used %.2f CPU seconds a second",
	  "Python %2$s 的 %1$d 个线程（%3$s GIL）每秒用 %4$.2f CPU 秒" },
	{ "it means one at a time: %d threads of Python %s used %.2f CPU seconds a second, but "
	  "ended on %.0f CPUs; two processes used %.2f",
	  "意思是一次一个：Python %2$s 的 %1$d 个线程每秒用 %3$.2f CPU 秒，但"
	  "结束时在 %4$.0f 个 CPU 上；两个进程用 %5$.2f" },
	{ "%d threads of Python %s used %.2f CPU seconds a second, and ended on one CPU; two "
	  "processes used %.2f",
	  "Python %2$s 的 %1$d 个线程每秒用 %3$.2f CPU 秒，结束时在同一个 CPU "
	  "上；两个进程用 %4$.2f" },
	{ "%.2f to %.2f CPU seconds a second by %d threads, %.2f to %.2f by two processes: "
	  "others use these CPUs",
	  "%3$d 个线程每秒用 %1$.2f 到 %2$.2f CPU 秒，两个进程用 %4$.2f 到 "
	  "%5$.2f：别的任务在用这些 CPU" },
	{ "%.0f processes of Python %s are %.2f times as fast as one; to begin and end them "
	  "takes %.1f ms, so that pieces shorter than %.1f ms gain nothing",
	  "%.0f 个进程（Python %s）的速度是一个的 %.2f 倍；开始和结束它们"
	  "要 %.1f ms，短于 %.1f ms 的工作没有好处" },
	{ "%.0f processes of Python %s are %.2f times as fast as one",
	  "%.0f 个进程（Python %s）的速度是一个的 %.2f 倍" },
	{ "%.0f processes are %.2f to %.2f times as fast as one: others use these CPUs",
	  "%.0f 个进程的速度是一个的 %.2f 到 %.2f 倍：别的任务在用这些 CPU" },
	{ "full() was true with four of four in it and not before; a child that had put 1 MB "
	  "did not end before this was taken, and join() would wait for it; one that had put a "
	  "byte did; right after a put empty() was still true in %.0f %% of the samples",
	  "四个位置有四个时 full() 为真，之前不为真；放入 1 MB 的子进程"
	  "在它被取走之前不结束，join() 会一直等；放入一个字节的结束"
	  "了；刚放入之后 empty() 仍为真的样本有 %.0f %%" },
	{ "share of samples in which full() told %.2f, empty() of one that nobody uses %.2f, a "
	  "child with 1 MB in it did not end %.2f and did once it was taken %.2f",
	  "full() 说对的样本占 %.2f，无人使用的队列 empty() 说对的 %.2f，其"
	  "中有 1 MB 时子进程不结束的 %.2f，取走之后结束的 %.2f" },
	{ "a message of %.0f bytes took %.1f us through a Pipe (%.1f writes, %.1f reads), %.1f "
	  "through a duplex one, which is a pair of sockets, %.1f through a Queue, %.1f "
	  "through a SimpleQueue, %.1f between threads through a queue.Queue; put slept when "
	  "full, get when empty",
	  "%.0f 字节的消息经 Pipe 要 %.1f us（写 %.1f 次，读 %.1f 次），经双"
	  "工的（一对套接字）%.1f，经 Queue %.1f，经 SimpleQueue %.1f，线程"
	  "之间经 queue.Queue %.1f；满时 put 睡眠，空时 get 睡眠" },
	{ "share of samples in which messages came in order by Pipe %.2f, duplex %.2f, Queue "
	  "%.2f, SimpleQueue %.2f; the duplex one alone was of sockets %.2f; put waited when "
	  "full %.2f, get when empty %.2f",
	  "消息按次序到达的样本占比：Pipe %.2f，双工 %.2f，Queue %.2f，"
	  "SimpleQueue %.2f；只有双工的由套接字组成的 %.2f；满时 put 等待的 "
	  "%.2f，空时 get 等待的 %.2f" },
	{ "all %d ran as they are shown", "%d 个例子照原样全部能运行" },
	{ "what is left out is written: %.0f of %d ran as shown, %.0f have a comment where the "
	  "body should be, which is a syntax error; with a body all ran",
	  "省去的部分要写上：照原样能运行的 %.0f 个，共 %d 个；%.0f 个在"
	  "应有函数体的地方只有注释，是语法错误；补上函数体后全部能"
	  "运行" },
	{ "only %.1f of %d ran even with a body",
	  "补上函数体，也只有 %.1f 个能运行，共 %d 个" },
	{ "%.1f of %d ran as shown and %.1f with a body, not the same in every sample",
	  "照原样能运行的 %.1f 个，共 %d 个，补上函数体 %.1f 个，各样本"
	  "不相同" },
	{ "with %d pages under way it went %.1f times as fast as with one where each takes %d "
	  "ms to come, and %.2f times where none does",
	  "每页要等 %3$d ms 时，同时取 %1$d 页的速度是一页的 %2$.1f 倍，不"
	  "用等时 %4$.2f 倍" },
	{ "pages have to be waited for: of %d ms each they went %.1f times as fast with %d "
	  "under way as with one, of none %.2f times",
	  "页要等待才行：每页等 %1$d ms 时，同时取 %3$d 页的速度是一页的"
	  " %2$.1f 倍，不用等时 %4$.2f 倍" },
	{ "pages that are waited for went %.1f times as fast with %d under way, others %.2f to "
	  "%.2f times",
	  "要等待的页，同时取 %2$d 页的速度是 %1$.1f 倍，不用等的 %3$.2f "
	  "到 %4$.2f 倍" },
	{ "pages went %.2f times as fast with %d under way: no gain",
	  "同时取 %2$d 页的速度是 %1$.2f 倍：没有好处" },
	{ "pages went %.2f to %.2f times as fast with %d under way: neither as fast nor twice",
	  "同时取 %3$d 页的速度是 %1$.2f 到 %2$.2f 倍：既不是没有好处，也"
	  "不到两倍" },
	{ "a child had what its parent had set by no method",
	  "没有一种方法使子进程有父进程所设的" },
	{ "share of children that had what was set: by fork %.2f, spawn %.2f, forkserver %.2f",
	  "子进程有父进程所设的占比：fork %.2f，spawn %.2f，forkserver %.2f" },
	{ "the method of Python %s is fork: no exec, and a global that was set before is "
	  "there; with spawn and forkserver an interpreter is executed, and it is not",
	  "Python %s 的方法是 fork：不 exec，之前设的全局变量还在；用 spawn "
	  "和 forkserver 要执行解释器，就不在" },
	{ "the method is not fork: Python %s has %s, and a global set before is not there; "
	  "with fork it is, without an exec",
	  "方法要不是 fork：Python %s 用 %s，之前设的全局变量不在；用 fork "
	  "就在，而且不 exec" },
	{ "in Python %s a thread of threading is one of thread: %.0f us each, without "
	  "threading %.0f",
	  "Python %s 中 threading 的线程就是 thread 的线程：每个 %.0f us，不用 "
	  "threading 是 %.0f" },
	{ "Python %s has no module thread: it is _thread since 3.0. A thread of threading is "
	  "one of it, a clone each; %.0f us, without threading %.0f",
	  "Python %s 没有 thread 模块：自 3.0 起叫 _thread。threading 的线程就是"
	  "它的，每个一次 clone；%.0f us，不用 threading 是 %.0f" },
	{ "in Python %s threading made a thread without the module below it",
	  "Python %s 中 threading 建线程没有用下层模块" },
	{ "threading used the module below in %.0f %% of the samples",
	  "threading 在 %.0f %% 的样本里用了下层模块" },
	{ "%d waits of 5 ms go %.1f times as fast a wait with a thread each, %.1f with a pool "
	  "of %d, %.1f with coroutines of asyncio; %s; %s",
	  "%1$d 个 5 ms 的等待，每个等待一个线程时速度是 %2$.1f 倍，用 "
	  "%4$d 个线程的池 %3$.1f 倍，用 asyncio 的协程 %5$.1f 倍；%6$s；%7$s" },
	{ "waits go %.2f times as fast in one of these ways: no gain",
	  "有一种方式等待的速度只有 %.2f 倍：没有好处" },
	{ "%.2f to %.2f times as fast in one of these ways: neither none nor twice",
	  "有一种方式的速度是 %.2f 到 %.2f 倍：既不是没有好处，也不到两"
	  "倍" },
	{ "all of %d additions by two processes were in a Value and in an Array, under their "
	  "get_lock(), at %.0f and %.0f ns each, and none in a plain variable; v.value += 1 "
	  "without it lost %.0f of them, some in %.0f %% of the samples",
	  "两个进程的 %d 次加法全都在 Value 和 Array 里，用它们的 get_lock()"
	  "，每次 %.0f 和 %.0f ns，普通变量里一次也没有；不加锁的 v.value "
	  "+= 1 丢了 %.0f 次，有丢失的样本占 %.0f %%" },
	{ "share of samples in which all additions were there, in a Value %.2f, in an Array "
	  "%.2f, and none in a plain variable %.2f",
	  "加法全部都在的样本占比：Value %.2f，Array %.2f，普通变量里一次"
	  "没有的 %.2f" },
	{ ", without a GIL,", "（没有 GIL）" },
	{ "it does not", "并非如此" },
	{ "it has a GIL", "要有 GIL" },
	{ "with a", "有" },
	{ "with", "有" },
	{ "without", "没有" },
	{ "%s, without a GIL,", "%s（没有 GIL）" },
	{ "gevent %.1f", "gevent %.1f 倍" },
	{ "twisted %.1f", "twisted %.1f 倍" },
};

REASONS(zh_py);
