#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Flight recorders: what a signal, a threshold and the end write out; each file whole from its begin to its end, and
# what was not kept counted.
# On a file system where a file can be without a name until it is whole, which not every one is.
[ "${IN_NAMESPACE-}" ] || IN_NAMESPACE=1 exec unshare -m "$0" "$@"
. ../lib.sh
plan 45

mkdir "$TMP/files"
mount -t tmpfs none "$TMP/files"
trap 'umount "$TMP/files"; rm -rf "$TMP"' EXIT
rec=$TMP/files/rec
# start OPTION... [-- PROGRAM]: a recorder that records when this returns, its process id in $recorder.
start() {
	local line
	exec {fd}< <(exec "$OSCOPE" record -v --overwrite -o "$rec" "$@" 2>&1)
	recorder=$!
	while read -r line <&$fd; do [[ $line = *tracing* ]] && return; done
	return 1
}
report() { "$OSCOPE" switch -r "$1" --json -o "$TMP/json" && cat "$TMP/json" > "$TMP/$2"; }
# What FILE was written for
trigger() { "$OSCOPE" switch -r "$1" --json | jq -r .recorder.trigger; }
# until FILE is there, or the recorder is gone
await() { while [ ! -e "$1" ] && kill -0 "$recorder" 2> /dev/null; do read -rt 0.05 <> <(:); done; [ -e "$1" ]; }

refused() { # WORD OPTION...: status 2, and the word in the one line
	local word=$1
	"$OSCOPE" record -o "$rec" -d 1ms "${@:2}" > "$TMP/told" 2>&1
	[ $? = 2 ] && [ "$(wc -l < "$TMP/told")" = 1 ] && grep -q -- "$word" "$TMP/told" && [ ! -e "$rec" ]
}
check "--dumps is a flight recorder's" refused --keep --dumps 3
check "--after is --when's" refused --when --keep 1s --after 50ms

# 24 KiB are 1024 records; a signal writes them, and it goes on.
./pingpong threads 100000000 & target=$!
start --ring 24K -p $target
kill -USR2 "$recorder"
check "SIGUSR2 writes a file" await "$rec.1"
kill -USR2 "$recorder"
check "... and another one" await "$rec.2"
check "... while the end's is not there yet" test ! -e "$rec"
kill -INT "$recorder"
wait "$recorder"
kill $target
check "the end writes one, too" test -s "$rec"
check "a dump is for its owner only" is "$(stat -c %a "$rec.1") == 600"
for file in "$rec.1" "$rec.2" "$rec"; do
	check "a report reads it" report "$file" report
	check "... it holds no more than a ring of each CPU" is \
		"0 < $(json "$TMP/report" .recorder.records) && $(json "$TMP/report" .recorder.records) <= 1024 * $(nproc)"
	check "... has the size that it says" is "$(stat -c %s "$file") == $(json "$TMP/report" .recorder.bytes)"
	check "... and nothing is missing in it" is "$("$OSCOPE" timeline -r "$file" --json | tail -n 1 |
		jq '.totals.losses + .lost.total') == 0"
done
check "what was not kept is counted" is "$(json "$TMP/report" .lost.overwritten) > 0"
check "... and who wrote it says why" is "\"$(json "$TMP/report" .recorder.trigger)\" == \"end\""
rm -f "$rec"*
check "--dumps: as many as there may be, by the descriptors that one has" bash -c \
	"ulimit -n 1024 && '$OSCOPE' record -q --overwrite --dumps 400 -o '$rec' -- true"

# A sleep of known length.
rm -f "$rec"*
check "--when: a sleep that is too long" "$OSCOPE" record -q --when 'blocked>1s' --after 50ms --dumps 1 -o "$rec" -- \
	sh -c 'sleep 1.3; exec sleep 0.3'
report "$rec.1" report
check "... is what the file is for" jq -e '.recorder | .trigger == "blocked" and .took_ns >= 1300000000' "$TMP/report"
check "... and in it, with what came after" jq -e '.recorder.trigger_ns as $at | .start_ns <= $at - .recorder.took_ns and
	.start_ns + .duration_ns >= $at + 50000000' "$TMP/report"
rm -f "$rec"*
"$OSCOPE" record -q --when 'blocked>100s' -o "$rec" -- sleep 0.3
check "... one that is not does nothing until the end" is "$(find "$TMP" -name 'rec*' | wc -l) == 1"
rm -f "$rec"*
"$OSCOPE" record --when 'blocked>200ms' -o "$rec" -- sleep 0.3 2> "$TMP/told"
check "... one that ends with the recording has its file" test "$(trigger "$rec.1")" = blocked
check "... how often there was one is told" grep -q 'blocked longer than 200.*: [1-9][0-9]* found, [1-9][0-9]* written out' "$TMP/told"

# It goes on for 100 s after that, were it not for the end; a signal is no reason to forget it.
rm -f "$rec"*
"$OSCOPE" record -q --when 'blocked>200ms' --after 100s -o "$rec" -- \
	sh -c 'sleep 0.3; sleep 0.1; kill -USR2 $PPID; exec sleep 0.1'
check "SIGUSR2 before that is written" test "$(trigger "$rec.1")" = signal
check "... which it is at the end, nevertheless" test "$(trigger "$rec.2")" = blocked

# Two that want one CPU: one waits for the other.
rm -f "$rec"*
"$OSCOPE" record -q --when 'wait>1ms' --after 1ms --dumps 2 -o "$rec" -- \
	./spin 2 300 0
report "$rec.1" report
check "--when: a wait for a CPU" jq -e '.recorder | .trigger == "wait" and .took_ns > 1000000' "$TMP/report"
check "--dumps: no more than these" test -e "$rec.2" -a ! -e "$rec.3"
rm -f "$rec"*
"$OSCOPE" record -q --keep 50ms -o "$rec" -- ./spin 2 300 0
report "$rec" report
check "--keep: no more than that" is "0 < $(json "$TMP/report" .duration_ns) &&
	$(json "$TMP/report" .duration_ns) <= 50000000"

# What a link leads to is written in place, and only if there is something to write.
rm -f "$rec"*
head -c 20M /dev/zero > "$TMP/files/old"
chmod 644 "$TMP/files/old"
for file in "$rec" "$rec.1" "$rec.2"; do ln -s "$(basename "$file").to" "$file"; cp -p "$TMP/files/old" "$file.to"; done
start --dumps 2 -p $$
kill -USR2 "$recorder"
until [ "$(stat -c %s "$rec.1.to")" -lt 20000000 ]; do kill -0 "$recorder" || break; done
kill -INT "$recorder"
wait "$recorder"
for file in "$rec" "$rec.1"; do
	report "$file" report
	check "in place: nothing of what was there is left" is "$(stat -c %s "$file.to") == $(json "$TMP/report" .recorder.bytes)"
	check "... and it is for its owner only" is "$(stat -c %a "$file.to") == 600"
done
check "... what was not written is as it was" cmp "$TMP/files/old" "$rec.2"

# What communicates: objects are told in each file anew, calls are those that it keeps.
rm -f "$rec"*
"$OSCOPE" record -q --overwrite --when 'blocked>1s' --after 400ms --dumps 2 -e switch,wake,task,ipc -o "$rec" -- \
	sh -c '(echo a; sleep 1.3; echo bc; sleep 1.8; echo def) | cat > "$1"' sh "$TMP/said"
for n in 1 2; do
	"$OSCOPE" ipc -r "$rec.$n" --by pair -m pipe --json -o "$TMP/pairs"
	check "dump $n: what has been through the pipe by then" is "$(json "$TMP/pairs" '[.rows[].bytes] | add') == $((5 * n - n / 2))"
	check "... which is known by its name" jq -e '[.rows[].object] | length > 0 and all(startswith("pipe:["))' "$TMP/pairs"
done
rm -f "$rec"*
"$OSCOPE" record -q --ring 24K -e ipc -m pipe -o "$rec" --overwrite -- ./pingpong processes 3000
"$OSCOPE" ipc -r "$rec" --json -o "$TMP/pairs"
check "of more than the ring holds, those that it holds" is "0 < $(json "$TMP/pairs" .totals.calls) &&
	$(json "$TMP/pairs" .totals.calls) <= 1024 * $(nproc)"
if ! jq -e '.totals.own_cost_ns_per_call' "$TMP/pairs" > /dev/null; then
	skip "... and what they cost is of these" "no cost was found: others had the CPUs"
else
	check "... and what they cost is of these" jq -e '(.own_cost_ns / .totals.own_cost_ns_per_call - .totals.calls | fabs) < 1' "$TMP/pairs"
fi

# Nothing has a name before it is whole.
rm -f "$rec"*
start -p $$
kill -KILL "$recorder"
wait "$recorder" 2> /dev/null
check "kill -9 leaves nothing" is "$(find "$TMP" -name 'rec*' | wc -l) == 0"
finish
