#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# --help of the tool and of each command: on standard output, within 80 columns, with every option.
. ./lib.sh
mapfile -t all < <(commands)
plan $((2 + 3 * ${#all[@]}))

too_wide() { expand | grep -E '.{81}'; true; }
help_of() { "$OSCOPE" "$@" --help < /dev/null; }

wide_help() { help_of "$@" | too_wide; }
check "oscope --help: within 80 columns" none wide_help
unlisted() {
	local command
	for command in "${all[@]}"; do
		help_of | grep -qE "^  $command " || echo "$command"
	done
}
check "oscope --help: every command, and no hidden one" none unlisted

without() { # COMMAND: options that its help leaves out
	comm -23 <(options "$1") <(help_of "$1" | grep -oE -- '(^|[ ,])--?[A-Za-z][a-z-]*' |
		tr -d ' ,' | sort -u) | grep -vxF -- -J
	true
}
for command in "${all[@]}"; do
	check "$command --help: within 80 columns" none wide_help "$command"
	check "$command --help: every option" none without "$command"
	# shellcheck disable=SC2016 # the inner shell's
	check "$command --help: nothing on stderr" none \
		bash -c '"$0" "$1" --help 2>&1 > /dev/null' "$OSCOPE" "$command"
done
finish
