# SPDX-License-Identifier: GPL-2.0
# Our own rules, of Documentation/CONTRIBUTING.rst.

add 2 house

# Functions and files that got too long, in C and in scripts.
house_length() {
	files '*' "${sources[@]}" | xargs awk '
		FNR == 1 { start = 0 }
		FNR == 501 { print FILENAME ": more than 500 lines" }
		/^{/ || /^[a-zA-Z_].*\) *{$/ { start = FNR }
		/^}/ && start && FNR - start > 61 {
			print FILENAME ":" start ": function of " FNR - start - 1 " lines"
		}
		/^}/ { start = 0 }'
}

house_licence() {
	files '*.[ch]' "${sources[@]}" | xargs awk '
		FNR == 1 && !/SPDX-License-Identifier: / { print FILENAME ":1: no SPDX line" }'
	grep -rlE '^#!' "${sources[@]}" | xargs awk '
		FNR == 2 && !/SPDX-License-Identifier: / { print FILENAME ":2: no SPDX line" }'
}

# What takes turns, or runs beside others, is there.
house_turns() {
	local name
	while read -r name; do
		[ -e "tests/${name/://}" ] || echo "tests/beside: there is no $name"
	done < <(grep -v '^#' tests/beside)
	while read -r _ _ _ name; do
		[ -e "tests/${name/://}" ] || echo "tests/vm/turns: there is no $name"
	done < <(grep -v '^#' tests/vm/turns)
	awk -v how='^(every|turn|module|native)$' '!/^#/ && (NF != 4 || $1 !~ /^[0-9]+$/ || $2 !~ how || $3 !~ how) {
		print FILENAME ":" FNR ": seconds, quick, full, test" }' tests/vm/turns
}

# A test that plans cases says whether all of them ran, and how they ended.
house_finish() {
	grep -lE '^plan ' tests/*/*.sh | xargs grep -L '^finish$' |
		sed 's/$/: plans cases and does not finish/'
}

check_house() {
	{
		house_length
		house_licence
		house_turns
		house_finish
		grep -rnIE '[[:space:]]$' "${sources[@]}" README.md | sed 's/$/: blank at the end/'
		grep -rnE 'LINUX_VERSION_CODE|KERNEL_VERSION\(' bpf kmod tests/*/*.c tools |
			grep -v '^[a-z]*/compat\.'
	} 2>&1 | none
}
