#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Manual pages: built without a warning, in step with the program in both directions.
. ./lib.sh
man=$OSCOPE_SRC/Documentation/man
mapfile -t all < <(commands)
plan $((6 + 3 * ${#all[@]}))

if ! command -v rst2man > /dev/null; then
	skip_rest_of_plan "rst2man is not there"
	exit
fi
check "all pages are built, a warning is an error" \
	make -s -C "$OSCOPE_SRC/Documentation" O="$TMP" OSCOPE="$OSCOPE"
pages=$TMP/Documentation
if ! ls "$pages"/*.1 > /dev/null 2>&1; then
	skip_rest_of_plan "no pages"
	exit 1
fi
plain() { mandoc -Tascii "$1" | sed 's/.\x08//g'; }

lint() { mandoc -Tlint -W error "$pages"/*.[1-9] 2>&1; true; }
check "mandoc finds no error in them" none lint
troff() { groff -man -ww -z "$pages"/*.[1-9] 2>&1; }
check "groff has no warning" none troff
wide() { for page in "$pages"/*.[1-9]; do plain "$page" | grep -E '.{81}'; done; true; }
check "they fit 80 columns" none wide

# name(1) of our own.
dead_references() {
	local page ref
	for page in "$pages"/*.[1-9]; do
		plain "$page" | grep -oE '\boscope[a-z-]*\([1-9]\)' | sort -u |
			sed 's/(\(.\))/.\1/' | while read -r ref; do
				[ -e "$pages/$ref" ] || echo "${page##*/}: $ref"
			done
	done
}
check "pages that they refer to are there" none dead_references
orphans() {
	local page
	for page in "$man"/oscope-*.1.rst; do
		page=${page##*/oscope-}
		printf '%s\n' "${all[@]}" | grep -qx "${page%.1.rst}" || echo "$page"
	done
}
check "no page is about a command that is gone" none orphans

# Options as the page's OPTIONS has them.
documented() {
	plain "$pages/oscope-$1.1" | sed -n '/^OPTIONS/,/^[A-Z]/p' |
		grep -E '^ {5,8}-' | grep -oE -- '(^|[ ,])--?[A-Za-z][a-z-]*' | tr -d ' ,' | sort
}
summary() { "$OSCOPE" --dump-options "$1" | awk -F '\t' '$1 == "command" { print $3 }'; }
for command in "${all[@]}"; do
	check "$command has a page" test -s "$pages/oscope-$command.1"
	check "$command: its page has every option, and no other" \
		diff <(options "$command") <(documented "$command")
	check "$command: its page begins with the summary of --help" \
		grep -qxF "$(summary "$command")" "$man/oscope-$command.1.rst"
done
finish
