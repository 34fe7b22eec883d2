# SPDX-License-Identifier: GPL-2.0
# Lanes for what takes a CPU for long, as an emulator does: at most so many at a time, whichever script starts them.
# shellcheck shell=bash

# lanes_make N FIFO: N lanes for this script and all below it; of those that there are already these are part.
lanes_make() {
	[[ ! ${LANES-} ]] || return 0
	rm -f "$2"
	mkfifo "$2"
	exec {LANES}<> "$2"
	rm "$2"
	export LANES
	printf '%*s' "$1" '' >&"$LANES"
}

# lane COMMAND...: waits until a lane is free, and runs the command in it beside what follows; $! is it, and its status.
lane() {
	read -r -N 1 -u "$LANES"
	in_lane "$@" &
}

in_lane() {
	local status=0
	"$@" || status=$?
	printf ' ' >&"$LANES"
	return $status
}
