#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on what Python's processes talk through run for true.
. ./lib.sh

plan $((TOPIC_CHECKS + 6))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi

SAMPLES=12 EACH=40 topic py 60 "(queue-pipe|value-array|manager|queue-full)"
decided py.queue-pipe "queue-pipe: two reads a message" \
	is "$(row py.queue-pipe .evidence.pipe_reads_per_message) <= 2.01"
decided py.queue-pipe "... and one write, by a Queue, too" \
	is "$(row py.queue-pipe .evidence.queue_writes_per_message) <= 1.01"
decided py.value-array "value-array: holds" verdict py.value-array HOLDS
decided py.manager "manager: holds" verdict py.manager HOLDS
decided py.manager "... with one request an access" is "$(row py.manager .evidence.dict_requests_per_op) <= 1.01"
decided py.queue-full "queue-full: holds" verdict py.queue-full HOLDS
finish
