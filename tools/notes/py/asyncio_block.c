// SPDX-License-Identifier: GPL-2.0
/* py.asyncio-block: does a call that blocks inside a coroutine block the loop? */
#include "notes/notes.h"
#include "notes/said.h"

#define ID	"py.asyncio-block"
#define JOB_NS	60e6
#define BLOCKS	0.9	/* of the job: that long nothing else ran */
#define LETS_GO	0.5

enum { AWAITS, SLEEPS, COMPUTES, THREAD };
enum { BESIDE };
enum { LOOP, HELPER };

static int run(struct sample *s)
{
	static const char *const how[] = {
		[AWAITS] = "awaits", [SLEEPS] = "sleeps", [COMPUTES] = "computes",
		[THREAD] = "thread",
	};
	struct python p = { .script = "py/asyncio_block.py", .args = { how[s->arm] } };

	return said_python(s, ID, &p);
}

static struct interval of_job(const struct note *n, int arm)
{
	struct interval i = note_median(n, arm);

	return (struct interval){ i.value / JOB_NS, i.lo / JOB_NS, i.hi / JOB_NS };
}

static void effect(struct note *n)
{
	n->effect = of_job(n, SLEEPS);
	n->effect_unit = "of the call";
}

static void check(struct note *n)
{
	note_gate_near(n, "sleeps", "loop, sleeps/op", 1, 0,
		       note_sleeps(n, SLEEPS, LOOP, OSCOPE_REASON_SLEEP));
	note_gate_near(n, "thread", "helper, sleeps/op", 1, 0,
		       note_sleeps(n, THREAD, HELPER, OSCOPE_REASON_SLEEP));
	note_gate_near(n, "awaits", "loop, sleeps/op", 0, 0,
		       note_sleeps(n, AWAITS, LOOP, OSCOPE_REASON_SLEEP));
}

static void decide(struct note *n)
{
	struct interval awaits = of_job(n, AWAITS), thread = of_job(n, THREAD);
	const struct interval *e = &n->effect;
	double ms = JOB_NS / 1e6;

	if (e->lo >= BLOCKS && awaits.hi <= LETS_GO)
		note_verdict(n, VERDICT_HOLDS,
			     "beside time.sleep() of %.0f ms in a coroutine another stood still "
			     "for %.1f ms, beside 60 ms of computing for %.1f; beside "
			     "asyncio.sleep() for %.1f, beside one in another thread "
			     "(run_in_executor()) for %.1f", ms, ms * e->value,
			     ms * of_job(n, COMPUTES).value, ms * awaits.value, ms * thread.value);
	else if (e->hi <= LETS_GO)
		note_verdict(n, VERDICT_FALSE,
			     "beside time.sleep() of %.0f ms in a coroutine another stood still "
			     "for %.1f ms only", ms, ms * e->value);
	else
		note_verdict(n, VERDICT_INCONCLUSIVE,
			     "another coroutine stood still for %.2f to %.2f of the call, and "
			     "for %.2f to %.2f of one that is awaited"
			     "", e->lo, e->hi, awaits.lo, awaits.hi);
}

static const struct claim asyncio_block = {
	.id = ID,
	.topic = "py",
	.claim = "A call that blocks inside an asynchronous function blocks the whole loop",
	.claim_zh = "异步函数里的阻塞调用会卡住事件循环",
	.how =
		"A coroutine of asyncio beats each millisecond. Another takes 60 ms on the same "
		"CPU: by asyncio.sleep(), by time.sleep(), by computing for that CPU time, and "
		"by time.sleep() in another thread (run_in_executor()). The value is the longest "
		"time between two beats. An operation is one job.",
	.gates =
		"The job took its time, with five beats before and after it; one thread made "
		"for the last job, and none else; one sleep of the loop's thread for "
		"time.sleep(), none for asyncio.sleep(), and one of the other thread.",
	.rule =
		"With the 95 % interval of the longest time: HOLDS if it is 0.9 of the "
		"time.sleep() or more, and half of the asyncio.sleep() at most; FALSE if it is "
		"half of the time.sleep() at most; else INCONCLUSIVE HERE.",
	.live = "oscope states --why --by task -- python3 PROGRAM",
	.op = "job",
	.value = "gap_ns",
	.seen = { [BESIDE] = "beats_beside" },
	.tasks = { [LOOP] = "loop", [HELPER] = "helper" },
	.counts = {
		NAMED(TURNS, ALL_ARMS, 1, "jobs that took their time/op"),
		MADE(AWAITS, THREAD, 0), MADE(SLEEPS, THREAD, 0), MADE(COMPUTES, THREAD, 0),
		MADE(THREAD, THREAD, 1),
	},
	.narrow = 0.05,
	.needs_times = true,
	.needs_lives = true,
	.needs_states = true,
	.arm = {
		[AWAITS] = { "awaits", run }, [SLEEPS] = { "sleeps", run },
		[COMPUTES] = { "computes", run }, [THREAD] = { "thread", run },
	},
	.effect = effect,
	.check = check,
	.decide = decide,
};
CLAIM(asyncio_block);
