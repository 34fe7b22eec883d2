/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A live run: open the source, start the program if there is one, wait for whatever ends it (the
 * program, -d, -n, a signal), report at each interval and at the end.
 */
#ifndef OSCOPE_SESSION_H
#define OSCOPE_SESSION_H

#include <stdbool.h>

#include "child.h"
#include "opts.h"
#include "source.h"

struct session {
	const struct opts *o;
	struct source *src;
	struct child child;
	bool has_child;
	bool stopped;			/* probes are off, the last records are in the rings */
	bool settles;			/* there are ledgers: see source_settle() */
	bool done;			/* set by poll() or dump(): it ends, as by -d */
	int signal;			/* that ended it, 0: none */
	bool from_terminal;		/* the program has got it too */
	uint64_t deadline_ns;		/* -d, 0: none */
	uint64_t next_ns;		/* next interval report, 0: none */
	uint64_t reports;
	struct snapshot now, base;	/* latest reading; the one intervals are counted from */
	const struct session_ops *ops;
	void *arg;
};

struct session_ops {
	/*
	 * Report what snap holds: since the last interval report with -i, else since the start.
	 * 0 or -errno, which ends the session (-EPIPE quietly).
	 */
	int (*report)(struct session *s, const struct snapshot *snap);
	/* It counts, and the program has not started: the last chance to use privilege. Or NULL. */
	int (*ready)(struct session *s);
	/* Called at least every poll_ms while it runs, and once after the stop, or NULL. */
	int (*poll)(struct session *s);
	int poll_ms;
	/* SIGUSR2 has come; NULL: that ends us, as it does by default. 0 or -errno. */
	int (*dump)(struct session *s);
	bool records;			/* a recording: report once, after the stop */
	bool whole;			/* reports are since the start with -i, too */
};

/*
 * Run with the options' filter in config->filter. Returns the exit status that the program, or 0,
 * stands for, or -errno with a line printed. Leaves nothing attached and no child behind.
 */
int session_run(const struct opts *o, struct source_config *config, const struct session_ops *ops,
		void *arg);

#endif /* OSCOPE_SESSION_H */
