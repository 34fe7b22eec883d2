/* SPDX-License-Identifier: GPL-2.0 */
/* Readings of inter-process communication: who used which object, who has received from whom. */
#ifndef OSCOPE_IPC_H
#define OSCOPE_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kmod/uapi/oscope_ipc.h"

#define IPC_NAMES	OSCOPE_IPC_NAMES
#define IPC_SHARES	OSCOPE_IPC_SHARES
/* Objects that the probes' tables can have room for: powers of two. */
#define IPC_OBJECTS_MIN	1024U
#define IPC_OBJECTS_MAX	1048576U

/* How many cells tables have. */
struct ipc_room {
	uint32_t objects, uses, pairs;
};

/* Room for so many objects. */
struct ipc_room ipc_room(uint32_t objects);

/* One reading. Objects are known by cell + 1, 0: one that found no place in the table. */
struct ipc_reading {
	struct ipc_room room;
	struct oscope_ipc_cpu sum;	/* over CPUs */
	struct oscope_ipc_object *object;	/* all cells */
	bool *exact;			/* of each: what overlapping calls moved is known */
	struct oscope_ipc_name *name;
	struct oscope_ipc_use *use;	/* in use only, by key */
	size_t n_use;
	struct oscope_ipc_pair *pair;	/* in use only, by object and key */
	size_t n_pair;
	struct oscope_ipc_share *share;	/* in use only, by key */
	size_t n_share;
	/* Of a recording: who has no row and is in a pair, by tid. */
	struct oscope_identity *other;
	size_t n_other;
	struct oscope_file_symbol *symbol;	/* ... of futexes, by number */
	size_t n_symbol;
	bool recorded;			/* nothing is asked of this machine */
	const char *hooked_by;		/* how calls are seen */
	uint64_t followed;		/* mechanisms, a bit each; 0: all that were asked for */
	uint32_t ipc_ns;		/* inode of the IPC namespace that needs no name, 0: none */
	bool no_hist;			/* a part of a reading: its histograms are not known */
};

/* Tables, mapped and written meanwhile. */
struct ipc_tables {
	const struct oscope_ipc_cpu *cpu;
	uint32_t cpus;
	struct ipc_room room;		/* the same each time */
	const struct oscope_ipc_object *object;
	const struct oscope_queue *queue;
	const struct oscope_ipc_name *name;
	const struct oscope_ipc_use *use;
	const struct oscope_ipc_pair *pair;
	const struct oscope_ipc_share *share;
};

/* What hooked_by says. */
#define IPC_HOOKED_FUNCTIONS	"functions"
#define IPC_HOOKED_CALLS	"system calls"

/* An empty reading with room, to be filled in and sorted. NULL: no memory. */
struct ipc_reading *ipc_new(struct ipc_room room);
void ipc_sort(struct ipc_reading *r);

/* Take a reading; *r is made if it is NULL. 0, or -ENOMEM with a line printed. */
int ipc_take(struct ipc_reading **r, const struct ipc_tables *t);
/* after -= before. */
void ipc_subtract(struct ipc_reading *after, const struct ipc_reading *before);
/* Forget what is not of these mechanisms: a bit each. */
void ipc_keep(struct ipc_reading *r, uint64_t kept);
/* NULL: there is none. 0, or -ENOMEM with a line printed. */
int ipc_copy(struct ipc_reading **to, const struct ipc_reading *from);
void ipc_free(struct ipc_reading *r);

/* Of what was received, the share whose sender was not seen. */
double ipc_unpaired_share(const struct ipc_reading *r);

/* Calls and messages for which a table was full. */
uint64_t ipc_lost(const struct ipc_reading *r);

/* Of the key of a use. */
static inline uint32_t ipc_use_object(const struct oscope_ipc_use *u)
{
	return u->key >> 40;
}

static inline enum oscope_ipc_op ipc_use_op(const struct oscope_ipc_use *u)
{
	return u->key >> 32 & 0xff;
}

/* The mechanism of an object, OSCOPE_IPC_NONE if it has none yet, or found no place. */
uint32_t ipc_mechanism(const struct ipc_reading *r, uint32_t object);

/* How people call a mechanism and its operations; NULL: no such. */
const char *ipc_mechanism_name(uint32_t mechanism);
const char *ipc_op_name(uint32_t mechanism, enum oscope_ipc_op op);

#define IPC_NAME_MAX	448

/* What an object is called, as it is: anybody may have chosen the name. Returns to. */
char *ipc_object_name(const struct ipc_reading *r, uint32_t object, char to[IPC_NAME_MAX]);

/* The path in a name, whole or its end. */
void ipc_path(const struct oscope_ipc_name *n, char to[IPC_NAME_MAX]);

/* ipc_futex.c: what a futex is called. */
void ipc_word_name(const struct ipc_reading *r, const struct oscope_ipc_object *o,
		   char to[IPC_NAME_MAX]);
/* ... and by which variable of its file; false: it has none, or that is not known. */
bool ipc_word_symbol(const struct ipc_reading *r, uint32_t object,
		     char to[OSCOPE_IPC_SYMBOL_MAX]);

/* Copy words that are written meanwhile: each is one that was there. */
void ipc_words_load(void *to, const void *from, size_t bytes);

/*
 * ipc_net.c: the address of a socket; false: it has none. Whether the other end of a connection is
 * "local", reached by loopback, or "remote"; NULL: there is no connection. Whether 0 as a sender
 * means that it was sent from elsewhere, and not by an interrupt.
 */
bool ipc_address_name(const struct oscope_ipc_object *o, char to[IPC_NAME_MAX]);
const char *ipc_peer(const struct ipc_reading *r, uint32_t object);
bool ipc_from_elsewhere(uint32_t mechanism);

/* ipc_share.c: who shares which memory: part of a reading. */
void ipc_shares_take(struct ipc_reading *r, const struct oscope_ipc_share *cell);
void ipc_shares_subtract(struct ipc_reading *after, const struct ipc_reading *before);
/* What a segment is called; false: it is none. */
bool ipc_segment_name(const struct ipc_reading *r, const struct oscope_ipc_object *o,
		      char to[IPC_NAME_MAX]);

/* "msg:0x1234 id 5". */
void ipc_sysv_name(const struct ipc_reading *r, const struct oscope_ipc_object *o,
		   const char *what, char to[IPC_NAME_MAX]);

/* to += from. */
void ipc_sum_add(struct oscope_ipc_sum *to, const struct oscope_ipc_sum *from);

#endif /* OSCOPE_IPC_H */
