#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The critical path of runs of which it is known: a pipeline with a slow stage, and a lock that one holds for long.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=10
plan $((2 * cases + 4))

# What does not hold is shown with the first of the path.
report() { jq -e "$@" "$TMP/report" || { jq -c '.totals, .rows[:12][]' "$TMP/report"; return 1; }; }
# The run takes as long as the program says, and a little for its start and its end, on a busy machine.
slack=150e6
emulated && slack=3e9 # the program takes long to be loaded
lasts() { is "$(jq .totals.run_ns "$TMP/report") >= $(cat "$TMP/took") &&
	$(jq .totals.run_ns "$TMP/report") <= $(cat "$TMP/took") + $slack"; }
chain='[.rows | to_entries[] | select(.key > 0) | .key as $k | .value.from_ns] as $from | ([.rows[:-1][].to_ns] == $from)'
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: critical path" "source not usable here"; done
		continue
	fi
	critical=("$OSCOPE" critical --source "$s" --json -o "$TMP/report")
	"${critical[@]}" -- ./paths pipeline 40 300 3000 600 > "$TMP/took"
	check "$s: pipeline: nothing is lost" report '.lost.total == 0 and .totals.losses == 0'
	check "$s: of the stages the slow one has most of the path" report '[.rows[] | select(.task.comm |
		test("^stage"))][0].task.comm == "stage2"'
	check "$s: ... it is what runs there" report '([.rows[] | select(.task.comm == "stage2").running_ns] | add) >
		0.5 * ([.rows[] | select(.task.comm | test("^stage")).running_ns] | add)'
	check "$s: ... and next to nothing is unknown" report '.totals.unknown_ns < 0.1 * .totals.run_ns'
	check "$s: the run is as long as it says" lasts
	"${critical[@]}" --by segment -- ./paths convoy 30 3000 > "$TMP/took"
	check "$s: convoy: one segment after the other, from start to end" report "$chain and .rows[0].from_ns == 0 and
		.rows[-1].to_ns == .totals.run_ns"
	check "$s: segments add up to the run" report '.totals.sum_ns == .totals.run_ns and ([.rows[].ns] | add) == .totals.run_ns'
	check "$s: the run is as long as it says" lasts
	check "$s: who holds the lock is who runs on it" report '[.rows[] | select(.state == "running" and .task.tid != .task.pid)] | ([.[] |
		select(.task.comm == "holder") | .ns] | add) > 0.6 * (map(.ns) | add)'
	check "$s: ... while others wait for the lock" report '[.rows[] | select(.task.comm == "holder" and .waited_for == "futex") |
		.ns] | add >= 3e6'
done

# A ping-pong is its own critical path, all of it: of one that is four times as long no more is kept. The first third of a
# trace is not added up yet, so that what a short path is can be compared with.
most=$((3 * 65536))
of_ping_pong() { # ROUNDS
	"$OSCOPE" record -q --source bpf -e switch,wake,task,state -o "$TMP/rec" -- ./pingpong processes "$1" > /dev/null &&
		"$OSCOPE" critical -r "$TMP/rec" --json "${@:2}" -o "$TMP/report"
}
if [[ " ${sources[*]} " != *" bpf "* ]]; then
	for ((i = 0; i < 4; i++)); do skip "critical path of a ping-pong" "source not usable here"; done
elif emulated; then
	for ((i = 0; i < 4; i++)); do skip "critical path of a ping-pong" "so many rounds take too long in an emulator"; done
else
	of_ping_pong 300000
	check "a long ping-pong: its segments are kept as sums" report ".totals.segments > 2 * $most and
		.totals.summed_segments > $most and .totals.kept_segments < $most"
	check "... and add up to the run" report '.totals.sum_ns == .totals.run_ns and
		([.rows[].path_ns] | add) == .totals.run_ns and ([.rows[].segments] | add) == .totals.segments'
	"$OSCOPE" critical -r "$TMP/rec" --by segment --json -o "$TMP/report"
	check "... by segment the last ones are listed, and how many are not is said" report ".rows[-1].to_ns == .totals.run_ns and
		(.rows | length) + .totals.summed_segments == .totals.segments and (.note | test(\"only in the sums\"))"
	check "... one after the other" report "$chain"
fi
finish
