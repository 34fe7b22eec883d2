/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A broker that takes seconds to start is started once, for all samples of all claims that need it.
 * It has a network, a file system and a PID namespace of its own, as one of a sample's own has, and
 * a keeper, who is a child of oscope: whoever ends oscope, by whatever signal, ends both. It is on
 * the CPU of the samples, and stands still (SIGSTOP) between claims. Errors: -errno.
 */
#ifndef OSCOPE_NOTES_BROKER_HOUSE_H
#define OSCOPE_NOTES_BROKER_HOUSE_H

#include "notes/broker.h"

/*
 * In oscope itself, before the first sample of a claim: there is one of this kind, and it runs.
 * house_begin() does not wait for it, house_ready() does.
 */
int house_begin(enum broker_id id, int cpu);
int house_ready(enum broker_id id);
/* Behind the last one: all of them stand still. */
void houses_rest(void);

/* In a sample: be in its network from now on, and have a serial number of its own. */
int house_enter(struct broker *b, enum broker_id id);
/* kill -9 and a start on the same folder, which takes seconds. */
int house_crash(struct broker *b);
/*
 * Whether this sample may do what takes seconds: of each arm of a claim the first HOUSE_FEW that
 * are timed may, and the first that is counted; all would take minutes. Of a broker that is the
 * sample's own: always. house_turns(): another claim begins.
 */
#define HOUSE_FEW	2
void house_turns(void);
bool house_may(const struct sample *s, enum broker_id id);

#endif /* OSCOPE_NOTES_BROKER_HOUSE_H */
