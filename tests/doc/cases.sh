#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The cases that tracers get wrong, as trust.rst lists them: each has a test, and the test that case.
. ./lib.sh
page=$OSCOPE_SRC/Documentation/trust.rst
plan 3

# rows: NUMBER, TEST, CASE of the table, a tab between them.
rows() {
	sed -n '/^Cases that tracers get wrong$/,/^Not done yet$/p' "$page" |
		sed -nE 's/^   "([0-9]+)", "[^"]*", "([^"]*)", "([^"]*)"$/\1\t\2\t\3/p'
}
cases_missing() {
	local number test name
	rows | while IFS=$'\t' read -r number test name; do
		[ "$test" != "not yet" ] || continue
		if [ ! -e "$OSCOPE_SRC/$test" ]; then
			echo "$number: no test $test"
		elif ! grep -E "^TEST|\<check |\<skip |\<of_times " "$OSCOPE_SRC/$test" | grep -qF -- "$name"; then
			echo "$number: $test has no case '$name'"
		fi
	done
}
# All ten; each has a test, whatever is still to come.
numbers() { rows | awk -F '\t' '$2 != "not yet" { print $1 }' | sort -nu; }
unread() { sed -n '/^Cases that tracers get wrong$/,/^Not done yet$/p' "$page" | grep -c '^   "'; }
check "all ten cases have a test" diff <(seq 10) <(numbers)
check "every row is one of four columns" is "$(unread) == $(rows | wc -l)"
check "every test has the case that is named" none cases_missing
finish
