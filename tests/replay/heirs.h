/* SPDX-License-Identifier: GPL-2.0 */
/* For mktrace.c: thread 601 executes a program and goes on as 600, as which it has another name. */
#ifndef HEIRS_H
#define HEIRS_H

static const struct name heirs_names[] = {
	{ 600, 600, 0, 60, "leader" },
	{ 601, 600, 0, 61, "thread" },
	{ 600, 600, 0, 60, "program" },
};

static const struct event heirs_events[] = {
	SWITCH(0, 1000, FROM_IDLE, NEXT, 0, 600, NONE),
	SWITCH(0, 1200, SAME_MM, VOL | NEXT, 600, 601, NONE),
	SWITCH(0, 2000, TO_IDLE, VOL, 601, 0, NONE),
	WAKE(1, 2100, 0, 601, 0),
	SWITCH(0, 2200, FROM_IDLE, NEXT, 0, 601, NONE),
	EVENT(0, 2900, IDENTITY, 2),
	EVENT(0, 3000, EXEC, 600, 601),
	SWITCH(0, 3500, TO_IDLE, VOL, 600, 0, NONE),
	WAKE(1, 3600, 0, 600, 0),
	SWITCH(0, 3700, FROM_IDLE, NEXT, 0, 600, NONE),
	SWITCH(0, 4000, TO_IDLE, VOL | DEAD, 600, 0, NONE),
};

static const struct trace heirs = { EVENTS(heirs_events), NAMES(heirs_names, 2) };

#endif /* HEIRS_H */
