/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is executed, put together from the pieces that go before an EXEC (uapi/oscope.h).
 */
#ifndef OSCOPE_SPAWN_ARGS_H
#define OSCOPE_SPAWN_ARGS_H

#include "events.h"
#include "out.h"

#define SPAWN_ARGS_TEXT	(OSCOPE_FILE_MAX + OSCOPE_ARGS_MAX)

struct spawn_args {
	struct spawn_args_text {
		uint32_t tid;
		uint32_t pieces;	/* that have come, from the first on without a gap */
		char at[SPAWN_ARGS_TEXT];
	} *text;			/* of those whose EXEC has not come */
	size_t n, room;
};

/* A piece, an ARGS. 0 or -ENOMEM, a line printed. */
int spawn_args_add(struct spawn_args *a, const struct event *e);

/*
 * The file and the arguments of an EXEC, in *text, which is allocated; NULL if nothing was told of
 * them. What came incomplete is cut. 0 or -ENOMEM, a line printed.
 */
int spawn_args_take(struct spawn_args *a, const struct event *e, char **text, const char **file,
		    struct out_words *args);

void spawn_args_free(struct spawn_args *a);

#endif /* OSCOPE_SPAWN_ARGS_H */
