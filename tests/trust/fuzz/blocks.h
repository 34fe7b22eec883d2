/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Large blocks for the fuzzers, kept for the next input: linked with --wrap=malloc and the like, see
 * t25_hostile.sh.
 *
 * The address sanitizer maps a block of more than 128 kB anew each time, and unmaps it: with its
 * shadow, and what the kernel does to hand out zeroed pages, that was half of the time of an input.
 * Nothing is seen less: a kept block is given to the same size only, so that its end is where the
 * red zone begins, and it is poisoned as long as it is nobody's.
 */
#ifndef FUZZ_BLOCKS_H
#define FUZZ_BLOCKS_H

#include <sanitizer/allocator_interface.h>
#include <sanitizer/asan_interface.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define BLOCK_MIN	(32UL << 10)
#define BLOCK_MAX	(4UL << 20)
#define BLOCKS		64		/* kept at most: the latest ones */

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t n, size_t bytes);
void *__real_realloc(void *p, size_t bytes);
void __real_free(void *p);
ZSTD_DCtx *__real_ZSTD_createDCtx(void);
size_t __real_ZSTD_freeDCtx(ZSTD_DCtx *dctx);

void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t n, size_t bytes);
void *__wrap_realloc(void *p, size_t bytes);
void __wrap_free(void *p);
ZSTD_DCtx *__wrap_ZSTD_createDCtx(void);
size_t __wrap_ZSTD_freeDCtx(ZSTD_DCtx *dctx);

static struct block {
	void *at;
	size_t bytes;
} kept[BLOCKS];
static size_t n_kept, oldest;

static inline bool is_large(size_t bytes)
{
	return bytes >= BLOCK_MIN && bytes <= BLOCK_MAX;
}

/* One of that size that nobody has, NULL: none. What is in it is somebody's no more. */
static void *block_take(size_t bytes)
{
	size_t i;
	void *p;

	for (i = n_kept; i-- > 0;) {
		if (kept[i].bytes != bytes)
			continue;
		p = kept[i].at;
		kept[i] = kept[--n_kept];
		__asan_unpoison_memory_region(p, bytes);
		return p;
	}
	return NULL;
}

static void block_keep(void *p, size_t bytes)
{
	struct block gone = { 0 };

	if (n_kept == BLOCKS) {
		oldest = (oldest + 1) % BLOCKS;
		gone = kept[oldest];
		kept[oldest] = kept[--n_kept];
	}
	kept[n_kept++] = (struct block){ p, bytes };
	__asan_poison_memory_region(p, bytes);
	if (!gone.at)
		return;
	__asan_unpoison_memory_region(gone.at, gone.bytes);
	__real_free(gone.at);
}

void *__wrap_malloc(size_t bytes)
{
	void *p = is_large(bytes) ? block_take(bytes) : NULL;

	/* What was never written may not be taken for what one expects. */
	return p ? memset(p, 0xbe, bytes) : __real_malloc(bytes);
}

void *__wrap_calloc(size_t n, size_t bytes)
{
	size_t all;
	void *p;

	if (__builtin_mul_overflow(n, bytes, &all) || !is_large(all))
		return __real_calloc(n, bytes);
	p = block_take(all);
	return p ? memset(p, 0, all) : __real_calloc(n, bytes);
}

void __wrap_free(void *p)
{
	size_t bytes = p && __sanitizer_get_ownership(p) ? __sanitizer_get_allocated_size(p) : 0;

	/* Freed twice: for the sanitizer it is a block still, so it is told by its poison. */
	if (is_large(bytes) && __asan_address_is_poisoned(p))
		*(volatile char *)p = 0;
	if (is_large(bytes))
		block_keep(p, bytes);
	else
		__real_free(p);
}

/* Always to another place, as a heap may do it. */
void *__wrap_realloc(void *p, size_t bytes)
{
	size_t before = p && __sanitizer_get_ownership(p) ? __sanitizer_get_allocated_size(p) : 0;
	void *grown;

	if (!before || !bytes || (!is_large(before) && !is_large(bytes)))
		return __real_realloc(p, bytes);
	grown = __wrap_malloc(bytes);
	if (!grown)
		return NULL;
	memcpy(grown, p, before < bytes ? before : bytes);
	__wrap_free(p);
	return grown;
}

/* The library's own state: of 160 kB, with nothing of an input in it once it is reset. */
static ZSTD_DCtx *dctx_kept;

ZSTD_DCtx *__wrap_ZSTD_createDCtx(void)
{
	ZSTD_DCtx *dctx = dctx_kept;

	dctx_kept = NULL;
	return dctx ? dctx : __real_ZSTD_createDCtx();
}

size_t __wrap_ZSTD_freeDCtx(ZSTD_DCtx *dctx)
{
	if (dctx_kept || !dctx)
		return __real_ZSTD_freeDCtx(dctx);
	ZSTD_DCtx_reset(dctx, ZSTD_reset_session_and_parameters);
	dctx_kept = dctx;
	return 0;
}

#endif /* FUZZ_BLOCKS_H */
