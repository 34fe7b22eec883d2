/* SPDX-License-Identifier: GPL-2.0 */
/* What oscope doctor looks at. A check is one row in doctor.c. */
#ifndef OSCOPE_DOCTOR_H
#define OSCOPE_DOCTOR_H

#include <stddef.h>

enum fact_state {
	FACT_OK,
	FACT_INFO,			/* neither good nor bad */
	FACT_LESS,			/* works, but a report holds less */
	FACT_MISSING,			/* the probes cannot work */
};

struct fact {
	enum fact_state state;
	char what[48], detail[160], fix[160];
};

/* Look at everything. Returns how many facts there are, at most max. */
size_t doctor_collect(struct fact *facts, size_t max);

#endif /* OSCOPE_DOCTOR_H */
