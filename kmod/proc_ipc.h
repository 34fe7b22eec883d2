/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of /proc/oscope about communication: what those with many rows share. None has a line
 * while it is not followed.
 */
#ifndef OSCOPE_PROC_IPC_H
#define OSCOPE_PROC_IPC_H

#include "ipc.h"
#include "proc.h"

/* A snapshot of such a table. */
struct ipc_rows {
	u32 n, more;			/* more: that found no room; told by a last line */
	u8 at[] __aligned(8);
};

/* How a mechanism is called, and what its operations are. */
struct ipc_words {
	const char *name, *op[OSCOPE_IPC_OPS];
};
extern const struct ipc_words ipc_words[OSCOPE_IPCS];

/* Bytes of a snapshot with room for as many rows as count() says, and for some that come later. */
size_t ipc_rows_bytes(size_t (*count)(const struct ipc_tables *t), size_t row);

/* Lines that it has. */
int ipc_rows_lines(const struct ipc_rows *r);

/* The next row of so many bytes, in a snapshot of `all`; NULL: there is no room. */
void *ipc_rows_next(struct ipc_rows *r, size_t all, size_t bytes);

/* Row i; NULL: it is the last line, which says how many found no room, and has been printed. */
const void *ipc_rows_at(struct seq_file *m, const struct ipc_rows *r, int i, size_t bytes,
			const struct proc_column *columns);

#endif /* OSCOPE_PROC_IPC_H */
