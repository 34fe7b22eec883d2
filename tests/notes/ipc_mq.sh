#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on message queues run for true: outcomes, which an emulator does not change; and no queue is left.
. ./lib.sh

plan $((TOPIC_CHECKS + 13))

queues() { wc -l < /proc/sysvipc/msg; }

# limit FILE: what a new IPC namespace has, which is where the experiments are.
limit() { unshare --ipc cat "/proc/sys/$1"; }

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
queues_before=$(queues)
EACH=45 topic ipc 50 mq-
check "mq-limits holds" verdict ipc.mq-limits HOLDS
check "... POSIX: as deep as the system says" is \
	"$(row ipc.mq-limits .evidence.posix_messages) == $(limit fs/mqueue/msg_max)"
check "... as many" is "$(row ipc.mq-limits .evidence.posix_queues) == $(limit fs/mqueue/queues_max)"
check "... System V: as large" is \
	"$(row ipc.mq-limits .evidence.sysv_message_bytes) == $(limit kernel/msgmax)"
check "mq-leftover holds" verdict ipc.mq-leftover HOLDS
check "... what MSG_NOERROR cuts off is gone" is "$(row ipc.mq-leftover .evidence.sysv_rest_came) == 0"
check "mq-typed holds" verdict ipc.mq-typed HOLDS
check "... unlike a pipe" is "$(row ipc.mq-typed .evidence.pipe_kept_apart) == 0"
check "mq-bigger: by kind and size, a System V queue is smaller" verdict ipc.mq-bigger "HOLDS IF"
check "... it takes what the system says" is \
	"$(row ipc.mq-bigger .evidence.sysv_large_bytes) == $(limit kernel/msgmnb)"
if emulated; then
	check "mq-list: an emulator's times decide nothing" verdict ipc.mq-list "INCONCLUSIVE HERE"
else
	check "mq-list: System V is one" verdict ipc.mq-list "HOLDS IF"
fi
check "... two system calls a message" within "$(row ipc.mq-list .evidence.sysv_typed_syscalls_per_op)" 2 0.1
check "no queue is left" test "$(queues)" = "$queues_before"
finish
