#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on what it costs to talk run for true: what was counted, which an emulator does not change, and verdicts
# that follow from times, which are none there.
. ./lib.sh

plan $((TOPIC_CHECKS + 10))

# timed ID VERDICTS: one of these; under an emulator times decide nothing, and whether VOID may be is asked above.
timed() {
	local is
	is=$(row "$1" .verdict)
	! emulated || { verdict "$1" "INCONCLUSIVE HERE"; return; }
	[ "$is" != VOID ] || ! crowded || return 0
	[[ "|$2|INCONCLUSIVE HERE|" == *"|$is|"* ]] || { echo "$is: $(row "$1" .reason)"; return 1; }
}

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=30 topic ipc 50 "fifo-pipe|thread-process|shm-threads"
decided ipc.fifo-pipe "fifo-pipe: the same, or not" timed ipc.fifo-pipe "HOLDS|FALSE"
for arm in pipe fifo; do
	check "... $arm: four system calls a round trip" within \
		"$(row ipc.fifo-pipe .evidence.${arm}_syscalls_per_op)" 4 0.05
done
check "... only a pipe has no name" is "$(row ipc.fifo-pipe .evidence.pipe_nameless_ends) == 4 && \
	$(row ipc.fifo-pipe .evidence.fifo_nameless_ends) == 0"
decided ipc.thread-process "thread-process: in some way, or not" timed ipc.thread-process "HOLDS|HOLDS IF|FALSE"
for arm in threads processes; do
	check "... $arm: as many system calls for a message" within \
		"$(row ipc.thread-process .evidence.${arm}_syscalls_per_op)" 4 0.05
done
check "... a thread and no process talk in the one case" is \
	"$(row ipc.thread-process .evidence.threads_forks_per_op) == 0"
decided ipc.shm-threads "shm-threads: the same, or not" timed ipc.shm-threads "HOLDS|FALSE"
check "... only one of the rings is shared" is "$(row ipc.shm-threads .evidence.own_shared) == 0 && \
	$(row ipc.shm-threads .evidence.shared_shared) == 1"
finish
