# SPDX-License-Identifier: GPL-2.0
# checkpatch.pl of the kernel's source, on everything that is written in C. What has not changed since it was clean is
# left out.

add 20 checkpatch-user checkpatch-kmod

# Left out in all code:
either_ignore=(
	BIT_MACRO			# 1U << n as a size is no bit
	CAMELCASE			# PRIu64 and _Static_assert are the C library's
	COMPLEX_MACRO			# macros that declare something are no expressions
	MACRO_ARG_REUSE			# the same
	MACRO_ARG_UNUSED		# of a list of ids and names, each user takes one
)
# In the module:
kmod_ignore=(
	LINUX_VERSION_CODE		# in compat.h only, see check_house
	CONSTANT_COMPARISON		# takes LINUX_VERSION_CODE for the constant
	LEADING_SPACE			# HOOK( is shorter than a tab, and PARENTHESIS_ALIGNMENT stays
	MACRO_WITH_FLOW_CONTROL		# a self test's assertion returns
)
# In what is compiled for user space or BPF, too:
user_ignore=(
	PREFER_DEFINED_ATTRIBUTE_MACRO	# the kernel's headers are not there
	STRCPY				# nor is strscpy()
	STRNCPY
	NEW_TYPEDEFS			# kernel.bpf.h repeats one of the kernel's
	AVOID_EXTERNS			# the linker declares a section's bounds in no header
	VOLATILE			# settings of BPF programs, memory shared without a lock
	ARCH_DEFINES			# CPUID is x86's
	SPLIT_STRING			# texts of many lines
	ENOSYS				# a caller is told so by a kernel without the call
)

# Joined by commas.
comma() { local IFS=,; echo "$*"; }

# check_checkpatch WHERE: user or kmod. set.h declares by macros, which checkpatch does not
# understand; nor does it know that HOOK() and the like stand below their function as
# EXPORT_SYMBOL() does. It writes a file where it runs, about what it found in include.
check_checkpatch() {
	local ignore=("${either_ignore[@]}") list
	"$here/ksrc" "$O/ksrc" && mkdir -p "$dir/include" || return
	if [ "$1" = kmod ]; then
		ignore+=("${kmod_ignore[@]}")
		list=$(files '*.[ch]' kmod | grep -vE '/(core|uapi)/|/set\.h')
	else
		ignore+=("${user_ignore[@]}")
		list=$(files '*.[ch]' kmod/core kmod/uapi bpf tools)
	fi
	once_each checkpatch "$(cat "$O"/ksrc/scripts/{checkpatch.pl,spelling.txt,const_structs.checkpatch} | sha256sum)" checkpatch_all "$(comma "${ignore[@]}")" \
		<<< "$list" | none
}

# checkpatch_all IGNORE FILE...
checkpatch_all() {
	local types=$1 root=$PWD
	shift
	(cd "$dir" && printf "$root/%s\n" "$@" | xargs perl "$O/ksrc/scripts/checkpatch.pl" --no-tree --root=. --strict \
		--terse --show-types --no-summary --max-line-length=100 --ignore "$types" --file) | sed "s|^$root/||" |
		grep -v 'LINE_SPACING: Please use a blank line after function'
	[[ ${PIPESTATUS[0]} =~ ^(0|123)$ ]]	# found something, which the line above may be
}
