// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the self tests at load.
 */
#include <linux/module.h>
#include "selftest.h"

static int selftest_break;
module_param(selftest_break, int, 0444);
MODULE_PARM_DESC(selftest_break, "number of a self test to fail, to see the module refuse to load (default 0: none)");

int selftests_run(void)
{
	const struct selftest *const *t;
	int number = 0, err;

	set_for_each(t, selftests) {
		number++;
		err = number == selftest_break ? -EINVAL : (*t)->run();
		if (err) {
			pr_err("self test %d (%s) failed: not loading\n", number, (*t)->name);
			return err;
		}
	}
	if (number == 0 || selftest_break < 0 || selftest_break > number) {
		pr_err("self test %d of %d does not exist: not loading\n", selftest_break, number);
		return -EINVAL;
	}
	return 0;
}
