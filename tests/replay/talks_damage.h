/* SPDX-License-Identifier: GPL-2.0 */
/* What is wrong with the recording "talks" in some cases. */

/* The nth chunk of a kind, from 0: it is there. */
static struct oscope_chunk *talks_chunk(struct file *f, enum oscope_chunk_kind kind, int nth)
{
	size_t at = AT_CHUNK;

	for (;;) {
		struct oscope_chunk *c = (struct oscope_chunk *)(f->at + at);

		if (c->kind == kind && !nth--)
			return c;
		at += sizeof(*c) + c->bytes;
	}
}

static struct oscope_slot *talks_slot(struct file *f)
{
	return (struct oscope_slot *)(talks_chunk(f, OSCOPE_CHUNK_SLOTS, 0) + 1);
}

static void damage_object(struct file *f)
{
	talks_slot(f)->w[1] = (TALK_OBJECTS + 1) << OSCOPE_IPC_LOW;
}

static void damage_mechanism(struct file *f)	{ talks_slot(f)->w[1] |= 31 << 5; }

static void damage_room(struct file *f)
{
	((struct oscope_file_ipc *)(talks_chunk(f, OSCOPE_CHUNK_IPC, 1) + 1))->objects = ~0U;
}

/* The first of a CPU is the second slot of something. */
static void damage_talk_half(struct file *f)	{ talks_slot(f)->head |= OSCOPE_HEAD_CONT; }
