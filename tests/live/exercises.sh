#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The exercises that pages of the notes end with: three a page, and every command of them runs and has something to show.
. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"
PATH=$(dirname "$(realpath "$OSCOPE")"):$PATH

# The commands of a page, each ended by a byte of 0: a line of a program goes on until the next one that says nothing.
commands() { # PAGE
	awk '/^Exercises$/ { on = 1; next }
		on && /^    # / { if (n++) printf "%c", 0; sub(/^    # /, ""); printf "%s\n", $0; in_one = 1; next }
		on && in_one && /^    [^ ]/ { sub(/^    /, ""); print; next }
		{ in_one = 0 }
		END { if (n) printf "%c", 0 }' "$1"
}
# It ends well, says nothing of trouble, and has a report, or lines of what happens.
shows() { # COMMAND
	if timeout 60 bash -c "$1" > "$TMP/out" 2> "$TMP/err" && ! grep -q '^oscope:' "$TMP/err" &&
	   cat "$TMP/out" "$TMP/err" | grep -qE 'source [a-z]+|^ *[0-9.]+ +exit '; then
		return
	fi
	cat "$TMP/out" "$TMP/err"
	return 1
}
pages=()
for topic in create switch isolate parallel state ipc sync zombie py; do
	pages+=("$OSCOPE_SRC/Documentation/notes/$topic.rst")
done
total=0
for page in "${pages[@]}"; do
	total=$((total + $(commands "$page" | tr -cd '\0' | wc -c)))
done
plan $((total + ${#pages[@]}))
if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here"
	exit
fi
for page in "${pages[@]}"; do
	name=$(basename "$page" .rst)
	check "$name: three exercises" is "$(sed '1,/^Exercises$/d' "$page" | grep -c '^[0-9]\. \*') == 3"
	i=0
	while IFS= read -rd '' command; do
		i=$((i + 1))
		check "$name: command $i shows something" shows "$command"
	done < <(commands "$page")
done
finish
