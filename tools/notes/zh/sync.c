// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of locks and queues. */
#include "notes/reasons.h"

static const struct reason zh_sync[] = {
	{ "none of %ld was lost, and nobody slept; of plain ones two CPUs lost %.0f %%, one "
	  "CPU none in %.0f %% of the samples; %ld under a mutex had %.1f sleeps%s",
	  "%ld 次一次没丢，也没有人睡眠；普通的加法，两个 CPU 上丢了 "
	  "%.0f %%，一个 CPU 上 %.0f %% 的样本没丢；互斥锁下的 %ld 次睡眠 "
	  "%.1f 次%s" },
	{ "share of samples in which none was lost %.2f on one CPU, %.2f on two, and in which "
	  "nobody slept %.2f",
	  "没有丢失的样本，一个 CPU 上占 %.2f，两个 CPU 上占 %.2f；没有人"
	  "睡眠的占 %.2f" },
	{ "right and without a sleep in %.0f %% of the samples only",
	  "只在 %.0f %% 的样本里既正确又不睡眠" },
	{ "plain additions lost none in %.0f %% of the samples: two that add did not meet here",
	  "普通的加法在 %.0f %% 的样本里没有丢失：这里两个加的没有碰到"
	  "一起" },
	{ "without an end who puts never waited, and its process grew by %.0f bytes an item of "
	  "%ld; with room for %d it grew by %.0f, and who puts waited %.0f times for %d items, "
	  "asleep %.0f %% of its time",
	  "没有上限时放的人从不等待，其进程每项增长 %.0f 字节，共 %ld "
	  "项；只容 %d 项时增长 %.0f，放的人等了 %.0f 次，共 %d 项，有 "
	  "%.0f %% 的时间睡眠" },
	{ "share of samples in which the one without an end ate memory %.2f, and never made "
	  "wait %.2f, in which the one with an end ate none %.2f, and made wait %.2f",
	  "没有上限的吃掉内存的样本占 %.2f，从不使人等待的 %.2f；有上"
	  "限的不吃内存的 %.2f，使人等待的 %.2f" },
	{ "if it is used so: under the mutex all of %.0f items came, and a setter that came "
	  "between look and wait had to sleep until there was somebody to wake; without the "
	  "mutex that wake-up was lost, always; woken for one item, two that did not look "
	  "again took two",
	  "要这样用：在互斥锁之下，%.0f 项全部到达，在查看和等待之间"
	  "到来的设置者必须睡眠，直到有人可唤醒；没有互斥锁那次唤醒"
	  "总是丢失；为一项唤醒两个，不再查看的两个取了两项" },
	{ "share of samples in which all items came %.2f, a wake-up between look and wait came "
	  "with the mutex %.2f, and was lost without %.2f, two woken for one item took one "
	  "with while %.2f, and two with if %.2f",
	  "各项都到达的样本占 %.2f，查看和等待之间的唤醒，有互斥锁到"
	  "达的 %.2f，没有而丢失的 %.2f；为一项唤醒两个，用 while 取一项"
	  "的 %.2f，用 if 取两项的 %.2f" },
	{ "with one lock for both a take is %.2f times the time, 99 %% of them within %.0f ns "
	  "rather than %.0f; %.0f %% found it taken, and %.0f of %d slept",
	  "双方共用一把锁，取一次用时是 %.2f 倍，99 %% 在 %.0f ns 以内，各"
	  "用一把时 %.0f ns；%.0f %% 发现已被占，%.0f 次睡眠，共 %d 次" },
	{ "throughput is meant: %.2f times the time a take, but 99 %% of them are within %.0f "
	  "ns with one lock, %.0f with one each",
	  "指的是吞吐量：取一次用时是 %.2f 倍，但 99 %% 的在共用一把锁"
	  "时 %.0f ns 以内，各用一把时 %.0f ns" },
	{ "with one lock for both a take is %.2f times the time, though %.0f %% found it taken",
	  "双方共用一把锁，取一次用时是 %.2f 倍，尽管 %.0f %% 发现已被占" },
	{ "%.2f to %.2f times the time a take with one lock for both: no telling on which side "
	  "of %.2f it is",
	  "双方共用一把锁，取一次用时是 %.2f 到 %.2f 倍：说不清在 %.2f 的"
	  "哪一边" },
	{ "each thread waited for what the other had, for ever, as their memory and the kernel "
	  "prove; in the same order both went through, always",
	  "每个线程等着另一个占有的，永远等下去，由它们的内存和内核"
	  "证实；次序相同时两个总能通过" },
	{ "share deadlocked in opposite order %.2f, of those that went through in the same "
	  "order %.2f",
	  "次序相反时死锁的占 %.2f，次序相同时通过的占 %.2f" },
	{ "never two nodes at once, whether the key expires or not; %.0f us a take",
	  "从未两个节点同时持有，不论键是否过期；取一次 %.0f us" },
	{ "it is held for less than its TTL: then never two nodes at once, %.0f us a take and "
	  "release, and a killed holder's is free after %.0f ms of 40; past its TTL both had "
	  "it, and without one a killed holder's is%s free",
	  "持有时间要短于 TTL：这时从未两个节点同时持有，取放一次 "
	  "%.0f us，持有者被杀后 %.0f ms 空出，TTL 为 40 ms；超过 TTL 两个同"
	  "时持有；没有 TTL 时，被杀的持有者的锁%s空出" },
	{ "both had it at once in %.0f %% of the samples, and past its TTL in %.0f %%",
	  "%.0f %% 的样本里两个同时持有，超过 TTL 时 %.0f %%" },
	{ "of %d records that two appended, %.1f were whole without a lock, and all with "
	  "flock, with fcntl, and whoever did not ask for it",
	  "两个进程追加的 %d 条记录，不加锁完整的 %.1f 条，用 flock 和 "
	  "fcntl 全部完整，不论是否有人不去申请" },
	{ "each of them asks for it, of an open file of its own: of %d records that two "
	  "appended, %.1f were whole without a lock, and all with flock and with fcntl; with "
	  "flock %.1f where one did not ask, %.1f where both had the same open file",
	  "各人都要申请，并用自己打开的文件：两个进程追加的 %d 条记"
	  "录，不加锁完整的 %.1f 条，用 flock 和 fcntl 全部完整；用 flock 而"
	  "一个不申请时 %.1f 条，双方用同一打开文件时 %.1f 条" },
	{ "of %d records that two appended, %.1f were whole without a lock, %.1f with flock, "
	  "%.1f with fcntl",
	  "两个进程追加的 %d 条记录，不加锁完整的 %.1f 条，用 flock %.1f "
	  "条，用 fcntl %.1f 条" },
	{ "two use it at once: %s", "要两个同时使用：%s" },
	{ "it is the %s: %s", "要是 %s：%s" },
	{ "%s: intervals %.2f to %.2f and %.2f to %.2f",
	  "%s：区间 %.2f 到 %.2f 和 %.2f 到 %.2f" },
	{ "no update was lost, and none found another one half made; who came second slept for "
	  "the futex, %.1f times a sample; with nobody else there it takes %s system calls",
	  "没有丢失更新，也没有人看到改了一半的；后来的因 futex 睡眠"
	  "，每个样本 %.1f 次；没有别人时的系统调用：%s" },
	{ "share of samples without a lost update %.2f, without two inside at once %.2f",
	  "没有丢失更新的样本占 %.2f，没有两个同时在内的占 %.2f" },
	{ "with %d in it the writer slept until one was taken, with none the reader until one "
	  "was put; of %d items, the writer waited for %.0f and a slow reader for %.1f, the "
	  "reader for %.0f and a slow writer for %.1f",
	  "其中有 %d 项时写者睡眠到取走一项，没有时读者睡眠到放入一"
	  "项；%d 项中，写者等慢的读者 %.0f 项，后者等它 %.1f 项；读者等"
	  "慢的写者 %.0f 项，后者等它 %.1f 项" },
	{ "share of samples in which it made wait when full %.2f, when empty %.2f, and let go "
	  "on then %.2f and %.2f; in which the faster side waited, the writer %.2f, the reader "
	  "%.2f",
	  "满时使人等待的样本占 %.2f，空时 %.2f，之后放行的 %.2f 和 %.2f；"
	  "快的一方等待的样本，写者 %.2f，读者 %.2f" },
	{ "each of %ld items came once, and those of a writer in its order, with one reader "
	  "and with %d",
	  "%ld 项每项到达一次，一个写者的保持次序，一个读者和 %d 个读"
	  "者都是" },
	{ "there is one reader: each of %ld items came once, with one and with %d, and one "
	  "dealt with those of a writer in its order; two did in %.0f %% of the samples",
	  "读者要只有一个：%ld 项每项到达一次，一个读者和 %d 个都是；"
	  "一个读者按次序处理一个写者的，两个读者在 %.0f %% 的样本里做"
	  "到" },
	{ "of %ld items %.1f were lost and %.1f came twice with one reader, %.1f and %.1f with "
	  "%d; share of samples in which one reader had those of a writer in order %.2f",
	  "%1$ld 项中，一个读者时丢了 %2$.1f 项、重复 %3$.1f 项，%6$d 个读者"
	  "时 %4$.1f 项和 %5$.1f 项；一个读者按次序得到一个写者的样本占 "
	  "%7$.2f" },
	{ "on one CPU, too: there %.0f updates a sample were lost, by %.1f stores over what "
	  "the other thread had stored since the load; on all CPUs that may be used %.0f",
	  "一个 CPU 上也会：每个样本丢失 %.0f 次更新，由于 %.1f 次存储盖"
	  "掉了另一线程在取之后存的；在可用的全部 CPU 上 %.0f" },
	{ "on one CPU no update was lost in any sample",
	  "一个 CPU 上没有一个样本丢失更新" },
	{ "it only keeps a thread from waiting for itself: two of them in opposite order were "
	  "deadlocked, as is proved, and another thread of the process found one busy, always",
	  "它只使线程不等自己：次序相反的两把死锁了，已证实；本进程"
	  "的另一线程发现其中一把被占，总是如此" },
	{ "share that went through when taken again by its owner %.2f, deadlocked in opposite "
	  "order %.2f, busy for another thread %.2f",
	  "由持有者再次取得而通过的占 %.2f，次序相反死锁的占 %.2f，另"
	  "一线程发现被占的占 %.2f" },
	{ "a reader came in beside a reader, %.0f at most of a crowd, and slept for a writer; "
	  "a writer slept for either, and nobody was ever beside one; with a writer waiting "
	  "another reader came in, in %.0f %% of the samples; two readers were done sooner "
	  "than by a mutex %s",
	  "有读者时读者能进，一群中最多 %.0f 个，有写者时睡眠；写者对"
	  "两者都睡眠，从没有人与写者同时在内；有写者等待时，%.0f %% "
	  "的样本里又有读者进入；两个读者比用互斥锁更早做完的情形："
	  "%s" },
	{ "share of samples in which a reader came in beside another %.2f, a writer was alone "
	  "%.2f, and nobody was beside one in a crowd %.2f",
	  "有读者时读者进入的样本占 %.2f，写者独自在内的 %.2f，一群中"
	  "没有人与写者同时在内的 %.2f" },
	{ "who took a plain mutex twice waited for itself for ever, as is proved; an "
	  "error-checking one said EDEADLK; a recursive one, taken %d times, was free for "
	  "others after %d unlocks and not before",
	  "两次取普通互斥锁的永远等自己，已证实；检错的给出 EDEADLK；"
	  "递归的取了 %d 次，放 %d 次之后别人才能用，之前不能" },
	{ "share of plain mutexes deadlocked %.2f, of error-checking ones that told %.2f, of "
	  "recursive ones taken again %.2f, held until the last unlock %.2f, free then %.2f",
	  "普通互斥锁死锁的占 %.2f，检错的给出通知的 %.2f，递归的再次"
	  "取得的 %.2f，保持到最后一次放的 %.2f，之后空出的 %.2f" },
	{ "of %d permits, %.1f were inside at once",
	  "许可 %d 个，同时在内的有 %.1f 个" },
	{ "as many inside as permits in %.0f %% of the samples only",
	  "只在 %.0f %% 的样本里同时在内的与许可一样多" },
	{ "%d at once at most, of %d, and always in the order they came in",
	  "同时最多 %d 个，共 %d 个，总按到来的次序" },
	{ "it is the number alone: %d at once at most, of %d; those who slept came in by the "
	  "order they had come in %.0f %% of the samples, and who gave it back and took it "
	  "again overtook one who slept for it in %.0f %%, %.1f times in a row",
	  "管的只是数目：同时最多 %d 个，共 %d 个；睡眠者按到来的次序"
	  "进入的占 %.0f %%；放回又再取的超过等着它的睡眠者的占 %.0f %%"
	  "，连续 %.1f 次" },
	{ "there are both, and both hand over between threads and between processes: one with "
	  "a name is found by it, one without must be in memory that both have%s",
	  "两种都有，都能在线程之间和进程之间移交：有名字的按名字找"
	  "到，没有的必须在双方共有的内存里%s" },
	{ "share of samples in which every turn was right: without a name %.2f between "
	  "threads, %.2f between processes; with a name %.2f and %.2f",
	  "每次轮换都正确的样本占比：无名的线程之间 %.2f，进程之间 "
	  "%.2f；有名的 %.2f 和 %.2f" },
	{ "%sof %d takes one of two had %.1f %% of its fair share, and the other up to %.0f in "
	  "a row; by tickets it had %.0f %%, of a plain lock held briefly %.0f %%",
	  "%s%d 次取得中，两个之一只有公平份额的 %.1f %%，另一个连续取"
	  "得多至 %.0f 次；用号牌锁有 %.0f %%，用持有时间短的普通锁有 "
	  "%.0f %%" },
	{ "whoever had least of a plain lock that is held for long had %.0f %% of a fair "
	  "share, and never less than %.0f %%",
	  "长时间持有的普通锁，得到最少的有公平份额的 %.0f %%，从未少"
	  "于 %.0f %%" },
	{ "one of two starved in %.0f %% of the samples only",
	  "只在 %.0f %% 的样本里两个之一挨饿" },
	{ "both nodes had the lock at once while it was held",
	  "持有期间两个节点同时有锁" },
	{ "a killed node's lock was never free again", "被杀节点的锁再没有空出" },
	{ " never", "从不" },
	{ "ring", "环" },
	{ "map", "映射表" },
	{ "uncounted", "未统计" },
	{ "no", "没有" },
	{ "; on two CPUs one took %.0f ns, by a mutex %.0f, on one CPU %.0f and %.0f",
	  "；两个 CPU 上一次 %.0f ns，用互斥锁 %.0f ns，一个 CPU 上 %.0f 和 "
	  "%.0f ns" },
	{ "by two threads the ring without a lock is %.2f times as fast as under a mutex, the "
	  "map with 64 locks %.2f times; by one alone %.2f and %.2f",
	  "两个线程时，无锁环的速度是互斥锁下的 %.2f 倍，64 把锁的映射"
	  "表 %.2f 倍；单独一个线程时 %.2f 和 %.2f 倍" },
	{ "in %.0f %% of the samples, from %.0f ns inside on",
	  "%.0f %% 的样本，在内 %.0f ns 起" },
	{ "; a round trip by a name took %.3f times as long as without between threads, %.3f "
	  "between processes",
	  "；有名字的往返用时，线程之间是无名的 %.3f 倍，进程之间 %.3f "
	  "倍" },
	{ "the lock is unfair: ", "锁要不公平：" },
	{ "held most of the time: ", "要大部分时间被持有：" },
	{ "the lock is unfair and held most of the time: ",
	  "锁要不公平，并且大部分时间被持有：" },
	{ "in no sample", "没有一个样本" },
};

REASONS(zh_sync);
