#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on other languages run for true, where these are installed.
. ./lib.sh

plan $((TOPIC_CHECKS + 4))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi

# installed_or_named ID PROGRAM NAME COMMAND...: that check where the program is there; else its package is named.
installed_or_named() {
	local id=$1 program=$2
	shift 2
	if [ -x "$program" ]; then
		decided "$id" "$@"
	else
		check "$1 (not installed: its package is named)" \
			grep -q "apt-get install" <(row "$id" .reason)
	fi
}

SAMPLES=12 EACH=60 topic lang 100
installed_or_named lang.node /usr/bin/node "node: two asynchronous functions have one thread" \
	is "$(row lang.node .evidence.loop_one_thread) == 1"
installed_or_named lang.node /usr/bin/node "... two workers have one each" \
	is "$(row lang.node .evidence.workers_thread_each) == 1"
installed_or_named lang.java /usr/bin/java "java: hardly at once within one block" \
	is "$(row lang.java .evidence.locked_at_once_share_hi) < 0.2"
installed_or_named lang.csharp /usr/bin/mcs "csharp: what is awaited is under way at once" \
	is "$(row lang.csharp .evidence.await_at_once) == 1"
finish
