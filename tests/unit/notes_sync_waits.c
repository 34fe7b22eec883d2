// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on waiting for each other and on sharing, fed with made-up numbers. */
#include "notes_feed.h"

static void slept(struct note *n, size_t a, size_t task, enum oscope_reason reason, double per_op)
{
	n->counted[a].ledger[task].sum.blocked[reason].n = (uint64_t)llround(per_op * OPS);
}

/*
 * sync.condvar: arms hand, gap, shop; seen 0 all came, 1 items, 2 waits, 3 the setter slept, 4
 * came, 5 the bare one slept, 6 lost, 7 took one, 8 took two, 9 waits, 10 waits; tasks hands,
 * setter, bare setter, bare waiter, again, once.
 */
static void condvar(struct note *n)
{
	feed(n, "sync.condvar");
	made(n, 0, OSCOPE_BIRTH_THREAD, 2);
	see(n, 0, 0, 1);
	see(n, 0, 1, 1000);
	see(n, 0, 2, 2000);
	slept(n, 0, 0, OSCOPE_REASON_FUTEX, 2000);
	made(n, 1, OSCOPE_BIRTH_THREAD, 4);
	see(n, 1, 3, 1);
	slept(n, 1, 1, OSCOPE_REASON_FUTEX, 1);
	see(n, 1, 4, 1);
	see(n, 1, 5, 0);
	see(n, 1, 6, 1);
	slept(n, 1, 3, OSCOPE_REASON_FUTEX, 1);
	made(n, 2, OSCOPE_BIRTH_THREAD, 4);
	see(n, 2, 7, 1);
	see(n, 2, 8, 1);
	see(n, 2, 9, 3);
	slept(n, 2, 4, OSCOPE_REASON_FUTEX, 3);
	see(n, 2, 10, 2);
	slept(n, 2, 5, OSCOPE_REASON_FUTEX, 2.5);
}

TEST_F(note, condvar_holds)
{
	condvar(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "34000 items"), NULL);
}

TEST_F(note, condvar_false_when_an_item_does_not_come)
{
	condvar(self->n);
	see(self->n, 0, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, condvar_false_when_the_mutex_does_not_help)
{
	condvar(self->n);
	see(self->n, 1, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, condvar_false_when_it_works_without_the_mutex)
{
	condvar(self->n);
	see(self->n, 1, 6, 0);
	slept(self->n, 1, 3, OSCOPE_REASON_FUTEX, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, condvar_false_when_if_is_enough)
{
	condvar(self->n);
	see(self->n, 2, 8, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, condvar_inconclusive_when_samples_differ)
{
	condvar(self->n);
	see_half(self->n, 2, 7);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, condvar_void_when_nobody_slept)
{
	condvar(self->n);
	slept(self->n, 0, 0, OSCOPE_REASON_FUTEX, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, condvar_void_when_nothing_was_waited_for)
{
	condvar(self->n);
	see(self->n, 0, 2, 100);
	slept(self->n, 0, 0, OSCOPE_REASON_FUTEX, 100);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, condvar_void_when_the_setter_slept_unseen)
{
	condvar(self->n);
	slept(self->n, 1, 2, OSCOPE_REASON_FUTEX, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * sync.queue: arms ends, slow reader, slow writer; seen 0 waited when full, 1 went on, 2 waited
 * when empty, 3 went on, 4 the faster waited, 5 writer's waits, 6 reader's, 7 both; tasks writer,
 * reader.
 */
static void queue(struct note *n)
{
	unsigned int what;
	size_t a;

	feed(n, "sync.queue");
	for (a = 0; a < 3; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, 2);
		see(n, a, 4, 1);
		see(n, a, 7, a ? 26 : 2);
		slept(n, a, a == 2, OSCOPE_REASON_FUTEX, a ? 26 : 2);
	}
	for (what = 0; what < 4; what++)
		see(n, 0, what, 1);
	slept(n, 1, 1, OSCOPE_REASON_SLEEP, 30);
	slept(n, 2, 0, OSCOPE_REASON_SLEEP, 30);
}

TEST_F(note, queue_holds)
{
	queue(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, queue_false_when_a_full_one_takes_more)
{
	queue(self->n);
	see(self->n, 0, 0, 0);
	see(self->n, 0, 7, 1);
	slept(self->n, 0, 0, OSCOPE_REASON_FUTEX, 1);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, queue_false_when_nobody_is_woken)
{
	queue(self->n);
	see(self->n, 0, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, queue_false_when_the_faster_does_not_wait)
{
	queue(self->n);
	see(self->n, 2, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, queue_inconclusive_when_samples_differ)
{
	queue(self->n);
	see_half(self->n, 1, 4);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, queue_void_when_the_slow_side_did_not_pause)
{
	queue(self->n);
	slept(self->n, 1, 1, OSCOPE_REASON_SLEEP, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, queue_void_when_waits_were_no_sleeps)
{
	queue(self->n);
	slept(self->n, 2, 1, OSCOPE_REASON_FUTEX, 3);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, queue_void_when_items_came_in_another_order)
{
	queue(self->n);
	self->n->counted[2].turns = OPS - 1;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * sync.queue-safe: arms one, many; seen 0 once, 1 lost, 2 twice, 3 by writer, 4 as done, 5 waits,
 * 6 all read; tasks writer, reader.
 */
static void queue_safe(struct note *n, bool as_done)
{
	size_t a;

	feed(n, "sync.queue-safe");
	for (a = 0; a < 2; a++) {
		made(n, a, OSCOPE_BIRTH_THREAD, a ? 4 : 3);
		see(n, a, 0, 1);
		see(n, a, 5, 120);
		slept(n, a, 0, OSCOPE_REASON_FUTEX, 100);
		slept(n, a, 1, OSCOPE_REASON_FUTEX, 30);
	}
	see(n, 0, 3, 1);
	see(n, 1, 4, as_done);
	see(n, 1, 6, 1);
}

TEST_F(note, queue_safe_holds_if_there_is_one_reader)
{
	queue_safe(self->n, false);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, queue_safe_holds_when_two_keep_the_order)
{
	queue_safe(self->n, true);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, queue_safe_false_when_items_are_lost)
{
	queue_safe(self->n, false);
	see(self->n, 1, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, queue_safe_false_when_one_reader_has_another_order)
{
	queue_safe(self->n, false);
	see(self->n, 0, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, queue_safe_inconclusive_when_samples_differ)
{
	queue_safe(self->n, false);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, queue_safe_void_when_one_reader_had_all)
{
	queue_safe(self->n, false);
	see_half(self->n, 1, 6);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, queue_safe_void_when_nobody_waited)
{
	queue_safe(self->n, false);
	see(self->n, 0, 5, 1);
	slept(self->n, 0, 0, OSCOPE_REASON_FUTEX, 1);
	slept(self->n, 0, 1, OSCOPE_REASON_FUTEX, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * sync.sem-count: arms crowd, later; seen 0 as permitted, 1 most inside, 2 waiting, 3 in order,
 * 4 overtook, 5 overtaken, 6 sleeps; tasks entrant, waiter.
 */
static void sem_count(struct note *n, long most, double overtaken)
{
	feed(n, "sync.sem-count");
	made(n, 0, OSCOPE_BIRTH_THREAD, 7);
	made(n, 1, OSCOPE_BIRTH_THREAD, 1);
	see(n, 0, 0, most == 3);
	see(n, 0, 1, (double)most);
	see(n, 0, 2, (double)(7 - most));
	slept(n, 0, 0, OSCOPE_REASON_FUTEX, (double)(7 - most));
	see(n, 0, 3, 1);
	see(n, 1, 4, overtaken > 0);
	see(n, 1, 5, overtaken);
	see(n, 1, 6, 1 + overtaken);
	slept(n, 1, 1, OSCOPE_REASON_FUTEX, 1 + overtaken);
}

TEST_F(note, sem_count_holds_if_it_is_the_number)
{
	sem_count(self->n, 3, 10);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	EXPECT_NE(strstr(self->n->reason, "10.0 times in a row"), NULL);
}

TEST_F(note, sem_count_holds_if_it_is_the_number_when_sleepers_change_places)
{
	sem_count(self->n, 3, 0);
	see_half(self->n, 0, 3);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, sem_count_holds_when_nobody_overtakes)
{
	sem_count(self->n, 3, 0);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, sem_count_false_when_more_come_in)
{
	sem_count(self->n, 4, 10);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, sem_count_inconclusive_when_samples_differ)
{
	sem_count(self->n, 3, 10);
	see_half(self->n, 0, 0);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, sem_count_void_when_those_outside_did_not_sleep)
{
	sem_count(self->n, 3, 10);
	slept(self->n, 0, 0, OSCOPE_REASON_FUTEX, 3);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, sem_count_void_when_the_overtaken_did_not_sleep_again)
{
	sem_count(self->n, 3, 10);
	slept(self->n, 1, 1, OSCOPE_REASON_FUTEX, 1);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * sync.file-lock: one arm; seen 2 k whole and 2 k + 1 waited of k none, flock, fcntl, unasked,
 * inherited, 10 damaged without, 11 kept off; tasks as k.
 */
static void file_lock(struct note *n, double unasked)
{
	static const unsigned int whole[] = { 3, 10, 10 }, waited[] = { 0, 5, 5 };
	unsigned int k;

	feed(n, "sync.file-lock");
	made(n, 0, OSCOPE_BIRTH_FORK, 5);
	n->counted[0].turns = 5 * OPS;
	for (k = 0; k < 5; k++) {
		see(n, 0, 2 * k, k < 3 ? whole[k] : unasked);
		see(n, 0, 2 * k + 1, k < 3 ? waited[k] : 0);
		slept(n, 0, k, OSCOPE_REASON_FILE_LOCK, k < 3 ? waited[k] : 0);
	}
	see(n, 0, 10, 1);
	see(n, 0, 11, 1);
}

TEST_F(note, file_lock_holds_if_they_ask)
{
	file_lock(self->n, 3);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
}

TEST_F(note, file_lock_holds_when_it_keeps_off_who_does_not_ask)
{
	file_lock(self->n, 10);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
}

TEST_F(note, file_lock_false_when_it_keeps_nobody_off)
{
	file_lock(self->n, 3);
	see(self->n, 0, 11, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, file_lock_false_when_none_is_needed)
{
	file_lock(self->n, 3);
	see(self->n, 0, 10, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, file_lock_inconclusive_when_samples_differ)
{
	file_lock(self->n, 3);
	see_half(self->n, 0, 11);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, file_lock_void_when_who_waited_did_not_sleep)
{
	file_lock(self->n, 3);
	slept(self->n, 0, 2, OSCOPE_REASON_FILE_LOCK, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, file_lock_void_when_a_process_is_missing)
{
	file_lock(self->n, 3);
	made(self->n, 0, OSCOPE_BIRTH_FORK, 4);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

/*
 * sync.rwlock: arms pairs, crowd, lengths; seen 0-3 slept: read beside read, write beside read,
 * read beside write, write beside write, 4 together, 5 alone, 6 passed, 7 none beside, 8 most
 * readers, 9 pays from, 10 read ns, 11 mutex ns; tasks as 0-3.
 */
static void rwlock(struct note *n)
{
	unsigned int k;

	feed(n, "sync.rwlock");
	made(n, 0, OSCOPE_BIRTH_THREAD, 6);
	made(n, 1, OSCOPE_BIRTH_THREAD, 5);
	for (k = 0; k < 4; k++) {
		see(n, 0, k, k > 0);
		slept(n, 0, k, OSCOPE_REASON_FUTEX, k > 0);
	}
	see(n, 0, 4, 1);
	see(n, 0, 5, 1);
	see(n, 0, 6, 1);
	see(n, 1, 7, 1);
	see(n, 1, 8, 3);
	see(n, 2, 10, 20);
}

TEST_F(note, rwlock_holds)
{
	rwlock(self->n);
	see(self->n, 2, 9, 1500);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "from 1500 ns"), NULL);
}

TEST_F(note, rwlock_holds_where_it_never_pays)
{
	rwlock(self->n);
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
	EXPECT_NE(strstr(self->n->reason, "in no sample"), NULL);
}

TEST_F(note, rwlock_false_when_readers_wait_for_readers)
{
	rwlock(self->n);
	see(self->n, 0, 4, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, rwlock_false_when_a_writer_is_not_alone)
{
	rwlock(self->n);
	see(self->n, 1, 7, 0);
	EXPECT_EQ(judged(self->n), VERDICT_FALSE);
}

TEST_F(note, rwlock_inconclusive_when_samples_differ)
{
	rwlock(self->n);
	see_half(self->n, 0, 5);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, rwlock_void_when_who_waited_did_not_sleep)
{
	rwlock(self->n);
	slept(self->n, 0, 3, OSCOPE_REASON_FUTEX, 0);
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_F(note, rwlock_void_when_somebody_is_missing)
{
	rwlock(self->n);
	self->n->counted[1].turns = 0;
	EXPECT_EQ(judged(self->n), VERDICT_VOID);
}

TEST_HARNESS_MAIN
