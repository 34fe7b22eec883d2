// SPDX-License-Identifier: GPL-2.0
/*
 * Readings of inter-process communication, and arithmetic on them.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../kmod/core/ipc.h"
#include "../kmod/core/ipc_exact.h"
#include "hist.h"
#include "ipc.h"
#include "source_impl.h"
#include "util.h"

static const struct {
	const char *name, *op[OSCOPE_IPC_OPS];
} mechanisms[OSCOPE_IPCS] = {
#define MECHANISM(id, name, send, receive, take) \
	[OSCOPE_IPC_##id] = { name, { send, receive } },
	OSCOPE_IPC_LIST(MECHANISM)
};

const char *ipc_mechanism_name(uint32_t mechanism)
{
	return mechanism < OSCOPE_IPCS ? mechanisms[mechanism].name : NULL;
}

const char *ipc_op_name(uint32_t mechanism, enum oscope_ipc_op op)
{
	return mechanism < OSCOPE_IPCS && op < OSCOPE_IPC_OPS ? mechanisms[mechanism].op[op] : NULL;
}

uint32_t ipc_mechanism(const struct ipc_reading *r, uint32_t object)
{
	bool there = object && object <= r->room.objects;
	uint32_t mechanism = there ? r->object[object - 1].mechanism : 0;

	return mechanism ? mechanism - 1 : OSCOPE_IPC_NONE;
}

void ipc_sum_add(struct oscope_ipc_sum *to, const struct oscope_ipc_sum *from)
{
	const __u64 *b = (const __u64 *)from;
	__u64 *a = (__u64 *)to;
	size_t i;

	for (i = 0; i < sizeof(*to) / sizeof(*a); i++)
		a[i] += b[i];
}

static void sum_subtract(struct oscope_ipc_sum *from, const struct oscope_ipc_sum *what)
{
	const __u64 *b = (const __u64 *)what;
	__u64 *a = (__u64 *)from;
	size_t i;

	for (i = 0; i < sizeof(*from) / sizeof(*a); i++)
		a[i] -= b[i];
}

void ipc_words_load(void *to, const void *from, size_t bytes)
{
	const __u64 *b = from;
	__u64 *a = to;
	size_t i;

	for (i = 0; i < bytes / sizeof(*a); i++)
		a[i] = oscope_load(&b[i]);
}

/* The words before the histograms. */
#define CPU_WORDS	(offsetof(struct oscope_ipc_cpu, latency) / sizeof(__u64))

static void cpu_add(struct oscope_ipc_cpu *to, const struct oscope_ipc_cpu *from)
{
	static struct oscope_ipc_cpu now;
	__u64 *a = (__u64 *)to, *b = (__u64 *)&now;
	size_t i, j;

	ipc_words_load(&now, from, sizeof(now));
	for (i = 0; i < CPU_WORDS; i++)
		a[i] += b[i];
	for (i = 0; i < OSCOPE_IPCS; i++) {
		for (j = 0; j < OSCOPE_IPC_OPS; j++)
			hist_merge(&to->latency[i][j], &now.latency[i][j]);
	}
}

static int use_compare(const void *a, const void *b)
{
	const struct oscope_ipc_use *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static int pair_compare(const void *a, const void *b)
{
	const struct oscope_ipc_pair *x = a, *y = b;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	return x->key < y->key ? -1 : x->key > y->key;
}

void ipc_sort(struct ipc_reading *r)
{
	qsort(r->use, r->n_use, sizeof(*r->use), use_compare);
	qsort(r->pair, r->n_pair, sizeof(*r->pair), pair_compare);
}

static void uses_take(struct ipc_reading *r, const struct oscope_ipc_use *cell)
{
	size_t i;

	r->n_use = 0;
	for (i = 0; i < r->room.uses; i++) {
		if (!oscope_load(&cell[i].key))
			continue;
		ipc_words_load(&r->use[r->n_use++], &cell[i], sizeof(cell[i]));
	}
}

static void pairs_take(struct ipc_reading *r, const struct oscope_ipc_pair *cell)
{
	size_t i;

	r->n_pair = 0;
	for (i = 0; i < r->room.pairs; i++) {
		if (!oscope_load(&cell[i].messages) && !oscope_load(&cell[i].bytes))
			continue;
		ipc_words_load(&r->pair[r->n_pair++], &cell[i], sizeof(cell[i]));
	}
}

static void objects_take(struct ipc_reading *r, const struct ipc_tables *t)
{
	size_t i;

	ipc_words_load(r->object, t->object, r->room.objects * sizeof(*r->object));
	ipc_words_load(r->name, t->name, IPC_NAMES * sizeof(*r->name));
	for (i = 0; i < r->room.objects; i++)
		r->exact[i] = r->object[i].key && oscope_queue_exact(&t->queue[i]);
}

struct ipc_room ipc_room(uint32_t objects)
{
	return (struct ipc_room){
		.objects = objects,
		.uses = OSCOPE_IPC_USES / OSCOPE_IPC_OBJECTS * objects,
		.pairs = OSCOPE_IPC_PAIRS / OSCOPE_IPC_OBJECTS * objects,
	};
}

struct ipc_reading *ipc_new(struct ipc_room room)
{
	struct ipc_reading *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->room = room;
	r->object = calloc(room.objects, sizeof(*r->object));
	r->exact = calloc(room.objects, sizeof(*r->exact));
	r->name = calloc(IPC_NAMES, sizeof(*r->name));
	r->use = calloc(room.uses, sizeof(*r->use));
	r->pair = calloc(room.pairs, sizeof(*r->pair));
	r->share = calloc(IPC_SHARES, sizeof(*r->share));
	if (r->object && r->exact && r->name && r->use && r->pair && r->share)
		return r;
	ipc_free(r);
	return NULL;
}

/* The inode of our IPC namespace, which needs no name beside what lies in it. 0: not known. */
static uint32_t own_ipc_ns(void)
{
	static struct stat st;

	if (!st.st_ino && stat("/proc/self/ns/ipc", &st))
		st.st_ino = 0;
	return st.st_ino;
}

int ipc_take(struct ipc_reading **to, const struct ipc_tables *t)
{
	struct ipc_reading *r = *to ? *to : ipc_new(t->room);
	uint32_t i;

	*to = r;
	if (!r)
		return err_sys(-ENOMEM, "reading what communicates");
	memset(&r->sum, 0, sizeof(r->sum));
	for (i = 0; i < t->cpus; i++)
		cpu_add(&r->sum, &t->cpu[i]);
	/* What a cell of a pair or a use names is there before it. */
	pairs_take(r, t->pair);
	uses_take(r, t->use);
	ipc_sort(r);
	if (t->share)
		ipc_shares_take(r, t->share);
	objects_take(r, t);
	r->ipc_ns = own_ipc_ns();
	return 0;
}

static void cpu_subtract(struct oscope_ipc_cpu *c, const struct oscope_ipc_cpu *before)
{
	const __u64 *b = (const __u64 *)before;
	__u64 *a = (__u64 *)c;
	size_t i, j;

	for (i = 0; i < CPU_WORDS; i++)
		a[i] -= b[i];
	for (i = 0; i < OSCOPE_IPCS; i++) {
		for (j = 0; j < OSCOPE_IPC_OPS; j++)
			hist_subtract(&c->latency[i][j], &before->latency[i][j]);
	}
}

static void pair_subtract(struct oscope_ipc_pair *p, const struct oscope_ipc_pair *before)
{
	p->messages -= before->messages;
	p->bytes -= before->bytes;
	p->uncertain -= before->uncertain;
	p->wakes -= before->wakes;
	p->send_wake_ns -= before->send_wake_ns;
	p->wake_run_ns -= before->wake_run_ns;
}

/* What was there before loses what it had then; the rest is new. */
void ipc_subtract(struct ipc_reading *after, const struct ipc_reading *before)
{
	const struct oscope_ipc_pair *p;
	const struct oscope_ipc_use *u;
	size_t i;

	cpu_subtract(&after->sum, &before->sum);
	for (i = 0; i < after->n_use; i++) {
		u = bsearch(&after->use[i], before->use, before->n_use, sizeof(*u), use_compare);
		if (u)
			sum_subtract(&after->use[i].sum, &u->sum);
	}
	for (i = 0; i < after->n_pair; i++) {
		p = bsearch(&after->pair[i], before->pair, before->n_pair, sizeof(*p),
			    pair_compare);
		if (p)
			pair_subtract(&after->pair[i], p);
	}
	ipc_shares_subtract(after, before);
}

static bool is_kept(const struct ipc_reading *r, uint32_t object, uint64_t kept)
{
	uint32_t m = ipc_mechanism(r, object);

	return m < OSCOPE_IPCS && kept >> m & 1;
}

void ipc_keep(struct ipc_reading *r, uint64_t kept)
{
	size_t i, n;
	uint32_t m;

	for (m = 0; m < OSCOPE_IPCS; m++) {
		if (kept >> m & 1)
			continue;
		memset(r->sum.op[m], 0, sizeof(r->sum.op[m]));
		memset(r->sum.latency[m], 0, sizeof(r->sum.latency[m]));
	}
	for (i = 0, n = 0; i < r->n_use; i++) {
		if (is_kept(r, ipc_use_object(&r->use[i]), kept))
			r->use[n++] = r->use[i];
	}
	r->n_use = n;
	for (i = 0, n = 0; i < r->n_pair; i++) {
		if (is_kept(r, r->pair[i].object, kept))
			r->pair[n++] = r->pair[i];
	}
	r->n_pair = n;
	for (i = 0, n = 0; i < r->n_share; i++) {
		if (is_kept(r, r->share[i].key >> 32, kept))
			r->share[n++] = r->share[i];
	}
	r->n_share = n;
}

int ipc_copy(struct ipc_reading **to, const struct ipc_reading *from)
{
	struct ipc_reading *r = *to;

	if (!from)
		return 0;
	if (!r)
		r = ipc_new(from->room);
	*to = r;
	if (!r)
		return err_sys(-ENOMEM, "keeping a reading");
	r->sum = from->sum;
	memcpy(r->object, from->object, r->room.objects * sizeof(*r->object));
	memcpy(r->exact, from->exact, r->room.objects * sizeof(*r->exact));
	memcpy(r->name, from->name, IPC_NAMES * sizeof(*r->name));
	memcpy(r->use, from->use, from->n_use * sizeof(*r->use));
	memcpy(r->pair, from->pair, from->n_pair * sizeof(*r->pair));
	memcpy(r->share, from->share, from->n_share * sizeof(*r->share));
	r->n_share = from->n_share;
	r->n_use = from->n_use;
	r->n_pair = from->n_pair;
	r->hooked_by = from->hooked_by;
	r->followed = from->followed;
	r->ipc_ns = from->ipc_ns;
	r->no_hist = from->no_hist;
	return 0;
}

void ipc_free(struct ipc_reading *r)
{
	if (!r)
		return;
	free(r->object);
	free(r->exact);
	free(r->name);
	free(r->use);
	free(r->pair);
	free(r->share);
	free(r->other);
	free(r->symbol);
	free(r);
}

double ipc_unpaired_share(const struct ipc_reading *r)
{
	uint64_t received = 0, unpaired = 0;
	uint32_t m;

	for (m = 0; m < OSCOPE_IPCS; m++) {
		received += r->sum.op[m][OSCOPE_IPC_RECEIVE].messages;
		unpaired += r->sum.op[m][OSCOPE_IPC_RECEIVE].unpaired;
	}
	return received ? (double)unpaired / received : 0;
}

uint64_t ipc_lost(const struct ipc_reading *r)
{
	return r ? r->sum.objects_full + r->sum.uses_full + r->sum.pairs_full + r->sum.calls_full +
		   r->sum.shares_full : 0;
}

/* The parts of a path lie from the last to the first. */
void ipc_path(const struct oscope_ipc_name *n, char to[IPC_NAME_MAX])
{
	uint32_t i = n->parts < OSCOPE_IPC_NAME_PARTS ? n->parts : OSCOPE_IPC_NAME_PARTS;
	size_t len = 0;

	if (n->flags & OSCOPE_IPC_NAME_CUT)
		len = snprintf(to, IPC_NAME_MAX, "...");
	while (i-- && len < IPC_NAME_MAX)
		len += snprintf(to + len, IPC_NAME_MAX - len, "/%.*s",
				(int)OSCOPE_IPC_NAME_BYTES, n->part[i]);
}

/* Of a socket: a path, or a name that is none, after a 0. */
static bool address_copy(const struct oscope_ipc_name *n, char to[IPC_NAME_MAX])
{
	uint32_t bytes = n->parts < sizeof(n->part) ? n->parts : sizeof(n->part) - 1;

	memcpy(to, n->part, bytes);
	to[bytes] = 0;
	if (bytes > 1 && !to[0])
		to[0] = '@';
	return to[0];
}

/* "SIGUSR1 to 42", "SIGRTMIN+1 to thread 43": by the kernel's numbers, of which libc takes some. */
static void signal_text(const struct oscope_ipc_object *o, char to[IPC_NAME_MAX])
{
	const char *name = o->number < 32 ? sigabbrev_np(o->number) : NULL;
	const char *thread = o->flags & OSCOPE_IPC_OBJECT_THREAD ? "thread " : "";

	int len;

	if (name)
		len = snprintf(to, IPC_NAME_MAX, "SIG%s", name);
	else if ((int)o->number >= SIGRTMIN)
		len = snprintf(to, IPC_NAME_MAX, "SIGRTMIN+%d", (int)o->number - SIGRTMIN);
	else
		len = snprintf(to, IPC_NAME_MAX, "signal %u", o->number);
	snprintf(to + len, IPC_NAME_MAX - len, " to %s%llu", thread, (unsigned long long)o->ino);
}

/* "msg:0x1234 id 5", as ipcs(1) shows both. */
void ipc_sysv_name(const struct ipc_reading *r, const struct oscope_ipc_object *o,
		   const char *what, char to[IPC_NAME_MAX])
{
	size_t len = snprintf(to, IPC_NAME_MAX, "%s:0x%x id %u", what,
			      (unsigned int)(o->ino >> 32), (unsigned int)o->ino);

	if (o->ns != r->ipc_ns)
		snprintf(to + len, IPC_NAME_MAX - len, " in ipc:[%u]", o->ns);
}

char *ipc_object_name(const struct ipc_reading *r, uint32_t object, char to[IPC_NAME_MAX])
{
	const char *mechanism = ipc_mechanism_name(ipc_mechanism(r, object));
	const struct oscope_ipc_object *o;
	const struct oscope_ipc_name *n;

	if (!mechanism) {
		snprintf(to, IPC_NAME_MAX, "?");
		return to;
	}
	o = &r->object[object - 1];
	if (o->mechanism == OSCOPE_IPC_FUTEX + 1) {
		ipc_word_name(r, o, to);
		return to;
	}
	if (ipc_segment_name(r, o, to))
		return to;
	n = o->name && o->name <= IPC_NAMES ? &r->name[o->name - 1] : NULL;
	if (n && (n->flags & OSCOPE_IPC_NAME_ADDRESS) && address_copy(n, to))
		return to;
	if (n && n->parts && !(n->flags & OSCOPE_IPC_NAME_ADDRESS))
		ipc_path(n, to);
	else if (o->mechanism == OSCOPE_IPC_SIGNAL + 1)
		signal_text(o, to);
	else if (o->mechanism == OSCOPE_IPC_SYSV_MSG + 1)
		ipc_sysv_name(r, o, "msg", to);
	else if (o->mechanism == OSCOPE_IPC_PROCESS_VM + 1)
		snprintf(to, IPC_NAME_MAX, "memory of %llu %.*s", (unsigned long long)o->ino,
			 (int)sizeof(o->comm), o->comm);
	else if (o->mechanism == OSCOPE_IPC_SYSV_SEM + 1)
		ipc_sysv_name(r, o, "sem", to);
	else if (!ipc_address_name(o, to))
		snprintf(to, IPC_NAME_MAX, "%s:[%llu]", mechanism, (unsigned long long)o->ino);
	return to;
}
