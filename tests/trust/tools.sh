# SPDX-License-Identifier: GPL-2.0
# What the tests of the tools' endings and faults share: what must not be left, and the system calls
# of a run as places to end it or to let a call fail.

# Wait, bounded, until a command succeeds.
until_true() { # TRIES COMMAND...
	local n=$1
	shift
	while ! "$@" > /dev/null 2>&1; do
		n=$((n - 1))
		[ "$n" -gt 0 ] || return 1
		read -rt 0.1 <> <(:) || true
	done
}

# All programs and maps in the kernel, as KIND ID NAME, sorted.
objects() {
	local kind
	for kind in prog map; do
		bpftool -j $kind show | jq -r ".[] | \"$kind \\(.id) \\(.name // \"\")\""
	done | sort
}

# What is ours: the names that runs ask the kernel for, as KIND NAME, and not what is there before the test.
objects > "$TMP/objects"
strace -qq -v -e trace=bpf -o "$TMP/bpf" -- "$OSCOPE" record -q -p $$ -o "$TMP/learned" -d 10ms
strace -qq -v -e trace=bpf -A -o "$TMP/bpf" -- "$OSCOPE" doctor -o "$TMP/learned"
sed -nE 's/.*(prog|map)_name="([^"]+)".*/\1 \2/p' "$TMP/bpf" | sort -u > "$TMP/names"
rm -f "$TMP/bpf" "$TMP/learned"

# Ids of them that no process holds; others may be tracing meanwhile, with the same names.
orphans() {
	local kind
	[ -s "$TMP/names" ] || echo "nothing is known to be ours"
	for kind in prog map; do
		comm -23 <(objects | comm -23 - "$TMP/objects" | awk -v kind=$kind '
				NR == FNR { ours[$0]; next }
				$1 == kind && ($1 " " $3) in ours { print $2 }' "$TMP/names" - | sort) \
			<(grep -hs "^${kind}_id:" /proc/[0-9]*/fdinfo/* | awk '{ print $2 }' | sort -u) |
			sed "s/^/$kind /"
	done
}
no_orphans() { [ -z "$(orphans)" ]; }

# The kernel's state that a run could leave something in.
state() {
	local t=/sys/kernel/tracing
	[ -e $t/kprobe_events ] || t=/sys/kernel/debug/tracing
	cat $t/kprobe_events $t/uprobe_events 2> /dev/null
	ls $t/instances 2> /dev/null
	cat /sys/module/oscope/refcnt 2> /dev/null
	ls /sys/fs/bpf 2> /dev/null
}

# Processes of our runs, told by a variable in their environment. Those of oscope itself must go with
# it, what it traces may go on.
export OSCOPE_TEST=$TMP/mark
marked() { # [NAME]
	local p
	for p in /proc/[0-9]*; do
		[ "${p#/proc/}" != $$ ] || continue
		[[ ! ${1-} || "$(cat "$p/comm" 2> /dev/null)" = "$1" ]] || continue
		grep -qsz "^OSCOPE_TEST=$OSCOPE_TEST$" "$p/environ" && echo "${p#/proc/}"
	done
}
none_of() { [ -z "$(marked "$1")" ]; }

# Everything is as before, within ten seconds: programs go by RCU, in a work queue.
unchanged() {
	until_true 100 no_orphans || { echo "left: $(orphans | xargs)"; return 1; }
	until_true 100 none_of oscope || { echo "left: process $(marked oscope)"; return 1; }
	diff "$TMP/state" <(state)
}

# sites COMMAND...: the system calls of a run from the first of its main() on, in order: NAME ORDINAL ARGUMENT,
# the first one, of bpf() with the name of the map or program. Of those of a path or a first argument at most
# SAME, spread; but each of those calls that EACH names, whose first argument tells little.
: "${SAME:=12}" "${EACH:=bpf|perf_event_open|mmap}"
sites() {
	strace -qq -v -o "$TMP/calls" -- "$@" > /dev/null 2>&1 < /dev/null
	awk -F '(' -v same="$SAME" -v each="^($EACH)$" '
		!/^[a-z_0-9]+\(/ { next }
		{ name = $1; nth[name]++; split($2, arg, /[,)]/) }
		/^fcntl\(0, F_GETFD\)/ { on = 1 }
		!on || name ~ /^(exit_group|rt_sigreturn)$/ { next }
		{
			what = arg[name == "openat" ? 2 : 1]
			if (what ~ /"/) gsub(/[0-9]+/, "N", what)
			if (match($0, /(map|prog)_name="[^"]*"/))
				what = what "," substr($0, RSTART, RLENGTH)
			key[++n] = name " " what
			site[n] = name " " nth[name] " " what
			of[n] = ++count[key[n]]
			all[n] = name ~ each
		}
		END {
			for (i = 1; i <= n; i++) {
				c = count[key[i]]
				if (all[i] || c <= same || int(of[i] * same / c) > int((of[i] - 1) * same / c))
					print site[i]
			}
		}' "$TMP/calls"
}

# spread N: some of the lines of standard input, spread evenly, at most N.
spread() {
	awk -v n="$1" '{ line[NR] = $0 }
		END { for (i = 1; i <= n && i <= NR; i++) print line[NR <= n ? i : int((i - 0.5) * NR / n) + 1] }'
}
