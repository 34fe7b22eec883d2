#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# While stress-ng makes zombies, a history of them against looks through /proc: each that was there at a look is in
# it, by its number and its start, for as long as it was found; and who is in it for longer than what lies between
# two looks was found. Looks miss most of them in an emulator: all ends that the scheduler has told witness of are in
# it, by number and start, of processes that are made afterwards, too; of threads it has the number.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=8
plan $((2 * cases))

# So many at a time that each is one for longer than a look takes, which is 10 times as long in an emulator, and so
# many in all.
most=100 share=0.5 all=6000 tick=$((1000000000 / $(getconf CLK_TCK)))
! emulated || most=20 share=0.1 all=150
afterwards=600 threads=300
# What a wait that has let go of a zombie takes until it is done, which is when it is told where release_task() is not.
slack=10000000
compare() { # differences between both, a line each
	jq -r '.rows[] | [.task.tid, .task.start_ns, .zombie_ns, .how] | @tsv' "$TMP/report" | awk -v tick=$tick -v slack=$slack '
		NR == FNR && $1 { n = ++known[$1]; start[$1, n] = $2; least[$1, n] = $3; longest[$1, n] = $4; next }
		NR == FNR { between = $4; next }
		{
			which = 0
			for (i = 1; i <= known[$1]; i++)
				if ($2 - start[$1, i] > -tick && $2 - start[$1, i] < 2 * tick)
					which = i
			if (which)
				seen[$1, which]++
			if (!which && $3 > between + slack)
				print "invented:", $0, "though at most", between, "lie between two looks"
			else if (which && $3 + slack < least[$1, which])
				print "too short:", $0, "and not", least[$1, which]
			else if (which && $3 > longest[$1, which] + slack)
				print "too long:", $0, "and not", longest[$1, which]
		}
		END {
			for (tid in known) for (i = 1; i <= known[tid]; i++)
				if (seen[tid, i] != 1)
					print "missed:", tid, start[tid, i], "rows", seen[tid, i] + 0
		}' "$TMP/looks" -
}
none() { # WORD: no difference of this kind
	! grep "^$1:" "$TMP/differences"
}
# How many have ended that are no row: threads are none.
no_rows() {
	awk 'NR == FNR { known[$1 " " $2]; next } $3 && !($1 " " $2 in known) { n++ } END { print n + 0 }' \
		<(jq -r '.rows[].task | "\(.tid) \(.start_ns)"' "$TMP/report") "$TMP/said"
}
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: zombies under stress" "source not usable here"; done
		continue
	fi
	"$OSCOPE" zombies --by task --source "$s" --json -o "$TMP/report" -- \
		./witness "$TMP/said" bash -c "./undead '$TMP/looks' stress-ng --zombie 2 --zombie-max $most --zombie-ops $all
			./multitude storm $afterwards 0; ./multitude threads $threads" > /dev/null 2>&1
	compare > "$TMP/differences"
	found=$(grep -cv '^0 ' "$TMP/looks") looks=$(awk '!$1 { print $2 }' "$TMP/looks")
	ends=$(awk '$3' "$TMP/said" | wc -l)
	echo "# $s: $found zombies found in $looks looks; $ends ends; history: $(json "$TMP/report" '.totals.exits')"
	check "$s: nothing lost, none unknown, none left" jq -e '.lost.total == 0 and .totals.unknown == 0 and .totals.live == 0' "$TMP/report"
	check "$s: looks have found enough of those in the history" is \
		"$found > $share * ($(json "$TMP/report" .totals.exits) - $afterwards) && $ends > $all"
	check "$s: all $ends ends are there, those of threads as a number" is "$ends > $afterwards + $threads + $found &&
		$(no_rows) == $threads && $(json "$TMP/report" .totals.threads) == $threads"
	check "$s: no zombie is missed, and each is there once" none missed
	check "$s: none is invented" none invented
	check "$s: each was one for as long as it was found" none "too short"
	check "$s: ... and not for longer, but for few whose reaper had to give way" is "$(grep -c '^too long' "$TMP/differences") <= 0.01 * $found"
	check "$s: somebody waited for each" jq -e '.totals.reaped == .totals.exits and .totals.self_reaped == 0' "$TMP/report"
done
finish
