// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of recordings with libFuzzer in front: replay of what it is given, by all there is.
 * Run with -close_fd_mask=2: nearly every input has a line written about it.
 */
#include <stdio.h>

#include "kmod/uapi/oscope_ipc.h"
#include "replay.h"
#include "recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	const struct source_config config = {
		.by_task = true, .by_pair = true, .by_cpu = bytes % 2,
		.ipc = OSCOPE_IPC_ALL,
	};
	struct snapshot snap = { 0 };
	struct trace_reader file;

	if (recording_open(&file, data, bytes))
		return 0;
	replay_switches(&file, &config, &snap);
	snapshot_free(&snap);
	trace_unmap(&file);
	return 0;
}
