#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What oscope doctor says is so: about this kernel, this user, and what commands will use.
. ../lib.sh
plan 10

doctor() { "$@" "$OSCOPE" doctor --json -o - > "$TMP/doctor"; }
# fact WHAT FIELD
fact() { jq -r --arg w "$1" ".rows[] | select(.what == \$w) | .$2 // empty" "$TMP/doctor"; }
user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
no_btf=(unshare -m sh -c 'mount --bind /dev/null /sys/kernel/btf/vmlinux &&
	mount -t tmpfs none /lib/modules && mount -t tmpfs none /boot && exec "$@"' sh)

check "root: a source works" doctor
check "root: nothing is missing" is "$(json "$TMP/doctor" .totals.missing) == 0"
check "the kernel is this one" is "index(\"$(fact kernel detail)\", \"$(uname -r)\") == 1"
check "switch uses what it then says it used" is "\"$(fact "oscope switch" detail)\" == \
	\"$("$OSCOPE" switch --json -d 10ms | jq -r .source)\""
check "verify uses what it then says it used" is "\"$(fact "oscope verify" detail | tr -d ' ' | tr , '\n' | sort | xargs)\" == \
	\"$("$OSCOPE" verify --json -o - -- true | jq -r .source | tr , '\n' | sort | xargs)\""
if [ -e /dev/oscope ]; then
	check "the module is seen" is "\"$(fact "module oscope.ko" state)\" == \"ok\""
else
	check "that there is no module is seen" is "index(\"$(fact "module oscope.ko" detail)\", \"not loaded\") == 1"
fi

doctor "${user[@]}"
status=$?
check "without privilege: status 3" is "$status == 3"
check "... with the fix" is "index(\"$(fact capabilities fix)\", \"sudo\") > 0"
doctor "${no_btf[@]}"
if [ -e /dev/oscope ]; then
	check "without BTF the module is left" is "\"$(fact "oscope switch" detail)\" == \"kmod\""
else
	check "without BTF nothing is left" is "\"$(fact "oscope switch" state)\" == \"missing\""
fi
check "... and BTF is what is missing" is "\"$(fact BTF state)\" == \"missing\""
finish
