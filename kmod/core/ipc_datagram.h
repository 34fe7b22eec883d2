/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whose datagram somebody receives that was sent to an address: what is known of a buffer, or of a
 * socket that is sent from, in a table of addresses; of what a call is going to take, in a word.
 */
#ifndef OSCOPE_CORE_IPC_DATAGRAM_H
#define OSCOPE_CORE_IPC_DATAGRAM_H

#include "../uapi/oscope_ipc.h"
#include "ipc.h"

/* A buffer that was sent, or a unix socket that datagrams are sent from. */
struct oscope_sent {
	__u64 at;			/* its address, 0: free */
	__u64 ino;			/* of that socket */
	__u32 from;			/* tid, 0: no task's, or not known */
	__u32 units;			/* bytes in the buffer */
	__u16 port;			/* UDP: that it is from */
	__u16 flags;			/* OSCOPE_SENT_* */
	__u32 reserved;
	__u64 ns;			/* when it was sent; a socket: since when it is here */
};

#define OSCOPE_SENT_PASSES	0x1	/* by a call that passes the filter */
#define OSCOPE_SENT_SHARED	0x2	/* somebody else has sent by that socket before */

/*
 * By address, in one of a few cells, until it is received. What nobody has received, or not in a
 * call, stays until its buffer is used again, or its cell is needed. That is the oldest of them: so
 * a message is unpaired only if all cells that it might have are of others that wait, too. With
 * four side by side and 8192 of all that was so for one of 640 once in 60 times; with these it is
 * for none of 2000, and for one of 4096 once in 50 times.
 */
#define OSCOPE_SENT_WAYS	8
#define OSCOPE_SENT_CELLS	16384U	/* of the table */
#define OSCOPE_SENT_TAKEN	(~0ULL)	/* at: being filled in */

/* Which cell an address may have, of so many ways. */
OSCOPE_CORE __u32 oscope_sent_cell(__u64 at, __u32 way)
{
	return oscope_ipc_place(oscope_ipc_hash(at), way) & (OSCOPE_SENT_CELLS - 1);
}

/*
 * Of the cells that another may take it takes that of the lowest rank: the oldest, which is the
 * least likely to be asked for again; that of a socket which is there comes after all others.
 */
OSCOPE_CORE __u64 oscope_sent_rank(const struct oscope_sent *s, int lives)
{
	return oscope_once(s->ns) | (lives ? 1ULL << 63 : 0);
}

/*
 * Whether a new one, of a socket or a buffer, rather takes this cell, in which that address was
 * seen, of a socket that lives or not, than one of the rank *least, which is this one's then. Begin
 * with OSCOPE_SENT_NONE. A buffer takes none of a socket that is there.
 */
#define OSCOPE_SENT_NONE	(~0ULL)

OSCOPE_CORE int oscope_sent_lower(const struct oscope_sent *s, __u64 at, int lives, int socket,
				  __u64 *least)
{
	__u64 rank = oscope_sent_rank(s, lives);

	if (at == OSCOPE_SENT_TAKEN || (lives && !socket) || rank >= *least)
		return 0;
	*least = rank;
	return 1;
}

/* Whether somebody has sent a buffer since then; before, another may have had its address. */
OSCOPE_CORE int oscope_sent_since(const struct oscope_sent *s, __u32 from, __u64 since)
{
	return s->from == from && s->ns > since;
}

/* Somebody, with these flags, sends by a socket that is known already. */
OSCOPE_CORE void oscope_sent_again(struct oscope_sent *s, __u32 from, __u16 flags)
{
	if (s->from != from)
		flags |= OSCOPE_SENT_SHARED;
	s->flags = (s->flags & OSCOPE_SENT_SHARED) | flags;
	s->from = from;
}

/*
 * Whose a buffer is, in one word, which somebody else may store: tid, bytes, OSCOPE_WHOSE_*, and
 * the number of the call that it is for. What has not come by the loopback is from elsewhere: of 0.
 */
#define OSCOPE_WHOSE(from, units, flags) \
	((__u32)(from) | (__u64)((units) & 0x1ffff) << 32 | (flags))
#define OSCOPE_WHOSE_UNITS(word)	((word) >> 32 & 0x1ffff)
#define OSCOPE_WHOSE_KNOWN	(1ULL << 49)
#define OSCOPE_WHOSE_PASSES	(1ULL << 50)	/* who has sent it passes the filter */
#define OSCOPE_WHOSE_NOBODY	(1ULL << 51)	/* nobody was seen to send it */
#define OSCOPE_WHOSE_CALL(number)	((__u64)(number) << 52)

OSCOPE_CORE __u64 oscope_sent_whose(const struct oscope_sent *s)
{
	return OSCOPE_WHOSE(s->from, s->units, OSCOPE_WHOSE_KNOWN |
			    (s->flags & OSCOPE_SENT_PASSES ? OSCOPE_WHOSE_PASSES : 0));
}

/* Whether that word was stored for the call of that number. */
OSCOPE_CORE int oscope_whose_call(__u64 word, __u32 number)
{
	return (word & OSCOPE_WHOSE_KNOWN) && word >> 52 == (number & 0xfff);
}

#endif /* OSCOPE_CORE_IPC_DATAGRAM_H */
