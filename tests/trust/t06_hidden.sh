#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T6: a tracepoint is missing, or the kernel refuses a BPF program: one after another, each that there
# is. What then cannot be told is named "not captured" and the rest adds up; or it is refused in a line.
#
# The module's part needs a machine of its own (PARTS has "kmod"); BPF's part runs anywhere.
: "${PARTS:=kmod bpf}" "${OSCOPE_SRC:?}"
if [ -n "${OSCOPE_KO-}" ]; then
	. ./lib.sh
else
	. ../lib.sh
	figure() { echo "# figure: $*"; }
	PARTS=bpf
fi
has_part() { [[ " $PARTS " = *" $1 "* ]]; }

# The module's hooks, and what each gives, from its sources: name, word of /sys/kernel/oscope/features. Without io_uring's,
# of which a kernel has one of two: tests/kmod/ipc.sh. One that has two uses, of which one gives nothing, is there once.
hooks() {
	local line name feature
	grep -hE '^HOOK(_UNCHECKED)?\(' "$OSCOPE_SRC"/kmod/*.c | grep -v io_uring | while read -r line; do
		name=${line#*(}
		feature=$(grep -o 'OSCOPE_FEAT_[A-Z_]*' <<< "$line")
		if [[ $line = *HOOK_REQUIRED* ]]; then
			echo "${name%%,*} required"
		else
			echo "${name%%,*} $(sed -n "s/.*{ $feature, \"\([a-z_]*\)\" }.*/\1/p" \
				"$OSCOPE_SRC/kmod/sysfs.c")"
		fi
	done | sort -u | awk '{ all[NR] = $0; name[NR] = $1; nothing[NR] = NF < 2; gives[$1] += NF > 1 }
		END { for (i = 1; i <= NR; i++) if (!(nothing[i] && gives[name[i]])) print all[i] }'
	echo "release_task reap"
}

# What reports do not say without a feature. A program's tree needs life and tasks.
declare -A names=(
	[waking]="wakings wait_woken_ns" [migrate]="migrations" [rename]="new_names"
	[tasks]="wait_woken_ns wait_preempted_ns tasks" [life]="" [direct_sched]="" [none]=""
	[zombie]="" [reap]="" [spawn]="" [ipc]=""
)
# ... and what the history of zombies does not.
declare -A deaths=([zombie]=live [reap]=reaper)

# Programs that a command loads.
programs() { # COMMAND...
	./bpffail list - "$@" 3>&1 > /dev/null 2>&1 | grep -E '^(on|calibrate|seed)_' | sort -u
}
by_kind=("$OSCOPE" switch --source bpf --json -d 50ms)
by_task=("${by_kind[@]}" --by task)
by_death=("$OSCOPE" zombies --source bpf --json -d 50ms)
by_birth=("$OSCOPE" spawn --source bpf --json -d 50ms)
by_state=("$OSCOPE" states --source bpf --json -d 50ms)
kinds='' tasks='' ends='' births='' ledgers=''
if has_part bpf; then
	kinds=$(programs "${by_kind[@]}")
	tasks=$(comm -13 <(echo "$kinds") <(programs "${by_task[@]}"))
	ends=$(comm -13 <(sort <<< "$kinds"$'\n'"$tasks") <(programs "${by_death[@]}"))
	births=$(comm -13 <(sort <<< "$kinds"$'\n'"$tasks"$'\n'"$ends") <(programs "${by_birth[@]}"))
	ledgers=$(comm -13 <(sort <<< "$kinds"$'\n'"$tasks"$'\n'"$ends"$'\n'"$births") <(programs "${by_state[@]}"))
fi
n_programs=$(wc -w <<< "$kinds $tasks $ends $births $ledgers")
n_hooks=0
! has_part kmod || n_hooks=$(hooks | wc -l)
plan $((2 * n_hooks + (n_hooks > 0 ? 3 : 0) + (n_programs > 0 ? 2 * n_programs + 3 : 0)))

# A report is whole: what it counts adds up.
adds_up() { # REPORT
	jq -e '.totals | .events > 0 and .voluntary + .involuntary == .switches
		and .switches + .from_idle == .events' "$1"
}
kinds_add_up() { jq -e '([.rows[].count] | add) == .totals.events' "$1"; }

says() { # WORD...: the report by task, or the text by kind for what stands there
	local word
	for word; do
		jq -e --arg word "$word" '.not_captured | index($word)' "$TMP/task" ||
			{ echo "$word is not named"; return 1; }
		case $word in
		new_names | tasks) ;;
		*) grep -qE "^not captured: .*\b$word\b" "$TMP/text" || { cat "$TMP/text"; return 1; } ;;
		esac
	done
}
tree_refused() {
	"$OSCOPE" switch --source kmod -- true 2> "$TMP/err"
	[ "$? $(wc -l < "$TMP/err")" = "125 1" ] || { cat "$TMP/err"; return 1; }
}
reports_say() { # FEATURE
	"$OSCOPE" switch --source kmod --by task --json -d 50ms -o "$TMP/task" &&
		"$OSCOPE" switch --source kmod -d 50ms -o "$TMP/text" &&
		"$OSCOPE" switch --source kmod --json -d 50ms -o "$TMP/kind" || return
	# shellcheck disable=SC2086
	adds_up "$TMP/task" && kinds_add_up "$TMP/kind" && says ${names[$1]} || return
	case $1 in
	life | tasks) tree_refused ;;
	zombie | reap)
		"$OSCOPE" zombies --source kmod --by task --json -o "$TMP/deaths" -- ../live/deaths waited 3 10 &&
			jq -e --arg word "${deaths[$1]}" '.totals.exits == 4 and
				(.not_captured | index($word))' "$TMP/deaths"
		;;
	spawn)
		"$OSCOPE" spawn --source kmod --by task --json -o "$TMP/births" -- ../live/births 1 &&
			jq -e '.totals.forks == 2 and (.not_captured | index("cost_ns") and (index("page_tables") | not))' "$TMP/births"
		;;
	*) "$OSCOPE" switch --source kmod -q -o /dev/null -- true ;;
	esac
}
# What hangs on a feature goes with it, or by this hook with that feature.
declare -A hangs=([tasks]="ledger|reasons|kernel|places|ipc" [waking]="context|places|ipc" [migrate]=places
	[life]="memory|args|ipc" [spawn]=ipc [ipc]=spawn
	[signal_deliver ipc]="" [signal_generate ipc]=zombie [signal_generate zombie]=ipc)
loses() { # HOOK FEATURE: compared to what the module has here
	local feature=$2 with=${hangs[$1 $2]-${hangs[$2]-}}
	[ "$(tr ' ' '\n' < "$SYS/features" | sort)" = \
		"$(tr ' ' '\n' <<< "$all" | grep -vxE "$feature${with:+|$with}" | sort)" ] || { cat "$SYS/features"; return 1; }
}
refused_in_a_line() { # HOOK
	refused_load "no tracepoint $1" hide="$1" &&
		[ "$(dmesg | sed -n "/test: hide=$1/,\$p" | grep -c 'oscope: ')" = 1 ]
}

if has_part kmod; then
	load
	all=$(< "$SYS/features")
	check "with all of them everything is captured" is "$("$OSCOPE" switch --source kmod --json -d 50ms |
		jq '.not_captured - ["own_direct_ns", "direct_ns"] | length') == 0"
	unload
	count=0
	while read -r hook feature; do
		count=$((count + 1))
		if [ "$feature" = required ]; then
			check "$hook is required: refused in one line" refused_in_a_line "$hook"
			check "... and nothing is left" not loaded
			continue
		fi
		# A tracepoint that this kernel has not got cannot be missed.
		[[ " $all " = *" $feature "* ]] || feature=none
		load hide="$hook"
		check "without $hook: $feature is lost, nothing else" loses "$hook" "$feature"
		check "... and named as not captured; the rest adds up" reports_say "$feature"
		unload
	done < <(hooks)
	figure "$count hooks hidden, one after another"
	load hide="$(hooks | awk '$2 != "required" { printf "%s%s", sep, $1; sep = "," }')" direct=0
	check "without all but the required: no feature" is "$(wc -w < "$SYS/features") == 0"
	check "... and what can be counted adds up" bash -c "\"$OSCOPE\" switch --source kmod --json -d 50ms |
		jq -e '([.rows[].count] | add) == .totals.events and .totals.events > 0'"
	unload
fi

# refused_well STATUS WHAT PROGRAM: a line and status 3; or a report that names what it lacks. Without a probe on
# release_task the end of a wait tells as much.
refused_well() {
	if [ "$1" = 3 ]; then
		[ "$(wc -l < "$TMP/err")" = 1 ] && [ ! -s "$TMP/report" ] && return
	elif [ "$1 $2" = "99 attach" ]; then	# nothing came to be refused: it is one of these two
		case $3 in
		on_release_task) [ ! -e /sys/kernel/tracing/kprobe_events ] && return ;;
		on_sys_exit) [ -e /sys/kernel/tracing/kprobe_events ] && return ;;
		esac
	elif [ "$1 $2 $3" = "0 attach on_release_task" ]; then
		jq -e '.totals.live >= 0 and .not_captured == ["own_cost_ns"]' "$TMP/report" && return
	elif [ "$1" = 0 ]; then
		lacking=$((lacking + 1))
		adds_up "$TMP/report" && jq -e '.not_captured - ["own_cost_ns", "own_cost_ns_per_event",
			"own_direct_ns"] | length > 0' "$TMP/report" && return
	fi
	echo "status $1"
	head -3 "$TMP/err"
	return 1
}
# All that there is in a machine of our own; elsewhere others have theirs.
bpf_objects() {
	[ -z "${OSCOPE_VM_ACCEL-}" ] || { bpftool prog show; bpftool link show; bpftool map show; } |
		grep -E '^[0-9]+:' | grep -v pid_iter
}

if [ "$n_programs" -gt 0 ]; then
	before=$(bpf_objects)
	lacking=0
	for program in $kinds $tasks $ends $births $ledgers; do
		command=("${by_kind[@]}")
		grep -qx "$program" <<< "$kinds" || command=("${by_task[@]}")
		! grep -qx "$program" <<< "$ends" || command=("${by_death[@]}")
		! grep -qx "$program" <<< "$births" || command=("${by_birth[@]}")
		! grep -qx "$program" <<< "$ledgers" || command=("${by_state[@]}")
		for what in load attach; do
			./bpffail $what "$program" "${command[@]}" > "$TMP/report" 2> "$TMP/err"
			check "BPF: $program, $what refused" refused_well $? $what "$program"
		done
	done
	figure "$n_programs BPF programs refused at load and at attachment"
	./bpffail maps - "${by_kind[@]}" > "$TMP/report" 2> "$TMP/err"
	check "BPF: no array can be mapped" refused_well $? maps -
	check "BPF: nothing stays behind" test "$before" = "$(bpf_objects)"
	check "BPF: and then all goes well" "${by_kind[@]}" -o "$TMP/report"
fi
finish
