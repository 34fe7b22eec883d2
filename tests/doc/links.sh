#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the documentation names is there: make targets, files, headings that pages link to.
. ./lib.sh
cd "$OSCOPE_SRC" || exit 1
shopt -s globstar nullglob
docs=(README.md Documentation/**/*.rst)
plan 6

# Commands stand between backticks, or on lines that are indented.
targets_missing() {
	local target
	cat "${docs[@]}" | grep -oE '(`|^ +(sudo )?)make [a-z][a-z-]*' | sed 's/.*make //' | sort -u |
		while read -r target; do
			grep -qE "^$target:" Makefile || echo "make $target"
		done
}
check "every make target named is one" none targets_missing
check "... and the two of the README are" grep -qE '^ +sudo make (report|check)' README.md

# [text](path) of Markdown, `text <path>`_ of reStructuredText.
links_missing() {
	local doc link
	for doc in "${docs[@]}"; do
		{
			grep -oE '\]\([^)]+\)' "$doc" | sed 's/^](//; s/)$//'
			# shellcheck disable=SC2016 # backticks of the text
			grep -oE '`[^`<]*<[^>`]+>`_' "$doc" | sed 's/.*<//; s/>.*//'
		} | grep -v '^[a-z]*://' | sed 's/#.*//' | while read -r link; do
			[ -z "$link" ] || [ -e "$(dirname "$doc")/$link" ] || echo "$doc: $link"
		done
	done
}
check "every link leads to a file" none links_missing

# Paths in the text; <angles>, X and globs stand for something else.
paths_missing() {
	local doc path
	for doc in "${docs[@]}"; do
		grep -oE '(^|[^A-Za-z0-9_./-])(Documentation|kmod|bpf|tools|tests|\.ci)/[A-Za-z0-9_./*<>{},-]*' \
			"$doc" | sed -E 's/^[^A-Za-z.]//; s/[.,]+$//' | grep -vE '[<>*{}]|/X\.' | sort -u |
			while read -r path; do
				[ -e "$path" ] || echo "$doc: $path"
			done
	done
}
check "every path named exists" none paths_missing

# build/PATH in the README is what the build makes, the pages by make docs; the module's name holds the
# kernel's release.
built_missing() {
	local path
	make -s -C Documentation O="$TMP" OSCOPE="$OSCOPE" > /dev/null || return
	grep -oE '\bbuild/[A-Za-z0-9_./-]+' README.md | grep -v '^build/kmod/' | sort -u |
		while read -r path; do
			[ -e "$O/${path#build/}" ] || [ -e "$TMP/${path#build/}" ] || echo "$path"
		done
}
check "every file of the build that the README names is built" none built_missing

# The layout that the README draws.
layout_missing() {
	local word
	sed -n '/^## Where things are/,/^## /p' README.md | grep -oE '^    [A-Za-z]+/' |
		while read -r word; do
			[ -d "$word" ] || echo "$word"
		done
}
check "every directory of the README's layout exists" none layout_missing
finish
