#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# While stress-ng makes zombies, a history of them against looks through /proc: each that was there at a look is in
# it, by its number and its start, for as long as it was found; and who is in it for longer than what lies between
# two looks was found.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
cases=6
plan $((2 * cases))

# So many that each is one for longer than a look takes, which is 10 times as long in an emulator.
most=100 share=0.5 seconds=3 tick=$((1000000000 / $(getconf CLK_TCK)))
! emulated || most=20 share=0.1 seconds=2
# What a wait that has let go of a zombie takes until it is done.
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
			else if (which && ($3 + slack < least[$1, which] || $3 > longest[$1, which] + slack))
				print "other time:", $0, "not from", least[$1, which], "to", longest[$1, which]
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
for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: zombies under stress" "source not usable here"; done
		continue
	fi
	"$OSCOPE" zombies --by task --source "$s" --json -o "$TMP/report" -- \
		./undead "$TMP/looks" stress-ng --zombie 2 --zombie-max $most -t ${seconds}s > /dev/null 2>&1
	compare > "$TMP/differences"
	found=$(grep -cv '^0 ' "$TMP/looks") looks=$(awk '!$1 { print $2 }' "$TMP/looks")
	echo "# $s: $found zombies found in $looks looks; history: $(json "$TMP/report" '.totals.exits') ends"
	check "$s: nothing lost, none unknown, none left" jq -e '.lost.total == 0 and .totals.unknown == 0 and .totals.live == 0' "$TMP/report"
	check "$s: looks have found more than $most, and enough of those in the history" is \
		"$found > $most && $found > $share * $(json "$TMP/report" .totals.exits)"
	check "$s: none is missed, and each is there once" none missed
	check "$s: none is invented" none invented
	check "$s: each was one for as long as it was found" none "other time"
	check "$s: somebody waited for each" jq -e '.totals.reaped == .totals.exits and .totals.self_reaped == 0' "$TMP/report"
done
finish
