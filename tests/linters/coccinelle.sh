# SPDX-License-Identifier: GPL-2.0
# The kernel's own semantic patches, on the module. Nothing runs if it has not changed since it was clean.

add 45 coccinelle

# Left out, since they ask for what the module has not:
cocci_ignore=(
	'bq27xxx|platform_|pm_runtime|resource_size|device_attr'	# drivers and their devices
	'clk_put|devm_free|iounmap|pci_|put_device|kmerr'
	'device_node|for_each_child|of_table|irqf_oneshot|add_namespace'
	'd_find_alias|vma_pages|newline_in_nl_msg'			# file systems, netlink
	'badzero'		# needs a compiler of OCaml; sparse says the same
	'cstptr|warn\.cocci'	# casts of pointers to errors, printk with WARN: we have neither
)

cocci_one() {
	local options
	options=$(sed -nE 's|^// Options: *||p' "$1")
	# Options are words.
	# shellcheck disable=SC2086
	spatch -D report --no-show-diff --very-quiet --cocci-file "$1" $options --dir kmod 2>&1 |
		grep -vE '^(warning: line [0-9]+: should|$)'
	return "${PIPESTATUS[0]}"
}

cocci_all() {
	local script
	files '*.cocci' "$O/ksrc/scripts/coccinelle"/{api,free,iterators,locks,misc,null,tests} |
		grep -vE "$(IFS='|'; echo "${cocci_ignore[*]}")" |
		while read -r script; do
			cocci_one "$script" || echo "$script: spatch ended with status $?"
		done
}

check_coccinelle() {
	"$here/ksrc" "$O/ksrc" || return
	{
		files '*.[ch]' kmod | xargs cat
		files '*.cocci' "$O/ksrc/scripts/coccinelle" | xargs cat
	} | once coccinelle cocci_all | none
}
