#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on how Python waits run for true.
. ./lib.sh

plan $((TOPIC_CHECKS + 6))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi

SAMPLES=12 EACH=50 topic py 80 "(threads-io|asyncio-block|gil-all-io)"
decided py.threads-io "threads-io: 200 waits by a thread each" \
	is "$(row py.threads-io .evidence.threads_threads_per_op) == 1"
decided py.threads-io "... a loop needs none" is "$(row py.threads-io .evidence.asyncio_threads_per_op) == 0"
decided py.asyncio-block "asyncio-block: no beat beside time.sleep()" \
	is "$(row py.asyncio-block .evidence.sleeps_beats_beside) == 0"
decided py.asyncio-block "... several beside asyncio.sleep()" \
	is "$(row py.asyncio-block .evidence.awaits_beats_beside) >= 5"
decided py.gil-all-io "gil-all-io: os.read() gives it up" \
	is "$(row py.gil-all-io .evidence.calls_os_read_min) < 15000000"
decided py.gil-all-io "... read_history_file() does not" \
	is "$(row py.gil-all-io .evidence.calls_readline_history_min) >= 15000000"
finish
