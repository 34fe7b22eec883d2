// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of what tasks share. */
#include "notes/reasons.h"

static const struct reason zh_isolate[] = {
	{ "memory is meant: one address, two values; the clock shows where the CPU was taken "
	  "away, %.1f times in 40 ms",
	  "指的是内存：同一个地址，两个值；时钟看得出 CPU 在哪里被拿"
	  "走，40 ms 里 %.1f 次" },
	{ "one address, two values, and no gap in the clock",
	  "同一个地址，两个值，时钟上没有间断" },
	{ "one saw what the other wrote", "一个看到了另一个写的内容" },
	{ "who only shares the memory of the crashed one is killed, too",
	  "只与崩溃者共用内存的也被杀死" },
	{ "who shares all of its memory with the crashed one, but is no thread of its process, "
	  "went on in every sample: the signal ends the thread group",
	  "与崩溃者共用全部内存、但不是其进程线程的，每个样本里都继"
	  "续运行：信号结束的是线程组" },
	{ "the parent never saw what its child wrote (%.2f page faults: the page was copied "
	  "then), and always what its thread did (%.2f)",
	  "子进程写的，父进程从未看到（%.2f 次缺页：那时复制了页），"
	  "线程写的总是看到（%.2f）" },
	{ "the parent saw its child's write in %.0f %% of the samples, its thread's in %.0f %%",
	  "父进程看到子进程所写的样本有 %.0f %%，看到线程所写的有 %.0f "
	  "%%" },
	{ "parent and siblings go on; but share of writers to its pipe killed by SIGPIPE %.2f, "
	  "of children killed that asked for it (PR_SET_PDEATHSIG) %.2f",
	  "父进程和兄弟进程继续运行；但向其管道写的进程被 SIGPIPE 杀死"
	  "的占 %.2f，要求随父结束（PR_SET_PDEATHSIG）的子进程被杀死的占 "
	  "%.2f" },
	{ "siblings never went on after the crash",
	  "崩溃之后兄弟进程从未继续运行" },
	{ "the call comes later: it gets EBADF; a read that was blocked already got its data "
	  "in %.0f %% of the samples; a process's close changes nothing for another",
	  "要是之后的调用：得到 EBADF；已经阻塞的读，%.0f %% 的样本里仍"
	  "得到数据；一个进程的 close 不影响另一个" },
	{ "later calls get EBADF, and a blocked read got nothing; a process's close changes "
	  "nothing for another",
	  "之后的调用得到 EBADF，阻塞的读什么也没得到；一个进程的 "
	  "close 不影响另一个" },
	{ "share of later reads in another thread that failed %.2f, of reads in another "
	  "process that worked %.2f",
	  "另一线程之后的读失败的占 %.2f，另一进程的读成功的占 %.2f" },
	{ "a plain mutex stayed locked; a robust one said EOWNERDEAD, a semaphore with "
	  "SEM_UNDO and flock(2) were free again, always",
	  "普通互斥锁一直锁着；健壮的给出 EOWNERDEAD，带 SEM_UNDO 的信号量"
	  "和 flock(2) 又空闲了，总是如此" },
	{ "share of plain mutexes stuck %.2f, of robust ones that told %.2f, of SEM_UNDO "
	  "released %.2f, of flock %.2f",
	  "普通互斥锁卡住的占 %.2f，健壮的给出通知的占 %.2f，SEM_UNDO 释"
	  "放的占 %.2f，flock 占 %.2f" },
	{ "two processes counted to %d in common memory under a common mutex and lost nothing, "
	  "and one read the variable of another that slept",
	  "两个进程在共用内存里用共用互斥锁数到 %d，没有丢失；一个还"
	  "读到了另一个睡眠进程的变量" },
	{ "neither common memory nor a direct read worked between processes",
	  "进程之间共用内存和直接读都不行" },
	{ "common memory worked in %.0f %% of the samples, a direct read in %.0f %%",
	  "共用内存在 %.0f %% 的样本里可行，直接读在 %.0f %%" },
	{ "no thread answered any more; but share of processes that went on when the fault was "
	  "caught and jumped out of %.2f, when one thread ended itself %.2f",
	  "再没有线程应答；但捕获故障并跳出时进程继续运行的占 %.2f，"
	  "一个线程自己结束时占 %.2f" },
	{ "the other threads went on in %.0f %% of the samples",
	  "其他线程在 %.0f %% 的样本里继续运行" },
	{ "each has a stack and TLS of its own, but by a pointer another thread wrote to both, "
	  "and to memory from malloc, in every sample",
	  "各有自己的栈和 TLS，但经指针，每个样本里另一线程都写进了"
	  "这两处以及 malloc 的内存" },
	{ "no write of another thread arrived", "另一线程写的都没有到" },
	{ "writes arrived on the stack in %.0f %% of the samples, in TLS in %.0f %%, on the "
	  "heap in %.0f %%",
	  "写到栈上的有 %.0f %% 的样本，写到 TLS 的有 %.0f %%，写到堆上的"
	  "有 %.0f %%" },
	{ "siblings went on in", "兄弟进程继续运行的只有" },
	{ "killed in", "被杀死的只有" },
	{ "own values in", "值各自独立的只有" },
};

REASONS(zh_isolate);
