#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What making processes costs in memory: page tables by the size of the maker, page faults of the child and of
# its maker, each charged once; who shares memory pays for none; huge pages are told apart. A recording says so, too.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
n=10	# more than the shell starts of them
! emulated || n=7
mib=80
cases=12
plan $((2 * cases + 5))

of() { # KIND COLUMN
	jq ".rows[] | select(.kind == \"$1\").$2" "$TMP/report"
}
# What is made one after the other, by a process each.
copies=("0 0 0 small" "$mib 0 0 small" "$mib 0 1000 small" "$mib 500 0 small" "$mib 500 0 twins" "$mib 500 0 late")
# all I COLUMN: of the copies of line I in all; each I COLUMN LEAST MOST: of each between these two.
rows='[.rows[] | select(.kind == "fork")] | group_by(.maker.tid) | map(select(length >= '$n')) | sort_by(.[0].at_ns) | .'
all() { jq "${rows}[$1] | map(.$2) | add" "$TMP/tasks"; }
each() { jq -e "${rows}[$1] | length >= $n and all(.[]; .$2 >= $3 and .$2 <= $4)" "$TMP/tasks"; }

for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: memory" "source not usable here"; done
		continue
	fi
	"$OSCOPE" spawn --source "$s" --json -o "$TMP/report" -- ./births $n
	check "$s: who shares the memory copies no page tables" is \
		"$(of vfork page_tables) + $(of clone page_tables) + $(of thread page_tables) == 0"
	check "$s: each copy has some" is "$(of fork page_tables) >= 2 * $n * 4"
	check "$s: makers' faults are charged to copies alone" is \
		"$(of vfork maker_faults) + $(of clone maker_faults) + $(of thread maker_faults) == 0"
	"$OSCOPE" spawn --source "$s" --by task --json -o "$TMP/tasks" -- \
		bash -c "$(printf "./copies $n %s;" "${copies[@]}") :"
	# A page of the lowest level for 2 MiB, and what any program has; two more or less, as addresses fall.
	bare=$(($(all 0 page_tables) / n))
	check "$s: page tables are those of $mib MiB" each 1 page_tables $((mib / 2 + 1)) $((mib / 2 + bare + 2))
	check "$s: the maker is as large as it is" each 1 parent_rss_bytes $((mib << 20)) $(((mib + 16) << 20))
	check "$s: a child that writes 1000 pages has as many faults" each 2 child_faults 1000 1050
	check "$s: ... which its maker has not" each 2 maker_faults 0 20
	check "$s: a maker that writes 500 pages meanwhile has as many" each 3 maker_faults 500 520
	check "$s: ... and for two copies at a time once each" each 4 maker_faults 500 520
	check "$s: ... and none when the child has gone" each 5 maker_faults 0 20
	"$OSCOPE" spawn --source "$s" --by memory --json -o "$TMP/report" -- \
		bash -c "./copies $n 0 0 0 small; ./copies $n $mib 0 0 small; ./copies $n $mib 0 0 huge"
	if [ -e /sys/kernel/mm/transparent_hugepage ]; then
		check "$s: rows by size and huge pages" jq -e "[.rows[] | select(.kind == \"fork\" and
			.parent_rss_bytes >= 67108864) | [.parent_rss_bytes, .thp, .count]] ==
			[[67108864, false, $n], [67108864, true, $n]]" "$TMP/report"
	else
		skip "$s: rows by size and huge pages" "this kernel has no transparent huge pages"
	fi
	# As many pages of page tables: one is kept for when a huge page is split.
	check "$s: ... each with its page tables and its costs" jq -e "[.rows[] | select(.kind == \"fork\" and
		.parent_rss_bytes >= 67108864)] | length > 0 and
		all(.[]; .page_tables > .count * $mib / 2 and .cost_ns.count == .count)" "$TMP/report"
done

"$OSCOPE" record -q -e task,spawn -o "$TMP/rec" -- ./copies $n $mib 500 1000 twins
"$OSCOPE" spawn -r "$TMP/rec" --json -o "$TMP/report"
check "a recording says the same" is "$(of fork page_tables) > $n * $mib &&
	$(of fork child_faults) >= 2 * $n * 1000 && $(of fork maker_faults) >= 2 * $n * 500 && $(of fork maker_faults) < 2 * $n * 520"
"$OSCOPE" spawn -r "$TMP/rec" --by task --json -o "$TMP/tasks"
check "... and so do its tasks" is "$(all 0 page_tables) == $(of fork page_tables) &&
	$(all 0 child_faults) == $(of fork child_faults) && $(all 0 maker_faults) == $(of fork maker_faults)"
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		skip "$s: a recording without it" "source not usable here"
		continue
	fi
	"$OSCOPE" record -q --source "$s" -e task -o "$TMP/rec" -d 100ms
	"$OSCOPE" spawn -r "$TMP/rec" --json -o "$TMP/report"
	check "$s: a recording without it says that it is not captured" jq -e '.not_captured | index("page_tables") and
		index("child_faults") and index("maker_faults") and index("cost_ns") and index("first_run_ns")' "$TMP/report"
done
check "text fits 80 columns" bash -c "'$OSCOPE' spawn --by memory -o $TMP/text -- ./copies 2 $mib 500 1000 &&
	! grep -E '.{81}' $TMP/text"
finish
