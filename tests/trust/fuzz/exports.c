// SPDX-License-Identifier: GPL-2.0
/*
 * Every export of a recording with libFuzzer in front.
 */
#include <stdio.h>
#include <stdlib.h>

#include "export.h"
#include "opts.h"
#include "recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void export_all(const struct trace_reader *file)
{
	static const struct export_ops *const formats[] = {
		&export_perfetto, &export_chrome, &export_folded, &export_csv,
	};
	static const struct opts o;
	struct out *out;
	size_t length, i;
	char *text;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		text = NULL;
		if (out_open_memory(&out, &o, &text, &length))
			return;
		export_write(out, file, formats[i]);
		out_close(out);
		free(text);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct trace_reader file;

	if (recording_open(&file, data, bytes))
		return 0;
	export_all(&file);
	trace_unmap(&file);
	return 0;
}
