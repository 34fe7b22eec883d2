/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes that calls have copied, by their return values: what read(2), write(2) and their kin gave
 * back, as the kernel adds it up for each process (add_rchar() in fs/read_write.c; /proc/PID/io).
 * send(2) and recv(2) are none of them, nor is what two tasks share.
 */
#ifndef OSCOPE_NOTES_MOVED_H
#define OSCOPE_NOTES_MOVED_H

#include <stdbool.h>
#include <stdint.h>

struct moved {
	bool known;			/* else the kernel does not tell */
	uint64_t read, written;
};

/* Of the calling process, with all of its children that it has waited for, and theirs. */
void moved_look(struct moved *m);
/* What was moved since before, less what looking has cost itself. */
struct moved moved_since(const struct moved *before);

#endif /* OSCOPE_NOTES_MOVED_H */
