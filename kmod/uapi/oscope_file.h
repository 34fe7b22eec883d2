/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The contract, of recorded files. Included by uapi/oscope.h, whose slots and identities are what
 * they hold.
 */
#ifndef OSCOPE_UAPI_FILE_H
#define OSCOPE_UAPI_FILE_H

#include <linux/types.h>

/*
 * Recorded files
 * --------------
 * A header, then chunks until the end of the file; a file cut anywhere is readable up to its last
 * whole chunk. Little endian.
 */
#define OSCOPE_FILE_MAGIC	0x45504f43534f0a1aULL	/* bytes 1a 0a "OSCOPE" */
#define OSCOPE_CHUNK_MAGIC	0x4b4e4843U		/* "CHNK" */

struct oscope_file_header {
	__u64 magic;
	__u32 abi;
	__u32 bytes;			/* of this header */
	__u64 start_ns;			/* CLOCK_MONOTONIC at the start of recording */
	__u64 realtime_ns;		/* CLOCK_REALTIME at the same instant */
	__u64 features;			/* OSCOPE_FEAT_* */
	__u64 records;			/* bit set of record ids asked for */
	__u32 cpus;
	__u32 own_ns;
	__u32 own_direct_ns;
	__u32 tree_tid;			/* root of the recorded tree, 0: the whole system */
	char source[8];			/* "bpf" or "kmod" */
	char virt[16];
	char kernel[64];
};

enum oscope_chunk_kind {
	OSCOPE_CHUNK_SLOTS	= 1,	/* slots of one CPU's ring, in order */
	OSCOPE_CHUNK_END	= 2,	/* last: totals; absent when the writer died */
	/* struct oscope_identity of tasks there at the start; flight recorder: and at the end */
	OSCOPE_CHUNK_IDENTITY	= 3,
	OSCOPE_CHUNK_PACKED	= 4,	/* struct oscope_packed and slots as with SLOTS, packed */
	/* Of what communicates, see oscope_ipc.h: structs that say it again replace the former. */
	OSCOPE_CHUNK_IPC	= 5,	/* one oscope_file_ipc, before slots and at the end */
	OSCOPE_CHUNK_IPC_OBJECT	= 6,	/* struct oscope_file_object */
	OSCOPE_CHUNK_IPC_NAME	= 7,	/* struct oscope_file_name */
	OSCOPE_CHUNK_IPC_SHARE	= 8,	/* struct oscope_ipc_share; all of them, at the end */
	/* struct oscope_identity, starts 0: what those in pairs are called that pass no filter */
	OSCOPE_CHUNK_IPC_OTHER	= 9,
	OSCOPE_CHUNK_IPC_SYMBOL	= 10,	/* struct oscope_file_symbol */
	OSCOPE_CHUNK_WRITER	= 11,	/* struct oscope_chunk_writer, before END; since ABI 7 */
	/*
	 * As PACKED, of which no record says who is who, or ends: it can be passed over. Since ABI
	 * 7
	 */
	OSCOPE_CHUNK_PLAIN	= 12,
};

struct oscope_chunk {
	__u32 magic;
	__u32 kind;			/* enum oscope_chunk_kind */
	__u32 cpu;
	__u32 bytes;			/* of what follows */
	__u64 position;			/* of the first slot */
	__u64 lost;			/* records lost on this CPU before the first slot, in all */
};

#define OSCOPE_PACKED_SLOTS	4096U	/* in a chunk, at most */

/*
 * As tools/trace_pack.h has it. It is filled up to a multiple of 8 bytes, and to so many that
 * reading a file takes no more than a multiple of its size, whatever it says.
 */
#define OSCOPE_PACKED_FILLED(bytes, slots) \
	((((bytes) > (slots) / 4 ? (bytes) : (slots) / 4) + 7) & ~7UL)

struct oscope_packed {
	__u32 slots;
	__u32 bytes;			/* of what follows, without what fills it up */
	__u64 first_ns, last_ns;	/* of all records that say a time; 0, 0: none does */
};

struct oscope_chunk_end {
	__u64 end_ns;			/* CLOCK_MONOTONIC */
	__u64 events;			/* records written by the producers, all CPUs */
	__u64 lost;
};

/* What a flight recorder wrote its file for. */
enum oscope_trigger {
	OSCOPE_TRIGGER_END	= 0,	/* the end, as of any recording */
	OSCOPE_TRIGGER_SIGNAL	= 1,
	OSCOPE_TRIGGER_WAIT	= 2,	/* something took too long: being ready until it ran, */
	OSCOPE_TRIGGER_BLOCKED	= 3,	/* being blocked until it was woken, */
	OSCOPE_TRIGGER_SWITCH	= 4,	/* or a switch itself */
	OSCOPE_TRIGGERS
};

/* What recording took, and what a flight recorder has not kept. */
struct oscope_chunk_writer {
	__u64 records;			/* in this file */
	__u64 bytes;			/* of this file, its end included */
	__u64 user_ns, system_ns;	/* CPU time of the recording process, since it recorded */
	__u64 overwritten;		/* records that gave way to later ones: not in END's lost */
	__u64 trigger_ns;		/* CLOCK_MONOTONIC when that was, 0: END */
	__u64 trigger_took_ns;		/* WAIT, BLOCKED, SWITCH: how long it took */
	__u32 trigger_tid;		/* ... and whose it was */
	__u32 trigger;			/* enum oscope_trigger */
};

#endif /* OSCOPE_UAPI_FILE_H */
