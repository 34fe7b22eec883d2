// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: the life of tasks as far as filters, names and rows need it: creation, exec, renaming,
 * exit, and the tasks that are there already.
 */
#include "args.bpf.h"
#include "emit.bpf.h"
#include "filter.bpf.h"
#include "ledger.bpf.h"
#include "reap.bpf.h"
#include "spawn.bpf.h"
#include "spawn_memory.bpf.h"

/* Whether a task that is there at the start is asked for by -p, -t or as the root of the tree. */
static __always_inline bool is_wanted(struct task_struct *p)
{
	__u32 tid = pid_number(p), tgid = process_number(p), *how;

	if (config.inherit == INHERIT_PID_NS)
		return tid;
	how = bpf_map_lookup_elem(&wanted, &tid);
	if (how && (*how & WANTED_TID))
		return true;
	how = bpf_map_lookup_elem(&wanted, &tgid);
	return how && (*how & WANTED_TGID);
}

/* Whether a new task is a member, mostly since its maker is. */
static __always_inline bool inherits(struct task_struct *p, struct task_state *maker)
{
	if (config.inherit == INHERIT_PID_NS)
		return pid_number(p);	/* its maker may have sent it there from outside */
	/* The iterator has not come to its maker yet, but maybe to itself. */
	if (globals.seeding && is_wanted(p))
		return true;
	if (!maker || !(maker->flags & STATE_MEMBER))
		return false;
	if (config.inherit == INHERIT_TREE)
		return true;
	return config.inherit == INHERIT_THREADS &&
	       p->tgid == bpf_get_current_task_btf()->tgid;
}

/* The row of a task that had this tid and whose end went unseen. */
static __always_inline void unseen_leaves(struct task_state *t)
{
	if (t)
		row_leave(t, bpf_ktime_get_ns());
}

/* Runs in the maker's context; the new task is not on any queue yet. */
SEC("tp_btf/task_newtask")
int BPF_PROG(on_task_newtask, struct task_struct *p, __u64 clone_flags)
{
	struct task_struct *maker = bpf_get_current_task_btf();
	bool member = config.filter & FILTER_MEMBER;
	struct cpu_block *b = this_block();
	struct task_state *t;

	if (member && !inherits(p, state_find(maker))) {
		if (config.rows)
			unseen_leaves(state_find(p));
		state_release(p);	/* of a task that had this tid and went unseen */
		return 0;
	}
	t = state_make(p);
	if (t) {
		unseen_leaves(t);
		t->wait.since = 0;
		t->wait.nivcsw = 0;
		t->row = 0;
		t->flags = STATE_KNOWN | (member ? STATE_MEMBER : 0) |
			   (recording(OSCOPE_REC_RUN) ? STATE_FRESH : 0);
		t->number = pid_number(p);
	} else if (b) {
		__sync_fetch_and_add(&b->counters.untracked, 1);
	}
	/* Told even if it passes the other filters only later, on another CPU, say. */
	if (recording(OSCOPE_REC_IDENTITY))
		emit_identity(p, p->comm, 0);
	if (!task_passes(p, t))
		return 0;
	if (b)
		ledger_born(&b->counters, p, t);
	spawning_child(maker->pid, p->pid);
	if (recording(OSCOPE_REC_NEWTASK))
		emit(OSCOPE_REC_NEWTASK, new_flags(p), bpf_ktime_get_ns(), p->pid, maker->pid,
		     clone_flags);
	memory_made(p, maker);
	return 0;
}

/* The task has a new program, and with it a name: for its row and for the record. */
static __always_inline void renamed(struct task_struct *p, struct task_state *t, const char *comm)
{
	if (config.rows && t)
		row_rename(p, t, comm);
	if (recording(OSCOPE_REC_IDENTITY) && is_member(t))
		emit_identity(p, comm, OSCOPE_IDENTITY_RENAMED);
}

/*
 * ... so its ledger ends, too, and it goes on with the leader's, also if that was a zombie already,
 * or with a new one.
 */
static __always_inline void ledger_changed(struct task_struct *p, struct task_state *from,
					   struct task_state *to, __u64 ts)
{
	struct oscope_ledger *old = ledger_find(from), *new;
	struct cpu_block *b = this_block();

	if (old) {
		oscope_ledger_leaves(old, ts, OSCOPE_STATE_DEAD, 0);
		ledger_final(old, p);
	}
	if (!to->row)
		to->row = zombie_take(p->pid, p->start_time);
	new = b ? ledger_get(&b->counters, p, to) : NULL;
	if (!new)
		return;
	kernel_counts(&new->before, p);
	new->flags &= OSCOPE_LEDGER_HELD;
	oscope_ledger_inherit(new, ts);
}

/*
 * A thread that execs takes over its leader's tid and start: its state goes along, but for the row,
 * which stays with the tid and the start that it had. It is running, so it waits for nothing.
 */
static __always_inline void tid_changed(struct task_struct *p, __u32 old_tid)
{
	struct task_state *from = state_entry(old_tid), *to = state_make(p);
	__u64 ts = bpf_ktime_get_ns();

	if (!from || !to || from->tid != old_tid)
		return;
	to->wait.since = 0;
	to->wait.nivcsw = p->nivcsw;
	/* With ledgers the leader's row is found, so there is none beside it. */
	to->flags = (from->flags & STATE_MEMBER) | (to->flags & STATE_NO_ROW) | STATE_KNOWN |
		    (ledger_on() ? 0 : STATE_HEIR);
	to->number = pid_number(p);
	if (ledger_on())
		ledger_changed(p, from, to, ts);
	row_leave(from, ts);
	state_give_back(from);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sched_process_exec, struct task_struct *p, int old_pid, struct linux_binprm *bprm)
{
	__u32 flags = 0, bytes;
	struct task_state *t;

	if (old_pid != p->pid)
		tid_changed(p, old_pid);
	t = state_find(p);
	renamed(p, t, p->comm);
	if (!task_passes(p, t))
		return 0;
	if (recording(OSCOPE_REC_EXEC)) {
		bytes = args_emit(p, bprm, &flags);
		emit(OSCOPE_REC_EXEC, flags, bpf_ktime_get_ns(), p->pid, old_pid, bytes);
	}
	faults_told(p, old_pid);
	return 0;
}

/* Fires before the task takes the new name. */
SEC("tp_btf/task_rename")
int BPF_PROG(on_task_rename, struct task_struct *p, const char *comm)
{
	char name[OSCOPE_COMM_LEN] = {};

	if (bpf_probe_read_kernel_str(name, sizeof(name), comm) < 0)
		return 0;
	renamed(p, state_find(p), name);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_sched_process_exit, struct task_struct *p)
{
	struct task_state *t = state_find(p);

	/* Of a flight recorder what was said before is overwritten. */
	if (!config.ring_drop && recording(OSCOPE_REC_IDENTITY) && is_member(t))
		emit_identity(p, p->comm, OSCOPE_IDENTITY_RENAMED);
	if (!task_passes(p, t))
		return 0;
	dying_note(p);
	if (recording(OSCOPE_REC_EXIT))
		emit(OSCOPE_REC_EXIT, end_flags(p), bpf_ktime_get_ns(), p->pid, p->exit_code,
		     p->real_parent->tgid);
	faults_told(p, p->pid);
	return 0;
}

/*
 * The tasks that are there at the start get their state, or only members theirs, and when recording
 * everybody's identity goes to user space. Through the iterator's file, not the ring: this program
 * can be preempted. A flight recorder lets it run at the end once more.
 */
SEC("iter/task")
int seed_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *p = ctx->task;
	bool member = config.filter & FILTER_MEMBER;
	struct cpu_block *b = this_block();
	struct oscope_identity id;
	struct task_state *t;

	if (!p)
		return 0;
	t = state_find(p);
	if (member && !is_wanted(p) && !(t && is_member(t)))
		return 0;
	if (!p->exit_state)	/* who has left for good would never give it back */
		t = state_make(p);
	if (member && !t)
		return 0;
	if (member) {
		t->number = pid_number(p);
		state_mark(t, STATE_MEMBER);
	}
	if (ledger_on() && t && b && task_passes(p, t))
		ledger_seed(&b->counters, p, t);
	if (!recording(OSCOPE_REC_IDENTITY))
		return 0;
	identity_fill(&id, p, p->comm);
	bpf_seq_write(ctx->meta->seq, &id, sizeof(id));
	return 0;
}
