/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For mktrace.c: tasks made and programs executed. 800 makes 801 by fork and 802 by vfork, whose
 * call lasts for 200 ms. What 802 and 803 execute comes in pieces at the same time; the first one
 * of 803 is missing, and of 804's all are, which is said to be longer than can be. 805 belongs to
 * nobody that is known, and something is lost before its end.
 */
#ifndef SPAWNS_H
#define SPAWNS_H

#define VFORK		0x4100
#define LATE		200003000
#define PIECE(cpu, ns, n, tid, lo, hi) \
	{ cpu, ns, OSCOPE_REC_ARGS, n, { tid, lo, hi } }
#define WORD(a, b, c, d)	((uint32_t)(a) | (b) << 8 | (c) << 16 | (uint32_t)(d) << 24)

static const struct name spawns_names[] = {
	{ 800, 800, 0, 80, "shell" },
	{ 803, 803, 0, 83, "three" },
	{ 804, 804, 0, 84, "four" },
	{ 801, 801, 0, T0 + 1000, "shell" },
	{ 801, 801, 0, T0 + 1000, "one" },
	{ 802, 802, 0, T0 + 2900, "shell" },
};

static const struct event spawns_events[] = {
	EVENT(0, 1000, IDENTITY, 3),
	EVENT(0, 1001, NEWTASK, 801, 800, 0),
	EVENT(0, 1500, SPAWNED, 801, 800, 700),
	PIECE(1, 1900, 0, 801, WORD('/', 'x', 0, 'a'), WORD(' ', 'b', 0, 0)),
	EVENT(1, 2000, EXEC, 801, 801, 7),	/* the last byte is none */
	EVENT(0, 2900, IDENTITY, 5),
	EVENT(0, 3000, NEWTASK, 802, 800, VFORK),
	PIECE(0, 3100, 0, 802, WORD('/', 'y', 0, 'l'), WORD('o', 'n', 'g', 'e')),
	PIECE(1, 3100, 1, 803, WORD('?', '?', '?', '?'), WORD('?', '?', '?', '?')),
	PIECE(0, 3101, 1, 802, WORD('r', 0, 0xff, 0), WORD('l', 'o', 's', 't')),
	PIECE(0, 3102, 255, 802, WORD('?', '?', '?', '?'), WORD('?', '?', '?', '?')),
	EVENT(1, 3200, EXEC, 803, 803, 16),
	EVENT(0, 3300, EXEC, 802, 802, 12),
	EVENT(1, 3400, EXEC, 804, 804, 0xffffffff),
	DEATH(1, 4000, EXIT, LAST, 801, 3 << 8, 800),
	DEATH(0, 5000, EXIT, LAST, 802, 0x80 | 11, 800),
	EVENT(0, LATE, SPAWNED, 802, 800, 200000500),
	DEATH(1, LATE + 1000, EXIT, LAST | OSCOPE_FLAG_GAP, 805, 0, 1),
};

#endif /* SPAWNS_H */
