#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A packed recording is reported as the one that it is made of, and damage to it is told.
. ./lib.sh
reports=("switch --by kind" "switch --by task" "switch --by pair" "switch --by cpu" states spawn "spawn --events" zombies)
set -- kinds spawns nothing
plan $(($# + 5))

repack() { ../replay/repack "$TMP/$1" "$TMP/$2" "$3" && chmod 644 "$TMP/$2"; }
# report FILE REPORT...: without when it was made
report() {
	unprivileged "$TMP/oscope" "${@:2}" -r "$TMP/$1" --json 2>&1 | jq -c 'if type == "object" then del(.own_cost_ns) else . end' 2>&1
}
alike() {
	local line
	for line in "${reports[@]}"; do
		read -ra line <<< "$line"
		diff <(report "$1" "${line[@]}") <(report "$1.packed" "${line[@]}") || return 1
	done
}
for case in "$@"; do
	recording "$case"
	repack "$case" "$case.packed" 1
	check "$case: each report as before" alike "$case"
done
repack kinds.packed kinds.again 0
check "unpacked again it is the same, but for where chunks begin" diff <(report kinds switch --by task) <(report kinds.again switch --by task)

# The first byte behind the packed slots' own head, and some more, as many as there are.
at=$(stat -c %s "$TMP/kinds.packed")
turned() { # BYTE: a copy with that byte turned
	cp "$TMP/kinds.packed" "$TMP/turned"
	printf '%b' "\\x$(printf %02x $((0x$(od -An -tx1 -j "$1" -N 1 "$TMP/turned" | tr -d ' ') ^ 0x10)))" | dd of="$TMP/turned" bs=1 seek="$1" conv=notrunc status=none
}
damage_shows() {
	local i said
	for ((i = at * 6 / 10; i < at * 6 / 10 + 24; i++)); do
		turned $i
		said=$("$TMP/oscope" switch -r "$TMP/turned" -o /dev/null 2>&1) && { echo "byte $i of $at: not seen"; return 1; }
		[[ $said = *"damaged at byte"* ]] || { echo "byte $i: $said"; return 1; }
	done
}
check "a byte that is another is damage, and told where" damage_shows
head -c $((at * 6 / 10)) "$TMP/kinds.packed" > "$TMP/cut"
check "cut within packed slots: up to the last whole chunk, and said" bash -c "'$TMP/oscope' switch -r '$TMP/cut' -o /dev/null 2> '$TMP/err' && grep -q 'cut short' '$TMP/err'"
recording long
repack long long.packed 1
check "a long one takes a third at most" is "$(stat -c %s "$TMP/long.packed") * 3 <= $(stat -c %s "$TMP/long")"
check "... and a higher level is none" bash -c "'$OSCOPE' record -z 20 -o '$TMP/x' -- true 2> '$TMP/err'; [ \$? = 125 ] && grep -q 'from 0' '$TMP/err'"
finish
