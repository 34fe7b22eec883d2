/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose message it is that somebody receives who chooses by a tag, as from a message queue by type
 * or priority: the queue of ipc_queue.h, with units that are messages.
 *
 * Of one tag what is sent first is received first, whatever else there is. What has been received
 * has its tag with it, so that nothing needs to be known of how it was chosen, and calls are
 * uncertain of each other only where their messages have the same tag. Receiving ones are so only
 * as long as messages of several senders are there: else it does not matter whose is whose.
 *
 * Who does not ask for the tag is known to have got a message of the highest (POSIX). Which one
 * that was is certain if it lay there before the call, or if there was only one tag.
 *
 *   sending     oscope_choose_squeeze(), oscope_choose_send(), at its end oscope_choose_sent() and
 *               oscope_queue_send_ends()
 *   receiving   oscope_choose_receive(), at its end oscope_choose_received()
 */
#ifndef OSCOPE_CORE_IPC_CHOOSE_H
#define OSCOPE_CORE_IPC_CHOOSE_H

#include "ipc_queue.h"

#define OSCOPE_TAG_HIGHEST	0xffffffffU	/* received: the highest that there was */
#define OSCOPE_TAG_UNKNOWN	0xfffffffeU	/* could not be read, or is this or more */

/* Whether there is something of it that nobody has. */
OSCOPE_CORE int oscope_run_live(const struct oscope_run *r)
{
	return r->units > r->taken;
}

/* Sending calls that have ended, ever: what a run is stamped with, in `by`, when its call ends. */
OSCOPE_CORE __u32 oscope_queue_ended(const struct oscope_queue *q)
{
	return q->begun - q->senders;
}

/* The number of sending calls that had begun with it: its place in the order. */
OSCOPE_CORE int oscope_run_before(const struct oscope_run *a, const struct oscope_run *b)
{
	return (__s32)(a->messages - b->messages) < 0;
}

/*
 * A run that was looked for is told by how many runs before it there are + 1, 0: there is none. The
 * verifier of BPF is made to forget that wherever a loop begins again, or has ended: what it knows
 * when it comes to a test, it has to know of all that went before, and would look at each turn as
 * often as there are ways to it.
 */
OSCOPE_CORE __u32 oscope_found_number(const struct oscope_queue *q, __u32 found)
{
	return q->first + found - 1;
}

OSCOPE_CORE struct oscope_run *oscope_found_run(struct oscope_queue *q, __u32 found)
{
	return oscope_queue_run(q, oscope_found_number(q, found));
}

/* A place for a message, anywhere. NULL: there is none. */
OSCOPE_CORE struct oscope_run *oscope_choose_place(struct oscope_queue *q, __u32 *number)
{
	__u32 i, found = 0;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		found = oscope_forget(found, q->last);
		if (q->first + i == q->last)
			break;
		if (!found && oscope_run_dead(oscope_queue_run(q, q->first + i)))
			found = i + 1;
	}
	found = oscope_forget(found, q->last);
	if (!found && q->last - q->first >= OSCOPE_QUEUE_RUNS)
		return (void *)0;
	*number = found ? oscope_found_number(q, found) : q->last++;
	return oscope_queue_run(q, *number);
}

/* A message of that number begins: those of its tag whose calls have not ended may be before it. */
OSCOPE_CORE void oscope_choose_meet(struct oscope_queue *q, __u32 number)
{
	struct oscope_run *r = oscope_queue_run(q, number), *other;
	__u32 i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first + i == q->last)
			break;
		other = oscope_queue_run(q, q->first + i);
		if (q->first + i == number || other->tag != r->tag ||
		    !(other->flags & OSCOPE_RUN_OPEN))
			continue;
		other->flags |= OSCOPE_RUN_UNCERTAIN;
		r->flags |= OSCOPE_RUN_UNCERTAIN;
	}
}

/* Nobody is in a call, nothing is left: whatever was mistaken for something else, all is gone. */
OSCOPE_CORE void oscope_choose_settle(struct oscope_queue *q)
{
	if (!q->senders && !q->receivers && q->first == q->last)
		q->flags &= ~OSCOPE_QUEUE_BLURRED;
}

/* A call begins that wants to send a message. Returns whether it has a place: *number. */
OSCOPE_CORE int oscope_choose_send(struct oscope_queue *q, __u32 from, __u32 tag, __u32 *number)
{
	struct oscope_run *r;

	oscope_choose_settle(q);
	q->senders++;
	q->begun++;
	if (!(q->flags & OSCOPE_QUEUE_SYNCED))
		return 0;
	r = tag < OSCOPE_TAG_UNKNOWN ? oscope_choose_place(q, number) : (void *)0;
	if (!r) {
		oscope_queue_upset(q);
		return 0;
	}
	oscope_run_open(r, from, 1, tag, OSCOPE_RUN_WHOLE);
	r->messages = q->begun;
	oscope_choose_meet(q, *number);
	return 1;
}

/*
 * The latest run before r that is of its tag, or, sender: of its sender and size, too, and whose
 * call has ended: told as above.
 */
OSCOPE_CORE __u32 oscope_choose_previous(struct oscope_queue *q, const struct oscope_run *r,
					 int sender)
{
	const struct oscope_run *other;
	__u32 i, found = 0;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		found = oscope_forget(found, q->last);
		if (q->first + i == q->last)
			break;
		other = oscope_queue_run(q, q->first + i);
		if (other->tag != r->tag || oscope_run_dead(other) || !oscope_run_before(other, r))
			continue;
		if (sender && (!oscope_runs_alike(other, r) || other->size != r->size))
			continue;
		if (!found || oscope_run_before(oscope_found_run(q, found), other))
			found = i + 1;
	}
	return oscope_forget(found, q->last);
}

/* Put a run's messages to those of an earlier one. */
OSCOPE_CORE void oscope_choose_unite(struct oscope_run *to, struct oscope_run *r)
{
	to->units += r->units;
	if ((__s32)(r->by - to->by) > 0)
		to->by = r->by;
	r->units = 0;
}

/* Put what a call has sent to what was last sent with its tag, if that is of the same kind. */
OSCOPE_CORE void oscope_choose_join(struct oscope_queue *q, struct oscope_run *r)
{
	__u32 previous = oscope_choose_previous(q, r, 0);
	struct oscope_run *to = oscope_found_run(q, previous);

	if (!previous)
		return;
	if (oscope_runs_alike(to, r) && to->size == r->size && to->flags == r->flags)
		oscope_choose_unite(to, r);
}

/* Those of a tag from one run to another are in doubt of each other. */
OSCOPE_CORE void oscope_choose_reordered(struct oscope_queue *q, const struct oscope_run *from,
					 const struct oscope_run *to)
{
	struct oscope_run *r;
	__u32 i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first + i == q->last)
			break;
		r = oscope_queue_run(q, q->first + i);
		if (r->tag == from->tag && !oscope_run_before(r, from) && !oscope_run_before(to, r))
			r->flags |= OSCOPE_RUN_UNCERTAIN;
	}
}

/* As oscope_queue_squeeze(). */
OSCOPE_CORE int oscope_choose_squeeze(struct oscope_queue *q, __u32 step)
{
	struct oscope_run *r = oscope_queue_run(q, q->first + step), *to;
	__u32 previous;

	if ((!step && !oscope_queue_crowded(q)) || step >= q->last - q->first)
		return 1;
	if (oscope_run_dead(r) || (r->flags & OSCOPE_RUN_OPEN))
		return 0;
	previous = oscope_choose_previous(q, r, 1);
	if (!previous)
		return 0;
	to = oscope_found_run(q, previous);
	oscope_choose_reordered(q, to, r);
	oscope_choose_unite(to, r);
	return 1;
}

/* Whether a's message comes before b's for who takes the highest, or of one tag. */
OSCOPE_CORE int oscope_choose_first(const struct oscope_run *a, const struct oscope_run *b)
{
	return a->tag != b->tag ? a->tag > b->tag : oscope_run_before(a, b);
}

/* The run that the next message of a tag is of, told as above. */
OSCOPE_CORE __u32 oscope_choose_find(struct oscope_queue *q, __u32 tag)
{
	const struct oscope_run *r;
	__u32 i, found = 0;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		found = oscope_forget(found, q->last);
		tag = oscope_forget(tag, q->last);
		if (q->first + i == q->last)
			break;
		r = oscope_queue_run(q, q->first + i);
		if (!oscope_run_live(r) || (tag != OSCOPE_TAG_HIGHEST && r->tag != tag))
			continue;
		if (!found || oscope_choose_first(r, oscope_found_run(q, found)))
			found = i + 1;
	}
	return oscope_forget(found, q->last);
}

/*
 * Whether it may be another message, of another sender, that somebody has got who is thought to
 * have got the run's: others receive, too, or it was sent while he did. since: from his begin. Of
 * what is uncertain the sender is, too, and whether it has come.
 */
OSCOPE_CORE int oscope_choose_doubt(struct oscope_queue *q, __u32 number, __u32 tag, __u32 since)
{
	const struct oscope_run *r = oscope_queue_run(q, number), *other;
	__u32 shared = q->receivers > 1, senders = 0, tags = 0, i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first + i == q->last)
			break;
		other = oscope_queue_run(q, q->first + i);
		if (!oscope_run_live(other) || q->first + i == number)
			continue;
		if (other->tag != r->tag)
			tags = 1;
		else if (other->from != r->from ||
			 ((other->flags | r->flags) & OSCOPE_RUN_UNCERTAIN))
			senders = 1;
		senders = oscope_forget(senders, q->last);
		tags = oscope_forget(tags, q->last);
	}
	if (shared && senders)
		return 1;
	if (tag != OSCOPE_TAG_HIGHEST || !tags)
		return 0;
	return shared || (r->flags & (OSCOPE_RUN_OPEN | OSCOPE_RUN_UNCERTAIN)) ||
	       (__s32)(r->by - since) > 0;
}

/* Somebody has received the next message of a run, of which *t tells. */
OSCOPE_CORE void oscope_choose_take(struct oscope_queue *q, __u32 number, __u32 by, __u32 flags,
				    struct oscope_taken *t)
{
	struct oscope_run *r = oscope_queue_run(q, number);

	t->from = r->from;
	t->to = by;
	if (r->flags & OSCOPE_RUN_OPEN) {
		r->flags |= flags;
		oscope_run_take_open(r, by, 1, t);
	} else {
		t->units = 1;
		t->messages = 1;
		t->size = r->size;
		t->flags = r->flags | flags;
		r->units--;
	}
}

/*
 * Somebody has what nobody was seen to send: what is known to lie there is not what does. But for
 * what could not be set down where not all is: that is behind what could.
 */
OSCOPE_CORE void oscope_choose_lose(struct oscope_queue *q, __u32 tag)
{
	if ((q->flags & OSCOPE_QUEUE_SYNCED) || tag >= OSCOPE_TAG_UNKNOWN)
		oscope_queue_drop(q);
	oscope_queue_upset(q);
}

/* The message of a call that has failed was another one: of the same tag, if that is known. */
OSCOPE_CORE void oscope_choose_owed(struct oscope_queue *q, __u32 tag, struct oscope_taken *t)
{
	__u32 to = t->to, blind = t->flags & OSCOPE_RUN_BLIND, next;

	__builtin_memset(t, 0, sizeof(*t));
	if (blind) {
		tag = OSCOPE_TAG_HIGHEST;
		q->flags |= OSCOPE_QUEUE_BLURRED;
	}
	blind = oscope_forget(blind, to);
	tag = oscope_forget(tag, to);
	next = oscope_choose_find(q, tag);
	if (next)
		oscope_choose_take(q, oscope_found_number(q, next), to,
				   blind | OSCOPE_RUN_UNCERTAIN, t);
	else
		oscope_choose_lose(q, tag);
}

/*
 * A sending call ends, before oscope_queue_send_ends(). sent: bytes of its message + 1, 0 if it
 * failed. In *t is what a receiver has got meanwhile, of this call or of another, to be told if it
 * is more than 0 units.
 */
OSCOPE_CORE void oscope_choose_sent(struct oscope_queue *q, __u32 from, __u32 number, __u32 sent,
				    struct oscope_taken *t)
{
	struct oscope_run *r = oscope_queue_run(q, number);
	__u32 place = r->messages;
	int whole;

	__builtin_memset(t, 0, sizeof(*t));
	if (!oscope_queue_has(q, from, number))
		return;
	whole = oscope_run_close(r, sent, t);
	whole = oscope_forget(whole, sent);
	r->messages = place;
	r->flags &= ~OSCOPE_RUN_BLIND;
	r->by = oscope_queue_ended(q) + 1;
	if (whole)
		oscope_choose_join(q, r);
	if (t->owed)
		oscope_choose_owed(q, r->tag, t);
	oscope_queue_trim(q);
}

/* A receiving call begins; *crossed and *since are to be given back. */
OSCOPE_CORE void oscope_choose_receive(struct oscope_queue *q, __u32 *crossed, __u32 *since)
{
	oscope_choose_settle(q);
	oscope_queue_receive(q, crossed);
	*since = oscope_queue_ended(q);
}

/*
 * ... ends: got: whether it has got a message, of that tag; t, crossed and since as above. Returns
 * whether that was one that nobody was seen to send.
 */
OSCOPE_CORE __u32 oscope_choose_received(struct oscope_queue *q, __u32 by, __u32 got, __u32 tag,
					 __u32 crossed, __u32 since, struct oscope_taken *t)
{
	__u32 flags = tag == OSCOPE_TAG_HIGHEST ? OSCOPE_RUN_BLIND : 0, missing = 0;
	__u32 next = 0, number;

	__builtin_memset(t, 0, sizeof(*t));
	flags = oscope_forget(flags, tag);
	/* Where not all is known the highest is not either. */
	if (got && ((q->flags & OSCOPE_QUEUE_SYNCED) || !flags))
		next = oscope_choose_find(q, tag);
	missing = got && !next;
	number = oscope_found_number(q, next);
	if (missing) {
		oscope_choose_lose(q, tag);
	} else if (got) {
		if (oscope_choose_doubt(q, number, tag, since)) {
			q->crossed_receives++;
			if (flags)
				q->flags |= OSCOPE_QUEUE_BLURRED;
		}
		if (q->crossed_receives != crossed || (q->flags & OSCOPE_QUEUE_BLURRED))
			flags |= OSCOPE_RUN_UNCERTAIN;
		flags = oscope_forget(flags, tag);
		oscope_choose_take(q, number, by, flags, t);
		oscope_queue_trim(q);
	}
	oscope_queue_received(q, by, got, missing);
	return missing;
}

#endif /* OSCOPE_CORE_IPC_CHOOSE_H */
