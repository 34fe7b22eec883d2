#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on Python's threads and its lock run for true, and what is said where there is no interpreter.
. ./lib.sh

plan $((TOPIC_CHECKS + 16))

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

# seen ID NAME: of a claim's evidence.
seen() {
	row "$1" ".evidence.$2"
}

printf '#!/bin/sh\necho said nothing >&2\nexit 3\n' > "$TMP/fails"
chmod +x "$TMP/fails"
check "an interpreter that is missing is named" without /nowhere/python3 "/nowhere/python3.*--python"
check "one that fails is quoted" without "$TMP/fails" "exit 3: said nothing"
check "--python is for run" bash -c "! $OSCOPE notes list --python /usr/bin/python3 2> $TMP/refused"
check "... and says so" grep -q -- "--python is for run" "$TMP/refused"
SAMPLES=12 EACH=30 topic py 45 "gil-(serial|slower|lock|ticks|io)|one-core"
decided py.gil-serial "gil-serial: two threads are made" is "$(seen py.gil-serial threads_threads_per_op) == 1"
decided py.gil-serial "... of an interpreter with a lock" is "$(seen py.gil-serial threads_gil) == 1"
decided py.gil-serial "... hardly at once" is "$(seen py.gil-serial threads_at_once_share_hi) < 0.05"
decided py.gil-slower "gil-slower: no thread is made but for the work" is \
	"$(seen py.gil-slower serial_cold_threads_per_op) == 0.5 && $(seen py.gil-slower threads_cold_threads_per_op) == 1"
decided py.gil-lock "gil-lock: with a lock none is lost" is "$(seen py.gil-lock locked_lost) == 0"
decided py.gil-lock "... and without, where a call lies between, some are" is "$(seen py.gil-lock call_lost) > 0"
decided py.gil-ticks "gil-ticks: the interval is that of the interpreter" is \
	"$(seen py.gil-ticks default_interval_us) == 5000"
decided py.gil-ticks "... and a longer one makes longer tenures" is \
	"$(seen py.gil-ticks ms_20_tenure_ns) > $(seen py.gil-ticks ms_1_tenure_ns)"
decided py.gil-io "gil-io: another one goes on beside a wait" is "$(seen py.gil-io recv_steps_beside) >= 1000"
decided py.gil-io "... and a round trip beside it takes longer" is \
	"$(seen py.gil-io beside_ns) > $(seen py.gil-io alone_ns)"
decided py.one-core "one-core: a hundred threads" is "$(seen py.one-core threads_threads_per_op) == 1"
decided py.one-core "... use one CPU's time" is "$(seen py.one-core threads_cpu_s_per_s_lo) < 1.05"
finish
