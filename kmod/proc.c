// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/oscope: what all its tables share. Nothing here blocks for longer than a copy takes.
 */
#include <linux/mm.h>
#include <linux/proc_fs.h>
#include <linux/string_helpers.h>
#include "access.h"
#include "compat.h"
#include "proc.h"

static struct proc_dir_entry *dir;

/* One open file. */
struct proc_reader {
	const struct proc_table *table;
	struct pid_namespace *ns;
	size_t bytes;
	int rows;
	char snapshot[] __aligned(8);
};

/* Position 0 is the head, then one position a row. seq_file's own lock is held. */
static void *table_at(struct seq_file *m, loff_t pos)
{
	struct proc_reader *rd = m->private;

	return pos <= rd->rows ? rd : NULL;
}

static void *table_start(struct seq_file *m, loff_t *pos)
{
	struct proc_reader *rd = m->private;

	if (!*pos)
		rd->rows = rd->table->take(rd->snapshot, rd->bytes, rd->ns);
	return rd->rows < 0 ? ERR_PTR(rd->rows) : table_at(m, *pos);
}

static void *table_next(struct seq_file *m, void *v, loff_t *pos)
{
	return table_at(m, ++*pos);
}

static void table_stop(struct seq_file *m, void *v)
{
}

static void columns_put(struct seq_file *m, const struct proc_table *table)
{
	const struct proc_column *c = table->columns;

	if (!c) {
		table->columns_put(m);
		return;
	}
	for (; c->name; c++)
		seq_printf(m, "%s%*s", c == table->columns ? "" : " ", c->width, c->name);
}

static int table_show(struct seq_file *m, void *v)
{
	const struct proc_reader *rd = v;

	if (m->index) {
		rd->table->row(m, rd->snapshot, m->index - 1);
	} else {
		seq_printf(m, "# oscope %s %u\n", rd->table->name, rd->table->version);
		columns_put(m, rd->table);
	}
	seq_putc(m, '\n');
	return 0;
}

static const struct seq_operations table_seq = {
	.start = table_start,
	.next = table_next,
	.stop = table_stop,
	.show = table_show,
};

static int table_open(struct inode *inode, struct file *file)
{
	const struct proc_table *table = pde_data(inode);
	struct proc_reader *rd;
	int err = access_level();
	size_t bytes;

	if (err < 0)
		return err;
	if (err < table->access)
		return -EACCES;
	bytes = table->bytes();
	rd = kvzalloc(size_add(sizeof(*rd), bytes), GFP_KERNEL_ACCOUNT);
	if (!rd)
		return -ENOMEM;
	rd->table = table;
	rd->bytes = bytes;
	err = seq_open(file, &table_seq);
	if (err) {
		kvfree(rd);
		return err;
	}
	rd->ns = get_pid_ns(task_active_pid_ns(current));
	((struct seq_file *)file->private_data)->private = rd;
	return 0;
}

static int table_release(struct inode *inode, struct file *file)
{
	struct proc_reader *rd = ((struct seq_file *)file->private_data)->private;

	put_pid_ns(rd->ns);
	kvfree(rd);
	return seq_release(inode, file);
}

static const struct proc_ops table_ops = {
	.proc_open = table_open,
	.proc_read_iter = seq_read_iter,	/* for splice() and sendfile() too */
	.proc_lseek = seq_lseek,
	.proc_release = table_release,
};

void proc_put_cpu(struct seq_file *m, int cpu)
{
	if (cpu == PROC_TOTAL)
		seq_puts(m, "total");
	else
		seq_printf(m, "%-5d", cpu);
}

void proc_put_comm(struct seq_file *m, const char *comm)
{
	char text[4 * TASK_COMM_LEN + 1];
	int len = string_escape_mem(comm, strlen(comm), text, sizeof(text) - 1,
				    ESCAPE_OCTAL | ESCAPE_NAP | ESCAPE_APPEND, " \\");

	text[min_t(int, len, sizeof(text) - 1)] = '\0';
	seq_printf(m, " %s", *text ? text : "-");
}

static int table_create(const struct proc_table *table)
{
	bool sums = table->access == ACCESS_SUMS;
	struct proc_dir_entry *entry;

	entry = proc_create_data(table->name, sums ? access_mode(0400) : 0400, dir, &table_ops,
				 (void *)table);
	if (!entry)
		return -ENOMEM;
	proc_set_user(entry, GLOBAL_ROOT_UID, sums ? access_gid() : GLOBAL_ROOT_GID);
	return 0;
}

int proc_init(void)
{
	const struct proc_table *const *table;
	int err;

	dir = proc_mkdir_mode("oscope", 0555, NULL);
	if (!dir)
		return -ENOMEM;
	set_for_each(table, proc_tables) {
		err = table_create(*table);
		if (err) {
			proc_uninit();
			return err;
		}
	}
	return 0;
}

void proc_uninit(void)
{
	proc_remove(dir);
}
