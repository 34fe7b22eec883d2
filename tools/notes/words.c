// SPDX-License-Identifier: GPL-2.0
/* Fixed texts of the notes' reports: English as the code has it, and the same in Chinese. */
#include <string.h>

#include "notes/words.h"
#include "util.h"

const char *const lang_names[LANGS + 1] = { [LANG_EN] = "en", [LANG_ZH] = "zh" };
const char *const lang_tags[LANGS] = { [LANG_EN] = "en", [LANG_ZH] = "zh-CN" };

static const struct {
	const char *english, *chinese;
} words[] = {
	/* Verdicts. */
	{ "HOLDS", "成立" },
	{ "HOLDS IF", "有条件成立" },
	{ "OUTDATED", "已过时" },
	{ "FALSE", "不成立" },
	{ "UNDEFINED", "定义不清" },
	{ "INCONCLUSIVE HERE", "此处无法判定" },
	{ "VOID", "实验无效" },
	/* Topics. */
	{ "create", "创建" }, { "switch", "切换" }, { "coroutine", "协程" },
	{ "isolate", "隔离" }, { "parallel", "并行" }, { "state", "状态" },
	{ "async", "异步" }, { "zombie", "僵尸进程" }, { "ipc", "进程间通信" },
	{ "sync", "同步" }, { "sched", "调度" }, { "py", "Python" }, { "use", "使用" },
	{ "broker", "消息中间件" }, { "lang", "编程语言" },
	/* Columns and fields of the text reports. */
	{ "ID", "编号" }, { "VERDICT", "结论" }, { "EFFECT", "决定性数值" },
	{ "WHY", "理由" }, { "CLAIM", "论断" }, { "CHECK", "检查项" },
	{ "VALUE", "数值" }, { "MEANS", "影响" }, { "FORBIDS", "禁止判定" },
	{ "GATE", "门限计数" }, { "EXPECTED", "应为" }, { "MEASURED", "实测" },
	{ "OK", "通过" }, { "EVIDENCE", "证据" },
	{ "claim", "论断" }, { "verdict", "结论" }, { "reason", "理由" },
	{ "effect", "决定性数值" }, { "samples", "样本" }, { "passes", "两遍" },
	{ "placement", "运行位置" }, { "figures", "已发表数值" },
	{ "claims", "论断" }, { "left out", "未做" }, { "seed", "随机种子" },
	{ "95 % interval", "95 % 置信区间" }, { "to", "至" },
	{ "of each arm timed", "每组计时样本" }, { "counted", "计数样本" },
	{ "source", "来源" }, { "timed", "计时" }, { "with the probes on", "挂上探针时" },
	{ "times", "倍" }, { "here", "此处" }, { "published", "已发表" },
	{ "experiment", "实验" }, { "operation", "一次操作" }, { "gates", "门限" },
	{ "rule", "判定规则" }, { "live", "实时观察" },
	/* Names of the checks before a run. */
	{ "hypervisor", "虚拟机监控器" }, { "stolen time", "被占用时间" },
	{ "clock source", "时钟源" }, { "vDSO", "vDSO" }, { "CPUs", "CPU" },
	{ "CPU quota", "CPU 配额" }, { "governor", "调频策略" }, { "SMT", "超线程" },
	{ "other load", "其他负载" }, { "mitigations", "漏洞缓解" },
	{ "huge pages", "大页" }, { "limits", "资源限制" },
	/* What comes of them. */
	{ "an emulator's times are its own", "模拟器的时间只属于模拟器" },
	{ "exits to the hypervisor are in the times",
	  "时间里含有陷入虚拟机监控器的开销" },
	{ "the hypervisor takes the CPU away in the middle of samples",
	  "虚拟机监控器在采样中途拿走 CPU" },
	{ "this clock is slow to read; its cost is taken off",
	  "此时钟读取慢；其开销已扣除" },
	{ "this clock is too coarse for times to decide anything",
	  "此时钟太粗，时间不能判定任何论断" },
	{ "each reading of the clock is a system call; its cost is taken off",
	  "每次读时钟都是一次系统调用；其开销已扣除" },
	{ "the CPU's frequency changes between samples; intervals get wide",
	  "CPU 频率在样本之间变化；区间变宽" },
	{ "another CPU shares this core; what runs there slows this one",
	  "另一个 CPU 共用此核；那里的任务会拖慢这里" },
	{ "what needs two CPUs cannot be decided", "需要两个 CPU 的论断无法判定" },
	{ "others use this CPU; intervals get wide, and gates may fail",
	  "其他任务在用此 CPU；区间变宽，门限可能不过" },
	{ "system calls and switches cost more than without them",
	  "系统调用和切换比没有缓解时更贵" },
	{ "experiments with huge pages have none", "大页实验得不到大页" },
	{ "experiments with many tasks or files end at these limits",
	  "任务或文件很多的实验受此限制" },
	{ "what needs more CPUs than this cgroup may use is slowed down",
	  "需要的 CPU 超过此 cgroup 配额的实验会变慢" },
	{ "this cgroup is stopped in the middle of samples",
	  "此 cgroup 在采样中途被暂停" },
	{ "forbids verdicts that rest on times", "禁止依据时间的判定" },
	/* The page. */
	{ "Claims of operating system notes, tested here",
	  "操作系统笔记中的论断，在本机上检验" },
	{ "Each claim is an experiment, run twice: timed with nothing attached, then counted with "
	  "probes. A count that is not as it must be voids the verdict.",
	  "每个论断都是一个实验，做两遍：先不挂探针计时，"
	  "再挂探针计数。计数不符，结论作废。" },
	{ "Made by oscope notes. Medians with 95 % bootstrap intervals; nothing is left out, "
	  "outliers are marked.",
	  "由 oscope notes 生成。中位数附 95 % 自助法区间；"
	  "不舍弃任何样本，离群值有标记。" },
	{ "To the results", "跳到结果" }, { "Topics", "主题" }, { "Verdicts", "结论" },
	{ "The machine", "本机" }, { "Kernel", "内核" }, { "Processor", "处理器" },
	{ "Hypervisor", "虚拟机监控器" }, { "Counted by", "计数来源" },
	{ "Date", "日期" },
	{ "Took", "用时" }, { "Events lost", "丢失事件" },
	{ "Claims left out", "未做的论断" },
	{ "Seed", "随机种子" }, { "oscope", "oscope" },
	{ "Before anything was measured", "测量之前" }, { "Check", "检查项" },
	{ "Here", "此处" }, { "What comes of it", "影响" },
	{ "Claims and their verdicts", "论断与结论" }, { "Claim", "论断" },
	{ "Verdict", "结论" }, { "The number that decides", "决定性数值" },
	{ "Why", "理由" },
	{ "Times of each arm", "各组时间" }, { "Arm", "组" }, { "Median", "中位数" },
	{ "95 % from", "95 % 区间自" }, { "p99", "p99" }, { "Max", "最大" },
	{ "Outliers", "离群值" }, { "Not flat", "未稳定" }, { "Negative", "负值" },
	{ "With probes", "挂探针" }, { "Slow-down", "变慢" },
	{ "Counts that must be right", "必须相符的计数" }, { "Count", "计数" },
	{ "Expected", "应为" }, { "Lowest", "下限" }, { "Highest", "上限" },
	{ "Seen", "实测" },
	{ "Gate", "门限" }, { "passed", "通过" }, { "failed", "未通过" },
	{ "Published figures", "已发表数值" }, { "Number", "数值" },
	{ "Published", "已发表" },
	{ "Hardware", "硬件" }, { "Source", "出处" }, { "Together", "对比" },
	{ "is far from published", "与已发表数值相差很远" },
	{ "far apart", "相差很远" }, { "plausible", "可信" },
	{ "All that was measured", "全部测量" }, { "Name", "名称" }, { "Value", "数值" },
	{ "Experiment", "实验" }, { "Rule", "判定规则" }, { "Placement", "运行位置" },
	{ "Repeat it", "重做" }, { "See it live", "实时观察" },
	{ "of samples", "样本" },
	{ "samples of each arm", "各组样本" },
	{ "medians along the sweep", "沿扫描的中位数" },
	{ "Each dot is a sample, squares are outliers; box: the middle half; line: the median; bar "
	  "below: its 95 % interval. The axis is logarithmic.",
	  "每点一个样本，方点为离群值；框：中间一半；"
	  "线：中位数；下方横条：其 95 % 区间。对数轴。" },
	{ "Each dot is a sample, squares are outliers; box: the middle half; line: the median; bar "
	  "below: its 95 % interval.",
	  "每点一个样本，方点为离群值；框：中间一半；"
	  "线：中位数；下方横条：其 95 % 区间。" },
	{ "when its tasks ran", "各任务何时运行" }, { "tasks", "任务" },
	{ "times on a CPU", "占用 CPU 的次数" }, { "Times left out", "未画出的次数" },
	{ "Tasks left out", "未画出的任务" },
	{ "CPUs, in each row from the top", "每行从上到下的 CPU" },
	{ "interrupts sent", "发送的中断" }, { "bytes copied", "复制的字节" },
	{ "not captured: no tracepoint tells of them, nor does /proc/interrupts",
	  "未采集：没有跟踪点，/proc/interrupts 里也没有" },
	{ "the tracepoints are not to be had: those of others are counted, too",
	  "跟踪点不可用：其他任务的也计算在内" },
	{ "not captured: this kernel has no /proc/PID/io (CONFIG_TASK_XACCT)",
	  "未采集：此内核没有 /proc/PID/io（CONFIG_TASK_XACCT）" },
	{ "By placement of two tasks", "按两个任务的位置" }, { "State", "状态" },
	{ "What", "做什么" }, { "Idle exits", "退出空闲" }, { "Migrations", "迁移" },
	{ "Interrupts sent", "发送的中断" }, { "IPIS", "发送的中断" },
	{ "What a hand-over is made of", "一次交接由什么组成" }, { "Whole", "整体" },
	{ "Wake-up", "唤醒" }, { "Idle exit", "退出空闲" }, { "Switch", "切换" },
	{ "Work", "工作" }, { "Unexplained, of the whole", "未解释，占整体" },
	{ "hot", "热" }, { "after idle", "空闲之后" }, { "same CPU", "同一 CPU" },
	{ "SMT sibling", "超线程兄弟" }, { "same cache", "共享缓存" },
	{ "other cache", "不共享缓存" }, { "another CPU", "另一个 CPU" },
	{ "unpinned", "不绑定" }, { "placements", "位置" },
	{ "PLACEMENT", "位置" }, { "WHAT", "做什么" }, { "STATE", "状态" },
	{ "MEDIAN", "中位数" }, { "LOW", "下限" }, { "HIGH", "上限" },
	{ "SAMPLES", "样本" }, { "SWITCHES", "切换" }, { "IDLE EXITS", "退出空闲" },
	{ "MIGRATIONS", "迁移" }, { "CPU", "CPU" },
	{ "All cells", "全部单元格" }, { "Way", "方式" }, { "Where", "位置" },
	{ "Bytes", "字节" }, { "Rank", "名次" }, { "Round trip", "往返" },
	{ "One way", "单向" }, { "MB/s", "MB/s" }, { "CPU", "CPU" },
	{ "Switches", "切换" }, { "Calls", "系统调用" },
	{ "Round trip by way, one CPU", "各方式的往返时间，同一 CPU" },
	{ "Round trip by way, two CPUs", "各方式的往返时间，两个 CPU" },
	{ "Throughput by size, one CPU", "吞吐量随大小变化，同一 CPU" },
	{ "Throughput by size, two CPUs", "吞吐量随大小变化，两个 CPU" },
	{ "Medians with their 95 % intervals, of 64 bytes or of none.",
	  "中位数附 95 % 区间，消息为 64 字节或不带数据。" },
	{ "Each point is a size, from the smallest to the largest that the way carries; one way.",
	  "每点为一种大小，从最小到该方式的最大；单向。" },
	{ "Each point is the median of an arm, with its 95 % interval.",
	  "每点为一组的中位数，附 95 % 区间。" },
};

const char *said(enum lang lang, const char *english)
{
	size_t i;

	for (i = 0; lang == LANG_ZH && i < ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i].english, english))
			return words[i].chinese;
	}
	return english;
}
