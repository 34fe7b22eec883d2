#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Saved runs: compared with each other, made into a page, gone on with after an interruption, and refused where they
# are not what they should be.
. ../lib.sh
plan 47

# refuses STATUS PATTERN ARGS...: with one line that matches, and nothing else.
refuses() {
	local got
	"$OSCOPE" notes "${@:3}" > "$TMP/said" 2> "$TMP/err" < /dev/null
	got=$?
	cat "$TMP/err"
	[ $got = "$1" ] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -q -- "$2" "$TMP/err" && [ ! -s "$TMP/said" ]
}
# report KERNEL ROWS...: one, each row as ID VERDICT VALUE LOW HIGH UNIT
report() {
	local kernel=$1 row rows=() id verdict value low high unit
	shift
	for row; do
		read -r id verdict value low high unit <<< "$row"
		rows+=("{\"id\": \"$id\", \"topic\": \"t\", \"verdict\": \"${verdict/_/ }\", \"reason\": \"r\",
			\"effect\": {\"value\": $value, \"lo\": $low, \"hi\": $high, \"unit\": \"$unit\"}}")
	done
	printf '{"schema": "oscope.notes/1", "version": "0.1.0", "kernel": "%s", "keys": ["id"],
		"totals": {"cpu_model": "c"}, "lost": {"total": 0}, "rows": [%s]}\n' "$kernel" \
		"$(IFS=,; echo "${rows[*]}")"
}
report 6.1 "a.same HOLDS 2 1.9 2.2 x" "a.turns HOLDS 2 1.5 2.5 x" "a.gone FALSE 1 1 1 x" "a.unit HOLDS 1 1 1 x" \
	"a.below HOLDS_IF -1 -2 1 ns" > "$TMP/a"
report 6.12 "a.same HOLDS 2.1 2 2.3 x" "a.turns FALSE 1 0.9 1.1 x" "a.unit HOLDS 1 1 1 ns" "a.new VOID 1 1 1 x" \
	"a.below HOLDS_IF 2 1 3 ns" > "$TMP/b"
diff_row() { # ID FILTER VALUE
	[ "$(json "$TMP/d" ".rows[] | select(.id == \"a.$1\") | $2 | tojson")" = "$3" ] ||
		{ json "$TMP/d" ".rows[] | select(.id == \"a.$1\")"; return 1; }
}
check "diff" "$OSCOPE" notes diff "$TMP/a" "$TMP/b" --json -o "$TMP/d"
check "what is compared" test "$(json "$TMP/d" '.totals | [.kernel_a, .kernel_b, .both, .changed, .apart, .only_a,
	.only_b] | tojson')" = '["6.1","6.12",4,1,1,1,1]'
check "the same verdict, intervals that meet" diff_row same '[.changed, .apart, .ratio]' '[false,false,1.05]'
check "the ratio that both intervals allow" is "$(json "$TMP/d" '.rows[0] | (.ratio_low - 2 / 2.2) < 1e-9 and
	(.ratio_high - 2.3 / 1.9) < 1e-9 and .ratio_low < 1 and .ratio_high > 1' | grep -c true) == 1"
check "another verdict, intervals apart" diff_row turns '[.verdict_a, .verdict_b, .changed, .apart]' \
	'["HOLDS","FALSE",true,true]'
check "units that do not compare" diff_row unit '[.ratio, .apart, .unit]' '[null,null,null]'
check "no ratio across 0" diff_row below '[.ratio, .ratio_low, .apart]' '[null,null,false]'
check "only in the first" diff_row gone '[.only, .changed]' '["A",null]'
check "only in the second" diff_row new '[.only, .verdict_b]' '["B","VOID"]'
check "text has each" is "$("$OSCOPE" notes diff "$TMP/a" "$TMP/b" | grep -c '^a\.') == 6"
check "a file alone" refuses 2 'first and the second' diff "$TMP/a"
check "no such file" refuses 1 'No such file' diff "$TMP/a" "$TMP/none"
"$OSCOPE" notes list --json -o "$TMP/list"
check "another report: no page of it" refuses 1 'is wanted, this is oscope.notes-list/1' html "$TMP/list"
echo '{' > "$TMP/broken"
check "a broken one" refuses 1 'no report of oscope' html "$TMP/broken"
check "... which leaves no page" bash -c "! '$OSCOPE' notes html '$TMP/broken' -o '$TMP/page' 2> '$TMP/err' &&
	[ ! -e '$TMP/page' ]"
cat "$TMP/a" "$TMP/b" > "$TMP/two"
check "two in one file" refuses 1 'more behind it' html "$TMP/two"
check "a page has one format" refuses 2 'no other format' html "$TMP/a" --json
chmod 755 "$TMP"
cp "$OSCOPE" "$TMP/oscope"
check "without privilege" setpriv --reuid 65534 --regid 65534 --clear-groups "$TMP/oscope" notes html "$TMP/a"
for option in --all --quick --html=x --resume=x --budget=5s --samples=9 --seed=3; do
	check "$option is for run" refuses 2 'is for run' show all $option
done
for files in "-o x --html x" "-o x --resume x" "--html x --resume x"; do
	# shellcheck disable=SC2086 # words
	check "run $files: a file each" refuses 2 'a file each' run zombie.reap $files
done
check "a page has no order" refuses 2 'or order' html "$TMP/a" --sort id
check "a comparison has no other language" refuses 2 'other languages' diff "$TMP/a" "$TMP/b" --lang zh
jq '.rows = [range(2000) | {id: tostring}]' "$TMP/a" > "$TMP/many"
check "more rows than there are claims" refuses 1 'more rows' diff "$TMP/a" "$TMP/many"
check "a language there is not" refuses 2 'en or zh' list --lang fr

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
claims=(create.copies-all isolate.memory zombie.reap)
run=(notes run "${claims[@]}" --samples 10 --budget 120s --resume "$TMP/kept")
start=$SECONDS
check "nothing can be kept: said before anything is run" refuses 1 'cannot write' run zombie.cost --budget 60s --resume "$TMP/none/x"
check "... so at once" is "$SECONDS - $start < 5"
check "made on another kernel" refuses 2 'made on kernel 6.1' run "${claims[@]}" --resume "$TMP/a"
"$OSCOPE" "${run[@]}" --seed 7 > "$TMP/out" 2> "$TMP/err" &
pid=$!
while kill -0 $pid 2> /dev/null && ! is "$(jq '.rows | length' "$TMP/kept" 2> /dev/null) > 0" > /dev/null; do sleep 0.05; done
kill -INT $pid
wait $pid
check "interrupted: ends well" test $? = 0
cp "$TMP/kept" "$TMP/before"
done_before=$(json "$TMP/before" '.rows | length')
check "... keeps what is done, whole" is "$done_before >= 1 && $done_before < 3 &&
	$done_before + $(json "$TMP/before" .totals.left) == 3"
check "... and says that there is more" grep -q 'left: the same command goes on' "$TMP/err"
check "gone on with" "$OSCOPE" "${run[@]}" --json -o "$TMP/all" --html "$TMP/page"
check "... all there, in order" test "$(json "$TMP/kept" '.rows[].id' | tr '\n' ' ')" = "${claims[*]} "
check "... what was done is as it was" cmp <(jq -c '.rows[0]' "$TMP/before") <(jq -c '.rows[0]' "$TMP/kept")
check "... with the same seed" test "$(json "$TMP/kept" '[.totals.seed, .rows[].seed] | unique | join(" ")')" = 7
"$OSCOPE" notes html "$TMP/all" -o "$TMP/again"
check "the page is the one of its JSON" cmp "$TMP/page" "$TMP/again"

check "in a short time" "$OSCOPE" notes run --quick --budget 6s --json -o "$TMP/quick"
check "... what does not fit is left out, and counted" is "$(json "$TMP/quick" '.totals.left') > 0 &&
	$(json "$TMP/quick" '.totals.left + (.rows | length)') == $("$OSCOPE" notes list --json | jq '.rows | length')"
check "... and what is done had time" is "$(json "$TMP/quick" '[.rows[] |
	select(.reason | test("no time was left"))] | length') == 0"
check "... in the order of ids" sort -c <(json "$TMP/quick" '.rows[].id')
finish
