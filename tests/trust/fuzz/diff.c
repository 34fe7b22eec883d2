// SPDX-License-Identifier: GPL-2.0
/*
 * Reports for oscope diff with libFuzzer in front: each is compared with itself.
 */
#include <stdio.h>
#include <stdlib.h>

#include "diff_report.h"
#include "opts.h"
#include "sanitizer.h"
#include "util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static const struct opts o = { .format = FORMAT_JSON };
	struct diff_side a = { .path = "a" }, b = { .path = "b" };
	struct out *out = NULL;
	char *text = NULL;
	size_t length;

	quiet = true;
	if (!diff_read(&a, (const char *)data, bytes) && !diff_read(&b, (const char *)data, bytes) &&
	    !out_open_memory(&out, &o, &text, &length)) {
		diff_print(out, &a, &b);
		out_close(out);
		free(text);
	}
	diff_free(&a);
	diff_free(&b);
	return 0;
}
