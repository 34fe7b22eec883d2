// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: what a task executes, in records of a few bytes each.
 */
#include "args.bpf.h"
#include "emit.bpf.h"

#define TEXT_MAX	(OSCOPE_FILE_MAX + OSCOPE_ARGS_MAX)

struct args_text {
	char at[TEXT_MAX + 8];		/* pieces are of 8 bytes */
};

/* One a CPU: nothing that could interrupt an exec executes anything. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct args_text);
} args_texts SEC(".maps");

/* Bytes of the text, and ARGS_CUT. What is in memory no more is missing. */
static __always_inline __u32 args_take(struct args_text *text, __u64 file, __u64 from, __u64 to)
{
	long name = bpf_probe_read_user_str(text->at, OSCOPE_FILE_MAX, (void *)file);
	__u64 bytes = to - from;
	__u32 cut = 0;

	if (name <= 0 || name > OSCOPE_FILE_MAX)
		return ARGS_CUT;
	if (name == OSCOPE_FILE_MAX || bytes > OSCOPE_ARGS_MAX)
		cut = ARGS_CUT;
	bytes = oscope_index(bytes > OSCOPE_ARGS_MAX ? OSCOPE_ARGS_MAX : bytes);
	if (bytes > OSCOPE_ARGS_MAX || bpf_probe_read_user(text->at + name, bytes, (void *)from)) {
		bytes = 0;
		cut = ARGS_CUT;
	}
	*(__u64 *)(text->at + name + bytes) = 0;
	return (name + bytes) | cut;
}

/* A function of its own, which the verifier looks through once. Preemption is off. */
__noinline __u32 args_tell(__u32 tid, __u64 file, __u64 from, __u64 to)
{
	__u32 key = 0, told, i, *piece;
	struct args_text *text;

	if (!recording(OSCOPE_REC_ARGS))
		return 0;
	text = bpf_map_lookup_elem(&args_texts, &key);
	if (!text)
		return ARGS_CUT;
	told = args_take(text, file, from, to);
	for (i = 0; i < TEXT_MAX / 8 && i * 8 < (told & ~ARGS_CUT); i++) {
		piece = (__u32 *)(text->at + i * 8);
		emit(OSCOPE_REC_ARGS, i, bpf_ktime_get_ns(), tid, piece[0], piece[1]);
	}
	return told;
}
