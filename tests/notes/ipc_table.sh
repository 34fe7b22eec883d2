#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on all ways to talk run for true: each cell is there, counted, and has its place; nothing is left.
. ./lib.sh

plan $((TOPIC_CHECKS + 10))

left_over() { ls -d /dev/shm/fifo /dev/shm/oscope 2> /dev/null; }

cells() { # FILTER: of the table's
	json "$r" ".rows[] | select(.id == \"ipc.table\") | .cells | $1"
}

cell() { # WAY BYTES PLACEMENT FIELD
	cells ".[] | select(.way == \"$1\" and .bytes == $2 and .placement == \"$3\") | .$4"
}

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=15 topic ipc 90 "table|shm-fastest"
# counted NAME COMMAND...: of the table; where it got no sample, as others had the CPUs, there is nothing.
counted() { decided ipc.table "$@"; }

counted "every cell is there" is "$(cells length) == $(row ipc.table '.evidence.cells // -1')"
counted "... each once" is "$(cells 'map([.way, .bytes, .placement]) | length - (unique | length)') == 0"
counted "... of each way, on one CPU and on two" is "$(cells '(map([.way, .placement]) | unique | length) -
	2 * (map(.way) | unique | length)') == 0"
counted "... as many places as ways of a size" is \
	"$(cells 'map(select(.bytes == 64 and .placement == "same") | .rank) | max') > 10"
counted "a pipe on one CPU: two switches" within "$(cell pipe 64 same switches)" 2 0.3
counted "... four system calls" within "$(cell pipe 64 same calls)" 4 0.5
counted "... by eventfd it takes eight over shared memory" within "$(cell memfd-eventfd 64 same calls)" 8 0.8
# Of who spins those are counted that begin and end what is timed.
counted "... who spins makes less than half of a pipe's" is \
	"$(cell memfd-spin 64 cross 'calls * (.rt_ns < 1e6 | if . then 1 else 0 end)') < $(cell pipe 64 cross calls) / 2"
counted "... and no cell has more bytes than its way can carry" is \
	"$(cells 'map(select((.way == "udp" or .way == "sysv-mq") and .bytes > 8192)) | length') == 0"
check "no FIFO and no segment is left" test -z "$(left_over)"
finish
