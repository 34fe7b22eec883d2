// SPDX-License-Identifier: GPL-2.0
/* Two processes talk, cell by cell: how long a message takes, there and back and one way. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "notes/cpus.h"
#include "notes/kin.h"
#include "notes/notes.h"
#include "notes/own.h"
#include "notes/syscalls.h"
#include "notes/ways.h"
#include "util.h"

#define BOX_NS		1000000.0	/* of each thing that is timed, about */
#define LONG_NS		1000000.0	/* a round trip: it is not repeated */
#define ROUNDS_LEAST	1.0
#define LOOK_EVERY	8		/* rounds, at the clock */
#define COUNTED_NS	10000000.0	/* for that many rounds with the probes on, at most */
#define ROUNDS_MOST	2048.0
#define BURST_LEAST	4.0
#define BURST_LONG	2		/* of those that take long */
#define BURST_MOST	1024.0		/* unanswered */
#define ROUNDS_COUNTED	16.0		/* at least: beginning and end are calls, too */
#define STRIDE		64		/* between short messages of the sender */

enum phase_kind { ROUNDS, BURST, OVER };

struct usage {
	double switches, cpu_ns;
};

/* One thing that is timed: so many, from the first answer on. */
struct phase {
	enum phase_kind kind;
	uint64_t n;			/* of ROUNDS: as many as it came to */
	uint64_t least;			/* of ROUNDS */
	double first_ns, ns, calls;
	struct usage used;		/* of both */
};

/* A cell at work: talk and what else the two tell each other, in memory that both have. */
struct cell_work {
	struct talk talk;
	enum phase_kind kind;
	uint64_t n;			/* of a burst */
	bool last;			/* the round that is under way */
	struct usage others;		/* of the other, in this phase */
	uint64_t right[DIRECTIONS], sent[DIRECTIONS];
	int go[2], done[2];
	double *cell;
	int calls;			/* counts system calls; less than 0: nobody does */
	int err;
};

/* Each of the two has its own: messages that are sent in turn, and the one that came. */
static unsigned char *out, *in;

static size_t stride_of(const struct talk *t)
{
	return (t->bytes + STRIDE - 1) / STRIDE * STRIDE;
}

static int buffers_make(const struct talk *t)
{
	unsigned int n = t->way->buffers ? t->way->buffers : 1;

	if (t->bytes > WAY_LARGEST / 32 && n > 3)
		n = 3;
	out = aligned_alloc(4096, (n * stride_of(t) + 4096) / 4096 * 4096);
	in = malloc(t->bytes + 1);
	if (!out || !in)
		return -ENOMEM;
	memset(out, 0, n * stride_of(t));
	memset(in, 0, t->bytes + 1);
	return 0;
}

static unsigned char *buffer_of(const struct talk *t, uint64_t nth)
{
	unsigned int n = t->way->buffers ? t->way->buffers : 1;

	if (t->bytes > WAY_LARGEST / 32 && n > 3)
		n = 3;
	return out + nth % n * stride_of(t);
}

/* First and last byte say the how-manieth it is. */
static int tell(struct cell_work *w, int to)
{
	uint64_t nth = w->sent[to]++;
	unsigned char *data = buffer_of(&w->talk, nth);

	if (w->talk.bytes) {
		data[w->talk.bytes - 1] = (unsigned char)(nth >> 8);
		data[0] = (unsigned char)nth;
	}
	return w->talk.way->send(&w->talk, to, data);
}

static bool is_nth(const struct talk *t, uint64_t nth)
{
	if (!t->bytes)
		return true;
	return in[0] == (unsigned char)nth &&
	       (t->bytes == 1 || in[t->bytes - 1] == (unsigned char)(nth >> 8));
}

static int hear(struct cell_work *w, int from)
{
	int err = w->talk.way->receive(&w->talk, from, in);

	if (!err && is_nth(&w->talk, w->right[from]))
		w->right[from]++;
	return err;
}

static struct usage usage_now(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (struct usage){
		.switches = (double)(u.ru_nvcsw + u.ru_nivcsw),
		.cpu_ns = 1e9 * (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
			  1e3 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec),
	};
}

static struct usage usage_since(struct usage before)
{
	struct usage now = usage_now();

	now.switches -= before.switches;
	now.cpu_ns -= before.cpu_ns;
	return now;
}

static int answer_once(struct cell_work *w)
{
	int err = hear(w, THERE);

	return err ? err : tell(w, BACK);
}

static int ask_once(struct cell_work *w)
{
	int err = tell(w, THERE);

	return err ? err : hear(w, BACK);
}

/* Which is the last is known before it is sent. */
static int answer_rounds(struct cell_work *w)
{
	bool last = false;
	int err = 0;

	while (!err && !last) {
		err = hear(w, THERE);
		last = w->last;
		if (!err)
			err = tell(w, BACK);
	}
	return err;
}

static int answer_burst(struct cell_work *w)
{
	uint64_t i;
	int err = 0;

	for (i = 0; i < w->n && !err; i++)
		err = hear(w, THERE);
	return err ? err : tell(w, BACK);
}

/* What the other does in a phase: one round before anything is timed. */
static int other_phase(struct cell_work *w)
{
	struct usage before;
	int err = answer_once(w);

	before = usage_now();
	if (!err)
		err = w->kind == ROUNDS ? answer_rounds(w) : answer_burst(w);
	w->others = usage_since(before);
	return err;
}

static int other_main(struct cell_work *w)
{
	int err = buffers_make(&w->talk);

	while (!err) {
		err = kin_hear(w->go[0]);
		if (!err && w->kind == OVER)
			return 0;
		if (!err)
			err = other_phase(w);
		if (!err)
			err = kin_tell(w->done[1]);
	}
	return err;
}

static double calls_now(const struct cell_work *w)
{
	uint64_t count;

	return w->calls < 0 || syscalls_read(w->calls, &count) ? NAN : (double)count;
}

static bool box_is_over(uint64_t n, uint64_t start)
{
	return n % LOOK_EVERY == 0 && (double)(now_ns() - start) > BOX_NS;
}

/* As many as fit; of those that take long the least. */
static int own_rounds(struct cell_work *w, struct phase *p)
{
	bool is_long = p->first_ns >= LONG_NS;
	uint64_t start = now_ns();
	int err = 0;

	for (p->n = 0; !err && !w->last;) {
		p->n++;
		w->last = p->n >= ROUNDS_MOST ||
			  (p->n >= p->least && (is_long || box_is_over(p->n, start)));
		err = ask_once(w);
	}
	return err;
}

static int own_burst(struct cell_work *w, const struct phase *p)
{
	uint64_t i;
	int err = 0;

	for (i = 0; i < p->n && !err; i++)
		err = tell(w, THERE);
	return err ? err : hear(w, BACK);
}

static int phase_time(struct cell_work *w, struct phase *p)
{
	struct usage before = usage_now();
	double calls = calls_now(w);
	uint64_t start = now_ns();
	int err = p->kind == ROUNDS ? own_rounds(w, p) : own_burst(w, p);

	p->ns = (double)(now_ns() - start);
	/* Its own reading is one. */
	p->calls = calls_now(w) - calls - 1;
	p->used = usage_since(before);
	return err;
}

static double within(double least, double v, double most)
{
	return fmin(fmax(v, least), most);
}

static int phase_do(struct cell_work *w, struct phase *p)
{
	uint64_t start = now_ns();
	int err;

	w->kind = p->kind;
	w->n = p->n;
	w->last = false;
	err = kin_tell(w->go[1]);
	if (!err)
		err = ask_once(w);
	p->first_ns = (double)(now_ns() - start);
	if (p->kind == ROUNDS)
		p->least = (uint64_t)(w->calls < 0 ? ROUNDS_LEAST :
				      within(ROUNDS_LEAST, COUNTED_NS / p->first_ns,
					     ROUNDS_COUNTED));
	if (!err)
		err = phase_time(w, p);
	if (!err)
		err = kin_hear(w->done[0]);
	p->used.switches += w->others.switches;
	p->used.cpu_ns += w->others.cpu_ns;
	return err;
}

static int rounds_measure(struct cell_work *w)
{
	struct phase p = { .kind = ROUNDS };
	int err = phase_do(w, &p);

	w->cell[CELL_RT_NS] = p.ns / (double)p.n;
	w->cell[CELL_SWITCHES] = p.used.switches / (double)p.n;
	w->cell[CELL_CALLS] = p.calls / (double)p.n;
	w->cell[CELL_ROUNDS] = (double)p.n;
	return err;
}

static int burst_measure(struct cell_work *w)
{
	double most = w->talk.way->burst ? (double)w->talk.way->burst : BURST_MOST;
	struct phase p = { .kind = BURST };
	int err;

	p.n = BURST_LONG;
	if (w->cell[CELL_RT_NS] < LONG_NS)
		p.n = (uint64_t)within(BURST_LEAST, 2 * BOX_NS / w->cell[CELL_RT_NS], most);
	err = phase_do(w, &p);
	w->cell[CELL_ONE_NS] = p.ns / (double)p.n;
	w->cell[CELL_CPU_NS] = p.used.cpu_ns / (double)p.n;
	w->cell[CELL_ONE_SWITCHES] = p.used.switches / (double)p.n;
	w->cell[CELL_ONE_CALLS] = p.calls / (double)p.n;
	return err;
}

/* A cell that has lost its other side would wait, or spin, for ever: it ends, and says why. */
static struct cell_work *watched;

static void other_ended(int sig)
{
	if (!watched->err)
		watched->err = -EPIPE;
	_exit(1);
}

static int other_run(struct cell_work *w, const struct sample *s)
{
	int err = s->arm == CELLS_CROSS ? cpus_pin(s, 1) : 0;

	return err ? err : other_main(w);
}

static int other_begin(struct cell_work *w, const struct sample *s, pid_t *other)
{
	w->talk.pid[BACK] = getpid();
	watched = w;
	signal(SIGCHLD, other_ended);
	*other = kin_fork();
	if (!*other) {
		w->talk.pid[THERE] = getpid();
		w->err = other_run(w, s);
		_exit(w->err ? 1 : 0);
	}
	if (*other < 0)
		return *other;
	w->talk.pid[THERE] = *other;
	return buffers_make(&w->talk);
}

static int cell_measure(struct cell_work *w, const struct sample *s)
{
	pid_t other;
	int err, ended;

	if (pipe(w->go) || pipe(w->done))
		return -errno;
	err = w->talk.way->open(&w->talk);
	if (!err)
		err = other_begin(w, s, &other);
	if (!err)
		err = rounds_measure(w);
	if (!err)
		err = burst_measure(w);
	if (err)
		return err;
	w->kind = OVER;
	signal(SIGCHLD, SIG_DFL);
	err = kin_tell(w->go[1]);
	ended = kin_ends_well(other);
	w->cell[CELL_RIGHT] = w->right[THERE] == w->sent[THERE] && w->right[BACK] == w->sent[BACK];
	return err ? err : ended;
}

/* In a process of its own, with which all that the way has made is gone. */
static int cell_take(struct sample *s, struct cell_work *w, const struct cell *c, double *to)
{
	int calls = w->calls, ended;
	pid_t pid;

	memset(w, 0, sizeof(*w));
	w->talk.way = c->way;
	w->talk.bytes = c->bytes;
	w->calls = calls;
	w->cell = to;
	pid = kin_fork();
	if (!pid) {
		w->err = cell_measure(w, s);
		_exit(w->err ? 1 : 0);
	}
	if (pid < 0)
		return pid;
	ended = kin_ends_well(pid);
	return w->err ? w->err : ended;
}

int cells_take(struct sample *s, const size_t *sizes)
{
	struct cell_work *w = kin_shared(sizeof(*w));
	struct cells *list = calloc(1, sizeof(*list));
	int err = w && list && s->cell ? own_files("/dev/shm", NULL) : -ENOMEM;
	size_t i;

	/* Asked while the harness is still the parent. */
	cpus_count();
	if (!err)
		err = own_ipc();
	/* Across CPUs who is woken is to push others off the CPU, but not who has woken it. */
	if (!err && s->arm == CELLS_SAME)
		err = sample_batch_policy();
	if (err)
		goto free_list;
	cells_list(sizes, list);
	w->calls = s->counted ? syscalls_open(getpid()) : -1;
	for (i = 0; i < list->n && !err; i++) {
		err = cell_take(s, w, &list->cell[i], s->cell[i]);
		if (err)
			snprintf(s->why, sizeof(s->why), "%s, %zu bytes: %s",
				 list->cell[i].way->name, list->cell[i].bytes, strerror(-err));
		s->turns += !err && s->cell[i][CELL_RIGHT] > 0;
	}
	s->ops = 1;
	s->value = 0;
free_list:
	free(list);
	return err;
}
