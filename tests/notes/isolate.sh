#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on what is shared and what breaks run for true: outcomes, which an emulator does not change.
# What crashes leaves no core, nothing in the kernel's log, no semaphore.
. ./lib.sh

plan $((TOPIC_CHECKS + 13))

segfaults() { dmesg 2> /dev/null | grep -c 'segfault at'; }
semaphores() { wc -l < /proc/sysvipc/sem; }

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
segfaults_before=$(segfaults)
semaphores_before=$(semaphores)
topic isolate 20
for claim in memory process-crash thread-crash robust; do
	check "$claim holds" verdict "isolate.$claim" HOLDS
done
for claim in crash-why share-only tls-stack; do
	check "$claim is false" verdict "isolate.$claim" FALSE
done
check "resources: for later calls" verdict isolate.resources "HOLDS IF"
check "alone: two values at one address" is "$(row isolate.alone .evidence.pair_own_values) == 1"
check "the first write after a fork is one fault" is \
	"$(row isolate.memory .evidence.process_faults) == 1"
check "no core" test -z "$(ls core* 2> /dev/null)"
check "nothing in the kernel's log" test "$(segfaults)" = "$segfaults_before"
check "no semaphore" test "$(semaphores)" = "$semaphores_before"
finish
