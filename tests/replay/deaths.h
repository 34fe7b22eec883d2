/* SPDX-License-Identifier: GPL-2.0 */
/* For mktrace: ends of tasks. */

/*
 * Three children of 700 that end: 701 is waited for, 702 reaps itself, and of 703 the first thread ends
 * before the other; nobody waits for that. 701's number is another's life in the end.
 */
#define DEATH(cpu, ns, id, flags, ...)	{ cpu, ns, OSCOPE_REC_##id, flags, { __VA_ARGS__ } }
#define LAST	OSCOPE_END_LAST

static const struct name deaths_names[] = {
	{ 700, 700, 0, 70, "parent" },
	{ 703, 703, 0, 73, "two" },
	{ 704, 703, 0, 74, "two" },
	{ 701, 701, 0, T0 + 1000, "child" },
	{ 702, 702, 0, T0 + 5000, "lonely" },
	{ 701, 701, 0, T0 + 7000, "again" },
};

static const struct event deaths_events[] = {
	EVENT(0, 1000, IDENTITY, 3),
	EVENT(0, 1001, NEWTASK, 701, 700, 0),
	DEATH(1, 2000, EXIT, LAST, 701, 3 << 8, 700),
	DEATH(1, 2010, ZOMBIE, LAST, 701, 700, 3 << 8),
	EVENT(0, 3000, WAITING, 700, 700),
	DEATH(0, 4010, REAP, OSCOPE_REAP_WAITED, 701, 700, 700),
	EVENT(0, 5000, IDENTITY, 4),
	EVENT(0, 5001, NEWTASK, 702, 700, 0),
	DEATH(1, 5500, EXIT, LAST | OSCOPE_END_IGNORED, 702, 0, 700),
	DEATH(0, 6000, EXIT, 0, 703, 0, 700),
	DEATH(1, 6500, EXIT, LAST, 704, 0, 700),
	DEATH(1, 6510, ZOMBIE, LAST | OSCOPE_END_DELAYED, 703, 700, 9),
	EVENT(0, 7000, IDENTITY, 5),
	EVENT(0, 7001, NEWTASK, 701, 700, 0),
	EVENT(1, 7500, FREE, 701, (uint32_t)(T0 + 1000), (T0 + 1000) >> 32),
};
