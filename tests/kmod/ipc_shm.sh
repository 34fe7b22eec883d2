#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who shares which memory, as the module tells it: the same as the probes do, in each of live's cases; before them, who has
# it when it is switched on.
. ./lib.sh
cd ../live || exit
load

# No harness of its own: the cases below are one of live's, which has its plan. What is wrong here ends it.
held() { # A B, who have it: of whom it was not seen that they have attached it
	jq -e --arg a "$1" --arg b "$2" '[.rows[] | select(.object == "/a-segment") |
		[(.process.tid | tostring), .attaches, .detaches, .mapped_bytes_max, .state]] | sort == ([[$a, 0, 1, 65536, "detached"],
		[$b, 0, 0, 65536, "exit"]] | sort)' "$TMP/report"
}
mkfifo "$TMP/go"
./ipc_shm held 5 < "$TMP/go" > "$TMP/held" & program=$!
exec {go}> "$TMP/go"
until read -r a b 2> /dev/null < "$TMP/held" || ! kill -0 $program; do :; done
echo 1 > "$SYS"/ipc
"$OSCOPE" ipc --source kmod --by share --json -v -d 600s -o "$TMP/report" 2> "$TMP/err" {go}>&- & tracer=$!
until grep -qs tracing "$TMP/err" || ! kill -0 $tracer; do read -rt 0.05 <> <(:); done
exec {go}>&-
wait $program
kill -INT $tracer
wait $tracer
held "$a" "$b" > "$TMP/out" || { echo "Bail out! who had a segment by then: $(jq -c '.rows[]' "$TMP/report" | head -n 20)"; exit 1; }
SOURCE=kmod ./ipc_shm.sh
