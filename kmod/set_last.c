// SPDX-License-Identifier: GPL-2.0
/*
 * Linked last: where each set of set.h ends.
 */
#include "hooks.h"
#include "proc.h"
#include "selftest.h"

struct hook *const SET_SECTION(hooks) hooks_last[0];
const struct proc_table *const SET_SECTION(proc_tables) proc_tables_last[0];
const struct selftest *const SET_SECTION(selftests) selftests_last[0];
