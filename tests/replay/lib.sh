# SPDX-License-Identifier: GPL-2.0
# What the replay tests share: recordings made to order, read as a user without any privilege.

. ../lib.sh

# The tool where anyone can run it, wherever the build lies.
cp "$OSCOPE" "$TMP/oscope"
chmod 755 "$TMP" "$TMP/oscope"

# recording CASE: made by mktrace, readable by all.
recording() {
	../replay/mktrace "$1" "$TMP/$1" && chmod 644 "$TMP/$1"
}

# unprivileged COMMAND...: as nobody, if we are root.
unprivileged() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all "$@"
	else
		"$@"
	fi
}

# oscope_switch CASE ARGS...: the report to $TMP/out, messages to $TMP/err.
oscope_switch() {
	unprivileged "$TMP/oscope" switch -r "$TMP/$1" "${@:2}" > "$TMP/out" 2> "$TMP/err"
}

# same FILTER EXPECTED: what jq's FILTER finds in the report is EXPECTED, a JSON value.
same() {
	local found wanted
	found=$(jq "$1" "$TMP/out") && wanted=$(jq . <<< "$2") && [ -n "$wanted" ] &&
		diff <(printf '%s\n' "$found") <(printf '%s\n' "$wanted")
}
