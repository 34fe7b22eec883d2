#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The claims on locks that let more than one in, or are of files, run for true: outcomes and counts, which an emulator
# does not change.
. ./lib.sh

plan $((TOPIC_CHECKS + 7))

if [ -z "$(live_sources)" ]; then
	skip_rest_of_plan "no source works here: nothing can be counted"
	exit
fi
EACH=45 topic sync 50 "rwlock|file-lock"
check "rwlock holds" verdict sync.rwlock HOLDS
check "... more than one reader at once" is \
	"$(row sync.rwlock '.evidence | .crowd_most_readers_max // .crowd_most_readers') > 1"
check "... a reader beside a reader does not sleep" is "$(row sync.rwlock .evidence.pairs_read_read_slept) == 0"
check "file-lock: who asks for it" verdict sync.file-lock "HOLDS IF"
check "... no record is damaged then" is "$(row sync.file-lock .evidence.files_flock_whole) + \
	$(row sync.file-lock .evidence.files_fcntl_whole) == 8"
check "... some are without" is "$(row sync.file-lock .evidence.files_none_whole) < 4"
check "no file is left" test ! -e /tmp/oscope-note
finish
