// SPDX-License-Identifier: GPL-2.0
/* The known load of oscope verify, and what is known of it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ipc.h"
#include "util.h"
#include "verify_load.h"

#define ROUNDS		1000U		/* between two looks at the time */
#define COMPUTE_NS	100000000ULL	/* of each, at most: many turns of a few ms */
#define SETTLE_NS	1000000000ULL	/* for a process that has nothing to do but to sleep */

#define BIT(mechanism)	(1ULL << OSCOPE_IPC_##mechanism)
#define MECHANISMS	(BIT(PIPE) | BIT(EVENTFD) | BIT(UNIX_STREAM) | BIT(UNIX_DGRAM))

int verify_load_begin(struct verify_load *l)
{
	int err = verify_work_begin(&l->work);	/* before there are pipes that it would hold */

	if (!err)
		err = pingpong_begin(&l->pp);
	l->begun = !err;
	return err;
}

/* The module counts everybody, once it is told to: 1, or names, and pipe is one. */
static bool module_follows(void)
{
	FILE *f = fopen("/sys/kernel/oscope/ipc", "re");
	char line[512] = "", *rest = line, *name;
	bool follows = false;

	if (f && !fgets(line, sizeof(line), f))
		line[0] = 0;
	while ((name = strsep(&rest, ",\n")))
		follows = follows || !strcmp(name, "1") || !strcmp(name, "pipe");
	if (f)
		fclose(f);
	return follows;
}

static int pipes_follow(struct verify_load *l, int place, struct source *src)
{
	struct source_config config = {
		.filter.uid = -1,
		.by_task = true,
		.ipc = MECHANISMS,
		.hooks = HOOKS_AUTO,
	};
	pid_t who[] = { l->pp.peer, l->work.maker };
	struct snapshot snap = { 0 };
	int err;

	if (!strcmp(src->ops->name, "kmod")) {
		if (!module_follows()) {
			verbose_msg("the module does not follow what communicates now: "
				    "echo 1 > /sys/kernel/oscope/ipc");
			return 0;
		}
	} else {
		config.filter.pids = who;
		config.filter.n_pids = ARRAY_SIZE(who);
	}
	err = source_open(&l->ipc[place], src->ops->name, &config);
	/* Why it cannot be done here has been said: the rest can. */
	if (err == -EOPNOTSUPP)
		return 0;
	if (!err)
		err = source_start(l->ipc[place]);
	if (!err)
		err = source_read(l->ipc[place], &snap);
	if (!err)
		err = ipc_copy(&l->base[place], snap.ipc);
	snapshot_free(&snap);
	return err;
}

int verify_load_follow(struct verify_load *l, int place, struct source *src)
{
	int err = pipes_follow(l, place, src);

	return err ? err : verify_work_follow(&l->work, place, src);
}

int verify_load_run(struct verify_load *l, uint64_t ns)
{
	uint64_t end = now_ns() + ns, compute = ns / 20, ran = verify_cpu_ns();

	while (now_ns() < end && pingpong_run(&l->pp, ROUNDS))
		l->rounds += ROUNDS;
	/* The other process takes the other half of each round. */
	l->switch_ns = l->rounds ? (verify_cpu_ns() - ran) / l->rounds : 0;
	return verify_work_run(&l->work, compute < COMPUTE_NS ? compute : COMPUTE_NS);
}

/* A file of the process; NULL: there is none. */
static FILE *file_of(const struct verify_load *l, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", l->pp.peer, name);
	return fopen(path, "re");
}

/* What stands behind a name in its status. */
static bool status_number(const struct verify_load *l, const char *name, uint64_t *number)
{
	FILE *f = file_of(l, "status");
	size_t len = strlen(name);
	bool found = false;
	char line[256];

	while (f && !found && fgets(line, sizeof(line), f)) {
		found = !strncmp(line, name, len) && line[len] == ':';
		if (found)
			*number = strtoull(line + len + 1, NULL, 10);
	}
	if (f)
		fclose(f);
	return found;
}

static bool sleeps(const struct verify_load *l)
{
	FILE *f = file_of(l, "stat");
	char state = 0;

	if (f && fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	if (f)
		fclose(f);
	return state == 'S';
}

int verify_load_settle(const struct verify_load *l)
{
	const struct timespec off_cpu = { .tv_nsec = 100000 };	/* which is its CPU, too */
	uint64_t end = now_ns() + SETTLE_NS;

	while (!sleeps(l)) {
		if (now_ns() > end)
			return err_msg(-ETIMEDOUT, "the load's second process does not sleep");
		nanosleep(&off_cpu, NULL);
	}
	return 0;
}

static const struct oscope_task *row_of(const struct verify_load *l, const struct snapshot *snap)
{
	const struct oscope_task *row = NULL;
	size_t i;

	/* Of equal numbers the last is the one that lives. */
	for (i = 0; i < snap->n_task; i++) {
		if (snap->task[i].tid == (uint32_t)l->pp.peer)
			row = &snap->task[i];
	}
	return row;
}

/*
 * How often it left its CPU, as the kernel counts it. Not the turns of its schedstat: who is
 * preempted on its way to sleep is queued without being so for sched_info_depart(), and its next
 * turn is not counted there.
 */
static int exact_turns(const struct verify_load *l, const struct snapshot *snap,
		       struct verify_exact *e)
{
	const struct oscope_task *row = row_of(l, snap);
	uint64_t voluntary = row ? row->voluntary : 0, involuntary = row ? row->involuntary : 0;
	int n = 0;

	e[n] = (struct verify_exact){ "status", "times the load slept", voluntary };
	n += status_number(l, "voluntary_ctxt_switches", &e[n].right);
	e[n] = (struct verify_exact){ "status", "times it was preempted", involuntary };
	n += status_number(l, "nonvoluntary_ctxt_switches", &e[n].right);
	return n;
}

static struct oscope_ipc_sum sum_of(const struct ipc_reading *r, pid_t who,
				    enum oscope_ipc mechanism, enum oscope_ipc_op op)
{
	struct oscope_ipc_sum sum = { 0 };
	size_t i;

	for (i = 0; i < r->n_use; i++) {
		if ((uint32_t)r->use[i].key == (uint32_t)who && ipc_use_op(&r->use[i]) == op &&
		    ipc_mechanism(r, ipc_use_object(&r->use[i])) == mechanism)
			ipc_sum_add(&sum, &r->use[i].sum);
	}
	return sum;
}

/* What the maker of others has sent itself; a module that follows some only says nothing of it. */
static int exact_messages(const struct verify_load *l, const struct ipc_reading *r,
			  struct verify_exact *e)
{
	static const struct {
		enum oscope_ipc mechanism;
		const char *out, *in;
	} sent[] = {
		{ OSCOPE_IPC_EVENTFD, "messages into an eventfd",
		  "messages out of an eventfd" },
		{ OSCOPE_IPC_UNIX_STREAM, "messages into a unix-stream",
		  "messages out of a unix-stream" },
		{ OSCOPE_IPC_UNIX_DGRAM, "messages into a unix-dgram",
		  "messages out of a unix-dgram" },
	};
	pid_t who = l->work.maker;
	size_t i;
	int n = 0;

	for (i = 0; i < ARRAY_SIZE(sent); i++) {
		if (r->followed && !(r->followed >> sent[i].mechanism & 1))
			continue;
		e[n++] = (struct verify_exact){
			"load", sent[i].out,
			sum_of(r, who, sent[i].mechanism, OSCOPE_IPC_SEND).messages,
			l->work.messages,
		};
		e[n++] = (struct verify_exact){
			"load", sent[i].in,
			sum_of(r, who, sent[i].mechanism, OSCOPE_IPC_RECEIVE).messages,
			l->work.messages,
		};
	}
	return n;
}

/* What it read and wrote, as we know who have written and read the rest of it. */
static int exact_pipes(const struct verify_load *l, int place, struct verify_exact *e)
{
	struct snapshot snap = { 0 };
	struct oscope_ipc_sum in, out;
	int err, n = 4;

	if (!l->ipc[place])
		return 0;
	err = source_read(l->ipc[place], &snap);
	if (!err) {
		ipc_subtract(snap.ipc, l->base[place]);
		in = sum_of(snap.ipc, l->pp.peer, OSCOPE_IPC_PIPE, OSCOPE_IPC_RECEIVE);
		out = sum_of(snap.ipc, l->pp.peer, OSCOPE_IPC_PIPE, OSCOPE_IPC_SEND);
		e[0] = (struct verify_exact){ "load", "messages it read",
					      in.messages, l->rounds };
		e[1] = (struct verify_exact){ "load", "bytes it read", in.bytes, l->rounds };
		e[2] = (struct verify_exact){ "load", "messages it wrote",
					      out.messages, l->rounds };
		e[3] = (struct verify_exact){ "load", "bytes it wrote", out.bytes, l->rounds };
		n += exact_messages(l, snap.ipc, e + n);
	}
	snapshot_free(&snap);
	return err ? err : n;
}

int verify_load_exact(struct verify_load *l, int place, const struct snapshot *snap,
		      struct verify_exact exact[VERIFY_EXACT_MAX])
{
	int n = exact_turns(l, snap, exact);
	int more = exact_pipes(l, place, exact + n);

	if (more < 0)
		return more;
	n += more;
	more = verify_work_exact(&l->work, place, l->switch_ns, exact + n);
	return more < 0 ? more : n + more;
}

void verify_load_end(struct verify_load *l)
{
	int i;

	for (i = 0; i < VERIFY_SOURCES; i++) {
		source_close(l->ipc[i]);
		ipc_free(l->base[i]);
	}
	if (l->begun)
		pingpong_end(&l->pp);
	verify_work_end(&l->work);
}
