#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# More objects and pairs than tables have room for: memory stays what it was, what found no place is counted and said, and
# nothing that did is anybody else's. PIPES=1000000: so many pipes, one after the other.
. ../lib.sh
n=${PIPES:-1000000} senders=320 room=131072 more=16000
pairs=$((senders * senders))
plan 16
if emulated; then	# where a call takes a tenth of a millisecond, and the tables are the same
	skip_rest_of_plan "natively"
	exit
fi

report() { jq -e "$@" "$TMP/report"; }
trace() { # OPTION... -- PROGRAM...
	"$OSCOPE" ipc --json -o "$TMP/report" "$@"
}

# What the maps take, as the kernel accounts it, and the tool itself, in kB.
maps_kb() { awk '$1 == "memlock:" { n += $2 } END { print n / 1024 }' /proc/"$1"/fdinfo/* 2> /dev/null; }
rss_kb() { awk '$1 == "VmHWM:" { print $2 }' /proc/"$1"/status; }
mkfifo "$TMP/there" "$TMP/go"
"$OSCOPE" ipc -m pipe --by object --json -o "$TMP/report" -- bash -c './ipc_scale churn 1000; echo > '"$TMP/there"'; read -r line < '"$TMP/go"'
	./ipc_scale churn '$((n - 1000))'; echo > '"$TMP/there"'; read -r line < '"$TMP/go" & pid=$!
read -r < "$TMP/there"
kb=$(maps_kb $pid) rss=$(rss_kb $pid)
echo > "$TMP/go"
read -r < "$TMP/there"
kb_after=$(maps_kb $pid) rss_after=$(rss_kb $pid)
echo > "$TMP/go"
wait $pid
figure "$n pipes: $kb kB of maps, $kb_after after; $rss and $rss_after kB of the tool; lost: $(jq .lost.total "$TMP/report")"
check "$n pipes: maps take what they took" is "$kb > 0 && $kb == $kb_after"
check "... and the tool" is "$rss > 0 && $rss_after <= $rss + 1024"
check "... each message is counted, all bytes" report ".totals | .sent == $n and .received == $n and .bytes == 8 * $n and .calls == 2 * $n"
check "... each call is in a row or lost" report "([.rows[].count] | add) + .lost.total == 2 * $n and .lost.total == .lost.untracked"
check "... so are there as many objects as there is room for, or almost" report '[.rows[].object] | unique | length |
	if '"$n"' > 8192 then . > 6000 and . <= 8192 else . == '"$n"' end'

n=$((n > 30000 ? 30000 : n))
trace -m pipe --by pair -- ./ipc_scale churn "$n"
check "... no edge but from a to b, of one message" report '[.rows[] | [.from.comm, .to.comm, .messages]] | unique == [["a", "b", 1]]'
check "... of what has no edge the sender is not known" report ".totals | .pairs > 0 and (.pairs + .unpaired_share * $n | round) == $n"
"$OSCOPE" ipc -m pipe -o "$TMP/text" -- ./ipc_scale churn "$n"
check "... and text says what is lost" grep -Eq 'lost [1-9][0-9]+ ' "$TMP/text"

mapfile -t said < <(trace -m pipe,futex --by pair -- ./ipc_scale steady "$n")
of() { jq -c "[.rows[] | select(.from.comm == \"$1\" and .to.comm == \"$2\" and .mechanism == \"$3\") | [.object, .messages, .certainty]]" "$TMP/report"; }
check "who was there before: an edge of each message" test "$(of c d pipe)" = "[[\"pipe:[${said[1]}]\",${said[0]},\"exact\"]]"
check "... who waits for all the time, too" test "$(of x y pipe) $(of v w futex | jq -c '[.[][1]]')" = "[[\"pipe:[${said[2]}]\",1,\"exact\"]] [1]"

all_there() {
	report "(.rows | length) == $pairs and .lost.total == 0 and .totals.unpaired_share == 0 and
		([.rows[] | [.from.comm, .to.comm, .messages, .certainty]] | unique == [[\"s\", \"r\", 1, \"exact\"]])"
}
trace -m pipe --by pair -- ./ipc_scale pairs $senders
figure "$pairs pairs: $(jq -c '[.totals.pairs, .lost.total]' "$TMP/report") shown, lost"
check "$pairs pairs, room for 32768: what is there is right" report ".totals.pairs > 31000 and .totals.pairs <= 32768 and
	([.rows[] | [.from.comm, .to.comm, .messages, .certainty]] | unique == [[\"s\", \"r\", 1, \"exact\"]])"
check "... what is not is lost" report ".totals.sent == $pairs and .totals.pairs + .lost.total >= $pairs"
trace -m pipe --by pair --objects $room -- ./ipc_scale pairs $senders
check "--objects: each is there, with its message" all_there
trace -m pipe --by object --objects $room -- ./ipc_scale churn $more
check "... $more pipes too" report '([.rows[].object] | unique | length) == '$more' and .lost.total == 0'
refused() { # WORD...: oscope ipc refuses it with one line that names it
	! "$OSCOPE" ipc --objects "$1" -- true > "$TMP/out" 2>&1 && is "$(wc -l < "$TMP/out") == 1" && grep -q -- "--objects" "$TMP/out"
}
check "... but not a word, nothing, more than there may be" eval 'refused many && refused 0 && refused 1048577'
check "nothing is left of the test" eval '! pgrep -x ipc_scale'
finish
