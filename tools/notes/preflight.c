// SPDX-License-Identifier: GPL-2.0
/* What this machine is like before anything is measured. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "notes/preflight.h"
#include "notes/stats.h"
#include "util.h"
#include "virt.h"

#define LOOK_NS		200000000L
#define CLOCK_CALLS	200

/* One line of /proc/stat, in ticks (proc_stat(5)). */
struct cpu_ticks {
	uint64_t busy, idle, steal;
};

static bool ticks_parse(const char *line, unsigned int *cpu, struct cpu_ticks *t)
{
	unsigned long long user, nice, system, idle, iowait, irq, softirq, steal = 0;

	if (sscanf(line, "cpu%u %llu %llu %llu %llu %llu %llu %llu %llu", cpu, &user, &nice,
		   &system, &idle, &iowait, &irq, &softirq, &steal) < 8)
		return false;
	t->busy = user + nice + system + irq + softirq;
	t->idle = idle + iowait;
	t->steal = steal;
	return true;
}

static int ticks_read(struct cpu_ticks *ticks, uint32_t cpus)
{
	FILE *f = fopen("/proc/stat", "re");
	struct cpu_ticks t;
	char line[512];
	unsigned int cpu;

	if (!f)
		return err_sys(-errno, "/proc/stat");
	while (fgets(line, sizeof(line), f)) {
		if (ticks_parse(line, &cpu, &t) && cpu < cpus)
			ticks[cpu] = t;
	}
	fclose(f);
	return 0;
}

static double part(uint64_t of, const struct cpu_ticks *a, const struct cpu_ticks *b)
{
	uint64_t all = b->busy + b->idle + b->steal - a->busy - a->idle - a->steal;

	return all ? (double)of / (double)all : 0;
}

/* The allowed CPU that others use least; the highest of equals, since CPU 0 has most interrupts. */
static void quietest(struct preflight *p, const cpu_set_t *allowed, uint32_t cpus,
		     const struct cpu_ticks *a, const struct cpu_ticks *b)
{
	double busy, steal;
	uint32_t cpu;

	p->cpu = -1;
	for (cpu = 0; cpu < cpus && cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, allowed))
			continue;
		busy = part(b[cpu].busy - a[cpu].busy, &a[cpu], &b[cpu]);
		steal = part(b[cpu].steal - a[cpu].steal, &a[cpu], &b[cpu]);
		if (p->cpu >= 0 && busy + steal > p->busy + p->steal)
			continue;
		p->cpu = (int)cpu;
		p->busy = busy;
		p->steal = steal;
	}
}

static int cpus_look(struct preflight *p)
{
	struct timespec look = { .tv_nsec = LOOK_NS };
	struct cpu_ticks *ticks;
	uint32_t cpus;
	int err = cpus_known(&cpus);

	if (err)
		return err;
	if (sched_getaffinity(0, sizeof(p->allowed), &p->allowed))
		return err_sys(-errno, "which CPUs may be used");
	p->cpus_allowed = CPU_COUNT(&p->allowed);
	ticks = calloc(2 * (size_t)cpus, sizeof(*ticks));
	if (!ticks)
		return err_sys(-ENOMEM, "preflight");
	err = ticks_read(ticks, cpus);
	if (!err) {
		nanosleep(&look, NULL);
		err = ticks_read(ticks + cpus, cpus);
	}
	if (!err)
		quietest(p, &p->allowed, cpus, ticks, ticks + cpus);
	free(ticks);
	return err;
}

/* What a reading costs that goes through the kernel. */
static uint64_t clock_call(void)
{
	double took[CLOCK_CALLS];
	struct timespec ts;
	uint64_t start;
	size_t i;

	for (i = 0; i < CLOCK_CALLS; i++) {
		start = now_ns();
		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
		took[i] = (double)(now_ns() - start);
	}
	return (uint64_t)stats_median(took, CLOCK_CALLS);
}

int preflight_look(struct preflight *p)
{
	struct moved moved;
	int err;

	memset(p, 0, sizeof(*p));
	p->ipis = ipis_how();
	moved_look(&moved);
	p->moved = moved.known;
	p->virt = virt_name();
	p->emulated = virt_emulates(p->virt);
	file_line("/sys/devices/system/clocksource/clocksource0/current_clocksource",
		  p->clock_source, sizeof(p->clock_source));
	if (getloadavg(&p->load, 1) != 1)
		p->load = 0;
	clock_measure(&p->clock);
	p->clock_call_ns = clock_call();
	p->clock_call_ns -= p->clock.cost_ns < p->clock_call_ns ? p->clock.cost_ns : 0;
	err = cpus_look(p);
	if (!err)
		preflight_judge(p, "");
	return err;
}
