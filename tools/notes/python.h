/* SPDX-License-Identifier: GPL-2.0 */
/* Arms in Python: which interpreter, and with which options (foreign.h has the rest). */
#ifndef OSCOPE_NOTES_PYTHON_H
#define OSCOPE_NOTES_PYTHON_H

#include "notes/foreign.h"
#include "notes/notes.h"

/* Of notes run --python: another one than the distribution's; NULL: that one. */
extern const char *python_given;

struct python {
	const char *script;		/* "py/gil_serial.py" */
	const char *args[FOREIGN_ARGS + 1];
	bool family;			/* it makes processes, see foreign.h */
	const char *package;		/* Debian's, of what it imports; NULL: the library's own */
};

/*
 * Execute a script, isolated from the environment and what users have installed (-I), without
 * modules beside the standard library's unless it has a package (-S), and writing no bytecode (-B).
 * As foreign_run(); what is missing is named in s->why, with the package that has it.
 */
int python_run(struct sample *s, const struct python *p, struct foreign_number *numbers);

/* "3.11", by what the scripts of an arm have seen of it: 100 * major + minor. */
struct python_version {
	char text[48];
};
struct python_version python_version(const struct note *n, size_t arm, unsigned int what);

#endif /* OSCOPE_NOTES_PYTHON_H */
