/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: what a task executes, with which arguments: read at its exec, since many are gone
 * before anybody could look them up.
 */
#ifndef OSCOPE_ARGS_BPF_H
#define OSCOPE_ARGS_BPF_H

#include "shared.bpf.h"

#define ARGS_CUT	0x80000000U

/* args.bpf.c: addresses in the memory of the current task. Bytes told, and ARGS_CUT. */
__u32 args_tell(__u32 tid, __u64 file, __u64 from, __u64 to);

/*
 * The records that go before an EXEC of p: w2 of that, and its flags. Both parts lie in the new
 * memory, which was written a moment ago; the file's name where AT_EXECFN will lead. Preemption is
 * off.
 */
static __always_inline __u32 args_emit(struct task_struct *p, struct linux_binprm *bprm,
				       __u32 *flags)
{
	struct mm_struct *mm = p->mm;
	__u32 told;

	if (!recording(OSCOPE_REC_ARGS))
		return 0;
	told = args_tell(p->pid, bprm->exec, mm->arg_start, mm->arg_end);
	if (told & ARGS_CUT)
		*flags |= OSCOPE_EXEC_CUT;
	return told & ~ARGS_CUT;
}

#endif /* OSCOPE_ARGS_BPF_H */
