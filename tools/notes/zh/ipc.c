// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of ways to talk. */
#include "notes/reasons.h"

static const struct reason zh_ipc[] = {
	{ "a socket's round trip is %.0f ns, %.0f system calls and %.1f switches%s",
	  "套接字往返一次 %.0f ns，系统调用 %.0f 次，切换 %.1f 次%s" },
	{ "and more: they must be. With them closed the data came, then their end, and a pipe "
	  "without readers was EPIPE; a reader that kept the end to write to slept for ever, "
	  "and a writer that kept the one to read from was told nothing, always",
	  "不仅可以，而且必须关：关了之后数据到达，接着是结束；没有"
	  "读者的管道给 EPIPE；留着写端的读者永远睡眠，留着读端的写者"
	  "得不到任何通知，总是如此" },
	{ "with them closed the data came, and then their end; kept, the reader slept for ever "
	  "in %.0f %% of the samples, and the writer was told nothing in %.0f %%",
	  "关了之后数据到达，接着是结束；不关时，%.0f %% 的样本里读者"
	  "永远睡眠，%.0f %% 里写者得不到通知" },
	{ "share of readers that had closed their other end and got the data and the end of "
	  "them %.2f, of such writers that were told of a pipe without readers %.2f",
	  "关了另一端的读者得到数据和结束的占 %.2f，这样的写者得知管"
	  "道没有读者的占 %.2f" },
	{ "the mode of its file lets them: strangers met there, another user too, and whoever "
	  "opened first slept, for fifo-open, until the other came; where the mode did not "
	  "allow it, open gave EACCES in %.0f %% of the samples",
	  "其文件的权限允许：陌生进程在那里相遇，别的用户也可以；先"
	  "打开的因 fifo-open 睡眠，直到另一方到来；权限不允许时，%.0f "
	  "%% 的样本里 open 给出 EACCES" },
	{ "strangers met there, another user too, whatever the mode; whoever opened first "
	  "slept, for fifo-open, until the other came",
	  "陌生进程在那里相遇，别的用户也可以，不论权限；先打开的因"
	  " fifo-open 睡眠，直到另一方到来" },
	{ "share of bytes that came between strangers %.2f, from another user %.2f; of first "
	  "ones that waited for the other %.2f and %.2f",
	  "陌生进程之间收到字节的占 %.2f，来自别的用户的占 %.2f；先到"
	  "者等待另一方的占 %.2f 和 %.2f" },
	{ "ends opened for one direction kept to it in %.0f %% of the samples",
	  "为单向打开的端，%.0f %% 的样本里保持单向" },
	{ "half duplex: one direction only is true of what is opened for one; opened for both, "
	  "bytes went both ways, but by turns: there is one queue, and who reads out of turn "
	  "has his own back",
	  "半双工：为单向打开的才只有一个方向；为双向打开时字节可以"
	  "两个方向走，但要轮流：只有一个队列，不按次序读就读回自己"
	  "的" },
	{ "opened for both, each way has a queue of its own: nobody got his own bytes back",
	  "为双向打开时，每个方向有自己的队列：没有人读回自己的字节" },
	{ "one direction only, for who opens it for both, too",
	  "只有一个方向，即使为双向打开" },
	{ "opened for both, it went both ways in %.0f %% of the samples, and own bytes came "
	  "back in %.0f %%",
	  "为双向打开时，%.0f %% 的样本里两个方向都通，%.0f %% 里读回自"
	  "己的字节" },
	{ "a round trip through FIFOs takes %.3f times as long as through pipes: equivalent "
	  "within 5 %%",
	  "经 FIFO 往返的用时是管道的 %.3f 倍：在 5 %% 以内等价" },
	{ "a round trip through FIFOs takes %.3f times as long as through pipes, %.3f to %.3f: "
	  "they differ by more than 5 %%",
	  "经 FIFO 往返的用时是管道的 %.3f 倍，%.3f 到 %.3f：相差超过 5 %%" },
	{ "%.3f to %.3f times as long: 5 %% more or less is in it",
	  "用时是 %.3f 到 %.3f 倍：区间含多 5 %% 或少 5 %%" },
	{ "it is %s: %s", "要看是哪种：%s：%s" },
	{ "a message outlived its sender, and who had too little room for it was told (E2BIG, "
	  "EMSGSIZE) and left it there; with MSG_NOERROR its beginning came in %.0f %% of the "
	  "samples, and its rest then in %.0f %%; of a pipe the rest comes with the next read: "
	  "%.0f %%",
	  "消息比发送者活得久；缓冲太小的接收者得到通知（E2BIG、"
	  "EMSGSIZE），消息留在原处；用 MSG_NOERROR 时 %.0f %% 的样本里到了开"
	  "头，其余部分之后 %.0f %% 到达；管道的其余部分随下一次读到达"
	  "：%.0f %%" },
	{ "share of messages that were still there after their sender and a receiver without "
	  "room for them, System V %.2f, POSIX %.2f; of such receivers told %.2f and %.2f",
	  "发送者结束、缓冲太小的接收者读过之后消息还在的占 System V "
	  "%.2f，POSIX %.2f；这样的接收者得到通知的占 %.2f 和 %.2f" },
	{ "each limit was reached, and no further: POSIX took %.0f messages of %.0f bytes, "
	  "then EAGAIN; larger ones EMSGSIZE, %.0f queues ENOSPC, %.0f bytes of a user EMFILE; "
	  "System V %.0f of %.0f, then EAGAIN; larger EINVAL, more queues ENOSPC",
	  "每个上限都达到了，且不超过：POSIX 收下 %.0f 条 %.0f 字节的消息"
	  "，之后 EAGAIN；更大的 EMSGSIZE，%.0f 个队列后 ENOSPC，一个用户 "
	  "%.0f 字节后 EMFILE；System V 收下 %.0f 条 %.0f 字节的，之后 EAGAIN；"
	  "更大的 EINVAL，更多队列 ENOSPC" },
	{ "share of limits that were reached and kept, POSIX: full %.2f, too large %.2f, too "
	  "deep %.2f, queues %.2f, bytes %.2f; System V: full %.2f, too large %.2f, queues %.2f",
	  "达到并守住上限的占比，POSIX：满 %.2f，太大 %.2f，太深 %.2f，队"
	  "列数 %.2f，字节数 %.2f；System V：满 %.2f，太大 %.2f，队列数 %.2f" },
	{ "System V gave the type that was asked for, and the lowest of some; POSIX the "
	  "highest priority first; each message came whole, even one without a byte; what went "
	  "into a pipe was kept apart in %.0f %% of the samples",
	  "System V 给出所要的类型，或若干类型中最小的；POSIX 先给优先级"
	  "最高的；每条消息都完整，没有字节的也是；写进管道的内容在"
	  " %.0f %% 的样本里保持分开" },
	{ "share of samples in which messages came by type %.2f, by priority %.2f, and kept "
	  "apart %.2f and %.2f",
	  "消息按类型到达的样本占 %.2f，按优先级 %.2f，保持分开的 %.2f "
	  "和 %.2f" },
	{ "three writes came out of one read; of two writers' records none of %d bytes "
	  "(PIPE_BUF) was torn, of those of %d pages %.1f of %d were",
	  "三次写由一次读取出；两个写者的记录，%d 字节（PIPE_BUF）的一"
	  "条也没被拆散，%d 页的有 %.1f 条被拆散，共 %d 条" },
	{ "share of writes run together %.2f, of samples with records of PIPE_BUF all whole "
	  "%.2f, with larger ones torn %.2f",
	  "几次写合成一次的占 %.2f，PIPE_BUF 大小的记录都完整的样本占 "
	  "%.2f，更大的被拆散的占 %.2f" },
	{ "it took %.0f bytes; the writer of one more slept, for pipe-full, until they were "
	  "read; a user without privilege made one as large as pipe-max-size says, %.0f bytes, "
	  "and not larger",
	  "它容纳 %.0f 字节；再写一个字节的写者因 pipe-full 睡眠，直到被"
	  "读走；无特权用户可以把它设到 pipe-max-size，即 %.0f 字节，不能"
	  "更大" },
	{ "share of pipes that took what they say %.2f, of writers that waited %.2f and went "
	  "on %.2f, of pipes made as large as the limit %.2f, refused past it %.2f",
	  "容量与所说相符的管道占 %.2f，等待的写者占 %.2f，继续的占 %.2f"
	  "；能设到上限的占 %.2f，超过时被拒的占 %.2f" },
	{ "the descriptors are those that pipe(2) gave: each does one thing, the other is "
	  "EBADF, for parent and child alike, and an answer takes a second pipe; but the end "
	  "to read from, opened anew through /proc for both, wrote into it in %.0f %% of the "
	  "samples",
	  "描述符要是 pipe(2) 给的：每个只做一件事，另一件是 EBADF，父子"
	  "进程都一样，应答要第二个管道；但经 /proc 把读端重新以双向"
	  "打开，%.0f %% 的样本里能写进去" },
	{ "each end does one thing, the other is EBADF, for parent and child alike, and an "
	  "answer takes a second pipe",
	  "每端只做一件事，另一件是 EBADF，父子进程都一样，应答要第二"
	  "个管道" },
	{ "share of writes to the end to read from that failed %.2f, of reads from the other "
	  "end %.2f, of answers through a second pipe that came %.2f",
	  "向读端写失败的占 %.2f，从另一端读失败的占 %.2f，应答经第二"
	  "个管道到达的占 %.2f" },
	{ "since 2.6.11 it is a ring of pages: it took %.0f of them, or %.0f writes of half a "
	  "page and a byte, or %.0f packets of a byte; %s",
	  "自 2.6.11 起它是页组成的环：容纳 %.0f 页，或 %.0f 次半页加一个"
	  "字节的写，或 %.0f 个单字节的包；%s" },
	{ "%.0f page was all that it took, always", "它总是只容纳 %.0f 页" },
	{ "strangers wrote to a pipe that was neither made by them nor handed down to them, "
	  "always, by: %s",
	  "既不是自己建的、也不是继承来的管道，陌生进程总能写进去，"
	  "方法是：%s" },
	{ "no stranger got a byte through, by none of three ways",
	  "三种方法中没有一种让陌生进程的字节通过" },
	{ "%s worked in %.0f %% of the samples only", "%s 只在 %.0f %% 的样本里可行" },
	{ "every call had its result, from another host, too; it takes %.2f times what the "
	  "same messages take over a socket (%.2f to %.2f), between hosts %.2f times",
	  "每个调用都有结果，另一台主机来的也有；用时是同样的消息经"
	  "套接字的 %.2f 倍（%.2f 到 %.2f），主机之间 %.2f 倍" },
	{ "every call had its result, from another host, too",
	  "每个调用都有结果，另一台主机来的也有" },
	{ "it is one host: of another one no result came",
	  "限于一台主机：另一台没有结果到来" },
	{ "calls had no result, or a wrong one", "有的调用没有结果，或结果不对" },
	{ "all results were right in %.0f %% of the samples only",
	  "只有 %.0f %% 的样本里结果全对" },
	{ "who found it at 0 slept until the other had posted, and saw what that one had "
	  "written before; %d posts were %d takes and no more, and nothing else came with "
	  "them; up and down with nobody waiting takes %.2f system calls with POSIX, %.2f with "
	  "System V",
	  "发现它为 0 的睡眠到另一方 post 为止，并看到那一方之前写的内"
	  "容；%d 次 post 对应 %d 次取，不多，也没有附带别的；无人等待"
	  "时加减一次，POSIX 用 %.2f 次系统调用，System V 用 %.2f 次" },
	{ "share of samples in which it made wait %.2f and %.2f, what was written before was "
	  "there %.2f and %.2f, its count was right %.2f and %.2f (POSIX, System V)",
	  "使人等待的样本占 %.2f 和 %.2f，之前写的内容可见的占 %.2f 和 "
	  "%.2f，计数正确的占 %.2f 和 %.2f（POSIX，System V）" },
	{ "however it waits, shared memory beats all others, in %zu of %zu",
	  "不论怎样等待，共享内存胜过其他所有方式：%zu 格，共 %zu 格" },
	{ "however it waits, another way is faster, in %zu of %zu",
	  "不论怎样等待，都有别的方式更快：%zu 格，共 %zu 格" },
	{ "shared memory beats all others in %zu of %zu, is beaten in %zu, and the others' "
	  "intervals have 1 in them",
	  "共享内存胜过其他所有方式的有 %zu 格，共 %zu 格；被胜过的有 "
	  "%zu 格；其余的区间含 1" },
	{ "it waits the right way, where it is: faster than the fastest other way on one CPU "
	  "in: %s; on two: %s",
	  "等待方式要对，位置也要对：一个 CPU 上，它比最快的其他方式"
	  "快：%s；两个 CPU 上：%s" },
	{ "it is POSIX: that grew and shrank while it was mapped, where a System V segment has "
	  "the size it was made with; %s",
	  "要是 POSIX 的：映射着也能增大和缩小，System V 段的大小建时就"
	  "定了；%s" },
	{ "POSIX memory grew and shrank while it was mapped, and a System V segment was to be "
	  "had larger in %.0f %% of the samples; %s",
	  "POSIX 内存映射着也能增大和缩小，System V 段在 %.0f %% 的样本里也"
	  "可以变大；%s" },
	{ "share of samples in which POSIX memory grew %.2f, shrank %.2f, was full at its "
	  "limit %.2f; limits of System V were kept, shmmax %.2f, shmall %.2f, shmmni %.2f",
	  "POSIX 内存增大了的样本占 %.2f，缩小了的 %.2f，到上限为满的 %.2f"
	  "；System V 的上限守住的，shmmax %.2f，shmall %.2f，shmmni %.2f" },
	{ "without a lock %.0f updates a sample were lost, and %.1f records found half "
	  "changed; with one none, of any",
	  "不加锁时每个样本丢失 %.0f 次更新，发现 %.1f 个改了一半的记录"
	  "；加锁后任何一种锁都没有" },
	{ "share of samples that went wrong without a lock %.2f, and right with one %.2f",
	  "不加锁出错的样本占 %.2f，加锁正确的占 %.2f" },
	{ "a ring in shared memory takes %.3f times as long as one in malloc's: equivalent "
	  "within 5 %%, and threads have that one already",
	  "共享内存中的环，用时是 malloc 内存中的 %.3f 倍：在 5 %% 以内等"
	  "价，而线程本来就有后者" },
	{ "a ring in shared memory takes %.3f times as long as one in malloc's, which threads "
	  "have already: it is a loss",
	  "共享内存中的环，用时是 malloc 内存中的 %.3f 倍，而线程本来就"
	  "有后者：是亏的" },
	{ "a ring in shared memory takes %.3f times as long as one in malloc's, %.3f to %.3f: "
	  "a gain, between threads, too",
	  "共享内存中的环，用时是 malloc 内存中的 %.3f 倍，%.3f 到 %.3f：线"
	  "程之间也有好处" },
	{ "asleep, computing, or after it had blocked it, it was told, and by whom; %s: of %d "
	  "sent while they were blocked %.3g SIGUSR1 came, and %.3g SIGRTMIN%s",
	  "不论它在睡眠、计算，还是先前屏蔽了信号，都得到通知，并知"
	  "道来自谁；%s：屏蔽期间发出的 %d 个中，SIGUSR1 到了 %.3g 个，"
	  "SIGRTMIN 到了 %.3g 个%s" },
	{ "share of samples in which it was told, asleep %.2f, computing %.2f, after it had "
	  "been blocked %.2f",
	  "得到通知的样本占比：睡眠时 %.2f，计算时 %.2f，先前屏蔽后 %.2f" },
	{ "no connection came from the other host", "另一台主机没有连接到来" },
	{ "over the network it was reached in %.0f %% of the samples only",
	  "只在 %.0f %% 的样本里经网络连得上" },
	{ "they are of the inet family: a unix socket without a file never reached the other "
	  "host, one with a file %s where both have its file system, never where not",
	  "要是 inet 族：没有文件的 unix 套接字从未到达另一台主机，有文"
	  "件的在双方共有其文件系统时%s到达，不共有时从未到达" },
	{ "all reached it, unix sockets, too", "全部到达，unix 套接字也是" },
	{ "unix sockets reached it in some of the samples",
	  "部分样本里 unix 套接字到达了" },
	{ "shared memory beats pipe and FIFO in all %zu cells",
	  "全部 %zu 格里共享内存都胜过管道和 FIFO" },
	{ "a pipe or a FIFO beats shared memory in all of %zu cells",
	  "全部 %zu 格里管道或 FIFO 胜过共享内存" },
	{ "shared memory beats pipe and FIFO in %zu of %zu cells, is beaten in %zu, and the "
	  "others' intervals have 1 in them",
	  "共享内存胜过管道和 FIFO 的有 %zu 格，共 %zu 格；被胜过的有 %zu "
	  "格；其余的区间含 1" },
	{ "who waits, where and for how much is right: shared memory is faster than pipe and "
	  "FIFO, by how it waits, on one CPU in: %s; on two: %s",
	  "等待者、位置和大小要合适：按等待方式，共享内存比管道和 "
	  "FIFO 快，一个 CPU 上：%s；两个 CPU 上：%s" },
	{ "%s: intervals %.3f to %.3f and %.3f to %.3f, neither more by 5 %% nor the same",
	  "%s：区间 %.3f 到 %.3f 和 %.3f 到 %.3f，既没有多出 5 %%，也不算相同" },
	{ "between processes it costs %s", "进程之间的用时是 %s" },
	{ "%s: between processes it costs %s", "%s：进程之间的用时是 %s" },
	{ "between processes it costs %s: no more than between threads",
	  "进程之间的用时是 %s：不比线程之间多" },
	{ "what was sent to a thread was handled in it, and waited for it when it did not want "
	  "it; what was sent to the process was handled by the thread that wanted it; the "
	  "handler that one had set was the others', too",
	  "发给某线程的信号由它处理，它不要时就等着它；发给进程的由"
	  "愿意接收的线程处理；一个线程设的处理函数也是其他线程的" },
	{ "share of samples in which the thread meant handled it %.2f, the one that wanted it "
	  "%.2f, the handler was common %.2f, and it waited for its thread %.2f",
	  "由所指的线程处理的样本占 %.2f，由愿意接收的处理的占 %.2f，"
	  "处理函数共用的占 %.2f，等着其线程的占 %.2f" },
	{ "this is Linux, where the half that can be asked is so: who makes a process is its "
	  "parent and alone can wait for it, its sibling cannot (though told of its end, by a "
	  "pidfd, in %.0f %%); of Windows nothing can be measured here",
	  "这里是 Linux，能问的那一半成立：创建者就是父进程，只有它能"
	  "等待，兄弟进程不能（但 %.0f %% 的样本里经 pidfd 得知其结束）"
	  "；Windows 这里无法测量" },
	{ "share of makers that were parents %.2f, of parents that could wait %.2f, of "
	  "siblings that could not %.2f: that is no tree",
	  "创建者是父进程的占 %.2f，父进程能等待的占 %.2f，兄弟进程不"
	  "能的占 %.2f：这不是树" },
	{ "times a socket's round trip of %.0f ns (%.0f system calls, %.1f switches, no "
	  "broker's CPU time): %s",
	  "是套接字往返 %.0f ns 的倍数（系统调用 %.0f 次，切换 %.1f 次，"
	  "没有消息中间件的 CPU 时间）：%s" },
	{ "%s with %s messages", "%s，消息%s" },
	{ "%s with %s messages, %s", "%s，消息%s；%s" },
	{ "with the largest messages System V took %.0f bytes, POSIX %.0f, a pipe %.0f; with "
	  "%d bytes each %.0f, %.0f and %.0f",
	  "消息最大时 System V 容纳 %.0f 字节，POSIX %.0f，管道 %.0f；每条 %d "
	  "字节时 %.0f、%.0f 和 %.0f" },
	{ "a user past pipe-user-pages-soft gets %.0f",
	  "超过 pipe-user-pages-soft 的用户得到 %.0f 页" },
	{ "it is System V: ", "要是 System V：" },
	{ "but a plain signal is no queue", "但普通信号不排队" },
	{ "none was lost", "没有丢失" },
	{ ", in order", "，次序不变" },
	{ "did", "能" },
	{ "did not always", "不总能" },
	{ "each message is a switch", "每条消息要一次切换" },
	{ "messages come many at a time", "消息要成批到来" },
	{ "%.3f times as much where each message is a switch, %.3f times where %d are one",
	  "每条消息一次切换时 %1$.3f 倍，%3$d 条合成一次时 %2$.3f 倍" },
	{ "%s %zu of %zu", "%s %zu 格（共 %zu 格）" },
	{ "%s %zu of %zu, %s", "%s %zu 格（共 %zu 格），%s" },
	{ "it is System V: %s", "要是 System V：%s" },
	{ "with %d messages there instead of %d, to send one and receive it took %.1f times as "
	  "long where it was asked for by its type, %.2f times where it was the oldest (System "
	  "V), %.2f times by its priority (POSIX)",
	  "队列中有 %d 条而不是 %d 条消息时，收发一条，按类型取的用时"
	  "是 %.1f 倍，取最旧的 %.2f 倍（System V），按优先级取 %.2f 倍（"
	  "POSIX）" },
	{ "small", "较小时" },
	{ "the largest", "最大时" },
	{ "no limit a user is set here", "这里没有设每用户上限" },
	{ "more than its file system has was ENOSPC; past shmmax a segment was EINVAL, past "
	  "shmall and shmmni ENOSPC",
	  "超过其文件系统所有的是 ENOSPC；段超过 shmmax 是 EINVAL，超过 "
	  "shmall 和 shmmni 是 ENOSPC" },
};

REASONS(zh_ipc);
