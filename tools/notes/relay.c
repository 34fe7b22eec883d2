// SPDX-License-Identifier: GPL-2.0
/* Two tasks on one CPU that talk through two pipes. */
#include <errno.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/placed.h"
#include "notes/relay.h"

#define OVER	0		/* the last byte; it is answered by the partner's end */

static unsigned int burst_of(const struct relay *r)
{
	return r->burst ? r->burst : 1;
}

int relay_pipes(struct relay *r)
{
	return pipe(r->there) || pipe(r->back) ? -errno : 0;
}

/* Their sum, and one more; OVER instead of the first: there are none. 0 or -errno. */
static int burst_read(const struct relay *r, unsigned char *sum)
{
	unsigned int i;

	*sum = 1;
	for (i = 0; i < burst_of(r); i++) {
		unsigned char byte;

		if (read(r->there[0], &byte, 1) != 1)
			return -EPIPE;
		if (byte == OVER)
			return -ECANCELED;
		*sum += byte;
	}
	return 0;
}

/* NULL: it was told to end. */
static void *partner(void *arg)
{
	struct relay *r = arg;
	unsigned char sum;
	int err;

	kin_name(RELAY_PARTNER);
	if (r->placed)
		place_partner(r->placed);
	while (!(err = burst_read(r, &sum))) {
		if (write(r->back[1], &sum, 1) != 1)
			return r;
	}
	return err == -ECANCELED ? NULL : r;
}

int relay_begin(struct relay *r)
{
	if (!r->process)
		return -pthread_create(&r->thread, NULL, partner, r);
	r->pid = kin_fork();
	if (!r->pid)
		_exit(partner(r) ? 1 : 0);
	return r->pid < 0 ? r->pid : 0;
}

/* The sum that is to come back. */
static unsigned char burst_write(const struct relay *r, unsigned char first)
{
	unsigned char sum = 1;
	unsigned int i;

	for (i = 0; i < burst_of(r); i++) {
		unsigned char byte = (unsigned char)(1 + (first + i) % 64);

		if (write(r->there[1], &byte, 1) != 1)
			break;
		sum += byte;
	}
	return sum;
}

void relay_rounds(void *relay, uint64_t n)
{
	struct relay *r = relay;

	for (; n; n--) {
		unsigned char sum = burst_write(r, (unsigned char)n), got;

		if (read(r->back[0], &got, 1) != 1)
			return;
		r->turns += got == sum ? burst_of(r) : 0;
	}
}

int relay_end(struct relay *r)
{
	const unsigned char over = OVER;
	void *failed = NULL;
	int err = 0;

	if (write(r->there[1], &over, 1) != 1)
		err = -EPIPE;
	if (r->process) {
		int ended = kin_ends_well(r->pid);

		return err ? err : ended;
	}
	/* One that was not told to end is left to the sample's end. */
	if (!err)
		err = -pthread_join(r->thread, &failed);
	return err ? err : failed ? -EIO : 0;
}
