#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Process ids that come again: births, deaths and ledgers of two lives with one number are two, and no time reaches
# from one into the other. T18 has the same of switches.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
n=25
cases=7
plan $((2 * cases))

if [ -z "${OSCOPE_VM_ACCEL-}" ]; then
	skip_rest_of_plan "process ids are few in a machine of our own only"
	exit
fi
was=$(cat /proc/sys/kernel/pid_max)
trap 'echo "$was" > /proc/sys/kernel/pid_max; rm -rf "$TMP"' EXIT
echo 400 > /proc/sys/kernel/pid_max
# overlaps REPORT TIME: lives with the number of another one that began before the first was over, and ended by TIME
# after its start.
overlaps() {
	jq "[.rows | map(select(.task.start_ns > 0)) | group_by(.task.tid)[] | sort_by(.task.start_ns) | . as \$lives |
		range(length - 1) | [\$lives[.], \$lives[. + 1]] |
		select((.[0] | .task.start_ns + ($2)) > .[1].task.start_ns)] | length" "$1"
}
again() { jq '[.rows | group_by(.task.tid)[] | select(length > 1)] | length' "$1"; }
unique() { jq -e '.rows | map([.task.tid, .task.start_ns]) | length == (unique | length)' "$1"; }
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: process ids that come again" "source not usable here"; done
		continue
	fi
	"$OSCOPE" spawn --source "$s" --by task --json -o "$TMP/spawn" -- ./births $n
	check "$s: births: a row for each life" is "$(jq '.rows | length' "$TMP/spawn") == 6 * $n"
	check "$s: ... a number and a start are of one life" unique "$TMP/spawn"
	check "$s: ... though numbers came again" is "$(again "$TMP/spawn") > 20"
	check "$s: ... no time of another life" is "$(overlaps "$TMP/spawn" '[.first_run_ns, .exec_ns, .lifetime_ns | numbers] | max // 0') == 0"
	"$OSCOPE" zombies --source "$s" --by task --json -o "$TMP/zombies" -- ./births $n
	check "$s: deaths: a row for each, waited for, none of another life" is "$(unique "$TMP/zombies" | grep -c true) == 1 &&
		$(jq '[.rows[] | select(.how == "waited")] | length' "$TMP/zombies") == 5 * $n + 1 &&
		$(overlaps "$TMP/zombies" .zombie_ns) == 0"
	"$OSCOPE" states --source "$s" --json -o "$TMP/states" -- ./births $n
	check "$s: ledgers: a row for each, which adds up" is "$(jq '.rows | length' "$TMP/states") == 6 * $n + 1 &&
		$(jq .totals.residual_ns "$TMP/states") == 0"
	check "$s: ... no time of another life" is "$(overlaps "$TMP/states" '.lifetime_ns') == 0"
done
finish
