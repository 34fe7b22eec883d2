// SPDX-License-Identifier: GPL-2.0
/*
 * The load of oscope verify that lives and dies, and what is known of it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proc.h"
#include "util.h"
#include "verify_work.h"
#include "virt.h"

#define CHILDREN	200U		/* that end at once */
#define SETTLE_NS	2000000000ULL	/* for what comes late: last traces go with RCU */
#define TICK_NS		10000000ULL	/* of /proc/stat, on every machine but alpha and ia64 */

/* What the maker says: when those that compute have ended, and when they have been reaped. */
struct told {
	uint64_t made, messages, rusage_ns;
	pid_t computes[WORK_COMPUTE];
};

static const struct timespec moment = { .tv_nsec = 1000000 };

/* Nobody of the load outlives who has made it. */
static void stay_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

uint64_t verify_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* ns: how long to compute. */
static pid_t child_make(uint64_t ns)
{
	pid_t parent = getpid(), pid = fork();

	if (pid)
		return pid;
	stay_with(parent);
	while (verify_cpu_ns() < ns)
		;
	_exit(0);
}

static uint64_t timeval_ns(const struct timeval *t)
{
	return t->tv_sec * 1000000000ULL + t->tv_usec * 1000ULL;
}

/* They end, and are there until they are asked for. */
static bool computes_make(struct told *told, uint64_t ns)
{
	siginfo_t info;
	unsigned int i;

	for (i = 0; i < WORK_COMPUTE; i++) {
		told->computes[i] = child_make(ns);
		if (told->computes[i] < 0)
			return false;
		told->made++;
	}
	for (i = 0; i < WORK_COMPUTE; i++) {
		if (waitid(P_PID, told->computes[i], &info, WEXITED | WNOWAIT))
			return false;
	}
	return true;
}

static bool computes_reap(struct told *told)
{
	struct rusage usage;
	unsigned int i;

	for (i = 0; i < WORK_COMPUTE; i++) {
		if (wait4(told->computes[i], NULL, 0, &usage) != told->computes[i])
			return false;
		told->rusage_ns += timeval_ns(&usage.ru_utime) + timeval_ns(&usage.ru_stime);
	}
	return true;
}

static bool messages_move(int to, int from)
{
	uint64_t message = 1;		/* of WORK_MESSAGE bytes; an eventfd adds them */
	unsigned int i;

	for (i = 0; i < WORK_MESSAGES; i++) {
		if (write(to, &message, sizeof(message)) != sizeof(message) ||
		    read(from, &message, sizeof(message)) != sizeof(message))
			return false;
	}
	return true;
}

static bool messages_work(void)
{
	int stream[2], datagram[2], event = eventfd(0, EFD_CLOEXEC);

	_Static_assert(sizeof(uint64_t) == WORK_MESSAGE, "what an eventfd takes");
	/* The end of the process closes them. */
	return event >= 0 && !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) &&
	       !socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, datagram) &&
	       messages_move(event, event) && messages_move(stream[0], stream[1]) &&
	       messages_move(datagram[0], datagram[1]);
}

/* Twice it is told to go on, and says what there was. */
static bool maker_work(int in, int out)
{
	struct told told = { 0 };
	uint64_t ns;

	if (read(in, &ns, sizeof(ns)) != sizeof(ns) || !messages_work())
		return false;
	told.messages = WORK_MESSAGES;
	while (told.made < CHILDREN) {
		pid_t pid = child_make(0);

		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			return false;
		told.made++;
	}
	return computes_make(&told, ns) && write(out, &told, sizeof(told)) == sizeof(told) &&
	       read(in, &ns, sizeof(ns)) == sizeof(ns) && computes_reap(&told) &&
	       write(out, &told, sizeof(told)) == sizeof(told);
}

static void maker_main(int in, int out, pid_t parent)
{
	cpu_set_t one;
	char byte;

	stay_with(parent);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	if (sched_setaffinity(0, sizeof(one), &one) || !maker_work(in, out))
		_exit(1);
	/* It has counters that are asked for. */
	_exit(read(in, &byte, 1) ? 1 : 0);
}

int verify_work_begin(struct verify_work *w)
{
	pid_t parent = getpid();
	int there[2], back[2], err;

	if (pipe2(there, O_CLOEXEC))
		return err_sys(-errno, "a load for verify");
	if (pipe2(back, O_CLOEXEC)) {
		err = -errno;
		goto close_there;
	}
	w->maker = fork();
	if (w->maker < 0) {
		err = -errno;
		goto close_back;
	}
	if (!w->maker) {
		close(there[1]);
		close(back[0]);
		maker_main(there[0], back[1], parent);
	}
	close(there[0]);
	close(back[1]);
	w->to = there[1];
	w->from = back[0];
	return 0;

close_back:
	w->maker = 0;
	close(back[0]);
	close(back[1]);
close_there:
	close(there[0]);
	close(there[1]);
	return err_sys(err, "a load for verify");
}

int verify_work_follow(struct verify_work *w, int place, struct source *src)
{
	struct source_config config = {
		.filter = { .uid = -1, .tree = w->maker },
		.by_task = true,
		.ledger = true,
	};
	int err;

	err = source_open(&w->tree[place], src->ops->name, &config);
	/* Why it cannot be done here has been said: the rest can. */
	if (err == -EOPNOTSUPP)
		return 0;
	return err ? err : source_start(w->tree[place]);
}

/* What was taken from the maker's CPU so far, as /proc/stat knows it. */
static bool cpu_taken(struct verify_work *w, int at)
{
	uint64_t irq = 0, softirq = 0, steal = 0;
	struct proc_stat st = { .cpu = -1 };
	char line[512];
	FILE *f = fopen("/proc/stat", "re");
	bool found = false;
	int cpu;

	proc_stat(w->maker, 0, &st);
	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "cpu%d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64 " %" SCNu64,
			       &cpu, &irq, &softirq, &steal) == 4 && cpu == st.cpu;
	if (f)
		fclose(f);
	w->stolen_ns[at] = steal * TICK_NS;
	w->taken_ns[at] = (irq + softirq + steal) * TICK_NS;
	return found;
}

static const struct oscope_ledger *ledger_of(const struct snapshot *snap, pid_t tid)
{
	size_t i;

	for (i = 0; snap->ledger && i < snap->n_task; i++) {
		if (snap->task[i].tid == (uint32_t)tid)
			return &snap->ledger[i];
	}
	return NULL;
}

static bool have_left(const struct verify_work *w, const struct snapshot *snap)
{
	const struct oscope_ledger *l;
	unsigned int i;

	for (i = 0; i < WORK_COMPUTE; i++) {
		l = ledger_of(snap, w->computes[i]);
		if (!l || !(l->flags & OSCOPE_LEDGER_FINAL))
			return false;
	}
	return true;
}

/* Zombies may still be on their way off the CPU: until then the kernel's counts are not final. */
static int wait_left(const struct verify_work *w)
{
	uint64_t end = now_ns() + SETTLE_NS;
	struct snapshot snap = { 0 };
	int err = 0, i;

	for (i = 0; i < VERIFY_SOURCES && !err; i++) {
		while (w->tree[i] && now_ns() < end) {
			err = source_read(w->tree[i], &snap);
			if (err || have_left(w, &snap))
				break;
			nanosleep(&moment, NULL);
		}
	}
	snapshot_free(&snap);
	return err;
}

static bool kernel_read(struct verify_work *w)
{
	char path[PROC_PATH], line[128];
	uint64_t ran, delay, turns;
	unsigned int i;

	for (i = 0; i < WORK_COMPUTE; i++) {
		proc_path(path, w->computes[i], 0, "schedstat");
		if (file_line(path, line, sizeof(line)) < 0 ||
		    sscanf(line, "%" SCNu64 " %" SCNu64 " %" SCNu64, &ran, &delay, &turns) != 3)
			return false;
		w->ran_ns += ran;
		w->delay_ns += delay;
		w->turns += turns;
	}
	return true;
}

static int maker_ask(struct verify_work *w, uint64_t ns, struct told *told)
{
	if (write(w->to, &ns, sizeof(ns)) != sizeof(ns) ||
	    read(w->from, told, sizeof(*told)) != sizeof(*told))
		return err_msg(-EIO, "the load that makes processes has failed");
	return 0;
}

int verify_work_run(struct verify_work *w, uint64_t ns)
{
	struct told told;
	int err;

	w->taken_known = cpu_taken(w, 0);
	err = maker_ask(w, ns, &told);
	if (err)
		return err;
	memcpy(w->computes, told.computes, sizeof(w->computes));
	err = wait_left(w);
	if (err)
		return err;
	w->known = kernel_read(w);
	err = maker_ask(w, 0, &told);
	w->taken_known = cpu_taken(w, 1) && w->taken_known;
	w->made = told.made;
	w->messages = told.messages;
	w->rusage_ns = told.rusage_ns;
	return err;
}

/* Of a tree: its tasks, and what became of them. */
struct lives_seen {
	uint64_t tasks, ended, reaped;
};

/* Who was reaped on its way off the CPU has left it dead, and was no zombie at any time off it. */
static void seen_add(struct lives_seen *s, const struct oscope_ledger *l)
{
	s->ended += l->moves[OSCOPE_MOVE_RUNNING_ZOMBIE] + l->moves[OSCOPE_MOVE_RUNNING_DEAD];
	s->reaped += l->moves[OSCOPE_MOVE_ZOMBIE_DEAD] + l->moves[OSCOPE_MOVE_RUNNING_DEAD];
}

static void lives_count(struct lives_seen *s, const struct snapshot *snap)
{
	size_t i;

	*s = (struct lives_seen){ .tasks = snap->rest.tasks };
	seen_add(s, &snap->rest.ledger);
	for (i = 0; i < snap->n_task; i++) {
		s->tasks += !(snap->task[i].flags & OSCOPE_TASK_HEIR);
		seen_add(s, &snap->ledger[i]);
	}
}

/* What became of the load, once all that comes late has been seen, or will not be. */
static int lives_settled(const struct verify_work *w, int place, struct snapshot *snap,
			 struct lives_seen *s)
{
	uint64_t end = now_ns() + SETTLE_NS;
	int err;

	do {
		err = source_read(w->tree[place], snap);
		if (err)
			return err;
		lives_count(s, snap);
		if (s->reaped >= w->made)
			break;
		nanosleep(&moment, NULL);
	} while (now_ns() < end);
	return 0;
}

static uint64_t turns_of(const struct oscope_ledger *l)
{
	return l->moves[OSCOPE_MOVE_RUNNING_PREEMPTED] + l->moves[OSCOPE_MOVE_RUNNING_BLOCKED] +
	       l->moves[OSCOPE_MOVE_RUNNING_STOPPED] + l->moves[OSCOPE_MOVE_RUNNING_ZOMBIE] +
	       l->moves[OSCOPE_MOVE_RUNNING_DEAD];
}

/* Those that compute, together. */
static void computes_sum(const struct verify_work *w, const struct snapshot *snap,
			 struct oscope_ledger *sum)
{
	const struct oscope_ledger *l;
	unsigned int i, m;

	for (i = 0; i < WORK_COMPUTE; i++) {
		l = ledger_of(snap, w->computes[i]);
		if (!l)
			continue;
		sum->running += l->running;
		sum->ready[OSCOPE_WAIT_WOKEN] += l->ready[OSCOPE_WAIT_WOKEN];
		sum->ready[OSCOPE_WAIT_PREEMPTED] += l->ready[OSCOPE_WAIT_PREEMPTED];
		sum->unobserved += l->unobserved;
		for (m = 0; m < OSCOPE_MOVES; m++)
			sum->moves[m] += l->moves[m];
	}
}

/*
 * Kernel and source look at the clock at different places of each switch, twice a turn; and the
 * scheduler's clock is not steered, the other one by up to 0.05 %, as much as its frequency may be
 * known worse.
 */
static void times_exact(const struct verify_work *w, const struct oscope_ledger *sum,
			uint64_t switch_ns, struct verify_exact *e)
{
	uint64_t taken = w->taken_ns[1] - w->taken_ns[0] + 3 * TICK_NS;
	uint64_t stolen = w->stolen_ns[1] - w->stolen_ns[0] + TICK_NS;
	uint64_t looks = 2 * turns_of(sum) * switch_ns;
	static const char why[] = "each looks at its clock elsewhere in a switch";
	static const char unsure[] = "what interrupts and the host took, in 1/100 s";

	e[0] = (struct verify_exact){
		"rusage", "ns that those that compute ran", sum->running, w->rusage_ns,
		sum->unobserved, taken, unsure,
		looks + w->rusage_ns / 1000 + WORK_COMPUTE * 2000UL, why,	/* us, twice */
	};
	e[1] = (struct verify_exact){
		"schedstat", "ns that they ran", sum->running, w->ran_ns,
		sum->unobserved, taken, unsure, looks + w->ran_ns / 1000, why,
	};
	e[2] = (struct verify_exact){
		"schedstat", "ns that they waited for a CPU",
		sum->ready[OSCOPE_WAIT_WOKEN] + sum->ready[OSCOPE_WAIT_PREEMPTED], w->delay_ns,
		sum->unobserved + stolen, stolen, unsure, looks + w->delay_ns / 1000, why,
	};
}

/* What the kernel knows of those that compute; times of an emulator's are nobody's. */
static int kernel_exact(const struct verify_work *w, const struct oscope_ledger *sum,
			uint64_t switch_ns, struct verify_exact *e)
{
	if (!w->known)
		return 0;
	/* Who is preempted on its way to sleep has a turn that is not counted there. */
	e[0] = (struct verify_exact){
		"schedstat", "turns of those that compute", turns_of(sum), w->turns,
		.above = sum->moves[OSCOPE_MOVE_RUNNING_BLOCKED],
		.unsure = "turns on the way to sleep, which are not counted there",
	};
	if (!w->taken_known || virt_emulates(virt_name()))
		return 1;
	times_exact(w, sum, switch_ns, e + 1);
	return 4;
}

int verify_work_exact(struct verify_work *w, int place, uint64_t switch_ns,
		      struct verify_exact *e)
{
	struct oscope_ledger sum = { 0 };
	struct snapshot snap = { 0 };
	struct lives_seen s;
	int err, n = 0;

	if (!w->tree[place])
		return 0;
	err = lives_settled(w, place, &snap, &s);
	if (!err) {
		computes_sum(w, &snap, &sum);
		e[n++] = (struct verify_exact){ "load", "processes made", s.tasks - 1, w->made };
		e[n++] = (struct verify_exact){ "load", "... that ended", s.ended, w->made };
		e[n++] = (struct verify_exact){ "load", "... that were reaped", s.reaped,
						w->made };
		n += kernel_exact(w, &sum, switch_ns, e + n);
	}
	snapshot_free(&snap);
	return err ? err : n;
}

void verify_work_end(struct verify_work *w)
{
	int i;

	for (i = 0; i < VERIFY_SOURCES; i++)
		source_close(w->tree[i]);
	if (!w->maker)
		return;
	close(w->to);
	close(w->from);
	while (waitpid(w->maker, NULL, 0) < 0 && errno == EINTR)
		;
}
