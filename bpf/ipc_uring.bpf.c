// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: what the kernel moves for somebody who does not wait for it: by io_uring, or by
 * io_submit(2). There is no call of its own for each transfer, and nobody follows what becomes of
 * it. It is counted when it is asked for, and from then on nothing is paired through the queues
 * that it is about. In the context of who asks for it, or of the thread that looks for what he
 * asks for.
 */
#include "filter.bpf.h"
#include "ipc.bpf.h"
#include "ipc/descriptor.bpf.h"

#define REQ_F_FIXED_FILE	0x1U		/* include/linux/io_uring_types.h */
#define SPLICE_F_FD_IN_FIXED	0x80000000U	/* include/uapi/linux/io_uring.h */

/* include/uapi/linux/aio_abi.h: struct iocb. */
struct aio_request {
	__u64 data;
	__u32 key, rw_flags;
	__u16 operation, priority;
	__u32 fd;
};

#define AIO_MOST	64		/* that are looked at in one call */

/* Somebody asks for a transfer by a file. */
static __always_inline bool file_asked(__u64 file, bool passes)
{
	return file && ipc_file_foreign(file, passes);
}

static __always_inline void asked_count(void)
{
	struct oscope_ipc_cpu *b = ipc_cpu();

	if (b)
		__sync_fetch_and_add(&b->asynchronous, 1);
}

/* The file of a descriptor, or of a ring's own. */
static __always_inline __u64 asked_file(struct task_struct *p, struct io_kiocb *req, __u32 fd,
					bool fixed)
{
	return fixed ? ring_file(BPF_CORE_READ(req, ctx), fd) : (__u64)descriptor_of(p, fd);
}

/* What else it begins with is its operation's own. */
static __always_inline bool splice_asked(struct task_struct *p, struct io_kiocb *req, bool passes)
{
	struct io_splice *s = (void *)req;

	return file_asked(asked_file(p, req, BPF_CORE_READ(s, splice_fd_in),
				     BPF_CORE_READ(s, flags) & SPLICE_F_FD_IN_FIXED), passes);
}

static __always_inline int uring_asked(struct io_kiocb *req)
{
	struct task_struct *p = bpf_get_current_task_btf();
	__u32 operation = BPF_CORE_READ(req, opcode);
	bool passes, communicates;

	if (!oscope_uring_moves(operation))
		return 0;
	passes = task_passes(p, state_find(p));
	communicates = file_asked(asked_file(p, req, BPF_CORE_READ(req, cqe.fd),
					     BPF_CORE_READ(req, flags) & REQ_F_FIXED_FILE), passes);
	if (operation == OSCOPE_URING_SPLICE || operation == OSCOPE_URING_TEE)
		communicates |= splice_asked(p, req, passes);
	if (passes && communicates)
		asked_count();
	return 0;
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_ipc_uring, struct io_kiocb *req)
{
	return uring_asked(req);
}

/* The same until 6.3. */
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(on_ipc_uring_sqe, struct io_kiocb *req)
{
	return uring_asked(req);
}

/* By one of a list. */
__noinline int ipc_submit_one(__u64 at)
{
	struct task_struct *p = bpf_get_current_task_btf();
	bool passes = task_passes(p, state_find(p));
	struct aio_request request = {};
	__u64 address = 0;

	if (bpf_probe_read_user(&address, sizeof(address), (void *)at) ||
	    bpf_probe_read_user(&request, sizeof(request), (void *)address))
		return 0;
	if (file_asked((__u64)descriptor_of(p, request.fd), passes) && passes)
		asked_count();
	return 0;
}

__noinline int ipc_submit_begin(__u64 n, __u64 list)
{
	__u32 i;

	for (i = 0; ipc_follows(IPC_ASKED) && i < AIO_MOST && i < n; i++)
		ipc_submit_one(list + i * sizeof(__u64));
	return 0;
}
