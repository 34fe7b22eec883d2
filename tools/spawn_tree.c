// SPDX-License-Identifier: GPL-2.0
/*
 * Processes in the order of a tree.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "spawn_tree.h"

#define DEPTH_SHOWN	16	/* deeper ones are not indented further */

/* What belongs into it: a process that was made, or the root of the trace. */
static bool is_node(const struct lives *l, size_t at)
{
	const struct life *life = &l->life[at];

	return life->member && life_is_process(life) &&
	       (life->made_ns || (l->root && life->tid == l->root));
}

/* The process that made this one, as a place + 1; 0: it is no part of the tree. */
static size_t parent_of(const struct lives *l, size_t at)
{
	const struct life *life = &l->life[at], *maker;

	maker = life->made_ns ? lives_find_at(l, life->maker, life->made_ns) : NULL;
	if (maker && !life_is_process(maker))
		maker = lives_find_at(l, maker->tgid, life->made_ns);
	if (!maker || maker == life || !is_node(l, maker - l->life))
		return 0;
	return maker - l->life + 1;
}

static void child_add(struct spawn_tree *t, size_t parent, size_t at)
{
	struct spawn_node *p = &t->node[parent - 1];

	if (p->last)
		t->node[p->last - 1].next = at + 1;
	else
		p->first = at + 1;
	p->last = at + 1;
}

int spawn_tree_make(struct spawn_tree *t, const struct lives *lives)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	t->lives = lives;
	t->node = calloc(lives->n + 1, sizeof(*t->node));
	if (!t->node)
		return -ENOMEM;
	for (i = 0; i < lives->n; i++) {
		if (!is_node(lives, i))
			continue;
		t->node[i].parent = parent_of(lives, i);
		if (t->node[i].parent)
			child_add(t, t->node[i].parent, i);
	}
	return 0;
}

/* The next root at or after t->root, as a place + 1. */
static size_t root_next(struct spawn_tree *t)
{
	for (; t->root < t->lives->n; t->root++) {
		if (is_node(t->lives, t->root) && !t->node[t->root].parent)
			return ++t->root;
	}
	return 0;
}

/* Down, else aside, else up and aside. */
static size_t after(struct spawn_tree *t, size_t at)
{
	const struct spawn_node *n = &t->node[at - 1];

	if (n->first) {
		t->depth++;
		return n->first;
	}
	while (!n->next && n->parent) {
		t->depth--;
		n = &t->node[n->parent - 1];
	}
	return n->next;
}

bool spawn_tree_next(struct spawn_tree *t, size_t *at)
{
	if (t->at)
		t->at = after(t, t->at);
	if (!t->at) {
		t->depth = 0;
		t->at = root_next(t);
	}
	*at = t->at - 1;
	return t->at;
}

void spawn_tree_text(const struct spawn_tree *t, size_t at, char text[SPAWN_TREE_LEN])
{
	const struct life *life = &t->lives->life[at];
	size_t depth = t->depth < DEPTH_SHOWN ? t->depth : DEPTH_SHOWN;
	char name[4 * OSCOPE_COMM_LEN + 1];

	fmt_escape(name, sizeof(name), life->comm, sizeof(life->comm), true);
	snprintf(text, SPAWN_TREE_LEN, "%*s%.40s:%u", (int)(2 * depth), "", name, life->tid);
}

void spawn_tree_free(struct spawn_tree *t)
{
	free(t->node);
	memset(t, 0, sizeof(*t));
}
