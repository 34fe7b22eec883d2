#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# /proc/oscope/spawn: what is made is counted by kind from the load on, with its first runs, programs, ends, page tables
# and page faults; also who was there before makes some; what ran unseen has no first run; and without tasks' ends.
. ./lib.sh
plan 16
n=20
! emulated || n=10
table=$PROC/spawn
# Without a fork of ours: what follows is the shell's one, and what the program makes.
before() { mapfile -t was < $table; }
after() { mapfile -t now < $table; }
grew() { # KIND COLUMN: by how much between the two
	paste -d ' ' <(printf '%s\n' "${was[@]}") <(printf '%s\n' "${now[@]}") | awk -v kind="$1" -v name="$2" '
		NR == 2 { for (i = 1; i <= NF / 2; i++) at[$i] = i }
		$1 == kind { print $(NF / 2 + at[name]) - $at[name] }'
}
each() { # COLUMN: of fork, vfork, clone, thread
	echo "$(grew fork "$1") $(grew vfork "$1") $(grew clone "$1") $(grew thread "$1")"
}
same() { [ "$1" = "$2" ] || { echo "$1 and not $2"; return 1; }; }

load
check "kinds, each once" same "$(awk 'NR > 2 { print $1 }' $table | xargs)" "fork vfork clone thread kthread worker"
before
../live/births $n
after
check "as many as were made" same "$(each count)" "$((2 * n + 1)) $((2 * n)) $n $n"
check "... which have all run" same "$(each runs)" "$(each count)"
check "... and ended" same "$(each exits)" "$(each count)"
check "... some with a program" same "$(each execs)" "$((n + 1)) $n 0 0"
check "they have waited for a CPU" is "$(grew fork first_run_ns) > 0 && $(grew thread first_run_ns) > 0"
check "who shares the memory copies no page tables" is "$(grew fork page_tables) >= 2 * $n * 4 &&
	$(grew vfork page_tables) + $(grew clone page_tables) + $(grew thread page_tables) == 0"
check "makers' faults are charged to copies alone" is "$(grew fork maker_faults) > 0 &&
	$(grew vfork maker_faults) + $(grew clone maker_faults) + $(grew thread maker_faults) == 0"
before
../live/copies $n 64 500 1000 small
after
check "page tables of 64 MiB, each time" is "$(grew fork page_tables) > $n * 32 && $(grew fork page_tables) < ($n + 1) * 64"
check "1000 faults of each child" is "$(grew fork child_faults) >= $n * 1000 && $(grew fork child_faults) < $n * 1100 + 1000"
check "500 of the maker" is "$(grew fork maker_faults) >= $n * 500 && $(grew fork maker_faults) < $n * 520 + 500"
before
../live/copies $n 64 500 0 twins
after
check "... and of two copies at a time once each" is "$(grew fork maker_faults) >= 2 * $n * 500 && $(grew fork maker_faults) < 2 * $n * 520 + 500"
before
../live/copies $n 64 500 0 late
after
check "... and of none when the child has gone" is "$(grew fork maker_faults) < $n * 20 + 500"
# Two that were made and have run while switches are not counted, and take turns on a CPU: when one comes to it
# again that is not its first run.
switched() { # PID: how often it was made to leave
	local line
	while read -r line; do [[ $line != nonvol* ]] || times=${line##*[[:space:]]}; done < "/proc/$1/status"
}
turns() { # PID: five times more
	local until times
	switched "$1"
	until=$((times + 5))
	while [ "$times" -lt $until ]; do switched "$1"; done
}
echo 0 > $SYS/enabled
taskset -c 0 bash -c 'while :; do :; done' & one=$!
taskset -c 0 bash -c 'while :; do :; done' & other=$!
turns $one
turns $other
before
echo 1 > $SYS/enabled
turns $one
turns $other
after
kill $one $other
wait $one $other 2> /dev/null
check "who ran unseen has no first run" same "$(grew fork runs)" 0
unload
load hide=sched_process_free
before
../live/births $n
after
check "without tasks' ends: as many as were made, none of them tracked" same "$(each count) $(grew fork runs)" "$((2 * n + 1)) $((2 * n)) $n $n 0"
unload
check "unloads" not loaded
finish
