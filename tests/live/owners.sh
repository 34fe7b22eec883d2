#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A row is its task's alone, and goes with it: who gives a name to a task that has just ended does not give it to the
# one that has got its row; and a task whose end fires no event under its own number leaves no row for ever.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=6
plan $((2 * cases + 1))

tasks=1024 failed=1100 longest=2000000000 wait=3	# "soon" is less than who stays for ever
! emulated || failed=100 longest=3000000000 wait=6
report() { jq -e "$@" "$TMP/report"; }
# A program that the kernel begins to load, and cannot, when the process has given up what it was: its only part
# lies where none may.
perl -e 'print pack("A4 C12 v v V Q Q Q V v v v v v v", "\x7fELF", 2, 1, 1, (0) x 9, 2, 62, 1, 0x400000, 64, 0, 0, 64, 56, 1, 0, 0, 0),
	pack("V V Q Q Q Q Q Q", 1, 5, 0, 0xffff800000000000, 0xffff800000000000, 0x1000, 0x1000, 0x1000), "\0" x 8192' > "$TMP/broken"
chmod +x "$TMP/broken"
cp exec_thread "$TMP"
# N processes, one after the other, in which another thread than the first tries to execute that.
fails() { echo "ulimit -c 0; for ((i = 0; i < $1; i++)); do $TMP/exec_thread 0 1 $TMP/broken; done 2> /dev/null"; }
check "a program that cannot be loaded ends the process by a signal" bash -c "$(fails 1) | grep -q .; [ \${PIPESTATUS[0]} -gt 128 ]"

for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: rows" "source not usable here"; done
		continue
	fi
	# As many tasks as there are rows, so that the row of who ends goes to who is made next; the module's
	# are the whole machine's.
	few=()
	[ "$s" = kmod ] || few=(--tasks "$tasks")
	"$OSCOPE" states --source "$s" "${few[@]}" --json -o "$TMP/report" -- ./renames $((tasks - 2)) $((tasks - 20)) > "$TMP/said"
	# One may find the only row in the hands of who gives a name; then it has none, and that is counted.
	lost=$(json "$TMP/report" .lost.total)
	check "$s: next to nothing is lost" is "$lost <= 10"
	check "$s: names are those of who was given them" report '[.rows[].task | select(.comm // "" | test("^r[0-9]+$")) |
		select(.comm != "r\(.tid)")] == []'
	jq -r '.rows[].task | select(.comm == "renames") | .tid' "$TMP/report" | sort > "$TMP/rows"
	check "$s: who stayed is there, by its number and with its name" is \
		"$(sort "$TMP/said" | comm -23 - "$TMP/rows" | wc -l) <= $lost && $(wc -l < "$TMP/said") == $((tasks - 20))"
	"$OSCOPE" states --source "$s" --json -o "$TMP/report" -- bash -c "$(fails 10); read -rt $wait <> <(:)" > "$TMP/said"
	jq -r '.rows[] | select(has("task")) | [.task.tid, .lifetime_ns] | @tsv' "$TMP/report" > "$TMP/rows"
	check "$s: a thread that could not execute a program: its row is there" is \
		"$(cut -f 1 "$TMP/rows" | grep -cxFf "$TMP/said") == 10"
	check "$s: ... and ends soon after it" is "$(awk 'NR == FNR { said[$1]; next } $1 in said && $2 > longest { print }' \
		longest=$longest "$TMP/said" "$TMP/rows" | wc -l) == 0"
	if [ "$s" = kmod ]; then
		skip "$s: rows are found again" "there are as many as the machine has tasks"
		continue
	fi
	"$OSCOPE" switch --by task --source "$s" --tasks $tasks --json -o "$TMP/report" -- bash -c "$(fails $failed)" > /dev/null
	check "$s: ... $failed of them, and there are rows for all" report '.lost.total == 0'
done
finish
