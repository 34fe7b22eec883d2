#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# /proc/oscope/zombies: none that there is is missing, none is there that is none, each with its parent, its
# end and its age; also who was one before the load, who has an odd name, and under a storm of them.
. ./lib.sh
plan 14
n=20
table=$PROC/zombies

# column NAME of the rows whose parent is PPID.
column() { # NAME PPID
	awk -v name="$1" -v ppid="$2" 'NR == 2 { for (i = 1; i <= NF; i++) at[$i] = i }
		NR > 2 && $2 == ppid { print $at[name] }' $table
}
held() { # NAME FILE: n zombies of a parent that waits for the end of its input
	mkfifo "$TMP/$1"
	../live/deaths held $n < "$TMP/$1" > "$TMP/$1.said" & holder=$!
	exec {end}> "$TMP/$1"
	until grep -q ready "$TMP/$1.said"; do kill -0 $holder || break; sleep 0.1; done
}
# As the kernel says: those in state Z whose other threads have gone. Not ps, which takes a second in an emulator.
kernel_has() {
	cat /proc/[0-9]*/stat 2> /dev/null | awk '{ pid = $1; sub(/.*\) /, ""); if ($1 == "Z" && $18 == 1) print pid }' | sort -n
}
module_has() { awk 'NR > 2 { print $1 }' $table | sort -n; }

held before
before=$holder before_end=$end
load
check "who was one before the load is there" is "$(column pid $before | wc -l) == $n"
check "... and for how long is not known" is "\"$(column age_ns $before | sort -u)\" == \"-\""
held after
after=$holder after_end=$end
check "who became one after it is there" is "$(column pid $after | wc -l) == $n"
check "... with its code" is "\"$(column exit_code $after | sort -n | xargs)\" == \"$(seq 0 $((n - 1)) | xargs)\""
first=$(column age_ns $after | sort -n | head -1)
check "... for as long as it is" is "$first > 0 && $(column age_ns $after | sort -n | head -1) > $first"
check "they are those that the kernel has" diff <(kernel_has) <(module_has)
../live/deaths killed $n 600000 & killer=$!
until [ "$(column pid $killer | wc -l)" = $n ]; do kill -0 $killer || break; sleep 0.1; done
check "killed by a signal" is "\"$(column signal $killer | sort -u)\" == \"9\" && \"$(column exit_code $killer | sort -u)\" == \"-\""
kill -KILL $killer
wait $killer 2> /dev/null
# A name that would be three words, or another line.
perl -e '$0 = "a b\n\\c"; exit 3 unless fork; sleep 600' & odd=$!
until [ "$(column pid $odd | wc -l)" = 1 ]; do kill -0 $odd || break; sleep 0.1; done
check "a name is one word" is "\"$(column comm $odd | sed 's/\\/%/g')\" == \"a%040b%012%134c\""
kill $odd
wait $odd 2> /dev/null
# In a namespace of its own: what the table has, and what ps says.
in_namespace() {
	exec 3<> "$TMP/inner"
	../live/deaths held 3 <&3 > "$TMP/inner.said" &
	until grep -q ready "$TMP/inner.said"; do kill -0 $! || break; sleep 0.1; done
	awk 'NR > 2 { print $1, $2 }' "$1" | sort -n > "$TMP/inner.table"
	ps -eo pid=,ppid=,stat= | awk '$3 ~ /^Z/ { print $1, $2 }' | sort -n > "$TMP/inner.ps"
	kill $!
}
mkfifo "$TMP/inner"
export TMP
export -f in_namespace
unshare -pf --mount-proc bash -c "in_namespace $table"
check "a namespace sees its own, by its numbers" diff "$TMP/inner.ps" "$TMP/inner.table"
check "... which are three" is "$(wc -l < "$TMP/inner.table") == 3"
# While stress-ng makes them: who is there before and after a look is in it, and who is in it was one.
# Before the storm, which takes all that an emulator has, and without a program for each one.
stress-ng --zombie 2 --zombie-max 50 -t 300s > /dev/null 2>&1 & stress=$!
chrt -f -p 1 $$
alive() { # those of standard input that are there and no zombies
	local pid stat
	while read -r pid; do
		{ read -r stat < "/proc/$pid/stat"; } 2> /dev/null || continue
		[[ ${stat##*) } = Z* ]] || echo "$pid"
	done
}
until [ "$(kernel_has | wc -l)" -gt $((2 * n + 10)) ]; do kill -0 $stress || break; sleep 0.1; done
missed=0 invented=0 looks=0 others=0 enough=10
! emulated || enough=5
kernel_has > "$TMP/3"
until [ $looks -ge $enough ]; do
	mv "$TMP/3" "$TMP/0"
	sleep 0.1	# for the storm
	kernel_has > "$TMP/1"
	module_has > "$TMP/2"
	kernel_has > "$TMP/3"
	missed=$((missed + $(comm -23 <(comm -12 <(sort "$TMP/1") <(sort "$TMP/3")) <(sort "$TMP/2") | wc -l)))
	invented=$((invented + $(sort "$TMP/2" | comm -13 <(sort -u "$TMP/1" "$TMP/3") - | alive | wc -l)))
	others=$((others + $(sort "$TMP/1" | comm -13 <(sort "$TMP/0") - | wc -l)))
	looks=$((looks + 1))
done
kill $stress
goes_on=$?
chrt -o -p 0 $$
wait $stress 2> /dev/null
echo "# $others zombies came between looks"
check "under a storm: none missed, none invented in $looks looks" is "$missed == 0 && $invented == 0 && $goes_on == 0 &&
	$others > $looks"
exec {before_end}>&- {after_end}>&-
wait $before $after
check "they were waited for, and are gone" is "$(column pid $before | wc -l) + $(column pid $after | wc -l) == 0"
check "nothing else is left" diff <(kernel_has) <(module_has)
check "unloads" unload
finish
