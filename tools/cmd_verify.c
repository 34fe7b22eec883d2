// SPDX-License-Identifier: GPL-2.0
/*
 * oscope verify: the kernel's own counters, the probes and the module count the same switches and
 * new tasks at the same time, and must agree.
 *
 * Nobody can read all of them in one instant, so each account is read between two readings of the
 * others: what the one counted in the interval inside and in the interval around are hard bounds
 * for the other. A difference outside the bounds has no innocent explanation.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "cmd.h"
#include "pidns.h"
#include "privilege.h"
#include "session.h"
#include "untraced.h"
#include "verify_load.h"

#define ACCOUNTS	5
#define DEFAULT_NS	2000000000ULL

struct identity_row {
	char identity[96];
	uint64_t left, low, high, difference, allowed;
	const char *explanation;
	bool ok;
};

static bool get_identity(const void *row, struct out_value *v)
{
	v->str = ((const struct identity_row *)row)->identity;
	return true;
}

static const struct out_column identity_columns[] = {
	{ "identity", "IDENTITY", OUT_STR, "what must be equal to what",
	  0, OUT_KEY, get_identity },
	{ "left", "COUNTED", OUT_U64, "what the left-hand account counted",
	  OUT_FIELD(struct identity_row, left) },
	{ "right_low", "AT LEAST", OUT_U64, "the right-hand account within that interval",
	  OUT_FIELD(struct identity_row, low) },
	{ "right_high", "AT MOST", OUT_U64, "the right-hand account around that interval",
	  OUT_FIELD(struct identity_row, high) },
	{ "difference", "OUTSIDE", OUT_U64, "by how much the bounds are missed",
	  OUT_FIELD(struct identity_row, difference) },
	{ "allowed", "ALLOWED", OUT_U64, "how much of that has the explanation given",
	  OUT_FIELD(struct identity_row, allowed) },
	{ "explanation", "WHY", OUT_STR, "where an allowed difference comes from",
	  OUT_FIELD(struct identity_row, explanation), OUT_OPTIONAL | OUT_WRAP },
	{ "ok", "OK", OUT_BOOL, "whether it holds", OUT_FIELD(struct identity_row, ok) },
};

struct totals {
	uint64_t identities, failed, events, untraced;
};

static const struct out_column totals_columns[] = {
	{ "identities", "identities", OUT_U64, "equations checked",
	  OUT_FIELD(struct totals, identities) },
	{ "failed", "failed", OUT_U64, "of these do not hold", OUT_FIELD(struct totals, failed) },
	{ "events", "events", OUT_U64, "switches that the kernel counted meanwhile",
	  OUT_FIELD(struct totals, events) },
	{ "untraced", "untraced", OUT_U64,
	  "of these, of tasks whose switches fire no event (the host's own agents, say)",
	  OUT_FIELD(struct totals, untraced) },
};

static const struct out_report verify_report = {
	.command = "verify",
	.totals = OUT_TABLE(totals_columns),
	.rows = OUT_TABLE(identity_columns),
};

struct verify {
	struct source *src[VERIFY_SOURCES];
	int n_src;
	struct account account[ACCOUNTS];
	int n_accounts;
	const struct account *ctxt;	/* one of these */
	struct identity_row *row;
	size_t n_rows, room;
	struct totals totals;
	struct child child;		/* the program, or ... */
	struct verify_load load;	/* our own load; */
	bool has_child, has_load;	/* whichever it is */
	int status;			/* of the program */
	struct out *out;
};

static const char *const element_names[ACCOUNT_WIDTH] = {
	"events", "to_idle", "from_idle", "to_kthread", "from_kthread", "kthread_kthread",
	"same_mm", "cross_mm", "creations",
};

#define UNDER_WAY	"an event under way on another CPU"

/* why: where an allowed difference comes from. */
static const char *explain(const struct identity_row *r, const char *why)
{
	if (!r->ok)
		return "none: lost events or a bug";
	if (r->difference)
		return why;
	return r->low != r->high ? "events between the readings" : NULL;
}

/* A new row, all 0. NULL: no memory, a line printed. */
static struct identity_row *row_new(struct verify *v)
{
	struct identity_row *grown;

	if (v->n_rows == v->room) {
		v->room = v->room ? 2 * v->room : 32;
		grown = realloc(v->row, v->room * sizeof(*grown));
		if (!grown) {
			err_sys(-ENOMEM, "verify");
			return NULL;
		}
		v->row = grown;
	}
	return memset(&v->row[v->n_rows++], 0, sizeof(*v->row));
}

/* Whether it holds is known by now, and goes into the totals. */
static void row_judge(struct verify *v, struct identity_row *r, const char *why)
{
	if (r->left < r->low)
		r->difference = r->low - r->left;
	else if (r->left > r->high)
		r->difference = r->left - r->high;
	r->ok = r->difference <= r->allowed;
	r->explanation = explain(r, why);
	v->totals.identities++;
	v->totals.failed += !r->ok;
}

/*
 * The parties count an event one after the other: on each CPU that is not the reader's own, one may
 * be counted by the first and not yet by the second, at either end.
 */
static const char *row_allow(const struct verify *v, struct identity_row *r,
			     const struct account *i, const struct account *j, uint32_t cpu)
{
	r->allowed = cpu < j->cpus ? 1 : j->cpus - 1;
	if (i->src || !j->src)
		return UNDER_WAY;
	if (i->knows & ACCOUNT_NEW) {
		/* Who makes a task may leave its CPU between the two, on any of them. */
		r->allowed = i->early;
		return "tasks made, and not woken yet";
	}
	/* Only the kernel counts these. */
	r->allowed += v->totals.untraced;
	return v->totals.untraced ? "tasks whose switches fire no event here, see untraced" :
				    UNDER_WAY;
}

static int row_add(struct verify *v, const struct account *i, const struct account *j,
		   const char *where, uint32_t cpu, uint32_t which)
{
	size_t e = account_element(j, cpu, which);
	struct identity_row *r = row_new(v);

	if (!r)
		return -ENOMEM;
	snprintf(r->identity, sizeof(r->identity), "%s = %s: %s%s", j->name, i->name, where,
		 element_names[which]);
	r->left = account_counted(j, e);
	account_bounds(i, e, &r->low, &r->high);
	row_judge(v, r, row_allow(v, r, i, j, cpu));
	return 0;
}

/* All that accounts i and j both know. */
static int compare(struct verify *v, const struct account *i, const struct account *j)
{
	uint32_t known = i->knows & j->knows, cpu, which;
	uint32_t first = i->per_cpu && j->per_cpu ? 0 : j->cpus;
	char where[32];
	int err = 0;

	for (cpu = first; cpu <= j->cpus && !err; cpu++) {
		if (cpu < j->cpus)
			snprintf(where, sizeof(where), "cpu %u ", cpu);
		else
			where[0] = 0;
		for (which = 0; which < ACCOUNT_WIDTH && !err; which++) {
			size_t e = account_element(j, cpu, which);

			if (!(known >> which & 1))
				continue;
			if (cpu < j->cpus && !i->reading[3][e] && !j->reading[2][e])
				continue;	/* a CPU that never was there */
			err = row_add(v, i, j, where, cpu, which);
		}
	}
	return err;
}

/* In the order in which they are read: the module is bracketed by less. */
static int sources_open(struct verify *v, const struct opts *o)
{
	static const char *const names[] = { "kmod", "bpf" };
	struct source_config config = { .filter.uid = -1, .by_task = true };
	char why[256] = "a recording is no account";
	size_t i;
	int err = -EOPNOTSUPP;

	if (pid_ns_inode())
		return err_msg(-EOPNOTSUPP, "verify must see every task of the kernel: run it "
			       "outside of this PID namespace");
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (o->source && strcmp(o->source, names[i]))
			continue;
		err = o->source ? 0 : source_usable(names[i], why, sizeof(why));
		if (err)
			verbose_msg("source %s left out: %s", names[i], why);
		if (err)
			continue;
		err = source_open(&v->src[v->n_src], names[i], &config);
		if (err)
			return err;
		err = source_start(v->src[v->n_src++]);
		if (err)
			return err;
	}
	if (v->n_src)
		return 0;
	return err_msg(err, "no source can work here: %s ('oscope doctor' says more)", why);
}

/* Kernel first, then the sources: each is bracketed by all before it. */
static int accounts_open(struct verify *v)
{
	int i, err;

	err = account_births(&v->account[v->n_accounts++]);
	v->ctxt = &v->account[v->n_accounts];
	if (!err)
		err = account_ctxt(&v->account[v->n_accounts++]);
	if (!err && !account_debug(&v->account[v->n_accounts]))
		v->n_accounts++;
	for (i = 0; i < v->n_src && !err; i++)
		err = account_source(&v->account[v->n_accounts++], v->src[i]);
	return err;
}

/* Something to count, ready to go: the program, or a ping-pong of our own. */
static int load_prepare(struct verify *v, const struct opts *o)
{
	int err, i;

	if (o->program) {
		err = child_prepare(&v->child, o->program);
		v->has_child = !err;
	} else {
		err = verify_load_begin(&v->load);
		v->has_load = !err;
	}
	for (i = 0; i < v->n_src && v->has_load && !err; i++)
		err = verify_load_follow(&v->load, i, v->src[i]);
	return err;
}

/* The program's run; its status. 0 or -errno. */
static int load_program(struct verify *v, const struct opts *o)
{
	int err;

	err = child_start(&v->child);
	if (!err)
		err = child_wait(&v->child, true);
	if (err)
		return err_sys(err, "running %s", o->program[0]);
	if (v->child.failed)
		err_sys(-v->child.exec_errno, "%s: cannot be run", o->program[0]);
	v->status = child_exit_code(&v->child);
	return 0;
}

static int load_run(struct verify *v, const struct opts *o)
{
	if (v->has_child)
		return load_program(v, o);
	return verify_load_run(&v->load, o->duration_ns ? o->duration_ns : DEFAULT_NS);
}

/* Of our own load it is known what there is to count, one by one. */
static int exact_add(struct verify *v, int place)
{
	struct verify_exact exact[VERIFY_EXACT_MAX] = { 0 };
	struct snapshot snap = { 0 };
	struct identity_row *r;
	int n, i;

	n = source_read(v->src[place], &snap);
	if (!n)
		n = verify_load_exact(&v->load, place, &snap, exact);
	snapshot_free(&snap);
	for (i = 0; i < n; i++) {
		r = row_new(v);
		if (!r)
			return -ENOMEM;
		snprintf(r->identity, sizeof(r->identity), "%s = %s: %s",
			 v->src[place]->ops->name, exact[i].other, exact[i].what);
		r->left = exact[i].left;
		if (exact[i].right > exact[i].below)	/* a short wait may be less than a tick */
			r->low = exact[i].right - exact[i].below;
		r->high = exact[i].right + exact[i].above;
		r->allowed = exact[i].allowed;
		row_judge(v, r, exact[i].why);
		if (r->ok && !r->difference && r->low != r->high)
			r->explanation = exact[i].unsure;
	}
	return n < 0 ? n : 0;
}

static int load_compare(struct verify *v)
{
	int err = verify_load_settle(&v->load), i;

	for (i = 0; i < v->n_src && !err; i++)
		err = exact_add(v, i);
	return err;
}

/* What a source has not counted it says it has lost, and then the others prove nothing. */
static int lost_add(struct verify *v, const struct account *a)
{
	struct identity_row *r = row_new(v);

	if (!r)
		return -ENOMEM;
	snprintf(r->identity, sizeof(r->identity), "%s = 0: lost", a->name);
	r->left = a->snap.lost.total;
	row_judge(v, r, NULL);
	return 0;
}

static int verify_measure(struct verify *v, const struct opts *o)
{
	struct task_counts before, after = { 0 };
	int err, i, j;

	err = task_counts_read(&before);
	if (!err)
		err = accounts_read(v->account, v->n_accounts, 0);
	if (!err)
		err = load_run(v, o);
	if (!err)
		err = accounts_read(v->account, v->n_accounts, 2);
	if (!err)
		err = task_counts_read(&after);
	/* The sources are read once more: their rows must cover all that the kernel's counts do. */
	if (!err)
		err = source_read(v->src[0], &v->account[v->n_accounts - v->n_src].snap);
	if (!err)
		v->totals.untraced = untraced_switches(&before, &after,
						       &v->account[v->n_accounts - v->n_src].snap);
	task_counts_free(&before);
	task_counts_free(&after);
	for (j = 1; j < v->n_accounts && !err; j++) {
		for (i = 0; i < j && !err; i++) {
			if (v->account[j].src || v->account[i].src)
				err = compare(v, &v->account[i], &v->account[j]);
		}
		if (!err && v->account[j].src)
			err = lost_add(v, &v->account[j]);
	}
	if (!err && v->has_load)
		err = load_compare(v);
	v->totals.events = account_counted(v->ctxt, account_element(v->ctxt, v->ctxt->cpus,
								    ACCOUNT_EVENTS));
	return err;
}

static int verify_print(const struct verify *v)
{
	const struct account *last = &v->account[v->n_accounts - 1];
	struct out_data data = {
		.report = &verify_report,
		.totals = &v->totals,
		.rows = v->row,
		.n_rows = v->n_rows,
		.stride = sizeof(*v->row),
		.head = {
			.source = v->n_src == 2 ? "kmod,bpf" : v->src[0]->ops->name,
			.start_ns = last->snap.start_ns,
			.duration_ns = last->snap.ts_ns - last->snap.start_ns,
			.lost = last->snap.lost,
			.own_cost_ns = NOT_CAPTURED,
		},
	};

	return out_print(v->out, &data);
}

/* All that may need privilege; it is given up at the end. */
static int verify_prepare(struct verify *v, const struct opts *o)
{
	int err;

	err = sources_open(v, o);
	if (!err)
		err = out_open(&v->out, o);
	if (!err)
		err = load_prepare(v, o);
	return err ? err : privilege_drop(LEFT_RUN);
}

static int verify_close(struct verify *v)
{
	int i, err = out_close(v->out);

	if (v->has_child)
		child_close(&v->child, true);
	verify_load_end(&v->load);
	for (i = 0; i < v->n_accounts; i++)
		account_free(&v->account[i]);
	for (i = 0; i < v->n_src; i++)
		source_close(v->src[i]);
	free(v->row);
	return err;
}

static int verify_run(const struct opts *o)
{
	struct verify v = { 0 };
	int err, closed;

	err = verify_prepare(&v, o);
	if (!err)
		err = accounts_open(&v);
	if (!err)
		err = verify_measure(&v, o);
	if (!err)
		err = verify_print(&v);
	closed = verify_close(&v);
	err = err ? err : closed;
	if (!err && v.totals.failed)
		return o->program ? EXIT_OSCOPE_FAILED : EXIT_FAILED;
	return err ? err : v.status;
}

static const struct out_report *verify_report_of(const struct opts *o)
{
	return &verify_report;
}

static const struct cmd_ops verify_cmd = {
	.name = "verify",
	.summary = "check that kernel, probes and module count alike",
	.about =
		"Counts switches and new tasks with every source that works here at once, while a\n"
		"known load or the given program runs, and compares them with the kernel's own\n"
		"counters, in all and for each CPU and kind. Of its own load it also knows every\n"
		"sleep, preemption, message, byte, birth and end, and by the kernel how long who\n"
		"computes ran and waited. Exit status 0 only if all agree.",
	.opts = OPTS_OUTPUT | OPT_BIT(OPT_DURATION) | OPT_BIT(OPT_SOURCE),
	.takes = CMD_PROGRAM | CMD_ALL_SOURCES,
	.report = verify_report_of,
	.run = verify_run,
};
COMMAND(verify_cmd);
