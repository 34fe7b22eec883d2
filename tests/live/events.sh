#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Events: a line for each thing that a known tree does, in order, as it happens; with the arguments of
# what it executes, whatever is in them, and of nobody else.
. ../lib.sh
read -ra sources <<< "$(live_sources | xargs)"
n=20
! emulated || n=8
cases=14
plan $((16 + 2 * cases))

long=$(printf 'x%.0s' {1..600})
# Arguments of one program after the other; of the last one's 512 bytes are kept, with the program's name.
odd=("a b" "" $'new\nline' $'\e[31m' "Gr$(printf '\303\274')n" $'\377bad' "..." 'q"x' "$long")
program() { printf '/bin/true %q\n' "$@"; }
# The lines without the report behind them.
lines() { jq -c 'select(.event)' "$TMP/report"; }
count() { # FILTER
	jq -n "[inputs | select(.event) | select($1)] | length" "$TMP/report"
}
ends() { jq -es 'last | '"$1" "$TMP/report"; }
events() { # ARGS...
	"$OSCOPE" spawn --events --json -o "$TMP/report" "$@"
}
# An array of JSON strings, as the tool has them: what is no UTF-8 is \xNN.
as_json() {
	printf '%s\0' "$@" | /usr/bin/python3 -c 'import json, sys
print(json.dumps([w.decode("utf-8", "backslashreplace") for w in sys.stdin.buffer.read().split(b"\0")[:-1]]))'
}
as_json "${odd[@]:0:8}" "${long:0:502}" | jq -c '.[]' > "$TMP/odd"
args_are() { # FILE: of the programs called true, one after the other
	diff <(lines | jq -c 'select(.file == "/bin/true") | .args[1]') "$1"
}
# Executes a program that nobody asks for, again and again, until there is enough of it.
stranger() { # WORD
	local never
	exec {never}<> <(:)
	while [ ! -e "$TMP/enough" ]; do
		/bin/true "$1"
		read -rt 0.01 -u $never
	done
}
in_order() { lines | jq -es '[.[].at_ns] | . == sort'; }

for s in bpf kmod; do
	if [[ " ${sources[*]} " != *" $s "* ]]; then
		for ((i = 0; i < cases; i++)); do skip "$s: events" "source not usable here"; done
		continue
	fi
	events --source "$s" -- ./births $n
	check "$s: a line for each making, by kind" is "$(count '.event == "made" and .kind == "fork"') == 2 * $n &&
		$(count '.event == "made" and .kind == "vfork"') == 2 * $n && $(count '.event == "made" and .kind == "clone"') == $n &&
		$(count '.event == "made" and .kind == "thread"') == $n && $(count '.event == "made"') == 6 * $n"
	check "$s: one for each exec, one for each end, and no other" is "$(count '.event == "exec"') == 2 * $n + 1 &&
		$(count '.event == "exit"') == 6 * $n + 1 && $(count '.event | IN("made", "exec", "exit", "back") | not') == 0"
	check "$s: in the order of time" in_order
	check "$s: the report at the end counts the same, nothing lost" ends "(.totals | [.made, .execs, .exits]) ==
		[6 * $n, 2 * $n + 1, 6 * $n + 1] and .lost.total == 0 and .rows == []"
	# The parent of a thread is its process' parent.
	check "$s: all were made by the program, and the processes were its children" is "$(count '.event == "made" and
		.parent.comm == "births"') == 6 * $n && $(count '.event == "exit" and .parent.comm == "births"') == 5 * $n"
	check "$s: who executes a program is called by its name" is "$(count '.event == "exec" and .task.comm == "true"') == 2 * $n"
	check "$s: each end has its code and its time" is "$(count '.event == "exit" and .exit_code == 0 and .lifetime_ns > 0') == 6 * $n + 1"
	# A call that takes long comes back in a line of its own.
	check "$s: each call has its cost" is "$(count '.cost_ns > 0') == 6 * $n && $(count '.cost_ns > 0 and .event == "made"') > 0"
	events --source "$s" -- bash -c "$(program "${odd[@]}")"$'\n(exit 3)\n(kill -9 $BASHPID)\n: end' 2> /dev/null
	check "$s: arguments as they are: spaces, none, newline, escape, UTF-8, other bytes" \
		args_are "$TMP/odd"
	check "$s: what is too long is cut, and says so" is "$(count '.cut') == 1 + $(count '.file != "/bin/true" and .cut') &&
		$(count '.file == "/bin/true" and (.cut | not)') == ${#odd[@]} - 1"
	check "$s: an exit code" is "$(count '.event == "exit" and .exit_code == 3') == 1"
	check "$s: a signal" is "$(count '.event == "exit" and .signal == 9 and (has("exit_code") | not)') == 1"
	# Somebody who is not asked for, before, while and after.
	secret=canary-$RANDOM$RANDOM
	stranger "$secret" & sibling=$!
	events --source "$s" -- ./births 3
	touch "$TMP/enough"
	wait $sibling
	rm "$TMP/enough"
	check "$s: nothing of others" bash -c "! grep -q $secret '$TMP/report'"
	check "$s: ... and all of the program" is "$(count '.event == "made"') == 18 && $(count '.event == "exec"') == 7"
done

# Of the whole system: names, and arguments if they are asked for.
secret=canary-$RANDOM$RANDOM
on() { grep -qs "tracing" "$TMP/err" || ! kill -0 $tracer; }
system() { # ARGS...
	: > "$TMP/err"
	"$OSCOPE" spawn --events --json -v -o "$TMP/report" "$@" 2> "$TMP/err" & tracer=$!
	until on; do read -rt 0.05 <> <(:); done
	for ((i = 0; i < 5000; i++)); do
		! grep -q '"exec".*"comm":"true"' "$TMP/report" || break
		/bin/true $secret
	done
	kill -INT $tracer
	wait $tracer
}
system
check "the whole system: SIGINT ends it well" is "$? == 0"
check "... with names, without arguments, which it says" bash -c "! grep -q $secret '$TMP/report' &&
	jq -es 'last.not_captured | index(\"args\")' '$TMP/report'"
check "... and who executes something is there" is "$(count '.event == "exec" and .task.comm == "true" and (has("args") | not)') > 0"
system --args
check "... with --args all of it" is "$(count ".args == [\"/bin/true\", \"$secret\"]") > 0"
mkfifo "$TMP/gate" "$TMP/lines"
bash -c "read -r < $TMP/gate; /bin/true child-$secret; exec /bin/true $secret" & known=$!
: > "$TMP/err"
"$OSCOPE" spawn --events --json -v -o "$TMP/report" -p $known 2> "$TMP/err" & tracer=$!
until on; do read -rt 0.05 <> <(:); done
echo > "$TMP/gate"
wait $known
kill -INT $tracer
wait $tracer
check "-p: what the process executes, and nothing of its children" is "$(count '.event == "exec"') == 1 &&
	$(count ".args == [\"/bin/true\", \"$secret\"]") == 1"

# As it happens: the line is there while the program waits for us.
"$OSCOPE" spawn --events --json -o - -- bash -c "/bin/true now; read -r < $TMP/gate" > "$TMP/lines" & tracer=$!
seen=
while read -r -t 60 line; do
	[[ $line != *'"/bin/true","now"'* ]] || { seen=yes; break; }
done < "$TMP/lines"
check "a line comes as it happens, not at the end" kill -0 $tracer
check "... whole" test "$seen" = yes
# Whoever reads has gone by now: nothing can be told any more, the program goes on.
echo > "$TMP/gate"
wait $tracer
check "a reader that goes away ends the trace" is "$? == 125"
"$OSCOPE" spawn --events -o - -- ./births 5 2> "$TMP/err" | head -n 2 > /dev/null
check "... without a message" cmp /dev/null "$TMP/err"
{ "$OSCOPE" spawn --events; echo $? > "$TMP/status"; } | head -n 1 > /dev/null &
for ((i = 0; i < 10000; i++)); do
	[ ! -s "$TMP/status" ] || break
	/bin/true
done
check "... and well, if there is no program" is "$(cat "$TMP/status") == 0"

# A recording has arguments if they were asked for, and says the same, but for calls that take long at one time and
# not at another. Of a thread and of who waits for it either may come first.
bare() {
	jq -c 'select(.event and .event != "back") | [.event, .kind, .task.comm, .file, .args, .cut, .exit_code, .signal]' "$1" | sort
}
work=(-- bash -c "$(program "${odd[@]}")"$'\n./births 2')
events "${work[@]}"
cp "$TMP/report" "$TMP/told"
bare "$TMP/report" > "$TMP/live"
"$OSCOPE" record -q -z 0 -e task,spawn,args -o "$TMP/rec" "${work[@]}"
events -r "$TMP/rec"
cp "$TMP/rec" "$TMP/whole"
check "a recording tells the same" diff "$TMP/live" <(bare "$TMP/report")
"$OSCOPE" record -q -z 0 -e task,spawn -o "$TMP/rec" "${work[@]}"
events -r "$TMP/rec"
check "... without arguments if they were not asked for" is "$(count 'has("args")') == 0 && $(count '.event == "exec"') > 0"
# A piece of the longest one is as good as any.
check "... not in the file, either" bash -c "! grep -q xxxxxxxx '$TMP/rec' && grep -q xxxxxxxx '$TMP/whole'"
stranger yyyyyyyyyyyyyyyy & sibling=$!
"$OSCOPE" record -q -z 0 -e task,args -o "$TMP/rec" -- ./births 3
touch "$TMP/enough"
wait $sibling
check "... and of a program never anybody else's" bash -c "! grep -q yyyyyyyy '$TMP/rec' && grep -q /bin/tru '$TMP/rec'"

# Each line by itself is what the schema says.
"$OSCOPE" spawn --events --json-schema > "$TMP/schema"
check "each line is as the schema says" /usr/bin/python3 - "$TMP/schema" "$TMP/told" <<-'END'
	import json, sys
	import jsonschema
	schema = json.load(open(sys.argv[1]))
	jsonschema.Draft7Validator.check_schema(schema)
	lines = [json.loads(line) for line in open(sys.argv[2])]
	assert len([jsonschema.validate(line, schema) for line in lines]) > 10
END
"$OSCOPE" spawn --events -o "$TMP/text" "${work[@]}"
check "text: no byte of theirs drives a terminal, and they can be told apart" bash -c "! LC_ALL=C grep -q $'[\001-\011\013-\037\177]' '$TMP/text' &&
	grep -qF '/bin/true  /bin/true \"a b\"' '$TMP/text' && grep -qF 'new\\x0aline' '$TMP/text' && grep -q 'xxx \.\.\.\$' '$TMP/text'"
finish
