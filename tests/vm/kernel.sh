# SPDX-License-Identifier: GPL-2.0
# Finds, downloads and unpacks the kernels of the table, and makes their initramfs.
# shellcheck shell=bash

# Sets K_ID and the columns K_IMAGE K_HEADERS K_MODULES K_CHECKERS K_APPEND K_STRICT for an id or a
# bzImage.
kernel_select() {
	local id use image headers modules checkers append strict

	K_ID=$1 K_IMAGE='' K_HEADERS='' K_MODULES='' K_CHECKERS='' K_APPEND='' K_STRICT='' B_DIR=''
	if [[ $1 == */* ]]; then
		[[ -f $1 ]] || usage_error "no such kernel image: $1"
		K_IMAGE=$(realpath -- "$1")
		K_ID=path-$(sha256sum <<<"$K_IMAGE" | cut -c1-12)
		return
	fi
	while IFS='|' read -r id use image headers modules checkers append strict; do
		read -r id <<<"$id"
		[[ $id == "$1" ]] || continue
		read -r K_IMAGE <<<"$image"
		read -r K_HEADERS <<<"$headers"
		read -r K_MODULES <<<"$modules"
		read -r K_CHECKERS <<<"$checkers"
		read -r K_APPEND <<<"$append"
		read -r K_STRICT <<<"$strict"
		[[ $K_IMAGE != build:* ]] || kernel_build_select
		[[ $K_IMAGE != */* || $K_IMAGE == /* ]] || K_IMAGE=$VM_DIR/$K_IMAGE
		[[ $K_HEADERS != */* || $K_HEADERS == /* ]] || K_HEADERS=$VM_DIR/$K_HEADERS
		return
	done < <(grep -v '^[[:space:]]*#' "$HERE/kernels")
	usage_error "unknown kernel '$1': one of $(kernel_ids), or the path of a bzImage with a '/'"
}

# Those of one use, or all.
# shellcheck disable=SC2120 # vm list has one to pass
kernel_ids() {
	grep -v '^[[:space:]]*#' "$HERE/kernels" |
		awk -F '[ |]+' -v use="${1-}" 'use == "" || $2 == use { print $1 }' | xargs echo
}

# Prints 'package version' of the image that the meta package stands for today.
kernel_resolve() {
	local found

	found=$(apt-cache show --no-all-versions "$K_IMAGE" 2>/dev/null |
		sed -nE 's/^Depends: .*(linux-image-[^ ,]+) \(= ([^)]+)\).*/\1 \2/p')
	[[ $found ]] || die "kernel $K_ID: no package $K_IMAGE known here: run 'apt-get update' once"
	echo "$found"
}

# Unpacks package $1 version $2 into the folder $3, whole or not at all.
kernel_unpack() {
	local pkg=$1 version=$2 dir=$3 tmp=$3.new krel

	say "kernel $K_ID: downloading $pkg $version (once)"
	rm -rf -- "$tmp"
	mkdir -p -- "$tmp"
	(cd -- "$tmp" && apt-get -qq -o APT::Sandbox::User=root download "$pkg=$version" >apt.log 2>&1) ||
		die "kernel $K_ID: cannot download $pkg $version: run 'apt-get update' and try again:" \
			"$(grep -m1 '^E:' "$tmp/apt.log")"
	dpkg -x "$tmp"/*.deb "$tmp"
	rm -f -- "$tmp"/*.deb "$tmp/apt.log"
	krel=$(image_release "$tmp"/boot/vmlinuz-*)
	depmod -b "$tmp" -- "$krel"
	ln -sfn "/usr/src/linux-headers-$krel" "$tmp/lib/modules/$krel/build"
	rm -rf -- "$dir"
	mv -T -- "$tmp" "$dir"
}

# Brings the kernel of the table up to date; concurrent callers wait for one download.
kernel_fetch() {
	local pkg version dir=$VM_DIR/kernels/$K_ID lock

	if [[ ${B_DIR-} ]]; then
		kernel_build
		return
	fi
	if [[ $K_IMAGE == */* ]]; then
		[[ -f $K_IMAGE ]] || die "kernel $K_ID: $K_IMAGE is not built yet"
		return
	fi
	mkdir -p -- "$dir"
	exec {lock}>"$dir/lock"
	flock "$lock"
	read -r pkg version <<<"$(kernel_resolve)"
	[[ $version ]] || exit "$EX_VM"
	[[ -d $dir/$version ]] || kernel_unpack "$pkg" "$version" "$dir/$version"
	ln -sfnT -- "$version" "$dir/current"
	exec {lock}>&-
}

# The release in the header of a bzImage (Documentation/arch/x86/boot.rst, kernel_version).
image_release() {
	local at release

	at=$(od -An -tu2 -j 526 -N 2 -- "$1")
	release=$(tail -c "+$((at + 513))" -- "$1" | head -c 128 | tr '\0' '\n' | head -n 1)
	[[ $release == [0-9]* ]] || die "$1 is not a bzImage"
	echo "${release%% *}"
}

# Sets K_TREE K_BZIMAGE K_REL for the selected kernel, fetched when it never was.
kernel_locate() {
	if [[ $K_IMAGE == */* ]]; then
		kernel_fetch
		K_TREE=$(dirname -- "$K_IMAGE")
		K_BZIMAGE=$K_IMAGE
	else
		[[ -e $VM_DIR/kernels/$K_ID/current ]] || kernel_fetch
		K_TREE=$(realpath -- "$VM_DIR/kernels/$K_ID/current")
		K_BZIMAGE=$(echo "$K_TREE"/boot/vmlinuz-*)
	fi
	K_REL=$(image_release "$K_BZIMAGE") || exit
	K_MODDIR=$K_TREE/lib/modules/$K_REL
	[[ -d $K_MODDIR ]] || K_MODDIR=''
}

kernel_kdir() {
	local dir=/usr/src/linux-headers-$K_REL

	if [[ $K_IMAGE == */* ]]; then
		dir=${K_HEADERS:-$K_TREE}
		[[ -f $dir/Module.symvers ]] || die "kernel $K_ID: no build folder at $dir: build it first"
	elif [[ ! -d $dir ]]; then
		die "kernel $K_ID: no headers for $K_REL: apt-get install linux-headers-$K_REL" \
			"(or, if the archive moved on: $0 fetch $K_ID && apt-get install $K_HEADERS)"
	fi
	echo "$dir"
}

# Prints the .ko files, in order of loading, that give the modules "$@"; built-in ones need none.
kernel_modules() {
	local name

	for name; do
		[[ ! $K_MODDIR ]] || modprobe -C /dev/null -d "$K_TREE" -S "$K_REL" --show-depends "$name" ||
			die "kernel $K_ID: no module $name in $K_MODDIR"
	done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++'
}

# Puts init and the modules "$@" (paths) into the cpio archive $1.
initramfs_pack() {
	local out=$1 stage ko n=0 name
	shift

	stage=$(mktemp -d -- "$VM_DIR/initramfs.XXXXXX")
	${CC:-gcc} -std=gnu11 -O2 -Wall -Wextra -Wno-missing-field-initializers -Wno-format-overflow -static -o "$stage/init" "$HERE"/guest/*.c ||
		{ rm -rf -- "$stage"; die "cannot compile $HERE/guest: apt-get install gcc libc6-dev"; }
	mkdir "$stage/modules"
	for ko; do
		printf -v name '%02d-%s' "$((n++))" "$(basename -- "${ko%.xz}")"
		case $ko in
		*.xz) xz -dc -- "$ko" >"$stage/modules/$name" ;;
		*) cp -- "$ko" "$stage/modules/$name" ;;
		esac
	done
	(cd -- "$stage" && find . | sort | cpio --quiet -o -H newc) >"$out.new"
	mv -- "$out.new" "$out"
	rm -rf -- "$stage"
}

# Sets INITRAMFS for the selected kernel; made again when init.c or the list of modules changes.
initramfs_locate() {
	local dir=$VM_DIR/initramfs key lock
	local -a files

	# shellcheck disable=SC2086 # K_MODULES is a list of words
	mapfile -t files < <(kernel_modules virtio_pci 9pnet_virtio 9p overlay $K_MODULES)
	[[ ! $K_MODDIR || ${#files[@]} -gt 0 || -s $K_MODDIR/modules.builtin ]] || exit "$EX_VM"
	key=$({ cat -- "$HERE"/guest/*.[ch] "$HERE/kernel.sh"; printf '%s\n' "$K_REL" "${files[@]}"; } |
		sha256sum | cut -c1-16)
	INITRAMFS=$dir/$K_ID-$key.cpio
	mkdir -p -- "$dir"
	exec {lock}>"$dir/lock"
	flock "$lock"
	[[ -s $INITRAMFS ]] || initramfs_pack "$INITRAMFS" "${files[@]}"
	exec {lock}>&-
}
