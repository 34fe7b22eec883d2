# SPDX-License-Identifier: GPL-2.0
# What the tests that run claims for true share: a topic's claims, one report, and what holds of any.

. ../lib.sh
r=$TMP/run
verdicts='HOLDS HOLDS_IF OUTDATED FALSE UNDEFINED INCONCLUSIVE_HERE VOID'
TOPIC_CHECKS=10

# ids TOPIC [PATTERN]: of a topic, those whose name matches
ids() {
	"$OSCOPE" notes list --json |
		jq -r ".rows[] | select(.topic == \"$1\" and (.id | test(\"^$1\\\\.(${2:-.*})\"))) | .id"
}

row() { # ID FILTER
	json "$r" ".rows[] | select(.id == \"$1\") | $2"
}

none() { # FILTER: of all rows, none is left
	is "$(json "$r" "[.rows[] | $1] | length") == 0"
}

known_verdicts() {
	local v
	json "$r" '.rows[].verdict' | tr ' ' _ | while read -r v; do
		[[ " $verdicts " == *" $v "* ]] || { echo "$v"; return 1; }
	done
}

# What VOID there is, with its reason.
voids() {
	json "$r" '.rows[] | select(.verdict == "VOID") | .id + ": " + .reason'
}

# verdict ID VERDICT: it is that one; what cannot be done here (a program that is missing, say) is none.
verdict() {
	local is
	is=$(row "$1" .verdict)
	[ "$is" = "$2" ] || { echo "$1: $is, $(row "$1" .reason)"; return 1; }
}

# Whether others had more than a tenth of the CPU, by the first claim's evidence.
crowded() {
	is "$(json "$r" '.rows[0].evidence | .cpu_busy_share + .cpu_steal_share') > 0.1" > /dev/null
}

# decided ID NAME COMMAND...: a check of a claim that got far enough here; where it did not, as others had the CPU for all
# of its budget, there is nothing to look at. On a machine of its own it has to.
decided() {
	local reason
	reason=$(row "$1" .reason)
	shift
	case $reason in
	*--budget | *"could not be taken"*)
		if crowded || emulated; then
			skip "$1" "$reason"
			return
		fi
		;;
	esac
	check "$@"
}

# What others have disturbed, by its reason, or has no verdict for it.
disturbed() {
	json "$r" '.rows[] | select(.verdict == "VOID" or (.verdict == "INCONCLUSIVE HERE" and
		(.reason | test("--budget|of the samples only|could not be taken")))) | .id'
}

# again OPTION...: each of those once more, alone, in place of what it was: what is wrong is so twice.
again() {
	local id
	for id in $(disturbed); do
		echo "# once more: $id: $(row "$id" '.verdict + ", " + .reason')"
		"$OSCOPE" notes run "$id" --json --seed 42 "$@" --budget 60s -o "$TMP/once" || return
		jq -s '.[1].rows[0] as $row | .[0] | .rows |= map(if .id == $row.id then $row else . end)' "$r" "$TMP/once" > "$TMP/both" &&
			mv "$TMP/both" "$r" || return
	done
}

# topic TOPIC SECONDS [PATTERN]: runs its claims, or those of these names, within so many seconds each; TOPIC_CHECKS
# checks. No more samples than a verdict may be of at least; where times decide nothing, fewer are taken anyway. EACH:
# what --budget has for each, which those that take longer have from the others. SAMPLES: of claims
# that begin interpreters or brokers, and go by counts, fewer are enough.
topic() {
	local start=$SECONDS took n each=30 limit samples=(--samples "${SAMPLES-30}")
	! emulated || each=15 samples=()
	each=${EACH-$each}
	limit=$(($2 > each + 10 ? $2 : each + 10))
	mapfile -t claims < <(ids "$1" "${3-}")
	n=${#claims[@]}
	check "run all of $1" "$OSCOPE" notes run "${claims[@]}" --json --seed 42 "${samples[@]}" \
		--budget $((each * n))s -o "$r"
	took=$((SECONDS - start))
	check "within $limit s a claim" is "$took <= $limit * $n"
	emulated || again "${samples[@]}"
	check "schema oscope.notes/1" test "$(json "$r" .schema)" = oscope.notes/1
	check "a row a claim" test "$(json "$r" '.rows[].id')" = "$(printf '%s\n' "${claims[@]}")"
	check "verdicts are of the seven" known_verdicts
	check "every verdict has its reason" none 'select(.reason == "" or .reason == null)'
	if crowded; then
		voids
		skip "none is VOID" "others use this CPU"
	else
		check "none is VOID" test -z "$(voids)"
	fi
	check "every gate is judged as its numbers say" none \
		'.gates[] | select(.ok != (.measured >= .min and .measured <= .max))'
	check "a decided claim has an effect inside its interval" none \
		'select(.verdict != "INCONCLUSIVE HERE" and .verdict != "VOID") |
		 select((.effect.lo <= .effect.value and .effect.value <= .effect.hi) | not)'
	check "evidence is numbers, with the seed" none \
		'.evidence | select(.seed != 42 or ([.[] | type] | unique) != ["number"])'
}
