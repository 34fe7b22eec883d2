#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims without running them: list, show, wrong words, and nothing said in two places.
. ../lib.sh

src=${OSCOPE_SRC:-}
verbs='HOLDS|HOLDS IF|OUTDATED|FALSE|UNDEFINED|INCONCLUSIVE HERE|VOID'
plan 19

refuses() { # PATTERN WORDS...: exit 2 and one line that matches
	local pattern=$1 out
	shift
	out=$("$OSCOPE" notes "$@" 2>&1 > /dev/null)
	if [ $? != 2 ] || [ "$(wc -l <<< "$out")" != 1 ] || ! grep -q -- "$pattern" <<< "$out"; then
		echo "$out"
		return 1
	fi
}

# The files of the claims, as ids: switch/thread_cheaper.c is switch.thread-cheaper. In zh are none, but the reasons' texts.
files() {
	(cd "$src/tools/notes" && ls ./*/*.c) | grep -v '^\./zh/' | sed 's,^\./,,; s,/,.,; s,_,-,g; s,\.c$,,' | sort
}

sections() { # ids that the topics' pages have a section for
	grep -hE '^[a-z]+\.[a-z0-9-]+$' "$src"/Documentation/notes/*.rst | sort
}

ids() { json "$TMP/list" '.rows[].id'; }

check "list --json" "$OSCOPE" notes list --json -o "$TMP/list"
check "schema" is "$(json "$TMP/list" '.schema == "oscope.notes-list/1"' | grep -c true) == 1"
check "list: sorted, each once" sort -uc <(ids)
# shellcheck disable=SC2016 # $r is jq's
check "every id begins with its topic" is "$(json "$TMP/list" \
	'[.rows[] | . as $r | select(.id | startswith($r.topic + ".") | not)] | length') == 0"
check "list: text has every id" test "$("$OSCOPE" notes list --no-headings --columns id | sort)" = "$(ids)"
check "list --zh: Chinese" grep -q '线程切换' <("$OSCOPE" notes list --zh)
check "show all --json" "$OSCOPE" notes show all --json -o "$TMP/show"
check "show has the ids of list" test "$(json "$TMP/show" '.rows[].id')" = "$(ids)"
check "show: every field filled" is "$(json "$TMP/show" \
	'[.rows[][] | select(. == "" or . == null)] | length') == 0"
check "every rule names verdicts" is "$(json "$TMP/show" \
	"[.rows[] | select(.rule | test(\"$verbs\") | not)] | length") == 0"
check "unknown id: the nearest" refuses 'did you mean switch.forced' run switch.forcd
check "id without its topic: the nearest" refuses 'did you mean switch.forced' show forced
check "unknown word: the nearest" refuses 'did you mean list' lst
check "no word" refuses 'list, show' --json
check "no id" refuses which run
check "a recording as source" refuses 'live source' run all --source "$TMP/list"
check "too few samples" refuses samples run all --samples 1
if [ -n "$src" ]; then
	check "a claim is a file" test "$(files)" = "$(ids)"
	check "every claim has its section in Documentation/notes" test "$(sections)" = "$(ids)"
else
	skip "a claim is a file" "no sources here"
	skip "every claim has its section" "no sources here"
fi
finish
