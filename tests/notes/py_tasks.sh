#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on Python's processes, generators and modules run for true.
. ./lib.sh

plan $((TOPIC_CHECKS + 14))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi

# seen ID NAME: of a claim's evidence.
seen() {
	row "$1" ".evidence.$2"
}

SAMPLES=12 EACH=30 topic py 45 "processes|generator|await|thread-module|start-method|samples"
decided py.processes "processes: made for two runs" is "$(seen py.processes processes_forks_per_op) == 2.5"
decided py.processes "... and to begin takes time" is "$(seen py.processes processes_begin_and_end_ns) > 0"
decided py.generator "generator holds" verdict py.generator HOLDS
decided py.generator "... without a switch" within "$(seen py.generator send_left_the_cpu_per_op)" 0 0.001
decided py.generator "... which is seen where there are some" is "$(seen py.generator threads_left_the_cpu_per_op) >= 0.5"
decided py.await "await: no system call" within "$(seen py.await await_syscalls_per_op)" 0 0.05
decided py.await "... but of asyncio's loop" is "$(seen py.await asyncio_syscalls_per_op) >= 1"
decided py.thread-module "thread-module: threading starts one below" is "$(seen py.thread-module above_started_below) == 1"
decided py.thread-module "... by one clone" is "$(seen py.thread-module above_threads_per_op) == 1"
decided py.start-method "start-method: a fork inherits" is "$(seen py.start-method fork_inherited) == 1"
decided py.start-method "... what is executed does not" is \
	"$(seen py.start-method spawn_inherited) == 0 && $(seen py.start-method forkserver_inherited) == 0"
decided py.start-method "... and is executed beside a tracker" is "$(seen py.start-method spawn_execs_per_op) == 3"
decided py.samples "samples: one of four runs as it is shown" is "$(seen py.samples given_ran) == 1"
decided py.samples "... and all with a body" is "$(seen py.samples anew_ran) == 4"
finish
