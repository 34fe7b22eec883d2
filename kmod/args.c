// SPDX-License-Identifier: GPL-2.0
/*
 * What a task executes, in records of a few bytes each.
 */
#include <linux/binfmts.h>
#include <linux/uaccess.h>
#include "args.h"
#include "block.h"
#include "compat.h"
#include "ring.h"
#include "task.h"
#include "tree.h"

#define TEXT_MAX	(OSCOPE_FILE_MAX + OSCOPE_ARGS_MAX)

struct args_text {
	char at[TEXT_MAX + 8];		/* pieces are of 8 bytes */
};

/* Nothing that could interrupt an exec executes anything. */
static DEFINE_PER_CPU(struct args_text, args_texts);

/*
 * Bytes of the text. The arguments were written a moment ago; what is in memory no more would have
 * to be waited for, and is missing.
 */
static u32 args_take(struct args_text *text, const struct mm_struct *mm,
		     const struct linux_binprm *bprm, u32 *exec_flags)
{
	unsigned long from = READ_ONCE(mm->arg_start), bytes = READ_ONCE(mm->arg_end) - from;
	ssize_t name = strscpy(text->at, bprm->filename, OSCOPE_FILE_MAX);

	if (name < 0 || bytes > OSCOPE_ARGS_MAX)
		*exec_flags |= OSCOPE_EXEC_CUT;
	name = name < 0 ? OSCOPE_FILE_MAX : name + 1;
	bytes = min_t(unsigned long, bytes, OSCOPE_ARGS_MAX);
	if (copy_from_user_nofault(text->at + name, (const void __user *)from, bytes)) {
		*exec_flags |= OSCOPE_EXEC_CUT;
		bytes = 0;
	}
	memset(text->at + name + bytes, 0, 8);
	return name + bytes;
}

/*
 * Whether this ring is told of p. Not of who is in the tree of another descriptor, which may have
 * been closed since: a task keeps a tree's number.
 */
static bool args_wanted(const struct event_ring *r, struct task_struct *p)
{
	const struct task_node *node = r->trees_owner ? task_find(p) : NULL;

	return !r->trees_owner || (node && tree_is_of(READ_ONCE(node->tree), r->trees_owner));
}

u32 args_emit(struct event_ring *r, struct task_struct *p, const struct linux_binprm *bprm,
	      u32 *exec_flags)
{
	struct args_text *text = this_cpu_ptr(&args_texts);
	unsigned long flags;
	u32 bytes, i, piece[2];

	if (!p->mm || !args_wanted(r, p))
		return 0;
	bytes = args_take(text, p->mm, bprm, exec_flags);
	for (i = 0; i * 8 < bytes; i++) {
		memcpy(piece, text->at + i * 8, sizeof(piece));
		local_irq_save(flags);
		ring_emit(r, OSCOPE_REC_ARGS, i, clock_ns(), p->pid, piece[0], piece[1]);
		local_irq_restore(flags);
	}
	return bytes;
}
