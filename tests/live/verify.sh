#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Probes, module and the kernel's own counters agree while hackbench runs: in all, and for each CPU and
# kind; on new tasks, too. EVENTS: how many switches there must be at least.
. ../lib.sh
: "${EVENTS:=100000}"
plan 19

ctxt() {
	awk '$1 == "ctxt" { print $2 }' /proc/stat
}

# hackbench over and over until the kernel has counted so many switches.
load() {
	local end=$(($(ctxt) + EVENTS + 1000)) i
	for ((i = 0; i < 1000; i++)); do
		[ "$(ctxt)" -lt "$end" ] || return 0
		hackbench -p -g 1 -f 20 -l 200 > /dev/null || return 1
	done
	return 1
}
export EVENTS
export -f load ctxt

"$OSCOPE" verify --json -o "$TMP/verify" -- bash -c load
status=$?
check "verify ends with status 0" is "$status == 0"
check "at least $EVENTS switches were compared" is "$(json "$TMP/verify" .totals.events) >= $EVENTS"
check "no identity failed" jq -e '.totals.failed == 0 and ([.rows[].ok] | all)' "$TMP/verify"
check "nothing was lost" is "$(json "$TMP/verify" .lost.total) == 0"
rows() { # REPORT IDENTITY FILTER: one of each source, SOURCE in its name, for all of which this holds
	jq -e --arg is "$2" '(.source | split(",")) as $of | [.rows[] | select([.identity] | inside($of | map(. + $is)))] |
		length == ($of | length) and all('"$3"')' "$1"
}
check "... which is an identity of each source" rows "$TMP/verify" " = 0: lost" '.left == 0 and .right_high == 0 and .allowed == 0'
check "tasks made are those of /proc/stat" rows "$TMP/verify" " = processes: creations" '.left >= 40 and .ok and
	.left >= .right_low - .allowed and .left <= .right_high + .allowed'
check "no identity comes twice" jq -e '[.rows[].identity] | length == (unique | length)' "$TMP/verify"
echo "# sources: $(json "$TMP/verify" .source), $(json "$TMP/verify" .totals.identities) identities," \
	"$(json "$TMP/verify" .totals.events) events"
if [ -e /dev/oscope ]; then
	check "the module was one of the sources" jq -e '.source == "kmod,bpf"' "$TMP/verify"
else
	skip "the module was one of the sources" "it is not loaded"
fi

# Its own load, of which it knows all.
check "of its own load it knows more" "$OSCOPE" verify -d 500ms --json -o "$TMP/own"
known() { json "$TMP/own" "[.rows[] | select(.identity | test(\"$1\"))]"; }
sources=$(json "$TMP/own" .source | tr ',' '\n' | wc -l)
check "... how often it slept and was preempted, by the kernel" is \
	"$(known ' = status: ' | jq length) == 2 * $sources && $(known ' = status: ' | jq 'map(.left) | add') > 100"
# The module sees what communicates if it was told to.
follow=1
[ ! -e /dev/oscope ] || [ "$(cat /sys/kernel/oscope/ipc)" != 1 ] || follow=2
check "... each message and byte that it read and wrote" is "$(known ' = load: .*it (read|wrote)' | jq length) == 4 * $follow &&
	$(known ' = load: .*it (read|wrote)' | jq 'map(.left) | unique | length') == 1"
check "... to the last one" is "$(known ' = (status|load): ' | jq 'map(select(.difference != 0 or .allowed != 0)) | length') == 0"
# Sent and received, by each source.
through() {
	json "$TMP/own" '.rows[] | select(.identity | test(" = load: messages (into|out of) an? ")) |
		"\(.identity | sub("^.* an? "; "")) \(.left) \(.right_low)"' | sort | uniq -c | awk '{ print $1, $2, $3, $4 }'
}
check "... each message that it sends itself through what else there is" diff \
	<(for what in eventfd unix-dgram unix-stream; do echo "$((2 * follow)) $what 100 100"; done) <(through)
for what in "processes made" "... that ended" "... that were reaped"; do
	check "... of the processes that it makes: $what" rows "$TMP/own" " = load: $what" \
		'.left == 202 and .right_low == 202 and .right_high == 202'
done
check "... turns of those that compute, by schedstat" rows "$TMP/own" " = schedstat: turns of those that compute" \
	'.left >= 2 and .allowed == 0 and .ok'
times=(" = rusage: ns that those that compute ran" " = schedstat: ns that they ran" " = schedstat: ns that they waited for a CPU")
all_times() { # FILTER
	local what
	for what in "${times[@]}"; do rows "$TMP/own" "$what" "$1" || return; done
}
if [ "$(json "$TMP/own" .virt)" = tcg ]; then
	check "... no times, which are an emulator's" is "$(known ': ns ' | jq length) == 0"
else
	# Half a second: 25 ms each, and each waits while the other runs.
	check "... how long they ran and waited" all_times '.left >= 10000000 and .ok and
		.allowed < 0.5 * .left'
fi
check "all that of the shortest load, too" "$OSCOPE" verify -q -d 1ms -o "$TMP/short"
finish
