/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose message it is that somebody receives. Pure functions on plain structs; whoever has a queue
 * serialises them.
 *
 * A message is what one call sends. Nothing is known of the moment at which a call puts it into the
 * kernel's queue or takes it from there, but that it is between the call's entry and its end. So a
 * sending call has its place in the order from its entry on, with what it wants to send, since its
 * receiver may be back before it ends; what it has sent is known at its end. Where sending calls
 * overlap their order is not known, nor is who got what where receiving ones do: what they moved is
 * marked so. Sums of a pair are right all the same for one sender; and for one receiver, once all
 * that was sent is received. What is not marked is so in any case.
 *
 *   sending     oscope_queue_squeeze(), oscope_queue_send(), at its end oscope_queue_sent(), and
 *               what that says a receiver has of others: oscope_queue_take() for that one, and for
 *               nobody
 *   receiving   oscope_queue_receive(), at its end oscope_queue_take() until it has all of it, then
 *               oscope_queue_received()
 *
 * Where receivers choose what they get: ipc_choose.h.
 */
#ifndef OSCOPE_CORE_IPC_QUEUE_H
#define OSCOPE_CORE_IPC_QUEUE_H

#include "../uapi/oscope_ipc.h"
#include "contract.h"

OSCOPE_ASSERT_SIZE(struct oscope_run, 32);
OSCOPE_ASSERT_SIZE(struct oscope_queue, 40 + 32 * OSCOPE_QUEUE_RUNS);

/* What somebody has received of somebody. */
struct oscope_taken {
	__u32 from, to;			/* to 0: not to be told */
	__u32 units, messages;
	__u32 size;			/* WHOLE: bytes of each message */
	__u32 owed;			/* oscope_queue_sent(): units to be taken for `to` */
	__u32 excess;			/* ... and for nobody, 0 */
	__u32 flags;			/* OSCOPE_RUN_* */
};

OSCOPE_CORE struct oscope_run *oscope_queue_run(struct oscope_queue *q, __u32 number)
{
	return &q->run[oscope_index(number & (OSCOPE_QUEUE_RUNS - 1))];
}

OSCOPE_CORE int oscope_run_dead(const struct oscope_run *r)
{
	return !r->units && !(r->flags & OSCOPE_RUN_OPEN);
}

/* Forget what is in the queue: it cannot be there any more, or not all that is there is known. */
OSCOPE_CORE void oscope_queue_drop(struct oscope_queue *q)
{
	if (q->first != q->last)
		q->flags |= OSCOPE_QUEUE_LEFT_OUT;
	q->first = q->last;
}

/* Not all is known that was sent: from now on nothing is paired until it is seen empty. */
OSCOPE_CORE void oscope_queue_upset(struct oscope_queue *q)
{
	q->flags |= OSCOPE_QUEUE_LEFT_OUT;
	q->flags &= ~OSCOPE_QUEUE_SYNCED;
}

/* The kernel's queue was empty when `begun` was what it is: with nobody in it, all is known. */
OSCOPE_CORE void oscope_queue_empty(struct oscope_queue *q, __u32 begun)
{
	if (q->begun != begun || q->senders || q->receivers || (q->flags & OSCOPE_QUEUE_FOREIGN))
		return;
	oscope_queue_drop(q);
	q->flags |= OSCOPE_QUEUE_SYNCED;
}

/*
 * A place for a new run: the last, or in a long queue a dead one, at the expense of the order.
 * NULL: there is none.
 */
OSCOPE_CORE struct oscope_run *oscope_queue_place(struct oscope_queue *q, __u32 *number)
{
	struct oscope_run *r;
	__u32 i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->last - q->first < OSCOPE_QUEUE_LONG)
			break;
		*number = q->first + i;
		if (*number == q->last)
			break;
		r = oscope_queue_run(q, *number);
		if (oscope_run_dead(r))
			return r;
	}
	if (q->last - q->first >= OSCOPE_QUEUE_RUNS)
		return (void *)0;
	*number = q->last++;
	return oscope_queue_run(q, *number);
}

/* Something comes before these runs that was sent after them: the order is not known any more. */
OSCOPE_CORE void oscope_queue_reordered(struct oscope_queue *q, __u32 number)
{
	__u32 i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (number + i == q->last)
			return;
		oscope_queue_run(q, number + i)->flags |= OSCOPE_RUN_UNCERTAIN;
	}
}

/* The run of a call that begins. */
OSCOPE_CORE void oscope_run_open(struct oscope_run *r, __u32 from, __u32 units, __u32 tag,
				 __u32 flags)
{
	r->from = from;
	r->flags = OSCOPE_RUN_OPEN | flags;
	r->units = units;
	r->messages = 0;
	r->size = 0;
	r->tag = tag;
	r->taken = 0;
	r->by = 0;
}

/*
 * A call begins that wants to send so many units; flags: OSCOPE_RUN_WHOLE, OSCOPE_RUN_FETCHES.
 * Returns whether it has a place in the order: *number; *crossed is to be given back at its end.
 */
OSCOPE_CORE int oscope_queue_send(struct oscope_queue *q, __u32 from, __u32 units, __u32 tag,
				  __u32 flags, __u32 *number, __u32 *crossed)
{
	struct oscope_run *r;
	int overlaps = q->senders++;

	q->begun++;
	if (overlaps)
		q->crossed_sends++;
	*crossed = q->crossed_sends;
	if (!(q->flags & OSCOPE_QUEUE_SYNCED) || !units)
		return 0;
	r = oscope_queue_place(q, number);
	if (!r) {
		oscope_queue_upset(q);
		return 0;
	}
	oscope_run_open(r, from, units, tag, flags & (OSCOPE_RUN_WHOLE | OSCOPE_RUN_FETCHES));
	if (overlaps)
		r->flags |= OSCOPE_RUN_UNCERTAIN;
	if (*number + 1 != q->last)
		oscope_queue_reordered(q, *number);
	return 1;
}

OSCOPE_CORE int oscope_runs_alike(const struct oscope_run *a, const struct oscope_run *b)
{
	return a->from == b->from && a->tag == b->tag && a->units &&
	       !(a->flags & OSCOPE_RUN_OPEN);
}

/* Put a run's messages to those of an earlier one of the same sender. */
OSCOPE_CORE void oscope_run_join(struct oscope_run *to, struct oscope_run *r)
{
	to->units += r->units;
	to->messages += r->messages;
	if (to->size != r->size)
		to->size = 0;
	to->flags |= r->flags & OSCOPE_RUN_UNCERTAIN;
	r->units = 0;
}

/* Put a run to the latest before it of its sender, at the expense of the order; 0: none is. */
OSCOPE_CORE int oscope_queue_gather(struct oscope_queue *q, __u32 number)
{
	struct oscope_run *r = oscope_queue_run(q, number), *to;
	__u32 i, back = 0;

	for (i = 1; i < OSCOPE_QUEUE_RUNS; i++) {
		if (number - q->first < i)
			break;
		to = oscope_queue_run(q, number - i);
		if (oscope_runs_alike(to, r) &&
		    (!(r->flags & OSCOPE_RUN_WHOLE) || to->size == r->size)) {
			back = i;
			break;
		}
	}
	back = oscope_forget(back, q->last);
	if (!back)
		return 0;
	oscope_run_join(oscope_queue_run(q, number - back), r);
	oscope_queue_reordered(q, number - back);
	return 1;
}

/* Whether a queue is long and none of its runs is dead. */
OSCOPE_CORE int oscope_queue_crowded(struct oscope_queue *q)
{
	__u32 i;

	if (q->last - q->first < OSCOPE_QUEUE_LONG)
		return 0;
	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first + i == q->last)
			break;
		if (oscope_run_dead(oscope_queue_run(q, q->first + i)))
			return 0;
	}
	return 1;
}

/*
 * Make room before a call begins: who sends in turn has a run for each time, and would leave none
 * for those who come later. For step 0 to RUNS - 1, the latest run first, until it returns 1: there
 * is room, so that a queue is full only by as many senders, twice.
 */
OSCOPE_CORE int oscope_queue_squeeze(struct oscope_queue *q, __u32 step)
{
	__u32 number = q->last - 1 - step;
	struct oscope_run *r = oscope_queue_run(q, number);

	if ((!step && !oscope_queue_crowded(q)) || step >= q->last - q->first)
		return 1;
	if (oscope_run_dead(r) || (r->flags & OSCOPE_RUN_OPEN))
		return 0;
	return oscope_queue_gather(q, number);
}

/*
 * Put what a call has sent to what its sender has sent before: to the run before it, if that is of
 * the same kind; or, in a long queue, to any of its own.
 */
OSCOPE_CORE void oscope_queue_join(struct oscope_queue *q, __u32 number)
{
	struct oscope_run *r = oscope_queue_run(q, number), *to;

	if (number != q->first) {
		to = oscope_queue_run(q, number - 1);
		if (oscope_runs_alike(to, r) && to->size == r->size && to->flags == r->flags) {
			oscope_run_join(to, r);
			return;
		}
	}
	if (q->last - q->first >= OSCOPE_QUEUE_LONG)
		oscope_queue_gather(q, number);
}

/* Whether a call's run is there still, and was not dropped meanwhile. */
OSCOPE_CORE int oscope_queue_has(struct oscope_queue *q, __u32 from, __u32 number)
{
	const struct oscope_run *r = oscope_queue_run(q, number);

	return number - q->first < q->last - q->first && r->from == from &&
	       (r->flags & OSCOPE_RUN_OPEN);
}

/* The run of a call that ends, as oscope_queue_sent(). Returns whether nobody has any of it. */
OSCOPE_CORE int oscope_run_close(struct oscope_run *r, __u32 sent, struct oscope_taken *t)
{
	__u32 told = r->size, taken, left, units = r->flags & OSCOPE_RUN_WHOLE ? !!sent : sent;

	r->flags &= ~(OSCOPE_RUN_OPEN | OSCOPE_RUN_FETCHES);
	left = units > told ? units - told : 0;
	t->excess = told > units ? told - units : 0;
	taken = r->taken;
	t->from = r->from;
	t->to = r->by;
	t->flags = r->flags;
	t->units = taken;
	if (t->units > left)
		t->units = left;
	r->units = left - t->units;
	r->messages = r->units ? 1 : 0;
	r->size = r->flags & OSCOPE_RUN_WHOLE ? sent - 1 : sent;
	t->size = r->size;
	r->taken = 0;
	if (!r->units && units && r->by)
		t->messages = 1;
	t->owed = taken - t->units;
	return r->units && r->units == units;
}

/*
 * A sending call ends. sent: bytes, 0 if it failed; WHOLE: those of its message + 1, 0 if it
 * failed. number, crossed: from its begin.
 * What a receiver was given of it meanwhile is in *t, to be told; and how much of what receivers
 * were given was others', since the call has sent less than that: to be taken.
 */
OSCOPE_CORE void oscope_queue_sent(struct oscope_queue *q, __u32 from, __u32 number, __u32 crossed,
				   __u32 sent, struct oscope_taken *t)
{
	struct oscope_run *r = oscope_queue_run(q, number);

	__builtin_memset(t, 0, sizeof(*t));
	if (!oscope_queue_has(q, from, number))
		return;
	if (q->crossed_sends != crossed)
		r->flags |= OSCOPE_RUN_UNCERTAIN;
	if (oscope_run_close(r, sent, t))
		oscope_queue_join(q, number);
	if (oscope_run_dead(r) && number == q->first)
		q->first++;
	else if (oscope_run_dead(r) && number + 1 == q->last)
		q->last = number;
}

/* The end of a sending call, whether it had a place in the order or not. */
OSCOPE_CORE void oscope_queue_send_ends(struct oscope_queue *q, __u32 from, __u32 units)
{
	if (q->senders)
		q->senders--;
	if (!units)
		return;
	if (!q->sender)
		q->sender = from;
	else if (q->sender != from)
		q->flags |= OSCOPE_QUEUE_MANY_FROM;
}

/* A receiving call begins; *crossed is to be given back. */
OSCOPE_CORE void oscope_queue_receive(struct oscope_queue *q, __u32 *crossed)
{
	q->receivers++;
	*crossed = q->crossed_receives;
}

/* From a call that has ended. */
OSCOPE_CORE void oscope_run_take(struct oscope_run *r, __u32 units, struct oscope_taken *t)
{
	__u32 left;

	t->units = units;
	t->flags = r->flags;
	r->units -= units;
	t->size = r->size;
	if (!r->units)
		left = 0;
	else if (r->flags & OSCOPE_RUN_WHOLE)
		left = r->units;
	else if (r->size)
		left = (r->units + r->size - 1) / r->size;
	else
		left = r->messages;
	t->messages = r->messages > left ? r->messages - left : 0;
	r->messages = left;
}

/*
 * From one that has not: it is told who has it when the call ends. If another has some of it, that
 * is told now: whose end it was is not known.
 */
OSCOPE_CORE void oscope_run_take_open(struct oscope_run *r, __u32 by, __u32 units,
				      struct oscope_taken *t)
{
	if (r->taken && r->by != by) {
		t->to = r->by;
		t->units = r->taken;
		t->size = 0;		/* not known yet */
		t->flags = r->flags | OSCOPE_RUN_UNCERTAIN;
		r->size += r->taken;
		r->units -= r->taken;
		r->taken = 0;
	}
	r->by = by;
	r->taken += units;
}

/* Dead runs at the front go. */
OSCOPE_CORE void oscope_queue_trim(struct oscope_queue *q)
{
	__u32 i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first == q->last || !oscope_run_dead(oscope_queue_run(q, q->first)))
			return;
		q->first++;
	}
}

/*
 * The first run that has something for a receiver and not all of these flags, 0: any. As a number,
 * which is `last` if there is none.
 */
OSCOPE_CORE __u32 oscope_queue_next(struct oscope_queue *q, __u32 flags)
{
	const struct oscope_run *r;
	__u32 i;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		if (q->first + i == q->last)
			break;
		r = oscope_queue_run(q, q->first + i);
		if (r->units > r->taken && (!flags || (r->flags & flags) != flags))
			return q->first + i;
	}
	return q->last;
}

/*
 * Somebody has received *want units, of which *t says a part, whose it was (units 0: that comes
 * later), and *want is what is left. doubtful: or somebody else has. Returns 0 if nothing is there
 * any more.
 *
 * A call that has to fetch first what it sends may sleep for that as long as it likes, so it comes
 * after all others that have something: these overlap it, and are marked so.
 */
OSCOPE_CORE int oscope_queue_take(struct oscope_queue *q, __u32 by, __u32 *want, int doubtful,
				  struct oscope_taken *t)
{
	__u32 number, units;
	struct oscope_run *r;

	__builtin_memset(t, 0, sizeof(*t));
	t->to = by;
	oscope_queue_trim(q);
	number = oscope_queue_next(q, OSCOPE_RUN_OPEN | OSCOPE_RUN_FETCHES);
	if (number == q->last)
		number = oscope_queue_next(q, 0);
	if (number == q->last)
		return 0;
	r = oscope_queue_run(q, number);
	units = r->units - r->taken;
	if (units > *want)
		units = *want;
	t->from = r->from;
	if (r->flags & OSCOPE_RUN_OPEN) {
		if (doubtful)
			r->flags |= OSCOPE_RUN_UNCERTAIN;
		oscope_run_take_open(r, by, units, t);
	} else {
		oscope_run_take(r, units, t);
		if (doubtful)
			t->flags |= OSCOPE_RUN_UNCERTAIN;
	}
	*want -= units;
	if (number == q->first && oscope_run_dead(r))
		q->first++;
	return 1;
}

/*
 * A receiving call ends that has got something, before it takes that; crossed: from its begin.
 * Returns whether others were at it in the same time, so that it may be theirs.
 */
OSCOPE_CORE int oscope_queue_overlaps(struct oscope_queue *q, __u32 crossed)
{
	if (q->receivers > 1)
		q->crossed_receives++;
	return q->crossed_receives != crossed;
}

/*
 * Messages of calls that have ended, at least one: what a call gets that takes all there are.
 */
OSCOPE_CORE __u32 oscope_queue_all(const struct oscope_queue *q)
{
	__u32 i, all = 0;

	for (i = 0; i < OSCOPE_QUEUE_RUNS; i++) {
		const struct oscope_run *r = &q->run[(q->first + i) & (OSCOPE_QUEUE_RUNS - 1)];

		if (q->first + i == q->last)
			break;
		if (!(r->flags & OSCOPE_RUN_OPEN))
			all += r->units;
	}
	return all ? all : 1;
}

/* ... after it has taken so many units, without those that nobody was seen to send. */
OSCOPE_CORE void oscope_queue_received(struct oscope_queue *q, __u32 to, __u32 got, __u32 missing)
{
	if (q->receivers)
		q->receivers--;
	if (!got)
		return;
	if (!q->receiver)
		q->receiver = to;
	else if (q->receiver != to)
		q->flags |= OSCOPE_QUEUE_MANY_TO;
	if (missing)
		oscope_queue_upset(q);
}

/* Bytes of what somebody has received. */
OSCOPE_CORE __u64 oscope_taken_bytes(const struct oscope_taken *t)
{
	return t->flags & OSCOPE_RUN_WHOLE ? (__u64)t->messages * t->size : t->units;
}

#endif /* OSCOPE_CORE_IPC_QUEUE_H */
