/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The death of a process: from its end to the moment that somebody reaps it, and how. Pure
 * functions on plain structs, fed with the records EXIT, ZOMBIE, REAP, WAITED and FREE in the
 * order of time.
 *
 * A process is a zombie from the moment that its parent is told, or if nobody is told and nobody
 * ignores it, from the end of its last thread, until it is reaped. A thread that is no leader,
 * and a process whose parent ignores SIGCHLD, never is one: it reaps itself.
 */
#ifndef OSCOPE_CORE_DEATH_H
#define OSCOPE_CORE_DEATH_H

#include "contract.h"

/* How a dead task was let go. Appended to, never reordered. */
enum oscope_how {
	OSCOPE_HOW_NONE		= 0,	/* not yet */
	OSCOPE_HOW_WAITED	= 1,	/* somebody waited for it */
	OSCOPE_HOW_IGNORED	= 2,	/* itself: its parent ignores SIGCHLD */
	OSCOPE_HOW_NOCLDWAIT	= 3,	/* itself: its parent has SA_NOCLDWAIT */
	OSCOPE_HOW_THREAD	= 4,	/* itself: a thread */
	OSCOPE_HOW_DETHREAD	= 5,	/* a leader whose thread executed a program */
	OSCOPE_HOW_PTRACE	= 6,	/* its tracer waited for it, or let go of it */
	OSCOPE_HOW_PARENT_EXIT	= 7,	/* with the end of its parent, whose heir ignores SIGCHLD */
	OSCOPE_HOW_UNKNOWN	= 8,	/* it is gone, and nobody was seen doing it */
	OSCOPE_HOWS		= 9,
};

struct oscope_death {
	__u64 exit_ns;			/* the end of its last thread so far, 0: lives */
	__u64 zombie_ns;		/* since when it is one, 0: it is not, or never was */
	__u64 reap_ns;			/* when it was let go, 0: not yet */
	__u32 parent;			/* tgid at its end */
	__u32 told;			/* tgid of who is expected to reap it, 0: nobody */
	__u32 reaper;			/* tid of who did, 0: not known */
	__u32 status;			/* as wait4 gives it */
	__u32 flags;			/* OSCOPE_END_*, of all that was said of it */
	__u32 how;			/* enum oscope_how */
	__u32 reparented;		/* times that it got another parent as a zombie */
	__u32 inexact;			/* reap_ns is the time of FREE, which comes later */
};

#define OSCOPE_END_UNWANTED	(OSCOPE_END_IGNORED | OSCOPE_END_NOCLDWAIT)

/* A thread of the process has ended; leader: it is its first one. */
OSCOPE_CORE void oscope_death_exit(struct oscope_death *d, __u64 ts, __u32 code, __u32 parent,
				   __u32 flags, int leader)
{
	d->exit_ns = ts;
	d->flags |= flags;
	d->parent = parent;
	d->told = parent;
	if (leader)
		d->status = code;
	if (!(flags & OSCOPE_END_LAST))
		return;
	/* Nobody will be told; it waits all the same. */
	if (flags & OSCOPE_END_SILENT)
		d->zombie_ns = ts;
	/* Its own matter, unless somebody traces it; REAP tells the moment better. */
	if ((flags & OSCOPE_END_UNWANTED) && !(flags & OSCOPE_END_TRACED)) {
		d->how = flags & OSCOPE_END_IGNORED ? OSCOPE_HOW_IGNORED : OSCOPE_HOW_NOCLDWAIT;
		d->reap_ns = ts;
		d->inexact = 1;
	}
}

/*
 * Its parent is told. One that has SA_NOCLDWAIT hears of it, and has not to wait for it; another
 * parent than before has inherited it.
 */
OSCOPE_CORE void oscope_death_told(struct oscope_death *d, __u64 ts, __u32 told, __u32 status,
				   __u32 flags)
{
	d->flags |= flags;
	if (d->told != told && (flags & OSCOPE_END_ADOPTED))
		d->reparented++;
	d->told = told;
	if (flags & OSCOPE_END_ADOPTED)
		return;
	d->status = status;
	if (!d->exit_ns)
		d->exit_ns = ts;
	if (!(flags & OSCOPE_END_NOCLDWAIT))
		d->zombie_ns = ts;
}

/* Why a process that reaped itself did so. */
OSCOPE_CORE __u32 oscope_death_why_self(const struct oscope_death *d)
{
	if (d->flags & OSCOPE_END_IGNORED)
		return OSCOPE_HOW_IGNORED;
	if (d->flags & OSCOPE_END_NOCLDWAIT)
		return OSCOPE_HOW_NOCLDWAIT;
	return OSCOPE_HOW_UNKNOWN;
}

/* The kernel lets go of it; flags: OSCOPE_REAP_*. */
OSCOPE_CORE void oscope_death_reaped(struct oscope_death *d, __u64 ts, __u32 reaper, __u32 parent,
				     __u32 flags)
{
	if (d->reap_ns && !d->inexact)
		return;
	d->reap_ns = ts;
	d->reaper = reaper;
	d->inexact = 0;
	if (d->told != parent && d->zombie_ns && !(flags & OSCOPE_REAP_TRACED))
		d->reparented++;
	switch (flags & OSCOPE_REAP_HOW) {
	case OSCOPE_REAP_SELF:
		d->how = oscope_death_why_self(d);
		break;
	case OSCOPE_REAP_EXEC:
		d->how = OSCOPE_HOW_DETHREAD;
		break;
	case OSCOPE_REAP_EXITING:
		d->how = OSCOPE_HOW_PARENT_EXIT;
		break;
	default:
		d->how = flags & OSCOPE_REAP_TRACED ? OSCOPE_HOW_PTRACE : OSCOPE_HOW_WAITED;
		/* Nobody was seen to be told, and there was one to be waited for all the same. */
		if (!d->zombie_ns)
			d->zombie_ns = d->exit_ns;
		break;
	}
}

/* Somebody's wait came back with it. */
OSCOPE_CORE void oscope_death_waited(struct oscope_death *d, __u64 ts, __u32 reaper)
{
	oscope_death_reaped(d, ts, reaper, d->told, OSCOPE_REAP_WAITED);
}

/*
 * It is gone for good. If nobody was seen letting go of it, the moment and who it was are not
 * known better than this.
 */
OSCOPE_CORE void oscope_death_freed(struct oscope_death *d, __u64 ts)
{
	if (d->reap_ns)
		return;
	d->how = oscope_death_why_self(d);
	d->reap_ns = ts;
	d->inexact = 1;
}

/* How long it was a zombie until now or until it was reaped; ~0: it never was one. */
OSCOPE_CORE __u64 oscope_death_zombie_ns(const struct oscope_death *d, __u64 now)
{
	__u64 until = d->reap_ns ? d->reap_ns : now;

	if (!d->zombie_ns)
		return ~0ULL;
	return until > d->zombie_ns ? until - d->zombie_ns : 0;
}

/* A thread that is no leader: where it is not said otherwise it lets go of itself. */
OSCOPE_CORE __u32 oscope_thread_how(__u32 reap_flags)
{
	return reap_flags & OSCOPE_REAP_TRACED ? OSCOPE_HOW_PTRACE : OSCOPE_HOW_THREAD;
}

#endif /* OSCOPE_CORE_DEATH_H */
