// SPDX-License-Identifier: GPL-2.0
/* Reasons in Chinese: of what may be said of any claim. */
#include "notes/reasons.h"

static const struct reason zh_common[] = {
	{ "one CPU is all that may be used here", "这里只能用一个 CPU" },
	{ "%s: measured %.4g, expected %.4g: the experiment did not do what it claims%s",
	  "%s：实测 %.4g，应为 %.4g：实验没有做它所声称的事%s" },
	{ "%s %.0f %% of the samples only", "%s %.0f %% 的样本" },
	{ "%zu samples an arm are too few (at least %d): a larger --budget",
	  "每组 %zu 个样本太少（至少 %d 个）：请加大 --budget" },
	{ "in", "只有" },
	{ " (others use %.0f %% of its CPU)", "（别的任务占用其 CPU 的 %.0f %%）" },
	{ "interrupted before there was enough to judge by", "在足以判定之前被中断" },
	{ "nothing counted what the experiment did, so its times mean nothing",
	  "没有办法统计实验做了什么，所以时间没有意义" },
	{ "nothing here can count switches: %s", "这里没有办法统计切换：%s" },
	{ "%s: the counted pass failed: %s", "%s：计数的一遍失败：%s", 1 },
	{ "%s: a sample could not be taken: %s", "%s：取不到样本：%s", 1 },
	{ "no time was left for it: a larger --budget",
	  "没有剩下时间：请加大 --budget" },
	{ "not installed: apt-get install %s", "没有安装：apt-get install %s" },
	{ "%s is not there: apt-get install %s", "没有 %s：apt-get install %s" },
	{ "%s is not there (apt-get install %s)", "没有 %s（apt-get install %s）" },
	{ "%s is not there: apt-get install python3, or --python PATH",
	  "没有 %s：apt-get install python3，或 --python PATH" },
	{ "%s: did nothing, or less than that", "%s：什么也没做，或没做够" },
	{ "an emulator (%s) runs this kernel: its times are its own",
	  "此内核由模拟器（%s）运行：时间只属于模拟器" },
	{ "the hypervisor takes %.0f %% of this CPU away",
	  "虚拟机监控器拿走此 CPU 的 %.0f %%" },
	{ "the clock (%s) steps by %llu ns: too coarse",
	  "时钟（%s）步长 %llu ns：太粗" },
	{ "this cgroup may use %.0f %% of a CPU: it is stopped in between",
	  "此 cgroup 只能用一个 CPU 的 %.0f %%：中途会被停住" },
	{ "gates: more than there is room for", "门限：多到放不下" },
	{ "%s: %s: measured %.4g, expected %.4g: the experiment did not do what it claims%s",
	  "%s：%s：实测 %.4g，应为 %.4g：实验没有做它所声称的事%s", 1 },
	{ "%s: %s: %s: measured %.4g, expected %.4g: the experiment did not do what it claims%s",
	  "%s：%s：%s：实测 %.4g，应为 %.4g：实验没有做它所声称的事%s", 2 },
};

REASONS(zh_common);
