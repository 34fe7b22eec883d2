/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What read(2) on /dev/oscope gives: a recorded file, as uapi/oscope.h describes it.
 */
#ifndef OSCOPE_STREAM_H
#define OSCOPE_STREAM_H

#include <linux/types.h>

struct event_ring;
struct stream;

/* A buffer of so many bytes takes the header, or a chunk of the longest record. */
#define OSCOPE_STREAM_MIN	256

/* A stream of r's records; NULL without memory. */
struct stream *stream_alloc(struct event_ring *r);
void stream_free(struct stream *s);

/*
 * Copy what there is, whole chunks only. Bytes copied; 0 if there is nothing now; -EINVAL if the
 * buffer is too small for anything (OSCOPE_STREAM_MIN always does), -EFAULT. Once the ring has been
 * stopped the chunk of totals comes last, and stream_ended() is true.
 */
ssize_t stream_read(struct stream *s, char __user *to, size_t bytes);
bool stream_ended(const struct stream *s);

#endif /* OSCOPE_STREAM_H */
