#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on pipes and FIFOs run for true: outcomes, which an emulator does not change; and nothing of what they
# make is left. Those on queues are in ipc_mq.sh, on costs in ipc_cost.sh, the others in ipc_memory.sh.
. ./lib.sh

plan $((TOPIC_CHECKS + 15))

left_over() { ls -d /tmp/oscope-note* 2> /dev/null; }

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=30 topic ipc 35 "pipe|fifo-(any|oneway)|close"
check "pipe-oneway: the descriptors given" verdict ipc.pipe-oneway "HOLDS IF"
check "pipe-page is outdated" verdict ipc.pipe-page OUTDATED
check "... the pages are what a pipe says" is "$(row ipc.pipe-page .evidence.plain_pages) * $(getconf PAGESIZE) == \
	$(python3 -c 'import fcntl, os; print(fcntl.fcntl(os.pipe()[0], 1032))')"
check "... a user who has many gets less" is \
	"$(row ipc.pipe-page .evidence.crowded_pages) < $(row ipc.pipe-page .evidence.plain_pages)"
check "pipe-capacity holds" verdict ipc.pipe-capacity HOLDS
check "... up to the limit that the system says" is \
	"$(row ipc.pipe-capacity .evidence.grown_bytes) == $(cat /proc/sys/fs/pipe-max-size)"
check "pipe-relatives is false" verdict ipc.pipe-relatives FALSE
check "pipe-bytes holds" verdict ipc.pipe-bytes HOLDS
check "... no record of PIPE_BUF is torn" is "$(row ipc.pipe-bytes .evidence.atomic_torn_records) == 0"
check "... larger ones are" is "$(row ipc.pipe-bytes .evidence.larger_torn_records) > 0"
check "fifo-any: if the mode lets them" verdict ipc.fifo-any "HOLDS IF"
check "fifo-oneway: the word is undefined" verdict ipc.fifo-oneway UNDEFINED
check "close-ends holds" verdict ipc.close-ends HOLDS
check "... a reader that has an end to write to is stuck" is "$(row ipc.close-ends .evidence.kept_stuck) == 1"
check "no FIFO is left" test -z "$(left_over)"
finish
