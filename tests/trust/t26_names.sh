#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T26: hostile names. Whatever a task calls itself, every format passes it on as text and nothing more, on
# a terminal or not, and the very bytes can be had back. Words of the command line come back in messages.
#
# \xNN is one byte wherever it is; CSV has a quote mark before what a spreadsheet would calculate.
. ../replay/lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
plan 19
export LC_ALL=C.UTF-8

py=$OSCOPE_SRC/tests/trust/t26_names.py
# A recording in which each name has one task, which switches once.
names_make() {
	"$py" make "$TMP/nothing" "$TMP/hostile" > "$TMP/names" && chmod 644 "$TMP/hostile"
}
# From the report, each name as it was.
round_trip() { diff "$TMP/names" <("$py" back "$1" < "$TMP/out"); }

# Every byte is printable, part of UTF-8, or a line's end; nothing turns the direction of writing.
no_control() { # FILE
	! LC_ALL=C grep -anP \
		'[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' "$1" | head -5 | grep .
}
# Without what ends lines in CSV, and once more on a terminal.
unix_lines() { sed 's/\r\{1,2\}$//' "$1" > "$TMP/lines"; }
# What a terminal gets, which is the only place where we use colour ourselves.
on_terminal() { # ARGS...
	local line
	printf -v line '%q ' "$TMP/oscope" switch -r "$TMP/hostile" --by task "$@"
	TERM=xterm script -qec "$line" "$TMP/typescript" < /dev/null > /dev/null &&
		sed -e '1d;$d' -e 's/\x1b\[[0-9;]*m//g' "$TMP/typescript" > "$TMP/screen" &&
		unix_lines "$TMP/screen" && no_control "$TMP/lines"
}
rows() { [ "$1" = "$(wc -l < "$TMP/names")" ] || { echo "$1 rows"; return 1; }; }

# said WORDS...: the tool refuses them, in one line without anything that a terminal obeys.
said() {
	unprivileged "$TMP/oscope" "$@" > "$TMP/out" 2> "$TMP/err"
	local status=$?
	cat -v "$TMP/err"
	[ $status != 0 ] && [ "$(wc -l < "$TMP/err")" = 1 ] && no_control "$TMP/err"
}

recording nothing
check "names of all bytes and of all that was ever misunderstood" names_make

check "as JSON: runs" oscope_switch hostile --by task --json
check "... jq takes it, with a row a name" rows "$(jq '.rows | length' "$TMP/out")"
check "... plain ASCII without control characters" env LC_ALL=C bash -c '! grep -nP "[^\\x0a\\x20-\\x7e]" "$0"' "$TMP/out"
check "... each name can be had back" round_trip json
check "... what is text stays readable" same \
	'[.rows[] | select(.task.tid == (13, 15, 28)).task.comm] | sort' '["<script>alert()", "a\"b\\c'\''d,e", "café"]'

check "as CSV: runs" oscope_switch hostile --by task --csv
unix_lines "$TMP/out"
check "... nothing that a terminal obeys" no_control "$TMP/lines"
check "... a line a name, and one of headings" rows $(($(wc -l < "$TMP/lines") - 1))
check "... each name can be had back: Python's parser takes it, no cell is a formula" round_trip csv

check "as text: runs" oscope_switch hostile --by task --columns task
check "... nothing that a terminal obeys" no_control "$TMP/out"
check "... each name can be had back" round_trip text
check "... in plain ASCII, too" env LC_ALL=C bash -c \
	"\"$TMP/oscope\" switch -r \"$TMP/hostile\" --by task --columns task > \"$TMP/out\" && ! grep -nP '[^\\x0a\\x20-\\x7e]' \"$TMP/out\""

check "on a terminal, as text" on_terminal
check "... as JSON" on_terminal --json
check "... as CSV" on_terminal --csv

evil=$'\033[31m\r\n\t\x7f<script>"=1\xff'
check "words of the command line in messages" said "$evil"
all_refused() {
	said switch -r "$TMP/$evil" && said switch "--$evil" && said switch --by "$evil" && said switch -p "$evil" &&
		said switch -u "$evil" && said switch -o "$TMP/none/$evil" -r "$TMP/hostile" &&
		said switch --cgroup "/$evil" -d 1 && said switch -C "$evil" && said switch --columns "$evil" -r "$TMP/hostile"
}
check "... and its files, users, groups, columns" all_refused
echo "# figure: $(wc -l < "$TMP/names") names in 3 formats"
finish
