#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on Python's threads and its lock run for true, and what is said where there is no interpreter.
. ./lib.sh

plan $((TOPIC_CHECKS + 7))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi

# without PATH PATTERN: with that as the interpreter there is no verdict, for a reason that says so.
without() {
	"$OSCOPE" notes run py.gil-serial --python "$1" --json --samples 10 -o "$TMP/without" &&
		test "$(json "$TMP/without" '.rows[0].verdict')" = "INCONCLUSIVE HERE" &&
		json "$TMP/without" '.rows[0].reason' | grep -q -- "$2"
}

printf '#!/bin/sh\necho said nothing >&2\nexit 3\n' > "$TMP/fails"
chmod +x "$TMP/fails"
check "an interpreter that is missing is named" without /nowhere/python3 "/nowhere/python3.*--python"
check "one that fails is quoted" without "$TMP/fails" "exit 3: said nothing"
check "--python is for run" bash -c "! $OSCOPE notes list --python /usr/bin/python3 2> $TMP/refused"
check "... and says so" grep -q -- "--python is for run" "$TMP/refused"
EACH=15 topic py 40 "gil-serial"
check "gil-serial: two threads are made" is "$(row py.gil-serial .evidence.threads_threads_per_op) == 1"
check "... of an interpreter with a lock" is "$(row py.gil-serial .evidence.threads_gil) == 1"
decided py.gil-serial "... hardly at once" is "$(row py.gil-serial .evidence.threads_at_once_share_hi) < 0.05"
finish
