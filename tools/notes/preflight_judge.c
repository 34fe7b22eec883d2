// SPDX-License-Identifier: GPL-2.0
/*
 * The checks before a run: each looks at one thing, and says what comes of it. A new one is a
 * function and a line in the table at the end.
 */
#include <dirent.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "notes/preflight.h"
#include "util.h"

#define CLOCK_COARSE_NS	1000
#define VDSO_SHARE	0.8	/* of a system call's time: then it is one */
#define CROWDED		0.1	/* of the CPU */
#define STOLEN		0.25	/* of the CPU: whole stretches of a sample do not run */
#define FEW		1024	/* tasks or files that an experiment may want */
#define LINE		256

/* The first line of a file below root, "" if there is none. */
static void look(const char *root, char line[LINE], const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void look(const char *root, char line[LINE], const char *fmt, ...)
{
	char name[LINE], path[2 * LINE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	snprintf(path, sizeof(path), "%s%s", root, name);
	*line = 0;
	file_line(path, line, LINE);
}

static void value(struct preflight_check *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void value(struct preflight_check *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->value, sizeof(c->value), fmt, ap);
	va_end(ap);
}

static void forbid(struct preflight *p, struct preflight_check *c, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void forbid(struct preflight *p, struct preflight_check *c, const char *fmt, ...)
{
	va_list ap;

	c->forbids = true;
	if (p->no_times[0])
		return;
	va_start(ap, fmt);
	vsnprintf(p->no_times, sizeof(p->no_times), fmt, ap);
	va_end(ap);
}

static void check_hypervisor(struct preflight *p, struct preflight_check *c, const char *root)
{
	value(c, "%s", p->virt);
	if (p->emulated) {
		c->means = "an emulator's times are its own";
		forbid(p, c, "an emulator (%s) runs this kernel: its times are its own", p->virt);
	} else if (strcmp(p->virt, "none")) {
		c->means = "exits to the hypervisor are in the times";
	}
}

static void check_steal(struct preflight *p, struct preflight_check *c, const char *root)
{
	value(c, "%.0f %%", 100 * p->steal);
	if (p->steal > STOLEN) {
		c->means = "the hypervisor takes the CPU away in the middle of samples";
		forbid(p, c, "the hypervisor takes %.0f %% of this CPU away", 100 * p->steal);
	}
}

static void check_clock(struct preflight *p, struct preflight_check *c, const char *root)
{
	static const char *const slow[] = { "hpet", "acpi_pm", "jiffies", "refined-jiffies" };
	size_t i;

	value(c, "%s, steps of %llu ns, %llu ns a reading", p->clock_source,
	      (unsigned long long)p->clock.resolution_ns, (unsigned long long)p->clock.cost_ns);
	for (i = 0; i < ARRAY_SIZE(slow); i++) {
		if (!strcmp(p->clock_source, slow[i]))
			c->means = "this clock is slow to read; its cost is taken off";
	}
	if (p->clock.resolution_ns > CLOCK_COARSE_NS) {
		c->means = "this clock is too coarse for times to decide anything";
		forbid(p, c, "the clock (%s) steps by %llu ns: too coarse", p->clock_source,
		       (unsigned long long)p->clock.resolution_ns);
	}
}

static void check_vdso(struct preflight *p, struct preflight_check *c, const char *root)
{
	bool call = (double)p->clock.cost_ns >= VDSO_SHARE * (double)p->clock_call_ns;

	value(c, "%s, %llu ns a reading by system call", call ? "no" : "yes",
	      (unsigned long long)p->clock_call_ns);
	if (call)
		c->means = "each reading of the clock is a system call; its cost is taken off";
}

static void check_governor(struct preflight *p, struct preflight_check *c, const char *root)
{
	char line[LINE];

	look(root, line, "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_governor", p->cpu);
	value(c, "%s", line[0] ? line : "none");
	if (line[0] && strcmp(line, "performance"))
		c->means = "the CPU's frequency changes between samples; intervals get wide";
}

static void check_smt(struct preflight *p, struct preflight_check *c, const char *root)
{
	char line[LINE];

	look(root, line, "/sys/devices/system/cpu/smt/control");
	value(c, "%s", line);
	if (!strcmp(line, "on"))
		c->means = "another CPU shares this core; what runs there slows this one";
}

static void check_cpus(struct preflight *p, struct preflight_check *c, const char *root)
{
	value(c, "%u allowed, CPU %d is used", p->cpus_allowed, p->cpu);
	if (p->cpus_allowed < 2)
		c->means = "what needs two CPUs cannot be decided";
}

/* Which other CPU is how far away. */
static void check_places(struct preflight *p, struct preflight_check *c, const char *root)
{
	size_t len = 0;
	enum placement at;

	places_look(p->place, p->cpu, &p->allowed, root);
	for (at = PLACE_SMT; at <= PLACE_UNTOLD; at++) {
		if (p->place[at].cpu >= 0 && len < sizeof(c->value))
			len += (size_t)snprintf(c->value + len, sizeof(c->value) - len, "%s%s",
						len ? "; " : "", p->place[at].why);
	}
	if (!len)
		value(c, "no other CPU");
}

/* What cannot be counted is not in the evidence: here is why. */
static void check_ipis(struct preflight *p, struct preflight_check *c, const char *root)
{
	if (p->ipis == IPIS_TREE) {
		value(c, "ipi:ipi_send_cpu and ipi_send_cpumask, of the experiment's tasks");
		return;
	}
	c->means = "not captured: no tracepoint tells of them, nor does /proc/interrupts";
	if (p->ipis == IPIS_MACHINE) {
		value(c, "/proc/interrupts");
		c->means = "the tracepoints are not to be had: those of others are counted, too";
	}
}

static void check_moved(struct preflight *p, struct preflight_check *c, const char *root)
{
	if (p->moved)
		value(c, "/proc/PID/io");
	else
		c->means = "not captured: this kernel has no /proc/PID/io "
			   "(CONFIG_TASK_IO_ACCOUNTING)";
}

static void check_load(struct preflight *p, struct preflight_check *c, const char *root)
{
	value(c, "%.0f %% of this CPU, %.2f runnable", 100 * p->busy, p->load);
	if (p->busy > CROWDED)
		c->means = "others use this CPU; intervals get wide, and gates may fail";
}

/* "Mitigation: ..." or "Vulnerable...", a file each. */
static void check_mitigations(struct preflight *p, struct preflight_check *c, const char *root)
{
	static const char dir[] = "/sys/devices/system/cpu/vulnerabilities";
	unsigned int active = 0, open = 0;
	char path[2 * LINE], line[LINE];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof(path), "%s%s", root, dir);
	d = opendir(path);
	if (!d)
		return;
	while ((e = readdir(d))) {
		look(root, line, "%s/%.100s", dir, e->d_name);
		active += !strncmp(line, "Mitigation", 10);
		open += !strncmp(line, "Vulnerable", 10);
	}
	closedir(d);
	value(c, "%u active, %u left open", active, open);
	if (active)
		c->means = "system calls and switches cost more than without them";
}

/* Of "always [madvise] never", what is in brackets. */
static void check_thp(struct preflight *p, struct preflight_check *c, const char *root)
{
	char line[LINE], *from;

	look(root, line, "/sys/kernel/mm/transparent_hugepage/enabled");
	from = strchr(line, '[');
	value(c, "%.*s", from ? (int)strcspn(from + 1, "]") : 0, from ? from + 1 : "");
	if (!strcmp(c->value, "never"))
		c->means = "experiments with huge pages have none";
}

static void check_limits(struct preflight *p, struct preflight_check *c, const char *root)
{
	struct rlimit tasks, files;

	if (getrlimit(RLIMIT_NPROC, &tasks) || getrlimit(RLIMIT_NOFILE, &files))
		return;
	value(c, "%lld tasks, %lld files", (long long)tasks.rlim_cur, (long long)files.rlim_cur);
	if (tasks.rlim_cur < FEW || files.rlim_cur < FEW)
		c->means = "experiments with many tasks or files end at these limits";
}

/* Of "quota period", in CPUs; "max period" has no limit. */
static double quota_of(const char *line)
{
	char *end;
	double quota = strtod(line, &end), period = strtod(end, NULL);

	return end == line || period <= 0 ? INFINITY : quota / period;
}

/* The tightest of our cgroup and those it is in. */
static double quota_look(const char *root)
{
	char path[2 * LINE], line[LINE], *slash;
	double least = INFINITY;
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/self/cgroup", root);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f) && strncmp(line, "0::/", 4))
		;
	if (!f)
		return least;
	fclose(f);
	line[strcspn(line, "\n")] = 0;
	if (strncmp(line, "0::/", 4))
		return least;
	while ((slash = strrchr(line, '/'))) {
		char max[LINE];

		look(root, max, "/sys/fs/cgroup%s/cpu.max", line + 3);
		least = fmin(least, quota_of(max));
		*slash = 0;
	}
	return least;
}

static void check_quota(struct preflight *p, struct preflight_check *c, const char *root)
{
	p->quota = quota_look(root);
	if (isinf(p->quota)) {
		value(c, "none");
		return;
	}
	value(c, "%.2f CPUs", p->quota);
	c->means = "what needs more CPUs than this cgroup may use is slowed down";
	if (p->quota < 1) {
		c->means = "this cgroup is stopped in the middle of samples";
		forbid(p, c, "this cgroup may use %.0f %% of a CPU: it is stopped in between",
		       100 * p->quota);
	}
}

static void cpu_model(struct preflight *p, const char *root)
{
	char path[2 * LINE], line[LINE];
	FILE *f;

	snprintf(path, sizeof(path), "%s/proc/cpuinfo", root);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "model name : %63[^\n]", p->cpu_model) == 1)
			break;
	}
	if (f)
		fclose(f);
}

static const struct {
	const char *name;
	void (*look)(struct preflight *p, struct preflight_check *c, const char *root);
} checks[] = {
	{ "hypervisor", check_hypervisor },
	{ "stolen time", check_steal },
	{ "clock source", check_clock },
	{ "vDSO", check_vdso },
	{ "CPUs", check_cpus },
	{ "placements", check_places },
	{ "CPU quota", check_quota },
	{ "interrupts sent", check_ipis },
	{ "bytes copied", check_moved },
	{ "governor", check_governor },
	{ "SMT", check_smt },
	{ "other load", check_load },
	{ "mitigations", check_mitigations },
	{ "huge pages", check_thp },
	{ "limits", check_limits },
};

void preflight_judge(struct preflight *p, const char *root)
{
	size_t i;

	p->no_times[0] = 0;
	p->cpu_model[0] = 0;
	cpu_model(p, root);
	for (i = 0; i < ARRAY_SIZE(checks); i++) {
		p->check[i] = (struct preflight_check){ .name = checks[i].name };
		checks[i].look(p, &p->check[i], root);
	}
	p->n_checks = ARRAY_SIZE(checks);
}
