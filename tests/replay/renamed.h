/* SPDX-License-Identifier: GPL-2.0 */
/* For mktrace.c: a task that gets another name while it runs, after it has woken somebody. */
#ifndef RENAMED_H
#define RENAMED_H

static const struct name renamed_names[] = {
	{ 500, 500, 0, 50, "first" },
	{ 500, 500, 0, 50, "\"se;cond\"" },
};

static const struct event renamed_events[] = {
	SWITCH(0, 1000, FROM_IDLE, NEXT, 0, 500, NONE),
	WAKE(0, 1100, 0, 600, 500),
	EVENT(0, 1200, IDENTITY, 1),
	SWITCH(0, 1400, TO_IDLE, VOL, 500, 0, NONE),
};

/* The same; who it was at first is heard of later, as it was told on another CPU. */
static const struct event renamed_late_events[] = {
	SWITCH(0, 1000, FROM_IDLE, NEXT, 0, 500, NONE),
	WAKE(0, 1100, 0, 600, 500),
	EVENT(0, 1200, IDENTITY, 1),
	WAKE(1, 1300, 0, 700, 0),
	EVENT(1, 1300, IDENTITY, 0),
	SWITCH(0, 1400, TO_IDLE, VOL, 500, 0, NONE),
};

#endif /* RENAMED_H */
