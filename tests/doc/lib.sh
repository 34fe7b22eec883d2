# SPDX-License-Identifier: GPL-2.0
# What the tests of the documentation share: the sources, and the tables of the program.

. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"

# none COMMAND: success if it finds nothing; what it finds is shown.
none() {
	local found
	found=$("$@") || return
	[ -z "$found" ] || { echo "$found"; return 1; }
}

# The commands that are listed.
commands() {
	"$OSCOPE" --dump-options | awk -F '\t' '$1 == "command" && $4 !~ /hidden/ { print $2 }'
}

# options COMMAND: its options as words, -x and --xyz.
options() {
	"$OSCOPE" --dump-options "$1" | awk -F '\t' '$1 == "option" {
		print "--" $3
		for (i = 1; i <= length($4); i++)
			print "-" substr($4, i, 1)
	}' | sort
}
