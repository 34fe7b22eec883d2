/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The known load of oscope verify: of its second process it is known how often it leaves its CPU,
 * by the kernel, and what it reads and writes, by ourselves; and a third one makes others.
 */
#ifndef OSCOPE_VERIFY_LOAD_H
#define OSCOPE_VERIFY_LOAD_H

#include "pingpong.h"
#include "source.h"
#include "verify_exact.h"
#include "verify_work.h"

struct verify_load {
	struct pingpong pp;
	bool begun;
	uint64_t rounds;		/* done, a byte there and back each */
	uint64_t switch_ns;		/* what one took of the CPU: half a round */
	struct verify_work work;	/* lives and dies, after that */
	struct source *ipc[VERIFY_SOURCES];	/* that follow its pipes; NULL: cannot here */
	struct ipc_reading *base[VERIFY_SOURCES];	/* what was counted before */
};

/* Start it. 0 or -errno, a line printed. */
int verify_load_begin(struct verify_load *l);

/*
 * Have more sources, of the kind of src, follow its pipes and the lives, while there is privilege
 * for it; place < VERIFY_SOURCES. A module that was not told to follow pipes does not, nor does who
 * cannot here, and says so. 0 or -errno, a line printed.
 */
int verify_load_follow(struct verify_load *l, int place, struct source *src);

/* For so long, and then the lives. 0 or -errno, a line printed. */
int verify_load_run(struct verify_load *l, uint64_t ns);

/* Until it sleeps, so that no count of its goes on. -ETIMEDOUT, a line printed: it does not. */
int verify_load_settle(const struct verify_load *l);

/*
 * What a source has counted of it, in snap, which was taken since it sleeps, and by whom follows
 * its pipes. Returns how many there are in exact, or -errno with a line printed.
 */
int verify_load_exact(struct verify_load *l, int place, const struct snapshot *snap,
		      struct verify_exact exact[VERIFY_EXACT_MAX]);

void verify_load_end(struct verify_load *l);

#endif /* OSCOPE_VERIFY_LOAD_H */
