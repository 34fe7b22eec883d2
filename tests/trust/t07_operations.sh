#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T7: every operation on every file of the module, wrong ones too: each refusal is documented, nothing
# hangs, and the module goes on counting.
. ./lib.sh
: "${SEEDS:=1}" "${FIRST:=1}" "${STRESS:=2}"
page=$OSCOPE_SRC/Documentation/man/oscope.4.rst
plan $((SEEDS + 9))

# The table of the manual page's section ERRORS as lines "CALL WHERE ERRNO...". A column is as wide as
# its line of '='; a row whose first column is empty goes on from the one above.
documented() {
	awk '/^ERRORS$/ { on = 1 }
		on && /^===/ && NF > 1 {
			n = 0
			for (at = 1; at <= length($0); at++)
				if (substr(" " $0, at, 2) == " =") start[++n] = at
			start[n + 1] = 200
			if (++rules == 3) exit
			next
		}
		on && rules == 1 { for (i = 3; i <= n; i++) where[i] = cell(i) }
		on && rules == 2 {
			if (cell(1) != "") call = cell(1)
			for (i = 3; i <= n; i++) print call, where[i], cell(2), cell(i)
		}
		function cell(i) {
			text = substr($0, start[i], start[i + 1] - start[i])
			gsub(/^ +| +$/, "", text)
			return text
		}' "$page"
}

counts() {
	local before
	before=$(cat $SYS/events)
	hackbench -g 1 -f 5 -l 20 > /dev/null
	[ "$(cat $SYS/enabled)" = 1 ] && [ "$(cat $SYS/events)" -gt "$before" ]
}

# stress-ng's own walks, with nothing to be found there but our files. It says how much it did; where
# that is nothing, for a kernel of our own is slow, it has more time.
stress() { # STRESSOR OPTION...: with $ours as the only folder of $over, if that is set
	local seconds into=() operations=0
	[ -z "${over-}" ] || into=(unshare -m sh -c 'mount --bind "$0" /mnt && mount -t tmpfs none "$1" &&
		mkdir "$1/oscope" && mount --bind /mnt "$1/oscope" && shift && exec "$@"' "$ours" "$over")
	for ((seconds = STRESS; operations == 0 && seconds <= 64 * STRESS; seconds *= 4)); do
		"${into[@]}" stress-ng "--$1" 2 -t ${seconds}s --metrics "${@:2}" > "$TMP/stress" 2>&1 ||
			{ cat "$TMP/stress"; return 1; }
		operations=$(awk -v name="$1" '$4 == name { print $5 }' "$TMP/stress")
	done
	echo "# figure: stress-ng --$1: $operations operations" >> "$TMP/figures"
	[ "$operations" -gt 0 ]
}

# The kernel's own walk of /proc, where there is nothing but our tables.
selftest() {
	unshare -m sh -c 'mount --bind "$0" /proc && exec "$@"' $PROC ./selftest_proc_read
}

load
documented > "$TMP/documented"
check "the manual page has a table of errors" is "$(wc -l < "$TMP/documented") >= 24"
begin=$SECONDS
for ((seed = FIRST; seed < FIRST + SEEDS; seed++)); do
	./fuzz $seed "$TMP/documented" $PROC/* $SYS/* /dev/oscope > "$TMP/fuzz" 2>&1
	status=$?
	check "seed $seed: every refusal is documented" is "$status == 0"
	sed 's/^/# /' "$TMP/fuzz"
	tail -n 1 "$TMP/fuzz" >> "$TMP/seeds"
	echo 1 > $SYS/enabled
done
figure "$SEEDS seeds in $((SECONDS - begin)) s, calls $(awk '{ n += $3; r += $5 } END { print n ", refused " r }' "$TMP/seeds")"
check "nothing holds the module" is "$(cat /sys/module/oscope/refcnt) == 0"
check "it counts" counts
ours=$PROC over=/proc
check "stress-ng --procfs on our tables" stress procfs
ours=$SYS over=/sys
check "stress-ng --sysfs on our values" stress sysfs
over=''
check "the kernel's selftest proc/read on our tables" selftest
check "stress-ng --dev on our device" stress dev --dev-file /dev/oscope
cat "$TMP/figures"
echo 1 > $SYS/enabled
check "it counts still" counts
check "it can be unloaded" unload
finish
