#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whose datagram somebody receives, as the module tells it: the same as the probes do, in each of live's cases. Before them
# the same where the kernel does not say which buffer somebody takes, as since 6.18: no edge but of who has sent.
. ./lib.sh
n=200 b=100
cd ../live || exit

# noted PATTERN EDGE...: the edges of UDP, and no more messages than were sent; it prints how many of them each has
noted() {
	local pattern=$1
	shift
	"$OSCOPE" ipc --source kmod -m udp --by pair --json -o "$TMP/report" -- ./ipc_net $n $b "$pattern" || return
	diff <(printf '%s\n' "$@" | sort) <(jq -r '.rows[] | select(.messages >= 0.2 * '$n' and .messages <= '$n' and .bytes == .messages * '$b' and
		.certainty == "exact") | .from.comm[-1:] + .to.comm[-1:]' "$TMP/report" | sort) &&
		jq -e '(.rows | length) == '$#' and .totals.unpaired_share < 0.8' "$TMP/report"
}
# No harness of its own: the cases below are one of live's, which has its plan. What is wrong here ends it.
if grep -qw __tracepoint_sk_data_ready /proc/kallsyms; then
	load ipc=1 hide=consume_skb
	for edges in "ask ad bd cd da db dc" "turns ab ac" "forged ab"; do
		# shellcheck disable=SC2086 # a list of words
		noted $edges > "$TMP/out" || { echo "Bail out! $edges, by what comes to the socket: $(head -n 20 "$TMP/out")"; exit 1; }
	done
	unload
fi
load ipc=1
SOURCE=kmod ./ipc_net.sh
