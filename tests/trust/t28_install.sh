#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T28: install and uninstall: into a folder for a package, for more than one kernel; and, in a machine of
# its own, into the system: modprobe finds the module of the running kernel, a newer one is taken at the
# next load and not before, and nothing stays behind.
. ../lib.sh
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}" "${O:?O must name the build folder}"
system=${OSCOPE_VM_ACCEL:+yes}		# never into a machine that somebody uses

# make_it TARGET VARIABLE=VALUE...
make_it() { make -s -C "$OSCOPE_SRC" O="$O" "$@"; }
# left FOLDER: nothing but folders is there.
left() { ! find "$1" ! -type d | grep .; }

root=$TMP/root
mapfile -t modules < <(find "$O/kmod" -maxdepth 2 -name oscope.ko)
into() { # MODULE
	make_it install DESTDIR="$root" PREFIX=/usr KREL="$(basename "$(dirname "$1")")" OSCOPE_KO="$1"
}
out_of() { make_it uninstall DESTDIR="$root" PREFIX=/usr KREL="$(basename "$(dirname "$1")")"; }
# The module under updates/ of each kernel is the one that was built for it.
right_modules() {
	local ko krel
	for ko in "${modules[@]}"; do
		krel=$(basename "$(dirname "$ko")")
		cmp "$ko" "$root/lib/modules/$krel/updates/oscope.ko" || return
		modinfo -F vermagic "$root/lib/modules/$krel/updates/oscope.ko" | grep -q "^$krel " ||
			{ echo "$krel"; return 1; }
	done
}
modprobe_finds() { # KERNEL-RELEASE
	depmod -b "$root" "$1" && modprobe -n -v -d "$root" -S "$1" oscope | grep "/lib/modules/$1/updates/oscope.ko"
}
complete_modinfo() { # MODULE
	local field
	for field in license description author version srcversion; do
		[ -n "$(modinfo -F "$field" "$1")" ] || { echo "no $field"; return 1; }
	done
	[ "$(modinfo -F license "$1")" = GPL ]
}
installed() { # FILE...
	local file
	for file; do
		[ -s "$root/usr/$file" ] || { echo "no $file"; return 1; }
	done
}

# Manual pages are built, and looked for, on the real machine only: in an emulator that takes minutes.
files=(bin/oscope share/bash-completion/completions/oscope)
plan $((6 + 2 * ${#modules[@]} + (${#system} > 0 ? 9 : 1)))
if [ -z "$system" ]; then
	check "manual pages are built" make_it docs
	files+=(share/man/man1/oscope.1 share/man/man1/oscope-switch.1 share/man/man4/oscope.4)
fi
for ko in "${modules[@]}"; do
	check "installs with the module of $(basename "$(dirname "$ko")")" into "$ko"
done
figure "modules of ${#modules[@]} kernels: $(printf '%s\n' "${modules[@]%/*}" | sed 's,.*/,,' | sort | xargs)"
check "what belongs to it is there" installed "${files[@]}"
check "the tool runs from there" "$root/usr/bin/oscope" --version
check "each kernel has the module that was built for it" right_modules
for ko in "${modules[@]}"; do
	check "modinfo is complete and modprobe finds it for $(basename "$(dirname "$ko")")" \
		eval "complete_modinfo '$ko' && modprobe_finds '$(basename "$(dirname "$ko")")'"
done
first=${modules[0]}
check "uninstalled for one kernel, the others keep theirs" \
	eval "out_of '$first' && [ ! -e '$root/lib/modules/$(basename "$(dirname "$first")")/updates/oscope.ko' ] &&
		{ [ ${#modules[@]} = 1 ] || find '$root' -name oscope.ko | grep -q .; }"
for ko in "${modules[@]}"; do out_of "$ko" || echo "# $ko"; done
find "$root" -name 'modules.*' -delete
check "no file stays behind" left "$root"
check "the headers' kernel is named if it has none" \
	eval "! make_it kmod KDIR=/nonexistent KREL=1.2.3 2> '$TMP/said' && grep -q 'linux-headers-1.2.3' '$TMP/said'"
[ "$system" ] || finish

# The real thing, in a machine that is thrown away.
krel=$(uname -r)
mkdir -p "/lib/modules/$krel"
mount -t tmpfs none "/lib/modules/$krel"
touch "/lib/modules/$krel/modules."{order,builtin,builtin.modinfo}
prefix=$TMP/prefix
loaded_version() { cat /sys/module/oscope/srcversion; }
file_version() { modinfo -F srcversion oscope; }
system_install() { make_it install PREFIX="$prefix" KREL="$krel" OSCOPE_KO="$1"; }
cp "$OSCOPE_KO" "$TMP/first.ko"
# Another build of the same: its version of the source differs.
sed "s/srcversion=./srcversion=X/" "$TMP/first.ko" > "$TMP/second.ko"
check "installs into the system" system_install "$TMP/first.ko"
check "modprobe loads it" eval "modprobe oscope && '$prefix/bin/oscope' switch -q --source kmod -o /dev/null -- true"
first=$(file_version)
check "a newer one is installed while it is loaded" system_install "$TMP/second.ko"
check "... which the loaded one outlives" eval "[ \$(loaded_version) = $first ] && [ \$(file_version) != $first ]"
check "... and still counts" "$prefix/bin/oscope" switch -q --source kmod -o /dev/null -- true
check "the next load takes the newer one" eval \
	"modprobe -r oscope && modprobe oscope && [ \$(loaded_version) != $first ] && modprobe -r oscope"
check "uninstall takes it away" make_it uninstall PREFIX="$prefix" KREL="$krel"
check "... and modprobe knows it no more" eval "! modprobe -q oscope"
check "no file stays behind in the system" eval \
	"left '$prefix' && [ ! -e /lib/modules/$krel/updates/oscope.ko ] && ! grep -q oscope /lib/modules/$krel/modules.dep"
umount "/lib/modules/$krel"
finish
