#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T20: who may see what: everybody at every door, as the manual page says; what is handed on has the
# rights of who opened it; and no name of a user's task is in anything that others can read.
. ./lib.sh
: "${LOCKDOWN:=0}"	# 1: at the end the kernel is locked down, for good

user() { local ids=$1; shift; setpriv --reuid "$ids" --regid "$ids" "$@"; }
as() { # WHO COMMAND...
	local who=$1
	shift
	case $who in
	root) "$@" ;;
	root-without-caps) setpriv --inh-caps=-all --bounding-set=-all "$@" ;;
	root-in-userns) unshare -Ur "$@" ;;
	root-in-pidns) unshare -pf "$@" ;;
	perfmon) user 65534 --clear-groups --inh-caps=+perfmon --ambient-caps=+perfmon "$@" ;;
	ptracer) user 65534 --clear-groups --inh-caps=+sys_ptrace --ambient-caps=+sys_ptrace "$@" ;;
	member) user 65534 --groups 4242 "$@" ;;
	member-in-userns) user 65534 --groups 4242 unshare -Ur "$@" ;;
	nobody) user 65534 --clear-groups "$@" ;;
	nobody-in-userns) user 65534 --clear-groups unshare -Ur "$@" ;;
	*) echo "who is $who?" ;;
	esac
}

# What of the device, in the order of 'door device': open, INFO, counters, tasks, ledgers, sums of who
# has ended, RING, its three areas, TREE, TREE_READ, read.
declare -A device=(
	[all]="ok ok ok ok ok ok ok ok ok ok ok ok ok"
	[trees]="ok ok ok EPERM EPERM EPERM EPERM EPERM EPERM EPERM ok ok EPERM"
	[sums]="ok ok ok EPERM EPERM EPERM EPERM EPERM EPERM EPERM EPERM ENOENT EPERM"
	[EACCES]=EACCES [EPERM]=EPERM
)

# Who may open those tables of /proc that name nobody may open those that do, but for members of the group.
# How it is loaded | who | /proc | totals of /sys | enabled, reset | device.
# modes: as it is made; wide: with modes 666 of /proc/oscope and the device; gid: with gid=4242.
matrix='
modes | root              | ok     | ok | ok     | all
modes | root-without-caps | EACCES | ok | ok     | EACCES
modes | root-in-userns    | EACCES | ok | ok     | EACCES
modes | root-in-pidns     | ok     | ok | ok     | trees
modes | perfmon           | EACCES | ok | EACCES | EACCES
modes | ptracer           | EACCES | ok | EACCES | EACCES
modes | member            | EACCES | ok | EACCES | EACCES
modes | nobody            | EACCES | ok | EACCES | EACCES
modes | nobody-in-userns  | EACCES | ok | EACCES | EACCES
wide  | perfmon           | ok     | ok | EACCES | all
wide  | ptracer           | ok     | ok | EACCES | all
wide  | member            | EACCES | ok | EACCES | EACCES
wide  | nobody            | EACCES | ok | EACCES | EACCES
wide  | nobody-in-userns  | EACCES | ok | EACCES | EACCES
gid   | root              | ok     | ok | ok     | all
gid   | root-without-caps | EACCES | ok | ok     | EACCES
gid   | root-in-userns    | EACCES | ok | ok     | EACCES
gid   | root-in-pidns     | ok     | ok | ok     | trees
gid   | perfmon           | EACCES | ok | EACCES | all
gid   | member            | ok     | ok | EACCES | sums
gid   | member-in-userns  | ok     | ok | EACCES | sums
gid   | nobody            | EACCES | ok | EACCES | EACCES
gid   | nobody-in-userns  | EACCES | ok | EACCES | EACCES
'
# Handed on: who opens, who uses it then | device, but for its opening.
passed='
modes | root          | nobody           | all
modes | root          | nobody-in-userns | all
modes | root          | root-in-pidns    | all
modes | root-in-pidns | root             | trees
gid   | member        | root             | sums
gid   | root          | member           | all
'
rows() { sed 's/ *| */|/g' <<< "$1" | grep -F '|'; }
plan $((2 * $(rows "$matrix" | wc -l) + $(rows "$passed" | wc -l) + 11 + 3 * LOCKDOWN))

same() { # HAVE WANT
	echo "have $1"
	echo "want $2"
	[ "$1" = "$2" ]
}
words() { # of standard input, on one line; a built-in, for programs are dear to start here
	local -a all
	read -r -d '' -a all
	echo "${all[*]}"
}
times() { # WORD N
	local i
	for ((i = 0; i < $2; i++)); do echo "$1"; done
}

# Everything of /sys and /proc for one row, then the device.
values=()
row_check() { # WHO PROC SYS SET DEVICE
	local files names=$2 all=$2
	local -a have want
	[[ $1 != member* ]] || names=EACCES
	[[ $1 != member* && $1 != *pidns ]] || all=EACCES	# who talks to whom: by the kernel's own numbers
	mapfile -t have < <(as "$1" ./door row 2 "$SYS/enabled" "$SYS/reset" "$PROC"/* "${values[@]}")
	files=$({ times "$4" 2; times "$2" 2; times "$all" 2; times "$2" 3; times "$names" 2; times "$3" ${#values[@]}; } | words)
	check "$1: files" same "$(words <<< "${have[0]}")" "$files"
	check "$1: device is for $5" same "$(words <<< "${have[1]-}")" "${device[$5]}"
	read -ra want <<< "${device[$5]}"
	cells=$((cells + 11 + ${#values[@]} + ${#want[@]}))
}
cells=0
rows_check() { # LOAD
	local how who proc sys set dev got
	while IFS='|' read -r how who proc sys set dev; do
		[ "$how" != "$1" ] || row_check "$who" "$proc" "$sys" "$set" "$dev"
	done < <(rows "$matrix")
	while IFS='|' read -r how who proc dev; do
		[ "$how" = "$1" ] || continue
		got=$(as "$who" ./door pass "$BASH" -c "$(declare -f user as); as $proc ./door device 9")
		check "opened by $who, handed to $proc" same "$(words <<< "$got")" "${device[$dev]}"
	done < <(rows "$passed")
}
modes() { stat -c '%a %u %g' "$PROC"/* /dev/oscope | sort -u | words; }

load
values=("$SYS"/[!er]* "$SYS/events")
check "modes" same "$(modes)" "400 0 0 600 0 0"
check "modes of /sys" same "$(stat -c '%a %u %g' $SYS/* | sort -u | words)" "200 0 0 444 0 0 644 0 0"
rows_check modes
chmod 666 $PROC/* /dev/oscope
rows_check wide
unload
load gid=4242
check "gid=: modes" same "$(modes)" "400 0 0 440 0 4242 666 0 0"
rows_check gid
check "gid=: a member counts with the tool" as member "$OSCOPE" switch --source kmod -d 10ms
check "gid=: ... but no tasks" not as member "$OSCOPE" switch --source kmod --by task -d 10ms
check "gid=: ... and poll() tells" as member ../kmod/device sums-only
figure "$cells cells of the matrix"

# Somebody's name, argument and cgroup, while it runs and sleeps.
cp "$BASH" "$TMP/canary4n"
chmod 755 "$TMP" "$TMP/canary4n"
mkdir "$TMP/cgroup"
mount -t cgroup2 none "$TMP/cgroup"
mkdir "$TMP/cgroup/canary4g"
mount -o remount,hidepid=2 /proc
setpriv --reuid 65533 --regid 65533 --clear-groups "$TMP/canary4n" -c 'while :; do /bin/sleep 0.1; done' canary4a &
canary=$!
echo $canary > "$TMP/cgroup/canary4g/cgroup.procs"
everything() { # WHO
	as "$1" ./door dump
	for file in "$PROC"/* "$SYS"/*; do as "$1" cat "$file"; done
}
hits() { grep -aoE 'canary4[a-z]+' "$1" | sort -u | words; }
for ((i = 0; i < 1000; i++)); do
	[ "$(cat /proc/$canary/comm)" != canary4n ] || break
	sleep 0.01
done
for who in root member nobody; do
	everything $who > "$TMP/$who" 2> /dev/null
done
check "root is shown the name, but neither argument nor cgroup" same "$(hits "$TMP/root")" canary4n
check "a member is shown sums" is "$(wc -c < "$TMP/member") > 100000"
for who in member nobody; do
	check "$who: none of it" same "$(hits "$TMP/$who")" ""
done
figure "canary searched in $(wc -c < "$TMP/root") bytes for root, $(wc -c < "$TMP/member") for a member, $(wc -c < "$TMP/nobody") for others"
kill $canary
wait $canary
rmdir "$TMP/cgroup/canary4g"
umount "$TMP/cgroup"
mount -o remount,hidepid=0 /proc

if [ "$LOCKDOWN" = 1 ]; then
	mountpoint -q /sys/kernel/security || mount -t securityfs none /sys/kernel/security
	check "locked down" bash -c 'echo confidentiality > /sys/kernel/security/lockdown'
	check "... closes both doors to root" same "$(./door row 0 $PROC/* | words)" "EPERM EPERM EPERM EPERM"
	check "... and leaves the totals" grep -q '^[0-9]' $SYS/events
fi
check "unloads" unload
finish
