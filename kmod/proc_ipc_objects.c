// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope/ipc_objects: through what is communicated.
 */
#include <linux/string_helpers.h>
#include "compat.h"
#include "proc_ipc.h"

struct object_row {
	u32 number;
	u32 queue_flags;
	struct oscope_ipc_object object;
	struct oscope_ipc_name name;	/* of a futex: of the file that its word is in */
	struct {
		u32 tasks;
		u64 messages, bytes;
	} op[OSCOPE_IPC_OPS];
};

static size_t objects_count(const struct ipc_tables *t)
{
	size_t n = 0, i;

	for (i = 0; i < OSCOPE_IPC_OBJECTS; i++)
		n += !!READ_ONCE(t->object[i].mechanism);
	return n;
}

static size_t objects_bytes(void)
{
	return ipc_rows_bytes(objects_count, sizeof(struct object_row));
}

static void object_take(const struct ipc_tables *t, struct object_row *row, u32 object)
{
	const struct oscope_ipc_object *o = &t->object[object - 1];
	u32 name, file;

	memset(row, 0, sizeof(*row));
	row->number = object;
	row->queue_flags = ipc_peek(READ_ONCE(t->queue[object - 1].flags));
	ipc_peek(row->object = *o);	/* all but its ways to others stays from now on */
	name = row->object.name;
	file = row->object.mechanism == OSCOPE_IPC_FUTEX + 1 ?
	       row->object.queue[OSCOPE_IPC_RECEIVE] : 0;
	if (file)
		name = READ_ONCE(t->object[file - 1].name);
	if (name && name <= OSCOPE_IPC_NAMES)
		ipc_peek(row->name = t->name[name - 1]);
}

/* Rows lie in the order of objects. */
static struct object_row *object_row_of(struct ipc_rows *r, u32 object)
{
	struct object_row *row = (struct object_row *)r->at;
	u32 low = 0, high = r->n;

	while (low < high) {
		u32 mid = (low + high) / 2;

		if (row[mid].number < object)
			low = mid + 1;
		else
			high = mid;
	}
	return low < r->n && row[low].number == object ? &row[low] : NULL;
}

static void use_add(struct ipc_rows *r, const struct oscope_ipc_use *u)
{
	u64 key = READ_ONCE(u->key);
	struct object_row *row = key ? object_row_of(r, key >> 40) : NULL;
	u32 op = key >> 32 & 0xff;

	if (!row || op >= OSCOPE_IPC_OPS)
		return;
	row->op[op].tasks++;
	row->op[op].messages += READ_ONCE(u->sum.messages);
	row->op[op].bytes += READ_ONCE(u->sum.bytes);
}

static int objects_take(void *at, size_t bytes, struct pid_namespace *ns)
{
	const struct ipc_tables *t = ipc_hold();
	struct object_row *row;
	struct ipc_rows *r = at;
	u32 i;

	r->n = 0;
	r->more = 0;
	for (i = 0; t && i < OSCOPE_IPC_OBJECTS; i++) {
		if (!smp_load_acquire(&t->object[i].mechanism))	/* see ipc_target_object() */
			continue;
		row = ipc_rows_next(r, bytes, sizeof(*row));
		if (row)
			object_take(t, row, i + 1);
	}
	for (i = 0; t && i < OSCOPE_IPC_USES; i++)
		use_add(r, &t->use[i]);
	ipc_release();
	return ipc_rows_lines(r);
}

/* Appended to, never reordered. */
static const struct proc_column columns[] = {
	{ "object", -6 }, { "mechanism", -14 }, { "inode", 10 }, { "senders", 7 },
	{ "sent", 12 }, { "sent_bytes", 16 }, { "receivers", 9 }, { "received", 12 },
	{ "received_bytes", 16 }, { "paired", 7 }, { "name", 0 }, { NULL },
};

/* As one word. */
static void word_show(struct seq_file *m, const char *text, size_t bytes)
{
	char out[4 * 16 + 1];
	size_t i, part;
	int len;

	for (i = 0; i < bytes; i += part) {
		part = min_t(size_t, bytes - i, 16);
		len = string_escape_mem(text + i, part, out, sizeof(out) - 1,
					ESCAPE_OCTAL | ESCAPE_NAP | ESCAPE_APPEND, " \\");
		seq_printf(m, "%.*s", min_t(int, len, sizeof(out) - 1), out);
	}
}

/* The parts of a path lie from the last to the first. */
static void path_show(struct seq_file *m, const struct oscope_ipc_name *n)
{
	u32 i = min(n->parts, OSCOPE_IPC_NAME_PARTS);

	if (n->flags & OSCOPE_IPC_NAME_CUT)
		seq_puts(m, "...");
	while (i--) {
		seq_putc(m, '/');
		word_show(m, n->part[i], strnlen(n->part[i], OSCOPE_IPC_NAME_BYTES));
	}
}

/* What a socket is bound to: a path, or a name that is none, after a 0. */
static void address_show(struct seq_file *m, const struct oscope_ipc_name *n)
{
	const char *text = n->part[0];
	size_t bytes = min_t(size_t, n->parts, sizeof(n->part));

	if (bytes > 1 && !text[0]) {
		seq_putc(m, '@');
		word_show(m, text + 1, bytes - 1);
	} else {
		word_show(m, text, strnlen(text, bytes));
	}
}

static void endpoint_show(struct seq_file *m, const u32 address[4], u32 port)
{
	if (!address[0] && !address[1] && address[2] == (__force u32)htonl(0xffff))
		seq_printf(m, "%pI4:%u", &address[3], port);
	else
		seq_printf(m, "[%pI6c]:%u", address, port);
}

/* By the file and the place in it, the place in the heap, or its address. */
static void futex_show(struct seq_file *m, const struct object_row *row)
{
	const struct oscope_ipc_word *w = &row->object.word;

	if (row->name.parts) {
		path_show(m, &row->name);
		seq_printf(m, "+0x%llx", w->offset);
	} else if (w->place == OSCOPE_IPC_PLACE_HEAP) {
		seq_printf(m, "[heap]+0x%llx", w->offset);
	} else {
		seq_printf(m, "0x%llx", w->address);
	}
	if (w->place != OSCOPE_IPC_PLACE_SHARED || !row->name.parts)
		seq_printf(m, ":%u", w->pid);
}

static void name_show(struct seq_file *m, const struct object_row *row)
{
	const struct oscope_ipc_object *o = &row->object;

	if (o->mechanism == OSCOPE_IPC_FUTEX + 1) {
		futex_show(m, row);
	} else if (o->mechanism == OSCOPE_IPC_SIGNAL + 1) {
		seq_printf(m, "%s:%u", o->flags & OSCOPE_IPC_OBJECT_THREAD ? "thread" : "process",
			   o->number);
	} else if (o->mechanism == OSCOPE_IPC_PROCESS_VM + 1) {
		word_show(m, o->comm[0] ? o->comm : "-", strnlen(o->comm, sizeof(o->comm)) ?: 1);
	} else if (o->ns) {
		seq_printf(m, "0x%08x:%u", (u32)(o->ino >> 32), (u32)o->ino);
	} else if (o->local_port) {
		if (o->remote_port) {	/* a UDP socket need not be connected */
			endpoint_show(m, o->remote, o->remote_port);
			seq_putc(m, '>');
		}
		endpoint_show(m, o->local, o->local_port);
	} else if (!row->name.parts) {
		seq_putc(m, '-');
	} else if (row->name.flags & OSCOPE_IPC_NAME_ADDRESS) {
		address_show(m, &row->name);
	} else {
		path_show(m, &row->name);
	}
}

/*
 * Whom a call has let go the scheduler tells, a copy has both in its call, and whose a datagram is
 * its buffer: no queue. Of memory that is shared nothing is a message.
 */
static const char *pairing(u32 mechanism, u32 flags)
{
	switch (oscope_ipc_take(mechanism)) {
	case OSCOPE_TAKE_WAKE:
	case OSCOPE_TAKE_COPY:
		return "yes";
	case OSCOPE_TAKE_NOTHING:
		return "-";
	case OSCOPE_TAKE_DATAGRAM:
		return flags & OSCOPE_QUEUE_FOREIGN ? "foreign" : "yes";
	default:
		return flags & OSCOPE_QUEUE_FOREIGN ? "foreign" :
		       str_yes_no(flags & OSCOPE_QUEUE_SYNCED);
	}
}

static void object_put(struct seq_file *m, const void *at, int i)
{
	const struct object_row *row = ipc_rows_at(m, at, i, sizeof(*row), columns);
	int op;

	if (!row)
		return;
	seq_printf(m, "%-6u %-14s %10llu", row->number,
		   ipc_words[row->object.mechanism - 1].name,
		   row->object.ns ? (u32)row->object.ino : row->object.ino);
	for (op = 0; op < OSCOPE_IPC_OPS; op++)
		seq_printf(m, " %*u %12llu %16llu", op ? 9 : 7, row->op[op].tasks,
			   row->op[op].messages, row->op[op].bytes);
	seq_printf(m, " %7s ", pairing(row->object.mechanism - 1, row->queue_flags));
	name_show(m, row);
}

static const struct proc_table objects_table = {
	.name = "ipc_objects",
	.version = 1,
	.access = ACCESS_ALL,
	.bytes = objects_bytes,
	.take = objects_take,
	.columns = columns,
	.row = object_put,
};
PROC_TABLE(objects_table);
