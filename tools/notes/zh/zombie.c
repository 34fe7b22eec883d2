// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of zombies. */
#include "notes/reasons.h"

static const struct reason zh_zombie[] = {
	{ "of %.0f kB and %.0f descriptors nothing is left; number and status stay, and the "
	  "kernel's task_struct",
	  "%.0f kB 内存和 %.0f 个描述符什么也不剩；留下的是编号、状态和"
	  "内核的 task_struct" },
	{ "share without memory %.2f, without descriptors %.2f, with its number %.2f, with its "
	  "status %.2f",
	  "没有内存的占 %.2f，没有描述符的 %.2f，编号还在的 %.2f，状态还"
	  "在的 %.2f" },
	{ "lines that are no zombies are left out: all four are found, and %.1f such lines on "
	  "average",
	  "要排除不是僵尸的行：四种全部找到，这样的行平均 %.1f 行" },
	{ "all four are found, and nothing else", "四种全部找到，没有别的" },
	{ "share found: Z %.2f, Zs %.2f, ZN %.2f, Zl %.2f; and %.1f lines on average that are "
	  "no zombies",
	  "找到的占比：Z %.2f，Zs %.2f，ZN %.2f，Zl %.2f；不是僵尸的行平均 "
	  "%.1f 行" },
	{ "%llu of %llu reaped themselves, none was a zombie, and no status came; with "
	  "SA_NOCLDWAIT instead %llu of %llu were none",
	  "%llu 个自己被回收，共 %llu 个，没有一个成为僵尸，也没有状态"
	  "到来；改用 SA_NOCLDWAIT 时 %llu 个，共 %llu 个" },
	{ "all %llu were zombies all the same", "全部 %llu 个照样成了僵尸" },
	{ "%llu of %llu were zombies, %.0f statuses came at most",
	  "%llu 个成了僵尸，共 %llu 个，最多得到 %.0f 个状态" },
	{ "in all samples: to init of its PID namespace, or to the nearest subreaper though a "
	  "farther one was there; reaped there",
	  "所有样本里：归其 PID 命名空间的 init，或归最近的 subreaper，即"
	  "使还有更远的；在那里被回收" },
	{ "share of orphans that came to init %.2f, to the nearest subreaper %.2f",
	  "归 init 的孤儿占 %.2f，归最近的 subreaper 的占 %.2f" },
	{ "one was reaped after %.2f ms, the parent came after %.0f",
	  "有一个在 %.2f ms 后被回收，父进程在 %.0f ms 才来" },
	{ "all were there after %.0f ms (traced: %.1f ms at least), and gone after the wait; a "
	  "parent in wait reaps in %.0f us",
	  "%.0f ms 之后全都还在（跟踪到：至少 %.1f ms），等待之后都不在"
	  "了；在 wait 中的父进程 %.0f us 内回收" },
	{ "some are found in", "找到一部分的只有" },
	{ "children were gone before their parent waited",
	  "父进程等待之前子进程已不在" },
	{ "children were still there after their parent had waited",
	  "父进程等待之后子进程还在" },
};

REASONS(zh_zombie);
