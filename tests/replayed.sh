# SPDX-License-Identifier: GPL-2.0
# What tests share that compare a recording with live runs on the same events.
# shellcheck disable=SC2034,SC2154 # started and stopped assign by name

# started NAME COMMAND...: its process id is in $NAME. It looks at what is there already when this returns.
started() {
	local line name=$1
	shift
	exec {fd}< <(exec "$OSCOPE" "$@" 2>&1)
	printf -v "$name" %s $!
	while read -r line <&$fd; do [[ $line = *tracing* ]] && return; done
	return 1
}
# stopped NAME COMMAND...: it waits for SIGCONT.
stopped() {
	sh -c 'kill -STOP $$; exec "$@"' sh "${@:2}" & printf -v "$1" %s $!
	until [ "$(awk '$1 == "State:" { print $2 }' "/proc/$!/status")" = T ]; do :; done
}
same() { # NAME FILTER LIVE REPLAYED: and neither is of nothing
	check "$1" jq -e -n --slurpfile l "$3" --slurpfile r "$4" \
		"def what: $2; (\$l[0] | [what]) as \$x | (\$r[0] | [what]) as \$y |
		if \$x == \$y and (\$x | flatten | length) > 0 then true else error(\"\(\$x) \(\$y)\") end"
}
