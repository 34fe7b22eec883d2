// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings for other programs: lanes of tasks and CPUs, what is in them, arrows from wakers to
 * whom they wake, counters, and where something is missing.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "export.h"
#include "map.h"
#include "out_impl.h"
#include "replay_tasks.h"

#define WINDOW_NS	10000000ULL	/* over which switches a second are counted */
#define WINDOWS_A_SECOND	(1000000000ULL / WINDOW_NS)
#define SLICE_NAME	(EXPORT_NAME + 32)

struct export_cpu {
	uint32_t tid;			/* that is on it, 0: none, or not known */
	uint64_t since;
	bool shown;
};

struct export_state {
	struct map tids;
	struct export_task *task;	/* by place in tids */
	size_t room;
	struct export_cpu *cpu;		/* by number, of header.cpus */
	uint64_t arrows;
	uint32_t gaps;
	uint64_t runnable, shown;	/* tasks, now and as last written */
	uint64_t window_ns, switches;	/* begin of the window, and how many in it */
	uint64_t rate;			/* as last written */
};

const char *const export_counter_names[EXPORT_COUNTERS] = {
	[EXPORT_RUNNABLE] = "runnable tasks",
	[EXPORT_SWITCHES] = "switches a second",
};

#define REASON_NAME(id, name) name,
static const char *const reason_names[OSCOPE_REASONS] = { OSCOPE_REASON_LIST(REASON_NAME) };

static const char *const span_names[SPANS] = {
	[SPAN_NEW] = "new",
	[SPAN_RUNNING] = "running",
	[SPAN_READY_WOKEN] = "ready",
	[SPAN_READY_PREEMPTED] = "ready",
	[SPAN_BLOCKED] = "blocked",
	[SPAN_STOPPED] = "stopped",
	[SPAN_ZOMBIE] = "zombie",
	[SPAN_UNOBSERVED] = "unobserved",
};

const char *export_span_name(enum replay_span span)
{
	return span_names[span];
}

const char *export_reason_name(enum replay_span span, uint32_t reason)
{
	switch (span) {
	case SPAN_READY_WOKEN:
		return "woken";
	case SPAN_READY_PREEMPTED:
		return "preempted";
	case SPAN_BLOCKED:
		return reason < OSCOPE_REASONS ? reason_names[reason] : "other";
	default:
		return NULL;
	}
}

/* Good until the next call. NULL: no such tid can be, or no memory, which is noted. */
static struct export_task *task_place(struct export *e, uint32_t tid)
{
	struct export_state *s = e->state;
	struct export_task *t;
	size_t place;

	if (tid >= REPLAY_TID_MAX)
		return NULL;
	place = map_place(&s->tids, tid);
	if (place == MAP_FULL || array_room(&s->task, &s->room, place, sizeof(*s->task))) {
		e->err = -ENOMEM;
		return NULL;
	}
	t = &s->task[place];
	t->tid = tid;
	if (!t->pid)
		t->pid = tid;
	return t;
}

const struct export_task *export_task_of(const struct export *e, uint32_t tid)
{
	size_t place = tid < REPLAY_TID_MAX ? map_find(&e->state->tids, tid) : MAP_FULL;

	return place == MAP_FULL ? NULL : &e->state->task[place];
}

static char *comm_text(char to[EXPORT_NAME], const struct export_task *t)
{
	if (!t->known)
		return memcpy(to, "?", 2);
	return fmt_escape(to, EXPORT_NAME, t->comm, sizeof(t->comm), false);
}

static void task_show(struct export *e, struct export_task *t)
{
	struct export_lane lane = { .number = t->tid, .pid = t->pid, .life = t->life };
	char name[EXPORT_NAME];

	if (!t->shown && e->ops->lane)
		e->ops->lane(e, &lane, comm_text(name, t));
	t->shown = true;
}

/* The lane of a task, described if that is due, after its process, which the leader names. */
static struct export_lane task_lane(struct export *e, struct export_task *t)
{
	struct export_lane lane = { .number = t->tid, .pid = t->pid, .life = t->life };
	size_t leader = map_find(&e->state->tids, t->pid);

	if (!t->shown && leader != MAP_FULL && e->state->task[leader].known)
		task_show(e, &e->state->task[leader]);
	task_show(e, t);
	return lane;
}

bool export_lane_of(struct export *e, uint32_t tid, struct export_lane *lane)
{
	struct export_task *t = tid ? task_place(e, tid) : NULL;

	if (t)
		*lane = task_lane(e, t);
	return t;
}

void export_task_name(struct export *e, uint32_t tid, char to[EXPORT_TASK_NAME])
{
	const struct export_task *t = task_place(e, tid);
	char name[EXPORT_NAME];

	snprintf(to, EXPORT_TASK_NAME, "%s:%u", t ? comm_text(name, t) : "?", tid);
}

uint64_t export_arrow(struct export *e)
{
	return ++e->state->arrows;
}

static struct export_lane cpu_lane(struct export *e, uint32_t cpu)
{
	struct export_lane lane = { .cpu = true, .number = cpu };
	char name[32];

	snprintf(name, sizeof(name), "CPU %u", cpu);
	if (!e->state->cpu[cpu].shown && e->ops->lane)
		e->ops->lane(e, &lane, name);
	e->state->cpu[cpu].shown = true;
	return lane;
}

static void slice_write(struct export *e, const struct export_slice *s)
{
	if (e->ops->slice)
		e->ops->slice(e, s);
}

static void runnable_set(struct export *e, uint32_t tid, bool runnable)
{
	struct export_state *s = e->state;
	struct export_task *t = tid ? task_place(e, tid) : NULL;

	if (!t)
		return;
	if (t->gaps != s->gaps)
		t->runnable = false;
	t->gaps = s->gaps;
	s->runnable += (int)runnable - (int)t->runnable;
	t->runnable = runnable;
}

static void counter_write(struct export *e, enum export_counter which, uint64_t ts, uint64_t value,
			  uint64_t *last)
{
	if (e->ops->counter && value != *last)
		e->ops->counter(e, which, ts, value);
	*last = value;
}

/* Windows that are over before ts. */
static void windows_close(struct export *e, uint64_t ts)
{
	struct export_state *s = e->state;

	if (ts < s->window_ns + WINDOW_NS)
		return;
	counter_write(e, EXPORT_SWITCHES, s->window_ns, s->switches * WINDOWS_A_SECOND, &s->rate);
	s->switches = 0;
	s->window_ns += WINDOW_NS;
	if (ts < s->window_ns + WINDOW_NS)
		return;
	counter_write(e, EXPORT_SWITCHES, s->window_ns, 0, &s->rate);
	s->window_ns += (ts - s->window_ns) / WINDOW_NS * WINDOW_NS;
}

/* Whoever was on a CPU leaves it. */
static void cpu_leaves(struct export *e, uint32_t cpu, uint64_t ts)
{
	struct export_cpu *c = &e->state->cpu[cpu];
	struct export_slice s = { .from_ns = c->since, .to_ns = ts > c->since ? ts : c->since };
	char name[EXPORT_NAME], text[SLICE_NAME];
	struct export_task *t = c->tid ? task_place(e, c->tid) : NULL;

	c->tid = 0;
	if (!t)
		return;
	snprintf(text, sizeof(text), "%s:%u", comm_text(name, t), t->tid);
	s.name = text;
	s.lane = cpu_lane(e, cpu);
	slice_write(e, &s);
}

static void on_switch(struct export *e, uint32_t cpu, const struct oscope_slot *slot)
{
	uint32_t flags = oscope_head_flags(slot->head), from = slot->w[0], to = slot->w[1];
	struct export_cpu *c = &e->state->cpu[cpu];
	struct export_task *t;

	if (c->tid != from)
		c->tid = 0;	/* something was not seen: its end is not known */
	cpu_leaves(e, cpu, slot->ts);
	if (!(flags & OSCOPE_SWITCH_ARRIVAL)) {
		e->state->switches += (flags & OSCOPE_SWITCH_KIND) != OSCOPE_KIND_FROM_IDLE;
		runnable_set(e, from, flags & OSCOPE_SWITCH_READY);
	}
	if (!(flags & OSCOPE_SWITCH_NEXT))
		return;
	runnable_set(e, to, true);
	t = to ? task_place(e, to) : NULL;
	if (!t)
		return;
	t->ran = t->woken;
	t->woken = 0;
	c->tid = to;
	c->since = slot->ts;
}

/* Who wakes: the task, or where it has nothing to do with that or is none, the CPU. */
static struct export_lane waker_lane(struct export *e, uint32_t cpu, const struct oscope_slot *slot)
{
	bool bystander = oscope_head_flags(slot->head) & OSCOPE_WAKE_HARDIRQ;
	struct export_task *t = slot->w[1] && !bystander ? task_place(e, slot->w[1]) : NULL;

	return t ? task_lane(e, t) : cpu_lane(e, cpu);
}

static void on_waking(struct export *e, uint32_t cpu, const struct oscope_slot *slot)
{
	uint32_t flags = oscope_head_flags(slot->head);
	struct export_slice s = {
		.from_ns = slot->ts, .to_ns = slot->ts, .instant = true,
	};
	char name[EXPORT_NAME], text[SLICE_NAME];
	struct export_task *t;

	if (flags & OSCOPE_WAKE_SPURIOUS || slot->w[0] == slot->w[1])
		return;
	runnable_set(e, slot->w[0], true);
	s.lane = waker_lane(e, cpu, slot);
	t = task_place(e, slot->w[0]);
	if (!t)
		return;
	t->woken = ++e->state->arrows;
	s.flow_from = t->woken;
	snprintf(text, sizeof(text), "wakes %s:%u%s", comm_text(name, t), t->tid,
		 flags & OSCOPE_WAKE_HARDIRQ ? " (interrupt)" :
		 flags & OSCOPE_WAKE_SOFTIRQ ? " (softirq)" : "");
	s.name = text;
	slice_write(e, &s);
}

static int on_record(void *arg, uint32_t cpu, const struct oscope_slot *slot)
{
	struct export *e = arg;
	struct export_state *s = e->state;

	if (ferror(e->f))
		return out_check(e->out);
	if (e->ops->record)
		e->ops->record(e, cpu, slot);
	windows_close(e, slot->ts);
	switch (oscope_head_id(slot->head)) {
	case OSCOPE_REC_SWITCH:
		on_switch(e, cpu, slot);
		break;
	case OSCOPE_REC_WAKING:
	case OSCOPE_REC_WAKEUP_NEW:
		on_waking(e, cpu, slot);
		break;
	default:
		break;
	}
	counter_write(e, EXPORT_RUNNABLE, slot->ts, s->runnable, &s->shown);
	return e->err ? err_sys(e->err, "reading %s", e->file->path) : 0;
}

static int on_ipc(void *arg, uint32_t cpu, const struct oscope_slot *slot, uint32_t n)
{
	struct export *e = arg;

	if (ferror(e->f))
		return out_check(e->out);
	if (e->ops->ipc)
		e->ops->ipc(e, cpu, slot, n);
	if (e->ipc && e->ops->slice && export_ipc_record(e, slot, n))
		e->err = -ENOMEM;
	return e->err ? err_sys(e->err, "reading %s", e->file->path) : 0;
}

static int on_identity(void *arg, uint32_t cpu, const struct oscope_identity *id)
{
	struct export *e = arg;
	struct export_task *t = task_place(e, id->tid), was;

	if (!t)
		return err_sys(-ENOMEM, "reading %s", e->file->path);
	was = *t;
	t->start_ns = id->start_ns;
	t->pid = id->tgid ? id->tgid : id->tid;
	memcpy(t->comm, id->comm_lo, sizeof(id->comm_lo));
	memcpy(t->comm + sizeof(id->comm_lo), id->comm_hi, sizeof(id->comm_hi));
	t->known = true;
	if (was.known && was.start_ns != t->start_ns) {
		runnable_set(e, t->tid, false);
		t->life++;
		t->woken = 0;
		t->ran = 0;
		t->shown = false;
	}
	if (was.pid != t->pid || memcmp(was.comm, t->comm, sizeof(t->comm)))
		t->shown = false;
	if (e->ops->identity && cpu != REPLAY_NO_CPU)
		e->ops->identity(e, cpu, id);
	return 0;
}

static int on_lost(void *arg, uint32_t cpu, uint64_t ts, uint64_t n)
{
	struct export *e = arg;
	struct export_slice s = { .from_ns = ts, .to_ns = ts, .instant = true };
	char text[SLICE_NAME] = "lost some";

	if (e->ops->lost)
		e->ops->lost(e, cpu, ts, n);
	if (n)
		snprintf(text, sizeof(text), "lost %llu", (unsigned long long)n);
	s.name = text;
	s.lane = cpu_lane(e, cpu == REPLAY_NO_CPU ? 0 : cpu);
	slice_write(e, &s);
	e->state->gaps++;
	e->state->runnable = 0;
	if (cpu != REPLAY_NO_CPU)
		e->state->cpu[cpu].tid = 0;
	return 0;
}

static void on_span(void *arg, uint32_t tid, enum replay_span span, uint32_t reason, uint64_t from,
		    uint64_t to)
{
	struct export *e = arg;
	struct export_task *t = task_place(e, tid);
	const char *why = export_reason_name(span, reason);
	struct export_slice s = { .from_ns = from, .to_ns = to };
	char text[SLICE_NAME];

	if (!t || !tid)
		return;
	if (e->ops->span && e->ops->span(e, t, span, reason, to - from))
		e->err = -ENOMEM;
	snprintf(text, sizeof(text), "%s%s%s", export_span_name(span), why ? ": " : "",
		 why ? why : "");
	s.name = text;
	if (span == SPAN_RUNNING) {
		s.flow_to = t->ran;
		t->ran = 0;
	}
	s.lane = task_lane(e, t);
	slice_write(e, &s);
}

/* What lasts until the end. */
static int export_end(struct export *e, const struct snapshot *snap)
{
	uint32_t cpu;

	windows_close(e, snap->ts_ns);
	for (cpu = 0; cpu < e->file->header.cpus; cpu++)
		cpu_leaves(e, cpu, snap->ts_ns);
	if (e->err)
		return err_sys(e->err, "reading %s", e->file->path);
	return e->ops->end(e) ? err_sys(-ENOMEM, "reading %s", e->file->path) : 0;
}

static int export_replay(struct export *e)
{
	const struct replay_watch watch = {
		.arg = e, .identity = on_identity, .record = on_record, .lost = on_lost,
		.span = on_span, .ipc = on_ipc,
	};
	const struct source_config config = { .ledger = true };
	struct snapshot snap = { 0 };
	int err;

	if (e->ops->begin)
		e->ops->begin(e);
	err = replay_watched(e->file, &config, &snap, &watch);
	if (!err)
		err = export_end(e, &snap);
	snapshot_free(&snap);
	return err;
}

int export_write(struct out *out, const struct trace_reader *file, const struct export_ops *ops)
{
	struct export_state state = { .window_ns = file->header.start_ns };
	struct export e = {
		.f = out_file(out), .out = out, .file = file, .ops = ops, .state = &state,
	};
	int err;

	state.cpu = calloc(file->header.cpus, sizeof(*state.cpu));
	err = state.cpu ? export_ipc_begin(&e) : err_sys(-ENOMEM, "reading %s", file->path);
	if (!err)
		err = export_replay(&e);
	export_ipc_end(&e);
	if (ops->forget)
		ops->forget(&e);
	free(state.cpu);
	free(state.task);
	map_free(&state.tids);
	return err ? err : out_check(out);
}
