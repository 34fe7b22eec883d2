#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Verdicts of one run on the topics' pages: a row for each claim of a page, of a run that was whole; and what puts them there.
. ./lib.sh
src=$OSCOPE_SRC/Documentation
plan 9

sections() { grep -hE '^[a-z]+\.[a-z0-9-]+$' "$@"; }
# told PAGE...: claims and verdicts of the tables
told() { sed -nE 's/^   "([a-z]+\.[a-z0-9-]+)","([A-Z ]+)",.*/\1 \2/p' "$@"; }
each_told() { # FOLDER
	local page
	for page in "$1"/notes/*.rst; do
		diff <(sections "$page") <(told "$page" | cut -d ' ' -f 1) || { echo "${page##*/}: sections, and rows of its table"; return 1; }
	done
}
check "each page tells of each of its claims" each_told "$src"
check "... none is VOID" test -z "$(told "$src"/notes/*.rst | grep 'VOID$')"
check "... and of all claims that there are" diff <("$OSCOPE" notes list --json | jq -r '.rows[].id' | sort) <(told "$src"/notes/*.rst | cut -d ' ' -f 1 | sort)
well_formed() { local svg; for svg in "$@"; do /usr/bin/python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' "$svg" || return; done; }
check "figures are well-formed" well_formed "$src"/notes/*.svg

# Of a run that never was: all FALSE. One claim has no effect, one a share, and one a ratio that no logarithm has.
"$OSCOPE" notes show all --json | jq '{ schema: "oscope.notes/1", kernel: "9.9.9-x", cpus: 3, virt: "none",
	totals: { date: "2001-02-03T00:00:00Z", cpu_model: "A CPU", seed: 7 },
	rows: ([.rows[] | { id, verdict: "FALSE", reason: "a*b_c|d, \"so\"", samples: 30,
		effect: { value: 2, lo: 1.5, hi: 2.5, unit: "x" } }] |
		.[0].effect = null | .[1].effect.unit = "of samples" | .[2].effect.lo = -1) }' > "$TMP/run"
cp -r "$src" "$TMP/doc"
put() { /usr/bin/python3 "$TMP/doc/verdicts" "$@"; }
check "a run is put there" put "$TMP/run"
check "... and is all that is told then" test "$(told "$TMP"/doc/notes/*.rst | cut -d ' ' -f 2- | sort -u)" = FALSE
cp -r "$TMP/doc" "$TMP/once"
put "$TMP/run"
check "... put there again it changes nothing" diff -r "$TMP/once" "$TMP/doc"
html() { rst2html --halt=warning --report=warning "$TMP/doc/notes/zombie.rst" | grep -qF 'a*b_c|d, &quot;so&quot;'; }
check "... and pages are built, with what looks like markup" html
less() {
	jq '.rows |= map(select(.id != "zombie.reap") | .verdict = "HOLDS")' "$TMP/run" > "$TMP/less"
	put "$TMP/less" 2> "$TMP/err" && return 1
	grep -q zombie.reap "$TMP/err" && diff -r "$TMP/once" "$TMP/doc"
}
check "a run that is not whole is refused, with what it lacks, and no page has anything of it" less
finish
