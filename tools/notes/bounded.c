// SPDX-License-Identifier: GPL-2.0
/* A queue with room for so many items, by condition variables. */
#include "notes/bounded.h"

void bounded_init(struct bounded *q, size_t room)
{
	*q = (struct bounded){ .room = room < BOUNDED_ROOM ? room : BOUNDED_ROOM };
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->not_full, NULL);
	pthread_cond_init(&q->not_empty, NULL);
}

void bounded_put(struct bounded *q, long item)
{
	pthread_mutex_lock(&q->lock);
	while (q->n == q->room) {
		q->put_waits++;
		pthread_cond_wait(&q->not_full, &q->lock);
	}
	q->item[(q->first + q->n++) % q->room] = item;
	q->puts++;
	q->moves++;
	pthread_cond_signal(&q->not_empty);
	pthread_mutex_unlock(&q->lock);
}

long bounded_get(struct bounded *q)
{
	long item;

	pthread_mutex_lock(&q->lock);
	while (!q->n) {
		q->get_waits++;
		pthread_cond_wait(&q->not_empty, &q->lock);
	}
	item = q->item[q->first];
	q->first = (q->first + 1) % q->room;
	q->n--;
	q->gets++;
	q->moves++;
	pthread_cond_signal(&q->not_full);
	pthread_mutex_unlock(&q->lock);
	return item;
}
