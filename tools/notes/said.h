/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Samples that are one run of a script (foreign.h) which says all of it: "ops", "turns" and "ns",
 * which makes the value ns an operation, and each name in the claim's list of what it sees. What a
 * script did not look at is below 0, and is seen by nobody.
 */
#ifndef OSCOPE_NOTES_SAID_H
#define OSCOPE_NOTES_SAID_H

#include "notes/python.h"

/* For the claim of that id. As python_run(), or foreign_run(). */
int said_python(struct sample *s, const char *claim, const struct python *p);
int said_foreign(struct sample *s, const char *claim, const struct foreign *f);

#endif /* OSCOPE_NOTES_SAID_H */
