#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T8: tables are whole however they are read, while tasks come and go: those of /proc/oscope whose rows are
# CPUs, those whose rows are zombies, tasks, reasons and kinds, and tasks where else they are: in the rows that the device maps, and
# in the stream, which begins with a record of each.
. ./lib.sh
: "${ROUNDS:=10}" "${TASKS:=2000}"
# Processes a second that come and go beside it: a tenth of 200 where an emulator checks every access and lock,
# too, since one takes 10 to 20 ms of a CPU there.
[ ! -e /proc/lockdep_stats ] || ! emulated || : "${FORKS:=20}"
: "${FORKS:=200}"
plan 9
cpus=$(getconf _NPROCESSORS_ONLN)

# Every file: each row has a cell a column, each key is there once, all CPUs are there for each key; the
# row "total" is the sum of the others. What is no sum: rates, and all but the count of a histogram.
tables_whole() {
	awk -v cpus="$cpus" -v files="$#" '
	function bad(what) { print FILENAME ": " what ": " $0; failed = 1; exit 1 }
	function end_table(i) {
		if (!rows) return
		for (i = summed_first; i <= summed_last; i++)
			for (k in total) {
				split(k, at, SUBSEP)
				if (at[2] == i && total[k] != sum[k]) bad("column " i ": " total[k] " is not " sum[k])
			}
		if (rows != (1 + cpus) * keys) bad(rows " rows for " keys " keys")
	}
	FNR == 1 {
		end_table()
		delete seen; delete total; delete sum; delete key
		rows = keys = 0; tables++
		if (!/^# oscope [a-z]+ [0-9]+$/) bad("its first line")
		of_hists = $3 == "latency"
		next
	}
	FNR == 2 {
		columns = NF
		summed_first = of_hists ? 3 : 2; summed_last = of_hists ? 3 : NF - 1
		next
	}
	{
		name = of_hists ? $2 : "-"
		if (NF != columns) bad(NF " cells, " columns " columns")
		if ($1 !~ /^(total|[0-9]+)$/ || seen[$1, name]++) bad("twice")
		if (!key[name]++) keys++
		rows++
		for (i = summed_first; i <= summed_last; i++)
			if ($1 == "total") total[name, i] = $i; else sum[name, i] += $i
	}
	END {
		if (!failed) end_table()
		if (tables != files) { print tables " tables"; exit 1 }
		exit failed
	}' "$@"
}
# rows_whole TABLE KEYS: each that stays is there once, however the file was read; none is there twice; numbers are in order.
rows_whole() {
	local file
	for file in "$TMP/read/$1".*; do
		awk -v table="$1" 'FNR == NR { stays[$1]; n++; next }
			FNR == 1 && $0 != "# oscope " table " 1" { print; exit 1 }
			FNR == 2 { columns = NF }
			FNR > 2 && (NF != columns || seen[$1]++) { print; exit 1 }
			FNR > 2 && $1 ~ /^[0-9]+$/ && $1 + 0 < last { print "not in order: " $0; exit 1 }
			FNR > 2 { last = $1 + 0 }
			FNR > 2 && $1 in stays { found++ }
			END { exit n == 0 || found != n }' "$2" "$file" || { echo "$file"; return 1; }
	done
}
read_rounds() {
	local i
	for ((i = 0; i < ROUNDS; i++)); do
		rm -f "$TMP"/read/*
		./tables read "$TMP/read" $PROC/* && tables_whole "$TMP"/read/{latency,switches}.* &&
			rows_whole zombies "$TMP/stays" && rows_whole tasks "$TMP/stays.tasks" &&
			rows_whole blocked "$TMP/reasons" && rows_whole spawn "$TMP/kinds" || return
	done
}

# Says how many tasks were there from beginning to end, at the least; all of them must be told once.
stayed=1000000000
task_rounds() { # COMMAND...
	local i n
	for ((i = 0; i < ROUNDS; i++)); do
		n=$("$@" 2> "$TMP/wrong") || { head -5 "$TMP/wrong"; return 1; }
		n=${n% *}
		[ "$n" -ge "$stayed" ] || stayed=$n
	done
}

load
awk 'NR > 2 { print $1 }' $PROC/blocked > "$TMP/reasons"
awk 'NR > 2 { print $1 }' $PROC/spawn > "$TMP/kinds"
mkdir "$TMP/read"
echo "test: tables" > /dev/kmsg
coproc CROWD { exec ../kmod/crowd "$TASKS"; }
read -r -t 120 ready <&"${CROWD[0]}"
[ "$ready" = ready ] || echo "# crowd said: $ready"
mkfifo "$TMP/held"
../live/deaths held 200 < "$TMP/held" > "$TMP/held.said" & holder=$!
exec {held}> "$TMP/held"
until grep -q ready "$TMP/held.said"; do kill -0 $holder || break; sleep 0.1; done
ps -o pid= --ppid $holder > "$TMP/stays"
{ cat "$TMP/stays"; ls "/proc/$CROWD_PID/task"; } > "$TMP/stays.tasks"
check "200 zombies stay" is "$(wc -l < "$TMP/stays") == 200"
mkfifo "$TMP/end"
# Before the readers, or it gets its turn too seldom; a little more than is asked for.
chrt -f 1 ./tables forks $((FORKS * 21 / 20)) < "$TMP/end" > "$TMP/forks" &
forker=$!
exec {forks}> "$TMP/end"

begin=$SECONDS
check "files by 1, 100, 4096 and 65536 bytes at once: whole, $ROUNDS rounds" read_rounds
files=$(find $PROC -type f | wc -l)
check "... which are all there are" is "$files >= 2"
task_rounds ./tables rows > "$TMP/out"
check "mapped rows, four readers: each task that stayed is there once, $ROUNDS rounds" is "$? == 0"
sed 's/^/# /' "$TMP/out"
status=0
for size in 256 4096 65536; do
	task_rounds ./tables stream $size > "$TMP/out" || status=1
	sed 's/^/# /' "$TMP/out"
done
check "stream by 256, 4096 and 65536 bytes: each task that stayed is told once, $ROUNDS rounds" is "$status == 0"
check "at least $TASKS tasks stayed" is "$stayed >= $TASKS"
exec {forks}>&-
exec {held}>&-
wait $forker
check "$FORKS processes a second came and went" is "$(awk '{ print $3 }' "$TMP/forks") >= $FORKS"
figure "$files files, rows and stream: $ROUNDS rounds in $((SECONDS - begin)) s beside $(< "$TMP/forks"), $stayed tasks stayed"
buggy() { dmesg | sed -n '/test: tables/,$p' | grep -F 'buggy .next'; }
check "the kernel found no fault in how rows are counted" not buggy
check "nothing went untracked" is "$(cat $SYS/untracked) == 0"
finish
