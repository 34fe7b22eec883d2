/* SPDX-License-Identifier: GPL-2.0 */
/* Options that name mechanisms of communication. */
#ifndef OSCOPE_IPC_OPTION_H
#define OSCOPE_IPC_OPTION_H

#include "ipc.h"
#include "opts.h"

#define IPC_MECHANISM_WORD(id, name, send, receive, take)	" " name
#define IPC_MECHANISM_WORDS	OSCOPE_IPC_LIST(IPC_MECHANISM_WORD)

/* Parses names with commas between them: a bit each into the uint64_t at def->to. */
int opt_mechanisms(struct opts *o, const struct opt_def *def, const char *arg);

#endif /* OSCOPE_IPC_OPTION_H */
