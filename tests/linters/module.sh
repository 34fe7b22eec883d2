# SPDX-License-Identifier: GPL-2.0
# The module for each kernel of tests/vm/kernels whose headers are a package: the kernel's own extra
# warnings as errors, and sparse on every file; and what its hooks call, see hook_calls.py.

mapfile -t packaged < <(grep -v '^#' "$here/vm/kernels" | awk -F '[ |]+' '$3 !~ /^build:/ { print $1 }')
add 60 "${packaged[@]/#/module-}"

# check_module KERNEL: sparse fails no build, and has something to say about the kernel's headers, too.
check_module() {
	local log=$dir/module-$1.make kdir hooks
	"$here/vm/vm" fetch "$1" && kdir=$("$here/vm/vm" kdir "$1") || return
	make -s -C kmod KDIR="$kdir" O="$dir/module-$1" W=1 C=2 KCFLAGS=-Werror > "$log" 2>&1 ||
		{ cat "$log"; return 1; }
	grep -F "$dir/module-$1/" "$log" | grep -E 'warning:|error:' |
		sed 's|^.*/kmod/[^/]*/|kmod/|' | none || return
	# Of two names in one line one is there, which depends on the kernel.
	mapfile -t hooks < <(grep -hE '^HOOK|\.pre_handler = ' kmod/*.c | grep -oE '\<on_.*' |
		sed -E 's/^(\w+)\W+(on_\w+).*/\1,\2/; t; s/\W.*//')
	"$here/linters/hook_calls.py" "$dir/module-$1/kmod/$("$here/vm/vm" krel "$1")/oscope.ko" "${hooks[@]}"
}
