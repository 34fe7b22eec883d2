#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on concurrency and parallelism run for true, but for the one on servers.
. ./lib.sh

plan $((TOPIC_CHECKS + 9))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=10
topic parallel 30 '[^b].*'
decided parallel.io-bound "64 waits on one CPU take less a job than one after the other" is \
	"$(row parallel.io-bound .evidence.serial_ns) > 2 * $(row parallel.io-bound .evidence.threads_ns)"
decided parallel.io-bound "... and epoll makes no task for them" is "$(row parallel.io-bound .evidence.epoll_threads_per_op) == 0"
decided parallel.coroutine-many "10^4 coroutines live at once" verdict parallel.coroutine-many HOLDS
decided parallel.running-le-cpus "tasks that run are never more than the CPUs" verdict parallel.running-le-cpus HOLDS
decided parallel.coroutine-core "one loop uses one CPU at most" is "$(row parallel.coroutine-core .evidence.loop_cpu_s_per_s) < 1.05"
decided parallel.work-conserving "who computes slept once at most" is "$(row parallel.work-conserving .evidence.mix_spinners_slept) == 0"
decided parallel.one-cpu "on one CPU all together have one CPU at most" is "$(row parallel.one-cpu .evidence.four_cpu_s_per_s) < 1.05"
if emulated; then
	skip "a fork a request costs more than a worker made beforehand" "its times are the emulator's"
else
	decided parallel.fork-request "a fork a request costs more than a worker made beforehand" is \
		"$(row parallel.fork-request .evidence.fork_cpu_ns) > $(row parallel.fork-request \
			.evidence.prefork_cpu_ns)"
fi
one=$(taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')" "$OSCOPE" notes run parallel.many-cpu --json \
	--samples 10 --budget 20s | jq -r '.rows[0] | .verdict + ": " + .reason')
check "with one CPU there is no verdict on many" test "${one%%:*}" = "INCONCLUSIVE HERE"
finish
