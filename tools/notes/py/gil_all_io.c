// SPDX-License-Identifier: GPL-2.0
/* py.gil-all-io: does every call of the standard library that waits give the GIL up? */
#include "notes/cpus.h"
#include "notes/said.h"

#define ID	"py.gil-all-io"
#define WAIT_NS	30e6
#define HALF	(WAIT_NS / 2)	/* a beat that stood still for so long had no lock */

enum {
	SLEEP, OS_READ, FILE_READ, RECV, SELECT, OPEN, FLOCK, WAITPID, HISTORY, CALLS_ASKED,
	KEEPS = CALLS_ASKED,	/* documented to keep the lock: it shows that the beat tells */
};

static const char *const calls[] = {
	[SLEEP] = "time.sleep()", [OS_READ] = "os.read()", [FILE_READ] = "file.read()",
	[RECV] = "socket.recv()", [SELECT] = "select.select()", [OPEN] = "os.open() of a FIFO",
	[FLOCK] = "fcntl.flock()", [WAITPID] = "os.waitpid()",
	[HISTORY] = "readline.read_history_file() of a FIFO",
};

static int run(struct sample *s)
{
	struct python p = { .script = "py/gil_all_io.py", .family = true };
	int err = cpus_unpin();

	return err ? err : said_python(s, ID, &p);
}

/* Others may make a beat late; none comes at all in any sample where the lock is kept. */
static bool keeps(const struct note *n, unsigned int call)
{
	return note_seen(n, 0, call).min >= HALF;
}

/* The first one that keeps it, CALLS_ASKED: none. */
static unsigned int keeper(const struct note *n)
{
	unsigned int call = 0;

	while (call < CALLS_ASKED && !keeps(n, call))
		call++;
	return call;
}

/* The shortest that beats ever stood still, beside the call beside which that was longest. */
static void effect(struct note *n)
{
	double most = 0, min;
	unsigned int call;

	for (call = 0; call < CALLS_ASKED; call++) {
		min = note_seen(n, 0, call).min;
		most = min > most ? min : most;
	}
	n->effect = (struct interval){ most / WAIT_NS, most / WAIT_NS, most / WAIT_NS };
	n->effect_unit = "of the wait";
}

static void check(struct note *n)
{
	note_gate(n, "calls", "beside one that keeps it, of the wait", 1, 0.5, 1000,
		  note_seen(n, 0, KEEPS).min / WAIT_NS);
}

static void decide(struct note *n)
{
	unsigned int call = keeper(n);

	if (call < CALLS_ASKED)
		note_verdict(n, VERDICT_FALSE,
			     "%s keeps it: beside a wait of 30 ms in it another thread stood "
			     "still for %.0f ms at least in every sample, beside time.sleep() "
			     "for %.1f in one", calls[call],
			     note_seen(n, 0, call).min / 1e6, note_seen(n, 0, SLEEP).min / 1e6);
	else
		note_verdict(n, VERDICT_HOLDS,
			     "beside each of %d calls that waited 30 ms another thread went on "
			     "meanwhile, for %.0f %% of the wait it stood still at most"
			     "", CALLS_ASKED,
			     100 * n->effect.value);
}

static const struct claim gil_all_io = {
	.id = ID,
	.topic = "py",
	.claim = "All calls of Python's standard library that wait give the GIL up",
	.claim_zh = "标准库中所有阻塞的 IO 操作都释放 GIL",
	.how =
		"A thread beats each millisecond; beside it another makes calls that wait 30 ms, "
		"until a child acts: sleep, read of a pipe and through a file object, recv, "
		"select, open of a FIFO, flock, waitpid, and readline's read of a history file "
		"that is a FIFO. Seen is the longest time between two beats, by call. An "
		"operation is one call.",
	.gates =
		"Each call took its 30 ms (0.9); a child each; beside a call through "
		"ctypes.PyDLL, which is documented to keep the lock, the beat stood still.",
	.rule =
		"Others on the machine make beats late, so by the shortest over all samples: "
		"FALSE if beside one call beats stood still for half of the wait in every "
		"sample, one counterexample being enough; HOLDS if beside none.",
	.live = "oscope states --why --by task -- python3 PROGRAM",
	.op = "call",
	.value = "gap_ns",
	.seen = {
		[SLEEP] = "time_sleep", [OS_READ] = "os_read", [FILE_READ] = "file_read",
		[RECV] = "socket_recv", [SELECT] = "select_select", [OPEN] = "os_open",
		[FLOCK] = "fcntl_flock", [WAITPID] = "os_waitpid",
		[HISTORY] = "readline_history", [KEEPS] = "ctypes_pydll",
	},
	.counts = {
		NAMED(TURNS, 0, 1, "calls that took their time/op"),
		MADE_ONCE(0, FORK, 1 + CALLS_ASKED + 1), MADE(0, THREAD, 1),
	},
	.placement = "all CPUs",
	.needs_times = true,
	.needs_lives = true,
	.arm = { { "calls", run } },
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(gil_all_io);
