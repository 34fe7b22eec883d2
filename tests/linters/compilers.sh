# SPDX-License-Identifier: GPL-2.0
# The compilers' own warnings: gcc and clang on the tools, clang on the probes.

add 16 gcc
add 14 clang
add 12 bpf

# What gcc's -Wall and -Wextra leave out, and the tools keep to.
gcc_warnings="-Wundef -Wvla -Wwrite-strings -Wpointer-arith -Wlogical-op -Wduplicated-cond \
	-Wduplicated-branches -Wold-style-definition -Wredundant-decls -Wnested-externs \
	-Wdeclaration-after-statement -Wimplicit-fallthrough=5 -Wdate-time"
bpf_warnings="-Wshadow -Wvla -Wwrite-strings -Wpointer-arith -Wimplicit-fallthrough"

# What make says it does goes to its standard output.
# tidy needs what is generated there, too: one of them makes it.
check_gcc() { flock "$dir/gcc.lock" make -sk O="$dir/gcc" CC="$CC" WERROR="-Werror $gcc_warnings" tools > /dev/null; }
check_clang() { make -sk O="$dir/clang" CC="$CLANG" WERROR=-Werror tools > /dev/null; }
check_bpf() { make -sk O="$dir/bpf" CLANG="$CLANG -Werror $bpf_warnings" probes > /dev/null; }
