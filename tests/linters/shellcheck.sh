# SPDX-License-Identifier: GPL-2.0
# Runs shellcheck on all scripts and what they source.

add 30 shellcheck

# Left out:
shell_ignore=(
	SC2012 SC2231			# file names here are ours or the kernel's: no blanks
	SC2016				# a program of jq in quotes is handed to check()
	SC2119				# functions may have arguments that a call leaves out
)

# Libraries have no first line to tell the shell, and variables for those that source them.
check_shellcheck() {
	local script libs ignore options=(-x -P SCRIPTDIR -f gcc -S info)
	ignore=$(comma "${shell_ignore[@]}")
	mapfile -t script < <(grep -rlE '^#!/bin/(ba)?sh$' "${sources[@]}")
	mapfile -t libs < <(files '*.sh' tests tools | xargs grep -LE '^#!')
	{
		shellcheck "${options[@]}" -e "$ignore" "${script[@]}"
		shellcheck "${options[@]}" -e "$ignore,SC2034" -s bash "${libs[@]}"
	} 2>&1 | none
}
