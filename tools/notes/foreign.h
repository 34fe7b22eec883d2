/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arms in another language: a script, tools/notes/<topic>/<script>, which is part of the tool, is
 * executed by its interpreter in a fresh process, and prints what it has seen as lines of a name
 * and an integer. A language is a file that says which interpreter: python.h is the model.
 *
 * An interpreter takes longer to begin than most of what is measured. So a script times itself by
 * the kernel's clocks, from where its work begins; and what the probes are to see of the work alone
 * is done by threads or processes that are made for it and have given themselves a name (they
 * write it to /proc/thread-self/comm), for claim->tasks. What is counted of whole trees has the
 * start in it, which is made small by many operations, or is one execution and one fork.
 */
#ifndef OSCOPE_NOTES_FOREIGN_H
#define OSCOPE_NOTES_FOREIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "notes/sample.h"

#define FOREIGN_ARGS	12	/* of the interpreter, and of the script: at most, of each */

/* What a script is to say, once; a list of them ends with one without a name. */
struct foreign_number {
	const char *name;
	int64_t value;
	bool said;
};

struct foreign {
	const char *script;			/* "py/gil_serial.py" */
	const char *argv[FOREIGN_ARGS + 1];	/* the interpreter, by its path, and its options */
	const char *args[FOREIGN_ARGS + 1];	/* what the script is told */
	/*
	 * It makes processes: in a PID namespace of its own, whose init it is, with its own /proc
	 * and an empty /dev/shm for files (TMPDIR, too), so that all are gone when it is.
	 */
	bool family;
};

/*
 * Execute it and take its numbers, each of which it must have said. The calling process forks once.
 * 0 or -errno, with s->why: -ENOENT no interpreter or script, -ETIMEDOUT, -EPROTO it failed or said
 * something else.
 */
int foreign_run(struct sample *s, const struct foreign *f, struct foreign_number *numbers);

/*
 * Parse what a script has said: text is cut up. 0, or -EPROTO with why. For foreign_run(), and for
 * tests.
 */
int foreign_parse(char *text, struct foreign_number *numbers, char *why, size_t size);

/* The text of a script by its name, NULL: there is none. */
const char *foreign_script(const char *name);

#endif /* OSCOPE_NOTES_FOREIGN_H */
