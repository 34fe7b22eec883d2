#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on other hosts and other systems run for true; and nothing of the network they make is left.
. ./lib.sh

plan $((TOPIC_CHECKS + 7))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
# Whether there are cables at all is the kernel's.
cables=true
unshare -n ip link add oscope-here type veth peer name oscope-there 2> /dev/null || cables=false

# hosts ID FILTER: of socket-hosts, if it could be done
hosts() {
	if $cables; then
		decided ipc.socket-hosts "$@"
	else
		skip "$1" "no veth here"
	fi
}

# On a machine that others use a meeting takes some 0.3 s.
EACH=30 topic ipc 50 "windows|socket-hosts"
check "windows: cannot be decided on Linux" verdict ipc.windows "INCONCLUSIVE HERE"
check "... whose half is so" is "$(row ipc.windows .evidence.siblings_sibling_cannot_wait) == 1"
hosts "socket-hosts: those of the inet family" verdict ipc.socket-hosts "HOLDS IF"
hosts "... never one without a file" is "$(row ipc.socket-hosts '.evidence.hosts_abstract // -1') == 0"
hosts "... one with a file that both have" is "$(row ipc.socket-hosts '.evidence.hosts_path_shared // -1') == 1"
hosts "... never one with a file elsewhere" is "$(row ipc.socket-hosts '.evidence.hosts_path_apart // -1') == 0"
check "no cable is left" test -z "$(ip -o link show 2> /dev/null | grep oscope-)"
finish
