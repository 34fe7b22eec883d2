#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on zombies run for true: outcomes and counts, which an emulator does not change.
. ./lib.sh

plan $((TOPIC_CHECKS + 7))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
topic zombie 20
for claim in reap orphan cost ignore; do
	check "$claim holds" verdict "zombie.$claim" HOLDS
done
if command -v ps > /dev/null; then
	check "find is false" verdict zombie.find FALSE
	check "... for it finds plain ones only" test \
		"$(row zombie.find '.evidence | .command_found_z, .command_found_zs' | xargs)" = "1 0"
else
	skip "find is false" "no ps here"
	skip "... for it finds plain ones only" "no ps here"
fi
check "a zombie that is waited for at once is one all the same" is \
	"$(row zombie.reap .evidence.at_once_zombies_per_op) == 1"
finish
