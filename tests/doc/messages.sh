#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What kernels.rst says that the tool and the module say, they do.
. ./lib.sh
page=$OSCOPE_SRC/Documentation/kernels.rst
module=$OSCOPE_SRC/kmod
plan 3

# words WHO: the third column of the rows whose second one is WHO.
words() { sed -nE 's/^   ".*", "'"$1"'", "(.*)"$/\1/p' "$page" | sed 's/""/"/g'; }
# A string of the sources may go on in the next line; the tool is there as it runs.
not_in() { # FILE WHO
	words "$2" | while read -r line; do
		grep -qaF -- "$line" "$1" || echo "$2 does not say: $line"
	done
}
# shellcheck disable=SC2046 # one file a word
cat $(find "$module" -name '*.c') > "$TMP/module"
check "the page quotes both" is "$(words tool | wc -l) > 8 && $(words module | wc -l) > 2"
check "the tool says what the page quotes" none not_in "$OSCOPE" tool
check "the module says what the page quotes" none not_in "$TMP/module" module
finish
