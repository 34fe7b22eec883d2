// SPDX-License-Identifier: GPL-2.0
/*
 * Through which pipe, lock or the like tasks slept: calls that communicate have times, and what a
 * task sleeps for while it is in one is that call's object.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "critical_calls.h"
#include "ipc.h"

int critical_calls_keep(struct critical_calls *c, const struct event *e)
{
	const struct oscope_ipc_call *what = &e->call.what;
	struct critical_caller *caller;
	size_t place;

	if (e->id != OSCOPE_REC_IPC_CALL || !what->blocked_ns || !e->call.object)
		return 0;
	place = map_place(&c->tids, e->call.tid);
	if (place == MAP_FULL || array_room(&c->caller, &c->callers, place, sizeof(*c->caller)))
		return -ENOMEM;
	caller = &c->caller[place];
	if (array_room(&caller->call, &caller->room, caller->n, sizeof(*caller->call)))
		return -ENOMEM;
	caller->call[caller->n++] = (struct critical_call){
		/* Of one that had begun before the trace it is not known when. */
		.from_ns = e->call.no_entry || what->latency_ns > e->ts ? 0 :
			   e->ts - what->latency_ns,
		.to_ns = e->ts,
		.object = e->call.object,
	};
	return 0;
}

uint32_t critical_calls_find(const struct critical_calls *c, uint32_t tid, uint64_t slept_ns)
{
	size_t place = map_find(&c->tids, tid), low = 0, high;
	const struct critical_caller *caller;

	if (place == MAP_FULL)
		return 0;
	caller = &c->caller[place];
	for (high = caller->n; low < high;) {
		size_t mid = (low + high) / 2;

		if (caller->call[mid].to_ns < slept_ns)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == caller->n || caller->call[low].from_ns > slept_ns)
		return 0;
	return caller->call[low].object;
}

void critical_calls_forget(struct critical_calls *c, uint64_t ns)
{
	struct critical_caller *caller;
	size_t i, used, n;

	for (i = 0; i < c->tids.n && i < c->callers; i++) {
		caller = &c->caller[i];
		for (n = 0; n < caller->n && caller->call[n].to_ns < ns; n++)
			;
		used = caller->n - n;
		if (n)
			memmove(caller->call, caller->call + n, used * sizeof(*caller->call));
		caller->n = used;
	}
}

const char *critical_calls_name(struct critical_calls *c, const struct ipc_reading *reading,
				uint32_t object)
{
	char name[IPC_NAME_MAX];

	if (!reading || !object || object >= reading->room.objects)
		return NULL;
	while (object >= c->names) {
		if (array_room(&c->name, &c->names, c->names, sizeof(*c->name)))
			return NULL;
	}
	if (!c->name[object])
		c->name[object] = strdup(ipc_object_name(reading, object, name));
	return c->name[object];
}

void critical_calls_free(struct critical_calls *c)
{
	size_t i;

	for (i = 0; i < c->tids.n && i < c->callers; i++)
		free(c->caller[i].call);
	for (i = 0; i < c->names; i++)
		free(c->name[i]);
	free(c->caller);
	free(c->name);
	map_free(&c->tids);
}
