// SPDX-License-Identifier: GPL-2.0
/*
 * canary.ko mode=NAME: does one thing that no module may do, to see whether the harness notices. For a
 * virtual machine that is thrown away. mode=none does nothing.
 */
#define pr_fmt(fmt)	KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>

#define LEAKS	16	/* one may be missed: a register still points to it */

static char *mode = "none";
module_param(mode, charp, 0);
MODULE_PARM_DESC(mode, "what to do wrong");

static struct tracepoint *sched_switch;
static void (*probed)(void);		/* what is wrong is done in the probe */
static bool probe_stays;
static volatile char *volatile victim;	/* the compiler may not know what becomes of it */

static void kasan_oob(void)
{
	victim = kmalloc(32, GFP_KERNEL);
	victim[32] = 1;
}

static void vmalloc_oob(void)
{
	victim = vmalloc(PAGE_SIZE);
	victim[PAGE_SIZE] = 1;
}

static void kmalloc_leak(void)
{
	int i;

	for (i = 0; i < LEAKS; i++)
		victim = kmalloc(128, GFP_KERNEL);
	victim = NULL;
}

static void percpu_leak(void)
{
	void __percpu *p;
	int i;

	for (i = 0; i < LEAKS; i++) {
		p = __alloc_percpu(128, 8);
		victim = (char __force *)p;
	}
	victim = NULL;
}

static DEFINE_MUTEX(lock_a);
static DEFINE_MUTEX(lock_b);

static void abba_lock(void)
{
	mutex_lock(&lock_a);
	mutex_lock(&lock_b);
	mutex_unlock(&lock_b);
	mutex_unlock(&lock_a);
	mutex_lock(&lock_b);
	mutex_lock(&lock_a);
	mutex_unlock(&lock_a);
	mutex_unlock(&lock_b);
}

static void list_corruption(void)
{
	static LIST_HEAD(list);
	static struct list_head element;

	list_add(&element, &list);
	__list_del_entry(&element);
	__list_del_entry(&element);
}

static void warn(void)
{
	WARN_ON(1);
}

static noinline int deeper(int n)
{
	volatile char room[512];

	room[n % 512] = n;
	return n < INT_MAX ? deeper(n + 1) + room[n % 512] : 0;
}

static void stack_overflow(void)
{
	victim = (char *)(long)deeper(0);
}

static void hang(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static void silent_reboot(void)
{
	emergency_restart();
}

/* In the probe of sched_switch, with the run-queue lock held. */

static void uaf_in_probe(void)
{
	victim[0] = 1;
}

static DEFINE_SPINLOCK(sleeping_on_rt);

static void spinlock_under_rq_lock(void)
{
	unsigned long flags;

	spin_lock_irqsave(&sleeping_on_rt, flags);
	spin_unlock_irqrestore(&sleeping_on_rt, flags);
}

static void sleep_in_probe(void)
{
	might_sleep();
}

static void nothing(void)
{
}

static const struct canary_mode {
	const char *name;
	void (*run)(void);
	bool in_probe;
	bool stays;
} modes[] = {
	{ "none", nothing },
	{ "kasan-oob", kasan_oob },
	{ "vmalloc-oob", vmalloc_oob },
	{ "uaf-in-probe", uaf_in_probe, .in_probe = true },
	{ "kmalloc-leak", kmalloc_leak },
	{ "percpu-leak", percpu_leak },
	{ "abba-lock", abba_lock },
	{ "spinlock-under-rq-lock", spinlock_under_rq_lock, .in_probe = true },
	{ "sleep-in-probe", sleep_in_probe, .in_probe = true },
	{ "list-corruption", list_corruption },
	{ "warn", warn },
	{ "stack-overflow", stack_overflow },
	{ "hang", hang },
	{ "silent-reboot", silent_reboot },
	{ "stale-probe", nothing, .in_probe = true, .stays = true },
};

static void on_sched_switch(void *data, bool preempt, struct task_struct *prev,
			    struct task_struct *next, unsigned int prev_state)
{
	probed();
}

static void match(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "sched_switch"))
		sched_switch = tp;
}

static int __init canary_init(void)
{
	const struct canary_mode *m = modes;

	while (m < modes + ARRAY_SIZE(modes) && strcmp(m->name, mode))
		m++;
	if (m == modes + ARRAY_SIZE(modes)) {
		pr_err("no mode %s\n", mode);
		return -EINVAL;
	}
	if (!m->in_probe) {
		m->run();
		return 0;
	}
	victim = kmalloc(64, GFP_KERNEL);
	kfree((void *)victim);
	probed = m->run;
	probe_stays = m->stays;
	for_each_kernel_tracepoint(match, NULL);
	return tracepoint_probe_register(sched_switch, on_sched_switch, NULL);
}

static void __exit canary_exit(void)
{
	if (!probed || probe_stays)
		return;
	tracepoint_probe_unregister(sched_switch, on_sched_switch, NULL);
	tracepoint_synchronize_unregister();
}

module_init(canary_init);
module_exit(canary_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Does what no module may do, for the tests of the test harness");
