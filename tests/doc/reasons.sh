#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whatever a verdict may give as a reason can be said in Chinese.
. ./lib.sh
plan 2

missing() { python3 reasons.py "$OSCOPE_SRC" | cut -c -200; }
check "there are reasons in the sources" is "$(python3 reasons.py "$OSCOPE_SRC" count) > 450"
check "each has a Chinese one" none missing
finish
