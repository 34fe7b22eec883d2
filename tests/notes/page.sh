#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The page of a run, in a browser: on a phone and a desk, light and dark, in both languages, and with a report that
# wants to be more than text.
. ../lib.sh
kinds='strangers wide contrast outside nameless keyboard console requests'
plan 51

if ! command -v node > /dev/null || ! command -v chromium > /dev/null; then
	skip_rest_of_plan "node and chromium are not there"
	exit
fi
if emulated; then
	skip_rest_of_plan "a browser takes minutes in an emulator"
	exit
fi

# made KIND [ARGS...]: the page of a report that never was, in $TMP/KIND.html
made() {
	python3 mkreport.py "$TMP/show" "$1" > "$TMP/$1.json" &&
		"$OSCOPE" notes html "$TMP/$1.json" -o "$TMP/$1.html" "${@:2}"
}
look() { # KIND WIDTH SCHEME: what a browser makes of it, in $TMP/look
	TMPDIR=$TMP node page_look.js "$TMP/$1.html" "$2" "$3" > "$TMP/look"
}
# complaints KIND...: there are none of these.
complaints() {
	local kind
	for kind; do
		json "$TMP/look" "if (.$kind | type) != \"array\" then \"$kind: not looked at\" else .${kind}[] end" |
			sed "s/^/$kind: /"
	done | cut -c -300
}
none() { local said; said=$("$@"); [ -z "$said" ] || { printf '%s\n' "$said"; return 1; }; }
shown() { # FILTER: it is true of what the browser saw
	[ "$(json "$TMP/look" "$1")" = true ] || { json "$TMP/look" "$1 | tostring[0:300]"; return 1; }
}

check "the claims" "$OSCOPE" notes show all --json -o "$TMP/show"
check "a page of all claims, 120 samples of six arms each" made full
check "below 2 MB" is "$(stat -c %s "$TMP/full.html") < 2000000"
for width in 390 1280; do
	for scheme in light dark; do
		check "$width, $scheme: it opens" look full $width $scheme
		for kind in $kinds; do
			check "$width, $scheme: $kind: nothing" none complaints "$kind"
		done
		json "$TMP/look" .background > "$TMP/$scheme"
	done
done
check "light is not dark" is "$(cmp -s "$TMP/light" "$TMP/dark"; echo $?) == 1"
check "every claim is there" shown ".articles == $(json "$TMP/show" '.rows | length')"
check "... with dots, outliers and a sweep's line" shown \
	'.dots == 6 * .articles and .far == .dots and .lines == .articles'

check "Chinese" made foreign --lang zh
check "... says so" look foreign 390 dark
check "... of its language" shown '.lang == "zh-CN"'
# Nothing of the report's has letters: what is left is fixed text, units, and commands.
words() {
	json "$TMP/look" .text | grep -oE '[A-Za-z]{2,}' | grep -vxE 'oscope|notes|run|seed|samples|sudo|CPU|vDSO|ns|ms' | sort -u
}
check "... and all fixed text is Chinese" none words

check "all claims in Chinese" made full --lang zh
check "... below 2 MB, too" is "$(stat -c %s "$TMP/full.html") < 2000000"

check "a hostile report" made hostile
look hostile 390 light
check "... stays text" none complaints strangers console requests wide
check "... all of it" shown '.text | contains("<script>alert(1)</script>")'
finish
