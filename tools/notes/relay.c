// SPDX-License-Identifier: GPL-2.0
/* Two tasks on one CPU that send a byte to and fro. */
#include <errno.h>
#include <unistd.h>

#include "notes/kin.h"
#include "notes/relay.h"

#define OVER	0		/* the last byte; it is answered by the partner's end */

static unsigned char answer_to(unsigned char byte)
{
	return (unsigned char)(byte + 1);
}

int relay_pipes(struct relay *r)
{
	return pipe(r->there) || pipe(r->back) ? -errno : 0;
}

/* NULL: it was told to end. */
static void *partner(void *arg)
{
	struct relay *r = arg;
	unsigned char byte;

	kin_name(RELAY_PARTNER);
	while (read(r->there[0], &byte, 1) == 1) {
		if (byte == OVER)
			return NULL;
		byte = answer_to(byte);
		if (write(r->back[1], &byte, 1) != 1)
			break;
	}
	return r;
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

void relay_rounds(void *relay, uint64_t n)
{
	struct relay *r = relay;

	for (; n; n--) {
		unsigned char byte = (unsigned char)(1 + n % 64), got = OVER;

		if (write(r->there[1], &byte, 1) != 1 || read(r->back[0], &got, 1) != 1)
			return;
		r->turns += got == answer_to(byte);
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
