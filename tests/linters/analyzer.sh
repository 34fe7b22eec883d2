# SPDX-License-Identifier: GPL-2.0
# gcc -fanalyzer, on the tools and on the module. What has not changed since it was clean is left out; without the lines'
# numbers (-P), and so wherever the sources are.

add 25 analyzer-user analyzer-kmod

analyzer_options=(
	-std=gnu11 -D_GNU_SOURCE '-DOSCOPE_VERSION="lint"' -I. -Itools -I"$dir/gcc/bpf" -I"$dir/gcc/proto" -idirafter /usr/include/tirpc -O2 -fanalyzer
)
# Left out where elements of an array, or a struct of the caller's, own memory: it loses sight of them when array_room() has
# moved the array, or behind two of its own kind.
analyzer_arrays=" tools/critical_calls.c tools/critical_fold.c tools/critical_past.c tools/critical_prune.c tools/diff_read.c tools/diff_report.c tools/export_ipc.c tools/lanes.c tools/notes/series.c tools/record_flight.c "
# Left out in the module: it loses sight of arrays that are filled as words and read as a struct.
analyzer_kmod=-Wno-analyzer-use-of-uninitialized-value

analyzer_user() {
	local file options
	flock "$dir/gcc.lock" make -s O="$dir/gcc" probes > /dev/null || return
	files '*.c' tools | while read -r file; do
		options=("${analyzer_options[@]}")
		[[ $analyzer_arrays != *" $file "* ]] || options+=(-Wno-analyzer-malloc-leak)
		"$CC" "${options[@]}" -E -P "$file" | once analyzer "$CC" "${options[@]}" -S -o /dev/null "$file"
	done | none
}

# Of the first kernel's headers one is enough: the warnings are about our code.
analyzer_kmod() {
	local kdir
	"$here/vm/vm" fetch "${packaged[-1]}" && kdir=$("$here/vm/vm" kdir "${packaged[-1]}") || return
	files '*.[ch]' kmod | xargs cat kmod/Kbuild kmod/Makefile | once analyzer make -s -C kmod KDIR="$kdir" \
		O="$dir/analyzer" KCFLAGS="-fanalyzer $analyzer_kmod" | none
}

check_analyzer() { "analyzer_$1"; }
