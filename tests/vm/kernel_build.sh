# SPDX-License-Identifier: GPL-2.0
# Builds the kernels of the table that no distribution has, from Debian's source package, once for each
# version and configuration, outside the build folder: a fresh clone finds them.
# shellcheck shell=bash

KERNEL_CACHE=${OSCOPE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/oscope}

# The options of configuration files, a line each as .config has them; the last word counts.
config_lines() {
	local word

	cat -- "$@" | grep -v '^#' | tr -s '[:space:]' '\n' |
		awk 'NF { sub(/=y$/, ""); name = $0; sub(/=.*/, "", name)
			if (!(name in last)) names[++n] = name
			last[name] = $0 }
			END { for (i = 1; i <= n; i++) print last[names[i]] }' | while read -r word; do
		case $word in
		*=n) echo "# CONFIG_${word%=n} is not set" ;;
		*=*) echo "CONFIG_$word" ;;
		*) echo "CONFIG_$word=y" ;;
		esac
	done
}

# Sets B_PKG B_VERSION B_CONFIGS (files) B_DIR from a column build:PACKAGE:FRAGMENT+FRAGMENT, and K_IMAGE
# and K_HEADERS to what is, or will be, there.
kernel_build_select() {
	local fragments name

	IFS=: read -r _ B_PKG fragments <<< "$K_IMAGE"
	B_CONFIGS=()
	for name in ${fragments//+/ }; do
		[[ -s $HERE/config/$name ]] || die "kernel $K_ID: no configuration $HERE/config/$name"
		B_CONFIGS+=("$HERE/config/$name")
	done
	B_VERSION=$(dpkg-query -W -f '${Version}' "$B_PKG" 2> /dev/null)
	[[ $B_VERSION ]] ||
		die "kernel $K_ID: its source is missing: apt-get install $B_PKG"
	B_DIR=$KERNEL_CACHE/$K_ID-$B_VERSION-$(cat -- "${B_CONFIGS[@]}" | sha256sum | cut -c1-12)
	K_IMAGE=$B_DIR/arch/x86/boot/bzImage
	K_HEADERS=$B_DIR
}

# Unpacks the source into the folder $1, whole or not at all.
kernel_source() {
	[[ ! -d $1 ]] || return 0
	rm -rf -- "$1.new"
	mkdir -p -- "$1.new"
	tar -xJf "/usr/src/$B_PKG.tar.xz" -C "$1.new" --strip-components=1 &&
		mv -T -- "$1.new" "$1"
}

# Every option that was asked for must have come through the kernel's own dependencies.
config_check() {
	local missing

	missing=$(config_lines "${B_CONFIGS[@]}" | grep -v ' is not set$' |
		grep -vxFf "$B_DIR/.config")
	[[ ! $missing ]] || die "kernel $K_ID: options that the kernel did not take: ${missing//$'\n'/ }"
}

kernel_make() {
	local src=$KERNEL_CACHE/$B_PKG-$B_VERSION log=$B_DIR/build.log
	local -a make=(make -s -C "$src" "O=$B_DIR" "LOCALVERSION=-oscope-$K_ID" KBUILD_BUILD_VERSION=1)

	mkdir -p -- "$B_DIR"
	kernel_source "$src" || die "kernel $K_ID: cannot unpack /usr/src/$B_PKG.tar.xz"
	"${make[@]}" tinyconfig > "$log" 2>&1 || die "kernel $K_ID: see $log"
	config_lines "${B_CONFIGS[@]}" >> "$B_DIR/.config"
	"${make[@]}" olddefconfig >> "$log" 2>&1 || die "kernel $K_ID: see $log"
	config_check
	"${make[@]}" -j "$(nproc)" bzImage modules >> "$log" 2>&1 ||
		die "kernel $K_ID: not built:" "$(grep -m1 -iE 'error|not found' "$log"); see $log"
	# Building a module takes vmlinux, the headers and the tools.
	find "$B_DIR" \( -path "$B_DIR/scripts" -o -path "$B_DIR/tools" \) -prune -o \
		-type f \( -name '*.o' -o -name '*.a' \) -exec rm -f -- {} +
	touch -- "$B_DIR/.built"
}

# Builds the selected kernel if it is not there; concurrent callers wait for one build.
kernel_build() {
	local lock dir

	mkdir -p -- "$KERNEL_CACHE"
	exec {lock}> "$KERNEL_CACHE/$K_ID.lock"
	flock "$lock"
	if [[ ! -e $B_DIR/.built ]]; then
		echo "vm: kernel $K_ID: building $B_PKG $B_VERSION (once, some minutes)" >&2
		for dir in "$KERNEL_CACHE/$K_ID"-[0-9]*; do
			rm -rf -- "$dir"
		done
		kernel_make
	fi
	exec {lock}>&-
}
