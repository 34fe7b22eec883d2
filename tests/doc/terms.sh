#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Terms: each that oscope(7) defines is defined there alone, and used; nothing is called by another word.
. ./lib.sh
man=$OSCOPE_SRC/Documentation/man
plan 4

# The terms that a page defines: emphasized, on lines of their own that no list comes before.
defined() { grep -E '^\*[a-z -]+\*(, \*[a-z -]+\*)*$' "$1" | grep -oE '[a-z][a-z -]*' | sort -u; }
mapfile -t terms < <(defined "$man/oscope.7.rst")
check "oscope(7) defines terms" is "${#terms[@]} > 20"

# Events and columns that have a term's word for a name.
names='oscope-events.1.rst: blocked
oscope-events.1.rst: lost
oscope-events.1.rst: switch
oscope-record.1.rst: switch
oscope-spawn.1.rst: lost
oscope-spawn.1.rst: parent'
elsewhere() {
	local page
	for page in "$man"/*.rst; do
		[ "${page##*/}" = oscope.7.rst ] || comm -12 <(printf '%s\n' "${terms[@]}") <(defined "$page") |
			sed "s/^/${page##*\/}: /"
	done | grep -vxF "$names"
	true
}
check "nothing is defined twice" none elsewhere

unused() {
	local term said
	said=$(cat "$man"/oscope[-.][!7]*.rst | tr '\n' ' '
		for command in $(commands); do "$OSCOPE" "$command" --help; "$OSCOPE" "$command" --json-schema 2> /dev/null; done | tr '\n' ' ')
	for term in "${terms[@]}"; do
		[[ ${said,,} = *"$term"* ]] || echo "$term"
	done
}
check "each is used by another page, by --help or by a schema" none unused

# What the terms are called elsewhere, or were here.
others='wait(s|ing)? (after|when) (wake|preempted)|runq(ueue)?[ -]latency|sched(uling)? latency|scheduling delay|wake-?up latency'
other_words() {
	local command
	grep -nEi "$others" "$man"/*.rst "$OSCOPE_SRC/README.md" | sed 's|.*/||'
	for command in $(commands); do
		{ "$OSCOPE" "$command" --help; "$OSCOPE" "$command" --json-schema 2> /dev/null; } |
			grep -Ei "$others" | sed "s/^/$command: /"
	done
	true
}
check "nothing is called otherwise" none other_words
finish
