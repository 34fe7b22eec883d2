/* SPDX-License-Identifier: GPL-2.0 */
/* What the fuzzer gives, as a recording. */
#ifndef FUZZ_RECORDING_H
#define FUZZ_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "sanitizer.h"
#include "trace_file.h"
#include "util.h"

/*
 * 0: file is open; else it was refused. The bytes are read where they are: each input is in a block
 * of its own size, so that a look beyond its end is seen, which behind a mapped file it is not.
 */
static inline int recording_open(struct trace_reader *file, const uint8_t *data, size_t bytes)
{
	quiet = true;
	trace_borrow(file, "input", data, bytes);
	return trace_check(file);
}

#endif /* FUZZ_RECORDING_H */
