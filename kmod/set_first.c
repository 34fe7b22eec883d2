// SPDX-License-Identifier: GPL-2.0
/*
 * Linked first: where each set of set.h begins.
 */
#include "hooks.h"
#include "proc.h"
#include "selftest.h"

struct hook *const SET_SECTION(hooks) hooks_first[0];
const struct proc_table *const SET_SECTION(proc_tables) proc_tables_first[0];
const struct selftest *const SET_SECTION(selftests) selftests_first[0];
