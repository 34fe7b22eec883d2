/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording through the accounting core: the same calls, in the order of time, that the probes
 * made live, so that the same events give the same numbers.
 */
#ifndef OSCOPE_REPLAY_H
#define OSCOPE_REPLAY_H

#include "source.h"
#include "trace_file.h"

/*
 * Fill snap (cpu, task, pair, lost, ...) from the whole file. by_pair and by_task as in struct
 * source_config. 0; -EINVAL (damaged records), -ENOMEM with a line printed.
 */
int replay_switches(const struct trace_reader *file, const struct source_config *config,
		    struct snapshot *snap);

#endif /* OSCOPE_REPLAY_H */
