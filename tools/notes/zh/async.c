// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of asynchronous I/O. */
#include "notes/reasons.h"

static const struct reason zh_async[] = {
	{ "epoll takes a file in part of the samples only",
	  "只有部分样本里 epoll 接受普通文件" },
	{ "epoll takes a file as it takes a socket",
	  "epoll 接受普通文件，与接受套接字一样" },
	{ "it is io_uring or another thread: epoll refuses a file (EPERM); %s; handing a read "
	  "over slept in %.0f %% of the samples, %.0f %% read from a device",
	  "靠的是 io_uring 或另一个线程：epoll 拒绝普通文件（EPERM）；%s；"
	  "移交一次读在 %.0f %% 的样本里睡眠过，%.0f %% 是从设备读的" },
	{ "epoll refuses a file, and neither io_uring nor a thread read it",
	  "epoll 拒绝普通文件，io_uring 和线程也都没有读成" },
	{ "asynchronous non-blocking takes least CPU a request, the next (%s) %.2f times that; "
	  "synchronous blocking %.1f times, with %.2f switches against %.2f",
	  "异步非阻塞每个请求用的 CPU 最少，其次（%s）是它的 %.2f 倍；"
	  "同步阻塞是 %.1f 倍，切换 %.2f 次，前者 %.2f 次" },
	{ "%s takes %.2f times the CPU of asynchronous non-blocking, synchronous blocking %.1f "
	  "times: it is not waiting for each answer that saves, %.2f switches against %.2f",
	  "%s 用的 CPU 是异步非阻塞的 %.2f 倍，同步阻塞是 %.1f 倍：省下来"
	  "的原因是不逐个等待应答，切换 %.2f 次对 %.2f 次" },
	{ "%s takes %.3f to %.3f times the CPU of asynchronous non-blocking: 1 is in it",
	  "%s 用的 CPU 是异步非阻塞的 %.3f 到 %.3f 倍：区间含 1" },
	{ "asking for 10 ms takes %.0f times the CPU of epoll, which tells that data can be "
	  "read, %.0f times that of a signal; %s",
	  "反复询问 10 ms 用的 CPU 是 epoll（数据可读时通知）的 %.0f 倍，是"
	  "信号的 %.0f 倍；%s" },
	{ "asking takes %.2f times the CPU of being told",
	  "反复询问用的 CPU 是等待通知的 %.2f 倍" },
	{ "asking takes %.2f to %.2f times the CPU of being told: neither the same nor %.0f "
	  "times",
	  "反复询问用的 CPU 是等待通知的 %.2f 到 %.2f 倍：既不相同，也不"
	  "到 %.0f 倍" },
	{ "each of the four is a program here: waiting for the result oneself with and without "
	  "sleep (share %.2f and %.2f slept), and leaving it to another with and without (%.2f "
	  "and %.2f)",
	  "四种组合这里各有一个程序：自己等结果，睡眠与不睡眠（比例"
	  " %.2f 和 %.2f 睡眠过）；交给别人，睡眠与不睡眠（%.2f 和 %.2f）" },
	{ "one of the four never came about: %s", "四种组合中有一种从未出现：%s" },
	{ "one thread had %d waits under way and was done after %.2f of one; with a child that "
	  "it did not wait for, and no coroutine, it went on in %.0f %% of the samples",
	  "一个线程同时有 %d 个等待，用一个等待的 %.2f 倍时间做完；有"
	  "子进程而不去等它，也不用协程，在 %.0f %% 的样本里继续做了下"
	  "去" },
	{ "one thread had %d waits under way in coroutines; without any, beside a child, it "
	  "went on in %.0f %% of the samples only",
	  "一个线程用协程同时有 %d 个等待；不用协程、旁边有子进程时"
	  "，只在 %.0f %% 的样本里继续做了下去" },
	{ "one thread was done with %d waits after %.0f of one: one by one",
	  "一个线程做完 %d 个等待，用了一个等待的 %.0f 倍时间：是逐个"
	  "做的" },
	{ "one thread was done with %d waits after %.1f to %.1f of one",
	  "一个线程做完 %d 个等待，用了一个等待的 %.1f 到 %.1f 倍时间" },
	{ "threads make %.1f times the switches a message of one loop; a stream takes %.2f "
	  "reads a message, of which %.2f bring a part only, packets %.2f",
	  "每条消息的切换，线程方式是单循环的 %.1f 倍；字节流每条消息"
	  "读 %.2f 次，其中 %.2f 次只得到一部分，数据包读 %.2f 次" },
	{ "nothing is said of partial data: threads make %.1f times the switches, but no read "
	  "brought less than a message",
	  "不完整的数据这里说不了：线程方式的切换是 %.1f 倍，但没有一"
	  "次读得到的少于一条消息" },
	{ "threads make %.2f times the switches of one loop: no more",
	  "线程方式的切换是单循环的 %.2f 倍：并不更多" },
	{ "threads make %.2f to %.2f times the switches of one loop",
	  "线程方式的切换是单循环的 %.2f 到 %.2f 倍" },
	{ "io_uring read it, and another thread did",
	  "io_uring 读成了，另一个线程也读成了" },
	{ "io_uring may not be used here, another thread read it",
	  "这里不许用 io_uring，另一个线程读成了" },
	{ "io_uring may not be used here", "这里不许用 io_uring" },
	{ "io_uring tells that they have been", "io_uring 通知的是已经读完" },
};

REASONS(zh_async);
