#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on Python's waiting and on what its processes talk through run for true.
. ./lib.sh

plan $((TOPIC_CHECKS + 10))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi

EACH=60 topic py 70 "(threads-io|asyncio-block|queue-pipe|value-array|manager|queue-full)"
decided py.threads-io "threads-io: 200 waits by a thread each" \
	is "$(row py.threads-io .evidence.threads_threads_per_op) == 1"
decided py.threads-io "... a loop needs none" is "$(row py.threads-io .evidence.asyncio_threads_per_op) == 0"
decided py.asyncio-block "asyncio-block: no beat beside time.sleep()" \
	is "$(row py.asyncio-block .evidence.sleeps_beats_beside) == 0"
decided py.asyncio-block "... several beside asyncio.sleep()" \
	is "$(row py.asyncio-block .evidence.awaits_beats_beside) >= 5"
decided py.queue-pipe "queue-pipe: two reads a message" \
	is "$(row py.queue-pipe .evidence.pipe_reads_per_message) <= 2.01"
decided py.queue-pipe "... and one write, by a Queue, too" \
	is "$(row py.queue-pipe .evidence.queue_writes_per_message) <= 1.01"
check "value-array: holds" verdict py.value-array HOLDS
check "manager: holds" verdict py.manager HOLDS
check "... with one request an access" is "$(row py.manager .evidence.dict_requests_per_op) <= 1.01"
check "queue-full: holds" verdict py.queue-full HOLDS
finish
