#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on talking past a third one or a network run for true: what was counted, which is exact, and verdicts.
. ./lib.sh
. ./lib_brokers.sh

plan $((TOPIC_CHECKS + 6 + ${#kinds[@]}))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
SAMPLES=12 EACH=60 topic ipc 80 "rpc|broker"
decided ipc.rpc "rpc: every call has its result" verdict ipc.rpc HOLDS
check "... from the other host, too" is "$(row ipc.rpc .evidence.hosts_called) == 1 && \
	$(row ipc.rpc .evidence.hosts_namespaces) == 2"
check "... four system calls for a message and its answer" within \
	"$(row ipc.rpc .evidence.socket_syscalls_per_op)" 4 0.1
check "... a call makes more" is "$(row ipc.rpc .evidence.loopback_syscalls_per_op) > 4.5"
if emulated; then
	check "broker: an emulator's times decide nothing" verdict ipc.broker "INCONCLUSIVE HERE"
else
	decided ipc.broker "broker: a message through one costs more" verdict ipc.broker HOLDS
fi
for kind in "${kinds[@]}"; do
	of_kind "$kind" "... $kind: more system calls, of its own too" is \
		"$(row ipc.broker ".evidence.${kind}_client_syscalls") >= 4 && \
		$(row ipc.broker ".evidence.${kind}_broker_syscalls") >= 4"
done
check "... twice the switches at least" is "$(row ipc.broker .evidence.redis_switches_per_op) >= 4"
finish
