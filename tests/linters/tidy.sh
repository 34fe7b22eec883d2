# SPDX-License-Identifier: GPL-2.0
# clang-tidy, on the tools and the tests' programs. What has not changed since it was clean is left out;
# without the lines' numbers (-P), and so wherever the sources are.

add 40 tidy-tools tidy-tests

tidy_checks=(
	'-*' 'bugprone-*' 'cert-*' 'clang-analyzer-*' 'concurrency-*'
	# Reports are checked when they are closed, not at each printf().
	-cert-err33-c
	# memset_s() and the like: the C library has none of them.
	-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling
	# Whoever calls strerror() or getenv() has one thread.
	-concurrency-mt-unsafe
	# Two numbers next to each other are what most functions here take.
	-bugprone-easily-swappable-parameters
	# gcc and clang define them, and -Wconversion is the kernel's W=3.
	-bugprone-narrowing-conversions
	# Arrays of pointers are what is meant; calloc(0) returns a pointer in the libraries of Linux.
	-bugprone-sizeof-expression -clang-analyzer-optin.portability.UnixAPI
	# 'if (strcmp(a, b))' is the kernel's idiom.
	-bugprone-suspicious-string-compare
	# sscanf() reads files of the kernel, which writes numbers that fit.
	-cert-err34-c
	# The linker names a section's bounds, the C library what it wants defined.
	-bugprone-reserved-identifier -cert-dcl37-c -cert-dcl51-cpp
	# clang 14 does not see va_start() of the C library's headers.
	-clang-analyzer-valist.Uninitialized
)
# Of kselftest's harness: its macros, that TEST() may go on after a failure, and main() of the tool.
tidy_tests=(
	-bugprone-suspicious-semicolon -bugprone-suspicious-include
	# Structs are compared with one that was zeroed as a whole.
	-bugprone-suspicious-memory-comparison -cert-exp42-c -cert-flp37-c
	# In tests texts are constants of known length.
	-clang-analyzer-security.insecureAPI.strcpy
	# What vfork() does is what is looked at.
	-clang-analyzer-security.insecureAPI.vfork
)
# bpftool's skeleton, which this file includes, leaks when it has no memory.
tidy_skeleton=,-clang-analyzer-unix.Malloc
# The states looked at of one function: more than that costs minutes and found nothing.
tidy_options=(
	-std=gnu11 -D_GNU_SOURCE '-DOSCOPE_VERSION="lint"' -I. -Itools -isystem "$dir/gcc/bpf" -isystem "$dir/gcc/proto" -idirafter /usr/include/tirpc
	-I"$O/ksrc/tools/testing/selftests" -Wno-everything
	-Xclang -analyzer-config -Xclang max-nodes=20000
)

# check_tidy WHERE. Compiled alone, so nobody defines what tests/bench takes from its own skeleton.
check_tidy() {
	local checks=("${tidy_checks[@]}") comma file more
	[ "$1" = tools ] || checks+=("${tidy_tests[@]}")
	comma=$(IFS=,; echo "${checks[*]}")
	"$here/ksrc" "$O/ksrc" && flock "$dir/gcc.lock" make -s O="$dir/gcc" probes > /dev/null || return
	files '*.c' "$1" | grep -vE '\.bpf\.c$|/bench/|/canary/' | while read -r file; do
		more=''
		[ "$file" != tools/bpf_probes.c ] || more=$tidy_skeleton
		"$CLANG" "${tidy_options[@]}" -E -C -P "$file" | once tidy tidy_one "$comma$more" "$file"
	done | none
}

# How many warnings it suppressed, it says on its standard error.
tidy_one() {
	local said=$dir/tidy.$BASHPID status=0
	clang-tidy --quiet "--checks=$1" "$2" -- "${tidy_options[@]}" 2> "$said" || status=$?
	[ $status = 0 ] || cat "$said"
	rm -f "$said"
	return $status
}
