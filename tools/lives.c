// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks and what became of them: records through the core's arithmetic of deaths.
 */
#include <stdlib.h>
#include <string.h>

#include "../kmod/core/ring.h"
#include "lives.h"
#include "util.h"

bool life_is_process(const struct life *life)
{
	return !life->tgid || life->tgid == life->tid;
}

struct life *lives_find(const struct lives *l, uint32_t tid)
{
	/* A number that is new to the map gets no place: map_place() would make one. */
	size_t place = map_find(&l->tids, tid);

	return place == MAP_FULL || !l->current[place] ? NULL : &l->life[l->current[place] - 1];
}

struct life *lives_find_at(const struct lives *l, uint32_t tid, uint64_t ns)
{
	struct life *life = lives_find(l, tid);

	while (life && life->start_ns > ns)
		life = life->before ? &l->life[life->before - 1] : NULL;
	return life;
}

/* A new life of a number, the latest from now on. NULL without memory. */
static struct life *life_new(struct lives *l, uint32_t tid)
{
	size_t place = map_place(&l->tids, tid);
	struct life *life;

	if (place == MAP_FULL || array_room(&l->current, &l->places, place, sizeof(*l->current)) ||
	    array_room(&l->life, &l->room, l->n, sizeof(*l->life)))
		return NULL;
	life = &l->life[l->n++];
	memset(life, 0, sizeof(*life));
	life->tid = tid;
	life->cost_ns = OSCOPE_NS_NONE;
	life->member = !l->root || tid == l->root;
	life->before = l->current[place];
	l->current[place] = l->n;
	return life;
}

static struct life *life_get(struct lives *l, uint32_t tid)
{
	struct life *life = lives_find(l, tid);

	return life ? life : life_new(l, tid);
}

/* The life of a number that began at a time, the latest one or an earlier. */
static struct life *life_of(const struct lives *l, uint32_t tid, uint64_t start_ns)
{
	struct life *life = lives_find(l, tid);

	while (life && life->start_ns && life->start_ns != start_ns)
		life = life->before ? &l->life[life->before - 1] : NULL;
	return life;
}

static struct life *identity_take(struct lives *l, const struct oscope_identity *who)
{
	struct life *life = life_get(l, who->tid);

	if (life && life->start_ns && life->start_ns != who->start_ns)
		life = life_new(l, who->tid);
	if (!life)
		return NULL;
	/*
	 * Who it was at first may be heard of after it has changed: on another CPU, or of
	 * everybody.
	 */
	if (life->tgid && !(oscope_head_flags(who->head) & OSCOPE_IDENTITY_RENAMED))
		return life;
	life->start_ns = who->start_ns;
	life->tgid = who->tgid;
	life->parent = who->ptid;
	memcpy(life->comm, who->comm_lo, sizeof(who->comm_lo));
	memcpy(life->comm + sizeof(who->comm_lo), who->comm_hi, sizeof(who->comm_hi));
	return life;
}

static int no_memory(void)
{
	return err_sys(-ENOMEM, "keeping who lives");
}

int lives_identity(struct lives *l, const struct oscope_identity *who)
{
	return identity_take(l, who) ? 0 : no_memory();
}

int lives_zombie(struct lives *l, const struct oscope_identity *who, uint64_t since_ns,
		 uint32_t status)
{
	struct life *life = identity_take(l, who);

	if (!life)
		return no_memory();
	life->since_unknown = !since_ns;
	since_ns = since_ns ? since_ns : who->start_ns + 1;
	life->death = (struct oscope_death){
		.exit_ns = since_ns,
		.zombie_ns = since_ns,
		.parent = who->ptid,
		.told = who->ptid,
		.status = status,
	};
	return 0;
}

static int take_newtask(struct lives *l, const struct event *e)
{
	const struct life *maker = lives_find(l, e->w[1]);
	bool member = maker && maker->member;
	struct life *life = life_get(l, e->w[0]);

	if (!life)
		return -ENOMEM;
	life->member |= member;
	life->made_ns = e->ts;
	life->maker = e->w[1];
	life->birth = oscope_birth_kind(e->w[2], e->flags);
	return 0;
}

static int take_run(struct lives *l, const struct event *e)
{
	struct life *life = lives_find(l, e->w[0]);

	if (life && !life->run_ns)
		life->run_ns = e->ts;
	return 0;
}

static int take_spawned(struct lives *l, const struct event *e)
{
	struct life *life = lives_find(l, e->w[0]);

	if (!life || life->returned_ns)
		return 0;
	life->cost_ns = e->w[2];
	life->returned_ns = e->ts;
	return 0;
}

static int take_memory(struct lives *l, const struct event *e)
{
	struct life *life = lives_find(l, e->w[0]);

	if (!life || !life->made_ns || life->memory_known)
		return 0;
	life->memory_known = true;
	life->thp = e->flags & OSCOPE_MEMORY_THP;
	life->page_tables = e->w[1];
	life->maker_kib = e->w[2];
	return 0;
}

/* A maker's faults are charged to its youngest copy no longer. */
static void charge_end(struct lives *l, struct life *maker, uint32_t faults)
{
	struct life *child;

	if (!maker->youngest)
		return;
	child = &l->life[maker->youngest - 1];
	child->maker_faults = oscope_faults_between(maker->faults_then, faults);
	child->maker_faults_known = true;
	maker->youngest = 0;
}

/* Each copy write-protects all of its maker's memory anew: faults that follow are its doing. */
static int take_copy(struct lives *l, const struct event *e)
{
	struct life *maker = life_get(l, e->w[0]), *child = lives_find(l, e->w[2]);

	if (!maker)
		return -ENOMEM;
	charge_end(l, maker, e->w[1]);
	if (!child || !child->made_ns)
		return 0;
	maker->youngest = child - l->life + 1;
	maker->faults_then = e->w[1];
	return 0;
}

/* At an exec or an end: first of its parent, which may be another than its maker, then its own. */
static int take_faults(struct lives *l, const struct event *e)
{
	struct life *whose = lives_find(l, e->w[0]), *child = lives_find(l, e->w[2]);

	if (e->flags & OSCOPE_FAULTS_MADE)
		return take_copy(l, e);
	if (!whose || !child)
		return 0;
	if (whose != child) {
		if (whose->youngest == (size_t)(child - l->life + 1))
			charge_end(l, whose, e->w[1]);
		return 0;
	}
	charge_end(l, whose, e->w[1]);
	if (child->made_ns && !child->faults_known) {
		child->faults_known = true;
		child->faults = e->w[1];
	}
	return 0;
}

/* A thread that takes its leader's place lives on in it, whatever was said of the leader's end. */
static int take_exec(struct lives *l, const struct event *e)
{
	struct life *life = life_get(l, e->w[0]);

	if (!life)
		return -ENOMEM;
	memset(&life->death, 0, sizeof(life->death));
	life->execs++;
	if (!life->exec_ns)
		life->exec_ns = e->ts;
	if (e->w[0] == e->w[1])
		return 0;
	l->dethreaded += life->member;
	life = lives_find(l, e->w[1]);
	if (life)	/* its old number is nobody's now */
		life->death.how = OSCOPE_HOW_DETHREAD;
	return 0;
}

static int take_exit(struct lives *l, const struct event *e)
{
	struct life *life = life_get(l, e->w[0]), *process;
	bool leader;

	if (!life)
		return -ENOMEM;
	leader = life_is_process(life);
	life->ended++;
	if (!leader) {
		l->threads_ended += life->member;
		life->death.exit_ns = e->ts;
		life->death.how = OSCOPE_HOW_THREAD;
		if (!(e->flags & OSCOPE_END_LAST))
			return 0;
	}
	process = leader ? life : life_get(l, life->tgid);
	if (!process)
		return -ENOMEM;
	oscope_death_exit(&process->death, e->ts, e->w[1], e->w[2], e->flags, leader);
	return 0;
}

static int take_zombie(struct lives *l, const struct event *e)
{
	struct life *life = lives_find(l, e->w[0]);

	/* Of who was one before, only a number is known, which may be another namespace's. */
	if (e->flags & OSCOPE_END_ADOPTED &&
	    (!life || !life->death.zombie_ns || life->death.reap_ns))
		return 0;
	if (!life)
		life = life_new(l, e->w[0]);
	if (!life)
		return -ENOMEM;
	oscope_death_told(&life->death, e->ts, e->w[1], e->w[2], e->flags);
	return 0;
}

static int take_reap(struct lives *l, const struct event *e)
{
	struct life *life = lives_find(l, e->w[0]);

	if (life && life_is_process(life))
		oscope_death_reaped(&life->death, e->ts, e->w[1], e->w[2], e->flags);
	else if (life && life->death.how != OSCOPE_HOW_DETHREAD)
		life->death.how = oscope_thread_how(e->flags);
	return 0;
}

static int take_waiting(struct lives *l, const struct event *e)
{
	struct life *life = life_get(l, e->w[1]);

	if (!life)
		return -ENOMEM;
	life->waits = true;
	return 0;
}

/* The number is one of the waiter's namespace: it is who it seems to be only if all else fits. */
static int take_waited(struct lives *l, const struct event *e)
{
	struct life *life = lives_find(l, e->w[1]), *waiter;

	if (life && life_is_process(life) && life->death.exit_ns && life->death.told == e->w[2] &&
	    (!life->death.reap_ns || life->death.inexact)) {
		oscope_death_waited(&life->death, e->ts, e->w[0]);
		return 0;
	}
	waiter = life_get(l, e->w[2]);
	if (!waiter)
		return -ENOMEM;
	waiter->waited_ns = e->ts;
	waiter->waited_tid = e->w[0];
	return 0;
}

static int take_free(struct lives *l, const struct event *e)
{
	struct life *life = life_of(l, e->w[0], (uint64_t)e->w[2] << 32 | e->w[1]), *told;

	if (!life || !life_is_process(life))
		return 0;
	told = life->death.reap_ns ? NULL : lives_find(l, life->death.told);
	/* A wait of its parent's that came back with a number that we do not know. */
	if (told && life->death.zombie_ns && told->waited_ns >= life->death.zombie_ns) {
		oscope_death_waited(&life->death, told->waited_ns, told->waited_tid);
		told->waited_ns = 0;
	}
	oscope_death_freed(&life->death, e->ts);
	return 0;
}

int lives_event(void *lives, const struct event *e)
{
	static int (*const on[64])(struct lives *l, const struct event *e) = {
		[OSCOPE_REC_NEWTASK] = take_newtask,
		[OSCOPE_REC_RUN] = take_run,
		[OSCOPE_REC_SPAWNED] = take_spawned,
		[OSCOPE_REC_MEMORY] = take_memory,
		[OSCOPE_REC_FAULTS] = take_faults,
		[OSCOPE_REC_EXEC] = take_exec,
		[OSCOPE_REC_EXIT] = take_exit,
		[OSCOPE_REC_ZOMBIE] = take_zombie,
		[OSCOPE_REC_REAP] = take_reap,
		[OSCOPE_REC_WAITING] = take_waiting,
		[OSCOPE_REC_WAITED] = take_waited,
		[OSCOPE_REC_FREE] = take_free,
	};
	struct lives *l = lives;

	if (e->id == OSCOPE_REC_IDENTITY)
		return lives_identity(l, &e->who);
	if (e->ts > l->last_ns)
		l->last_ns = e->ts;
	return e->id < ARRAY_SIZE(on) && on[e->id] && on[e->id](l, e) ? no_memory() : 0;
}

void lives_free(struct lives *l)
{
	map_free(&l->tids);
	free(l->current);
	free(l->life);
	memset(l, 0, sizeof(*l));
}
