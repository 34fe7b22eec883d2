// SPDX-License-Identifier: GPL-2.0
/*
 * Who of a recording was asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "parse.h"
#include "util.h"

bool asked_any(const struct filter *f)
{
	return f->n_pids || f->n_tids || f->comm || f->cpus;
}

int asked_check(const struct filter *f)
{
	if (f->cgroup)
		return err_msg(-EUSAGE, "--cgroup: a recording does not say who was in which "
			       "cgroup: give it to oscope record");
	if (f->uid >= 0)
		return err_msg(-EUSAGE, "-u: a recording does not say whose tasks were which "
			       "user's: give it to oscope record");
	return 0;
}

bool asked_member(const struct filter *f, uint32_t tid, uint32_t tgid)
{
	size_t i;

	if (!f->n_pids && !f->n_tids)
		return true;
	for (i = 0; i < f->n_pids; i++) {
		if ((uint32_t)f->pids[i] == (tgid ? tgid : tid))
			return true;
	}
	for (i = 0; i < f->n_tids; i++) {
		if ((uint32_t)f->tids[i] == tid)
			return true;
	}
	return false;
}

bool asked_name(const struct filter *f, const char comm[OSCOPE_COMM_LEN])
{
	return !f->comm || !strncmp(f->comm, comm, OSCOPE_COMM_LEN);
}

int asked_cpus(const struct filter *f, uint32_t cpus, bool **in)
{
	uint32_t bad;

	*in = NULL;
	if (!f->cpus)
		return 0;
	*in = calloc(cpus, sizeof(**in));
	if (!*in)
		return err_sys(-ENOMEM, "-C %s", f->cpus);
	if (!parse_cpus(f->cpus, *in, cpus, &bad))
		return 0;
	free(*in);
	*in = NULL;
	return err_msg(-EUSAGE, "-C %s: the recording has no CPU %u, only 0 to %u", f->cpus, bad,
		       cpus - 1);
}
