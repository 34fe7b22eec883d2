# SPDX-License-Identifier: GPL-2.0
# What the shell tests share: KTAP through kselftest's own helpers, checks, JSON.
#
# A test sources this, says how many cases it has with plan, makes each case one check, and ends with
# finish. OSCOPE is the tool; SOURCES the live sources that work here.

LIB_DIR=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=/dev/null
. "$LIB_DIR/kselftest/ktap_helpers.sh"

: "${OSCOPE:?OSCOPE must name the tool under test}"
TMP=$(mktemp -d "${TMPDIR:-/tmp}/oscope-test.XXXXXX")
trap 'rm -rf "$TMP"' EXIT

plan() {
	# In a lab VM the kernel's log tells which test a complaint belongs to.
	[ -z "${OSCOPE_VM_ACCEL-}" ] || echo "oscope-test: $(basename "$PWD")/${0##*/}" > /dev/kmsg
	ktap_print_header
	ktap_set_plan "$1"
}

# check NAME CONDITION...: one case; the condition is a command, its output is shown on failure.
check() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		ktap_test_pass "$name"
	else
		[ -z "$out" ] || printf '%s\n' "$out" | head -20 | sed 's/^/# /'
		echo "# failed: $*"
		ktap_test_fail "$name"
	fi
}

# skip NAME REASON
skip() {
	echo "# $1: $2"
	ktap_test_skip "$1 ($2)"
}

# skip_rest_of_plan REASON: every case of the plan that has not run yet.
skip_rest_of_plan() {
	while [ "$KTAP_TESTNO" -le "$KSFT_NUM_TESTS" ]; do
		ktap_test_skip "$1"
	done
	ktap_finished
}

finish() {
	echo "# took $SECONDS s"
	ktap_finished
}

# figure TEXT...: what was counted, e.g. figure "500 cycles, $busy times busy": for Documentation/trust.rst.
figure() { echo "# figure: $*"; }

# The jq that starts in a tenth of the time of the first one, which an emulator takes a quarter of a second for; and
# with -e it fails if nothing came out at all, where jq 1.6 takes an empty file for the truth.
jq() {
	local out status
	case $1 in
	-e*) ;;
	*) gojq "$@"; return ;;
	esac
	out=$(gojq "$@")
	status=$?
	[ -z "$out" ] || printf '%s\n' "$out"
	[ $status -eq 0 ] && [ -n "$out" ]
}
export -f jq

# json FILE FILTER: one value of a report.
json() {
	jq -r "$2" "$1"
}

# within A B TOLERANCE: |A - B| <= TOLERANCE, all numbers.
within() {
	awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN {
		d = a - b; if (d < 0) d = -d
		if (a == "" || b == "" || d > t) { print a " against " b ", " t " allowed"; exit 1 }
	}'
}

# is EXPR: an arithmetic condition in awk's language, e.g. is "3 < 4". Of whole numbers that fit the shell's own the
# shell says the same, and need start nothing.
is() {
	# A field that is not there: awk would take it for 0.
	[[ ! $1 =~ (^|[^a-zA-Z_\"])null([^a-zA-Z_\"]|$) ]] || { echo "not known: $1"; return 1; }
	if [[ $1 =~ ^[0-9\ ()\<\>=!\&\|+*-]+$ && ! $1 =~ [0-9]{17}|(^|[^0-9])0[0-9] ]]; then
		(($1))
	else
		awk "BEGIN { exit !($1) }"
	fi || { echo "not true: $1"; return 1; }
}

# The live sources that work here, space-separated: bpf needs BTF and root, kmod the loaded module.
live_sources() {
	local s
	if [ "${OSCOPE_SOURCES-}" ]; then	# whoever runs the tests has tried
		tr ' ' '\n' <<< "$OSCOPE_SOURCES"
		return
	fi
	for s in bpf kmod; do
		"$OSCOPE" switch --source "$s" -o /dev/null -- true 2> "$TMP/source.err" && echo "$s"
	done
}

# Whether times here are an emulator's.
emulated() {
	case ${OSCOPE_VM_ACCEL-} in
	tcg) return 0 ;;
	kvm) return 1 ;;
	esac
	"$OSCOPE" switch --json -o "$TMP/virt" -- true && [ "$(jq -r .virt "$TMP/virt")" = tcg ]
}
