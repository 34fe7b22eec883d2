/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes in the order of a tree: each below the one that made it, in the order of their
 * making.
 */
#ifndef OSCOPE_SPAWN_TREE_H
#define OSCOPE_SPAWN_TREE_H

#include "lives.h"

#define SPAWN_TREE_LEN	96

struct spawn_tree {
	const struct lives *lives;
	struct spawn_node {		/* by place of the life; places + 1, 0: none */
		size_t parent, first, last, next;
	} *node;
	size_t at;			/* + 1; 0: not begun */
	size_t root;			/* where to look for the next root */
	size_t depth;			/* of the latest one */
};

/* 0 or -ENOMEM. */
int spawn_tree_make(struct spawn_tree *t, const struct lives *lives);
/* The next process, as its place among the lives; false: that was all. */
bool spawn_tree_next(struct spawn_tree *t, size_t *at);
/* The latest one as a line of text: indented by its depth, name and number. */
void spawn_tree_text(const struct spawn_tree *t, size_t at, char text[SPAWN_TREE_LEN]);
void spawn_tree_free(struct spawn_tree *t);

#endif /* OSCOPE_SPAWN_TREE_H */
