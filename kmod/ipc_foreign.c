// SPDX-License-Identifier: GPL-2.0
/*
 * What moves data and is not followed: calls of numbers that we do not know, or between descriptors
 * if they had begun before; and what the kernel moves for somebody who does not wait for it, by
 * io_uring or io_submit(2). By the queues that it is about nothing is paired from then on, so that
 * none of it is taken for somebody else's.
 */
#include <linux/fdtable.h>
#include <linux/io_uring_types.h>
#include <linux/uaccess.h>
#include <uapi/linux/aio_abi.h>
#include <asm/syscall.h>
#include "core/ipc_moves.h"
#include "hooks.h"
#include "ipc.h"
#include "task.h"

#define AIO_MOST	64		/* requests of a call that are looked at one by one */
#define SOME		256U		/* descriptors that are looked at in one go */

void ipc_target_foreign(struct ipc_tables *t, const struct ipc_target *target)
{
	bool fresh;
	u32 end;

	if (!ipc_follows(1ULL << target->mechanism))
		return;
	if (target->mechanism == OSCOPE_IPC_SIGNAL) {
		WRITE_ONCE(t->signals_foreign, true);
		return;
	}
	end = ipc_target_object(t, target);
	if (!end)
		return;
	if (!target->sk) {
		ipc_queue_foreign(t, end);
		return;
	}
	ipc_queue_foreign(t, ipc_socket_queue(t, target, end, OSCOPE_IPC_SEND, &fresh));
	ipc_queue_foreign(t, ipc_socket_queue(t, target, end, OSCOPE_IPC_RECEIVE, &fresh));
	ipc_socket_strange(t, target);
}

void ipc_file_foreign(struct ipc_tables *t, const struct file *file)
{
	struct ipc_target target;

	if (file && (ipc_target_find(&target, file) || ipc_mqueue_find(&target, file)))
		ipc_target_foreign(t, &target);
}

static void fd_foreign(struct ipc_tables *t, struct files_struct *files, unsigned int fd)
{
	if (files)
		ipc_file_foreign(t, compat_file_of(files, fd));
}

void ipc_all_foreign(struct ipc_tables *t, struct files_struct *files)
{
	unsigned int fd = 0;

	while (fd < UINT_MAX)
		fd = ipc_some_foreign(t, files, fd);
}

unsigned int ipc_some_foreign(struct ipc_tables *t, struct files_struct *files, unsigned int fd)
{
	unsigned int n = files ? rcu_dereference_raw(files->fdt)->max_fds : 0, end;

	end = n > fd ? fd + min(n - fd, SOME) : fd;
	for (; fd < end; fd++)
		fd_foreign(t, files, fd);
	return end < n ? end : UINT_MAX;
}

static void asked_count(struct ipc_tables *t)
{
	oscope_add(&t->cpu[smp_processor_id()].asynchronous, 1);
}

/* Descriptors come first, in all calls that have any; those of socketcall(2) are in its list. */
void ipc_numbers_foreign(struct ipc_tables *t, struct files_struct *files,
			 const unsigned long *args)
{
	u32 first;
	int i;

	for (i = 0; i < 3; i++)
		fd_foreign(t, files, args[i]);
	if (files != current->files)	/* of another, whose memory is not here */
		ipc_all_foreign(t, files);
	else if (!copy_from_user_nofault(&first, (const void __user *)args[1], sizeof(first)))
		fd_foreign(t, files, first);
}

/* Of requests only their descriptors are read. */
static void submit_foreign(struct ipc_tables *t, long n, const void __user *list)
{
	struct iocb __user *at;
	struct iocb request;
	long i;

	for (i = 0; i < n; i++) {
		if (i == AIO_MOST ||
		    copy_from_user_nofault(&at, list + i * sizeof(at), sizeof(at)) ||
		    copy_from_user_nofault(&request, at, sizeof(request))) {
			ipc_all_foreign(t, current->files);
			return;
		}
		fd_foreign(t, current->files, request.aio_fildes);
		if (request.aio_flags & IOCB_FLAG_RESFD)
			fd_foreign(t, current->files, request.aio_resfd);
		asked_count(t);
	}
}

void ipc_moves_foreign(struct ipc_tables *t, struct files_struct *files, u64 nr,
		       const unsigned long *args)
{
	struct oscope_ipc_move m = oscope_ipc_move(nr);

	fd_foreign(t, files, args[m.from - 1]);
	fd_foreign(t, files, args[m.to - 1]);
}

/* The SysV message queue that a foreign call is about. */
static void message_foreign(struct ipc_tables *t, u64 nr, const unsigned long *args)
{
	int place = compat_foreign_message(nr);
	struct ipc_target target;

	if (place >= 0 &&
	    ipc_sysv_find(t, &target, current->nsproxy, OSCOPE_IPC_SYSV_MSG, args[place]))
		ipc_target_foreign(t, &target);
}

void ipc_foreign_call(struct ipc_tables *t, struct pt_regs *regs, u64 nr)
{
	unsigned long args[6];

	syscall_get_arguments(current, regs, args);
	if (compat_foreign_call(current) || compat_foreign_number(nr)) {
		ipc_numbers_foreign(t, current->files, args);
		message_foreign(t, nr, args);
	} else if (nr == __NR_io_uring_register) {
		/* Files of a ring's own were descriptors once. */
		ipc_all_foreign(t, current->files);
	} else {
		submit_foreign(t, args[1], (const void __user *)args[2]);
	}
}

/*
 * Somebody asks a ring for a transfer: in his context, or that of the thread that looks for what he
 * asks for, which has his descriptors. Preemption off.
 */
static void on_uring(void *data, struct io_kiocb *req)
{
	struct ipc_tables *t = ipc_active();
	u32 operation = req->opcode;

	if (!t || !oscope_uring_moves(operation))
		return;
	preempt_disable();
	asked_count(t);
	if (operation == OSCOPE_URING_SPLICE || operation == OSCOPE_URING_TEE)
		ipc_all_foreign(t, current->files);	/* the other file is its own business */
	else if (!(req->flags & REQ_F_FIXED_FILE))
		fd_foreign(t, current->files, req->cqe.fd);
	preempt_enable();
}
HOOK_UNCHECKED(io_uring_submit_req, on_uring, .flags = HOOK_IPC, .ipc = IPC_QUEUES);
/* The same until 6.3. */
HOOK_UNCHECKED(io_uring_submit_sqe, on_uring, .flags = HOOK_IPC, .ipc = IPC_QUEUES);

bool ipc_sees_rings(void)
{
	return !IS_ENABLED(CONFIG_IO_URING) || hook_present("io_uring_submit_req") ||
	       hook_present("io_uring_submit_sqe");
}
