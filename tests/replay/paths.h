/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mktrace: a program (900) that makes a worker (901) and waits for it; that asks a server
 * (902), which was there before, waits for its answer, is preempted by it, and sleeps. Who lets the
 * program go (50) is not recorded.
 */
#define BLOCKED(cpu, ns, who, reason) \
	EVENT(cpu, ns, BLOCKED, who, OSCOPE_REASON_##reason, OSCOPE_STATE_BLOCKED)
#define PATH_FEATURES	(OSCOPE_FEAT_REASONS | OSCOPE_FEAT_CONTEXT | OSCOPE_FEAT_LEDGER)

static const struct name paths_names[] = {
	{ 900, 900, 0, 90, "program" },
	{ 902, 902, 0, 92, "server" },
	{ 901, 901, 0, T0 + 990, "worker" },
};

#define PATHS_EVENTS(gap) \
	WAKE(1, 100, 0, 900, 50), \
	BLOCKED(1, 150, 902, EPOLL), \
	SWITCH(1, 150, TO_IDLE, VOL, 902, 0, NONE), \
	SWITCH(0, 200, FROM_IDLE, NEXT, 0, 900, NONE), \
	EVENT(0, 1000, IDENTITY, 2), \
	EVENT(0, 1000, NEWTASK, 901, 900, 0), \
	EVENT(0, 1100, WAKEUP_NEW, 901, 900), \
	SWITCH(1, 1300, FROM_IDLE, NEXT, 0, 901, NONE), \
	BLOCKED(0, 1500, 900, WAIT), \
	SWITCH(0, 1500, TO_IDLE, VOL, 900, 0, NONE), \
	WAKE(1, 1900, 0, 902, 901), \
	BLOCKED(1, 2000, 901, PIPE_READ), \
	SWITCH(1, 2000, CROSS_MM, VOL | NEXT, 901, 902, NONE), \
	WAKE(1, 3000, 0, 901, 902), \
	SWITCH(1, 3100, CROSS_MM, READY | PREEMPT | NEXT, 902, 901, NONE), \
	SWITCH(1, 4000, CROSS_MM, READY | PREEMPT | NEXT, 901, 902, NONE), \
	BLOCKED(1, 4500, 902, FUTEX), \
	SWITCH(1, 4500, CROSS_MM, VOL | NEXT, 902, 901, NONE), \
	{ 1, 5000, OSCOPE_REC_BLOCKED, gap, { 901, OSCOPE_REASON_SLEEP, OSCOPE_STATE_BLOCKED } }, \
	SWITCH(1, 5000, TO_IDLE, VOL, 901, 0, NONE), \
	WAKE(1, 7000, OSCOPE_WAKE_HARDIRQ, 901, 0), \
	SWITCH(1, 7200, FROM_IDLE, NEXT, 0, 901, NONE), \
	DEATH(1, 8000, EXIT, LAST, 901, 0, 900), \
	WAKE(1, 8100, 0, 900, 901), \
	SWITCH(0, 8300, FROM_IDLE, NEXT, 0, 900, NONE), \
	SWITCH(1, 8400, TO_IDLE, VOL | DEAD, 901, 0, NONE), \
	DEATH(0, 9000, EXIT, LAST, 900, 0, 1), \
	SWITCH(0, 9100, TO_IDLE, VOL | DEAD, 900, 0, NONE)

static const struct event paths_events[] = { PATHS_EVENTS(0) };
static const struct event paths_gap_events[] = { PATHS_EVENTS(OSCOPE_FLAG_GAP) };
