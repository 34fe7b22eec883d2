// SPDX-License-Identifier: GPL-2.0
/*
 * Graphs: who leads to whom, as text, for Graphviz (dot) and for Mermaid. One graph a report, whole
 * in itself; several follow each other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "out_impl.h"

#define GRAPH_NAME	OUT_CELL

/* A name as it may stand between quotation marks; control bytes are escaped already. */
static void put_quoted(FILE *f, const char *s, const char *quote, const char *backslash)
{
	for (; *s; s++) {
		if (*s == '"')
			fputs(quote, f);
		else if (*s == '\\')
			fputs(backslash, f);
		else
			fputc(*s, f);
	}
}

static char *task_text(char to[GRAPH_NAME], const struct out *out, const struct out_task *t)
{
	static const struct out_column column = { .type = OUT_TASK };
	const struct out_value v = { .task = *t };

	out_value_text(out, &column, &v, to);
	return to;
}

static char *label_text(char to[GRAPH_NAME], const struct out *out, const struct out_edge *e)
{
	static const struct out_column column = { .type = OUT_STR };
	const struct out_value v = { .str = e->label };

	out_value_text(out, &column, &v, to);
	return to;
}

static char *count_text(char to[GRAPH_NAME], const struct out *out, const struct out_edge *e)
{
	static const struct out_column number = { .type = OUT_U64 }, time = { .type = OUT_NS };
	const struct out_value v = { .natural = e->count };

	out_value_text(out, e->timed ? &time : &number, &v, to);
	return to;
}

/* What a reader has to know of it, in a comment's words. */
static void put_head(struct out *out, const struct out_graph *g, const char *comment)
{
	fprintf(out->f, "%s%s, source %s, lost %llu\n", comment, g->note, g->head.source,
		(unsigned long long)g->head.lost.total);
}

static void put_dot(struct out *out, const struct out_graph *g)
{
	char text[GRAPH_NAME];
	size_t i;

	put_head(out, g, "// ");
	fprintf(out->f, "digraph %s {\n", g->name);
	for (i = 0; i < g->n; i++) {
		const struct out_edge *e = &g->edge[i];

		fputs("\t\"", out->f);
		put_quoted(out->f, task_text(text, out, &e->from), "\\\"", "\\\\");
		fputs("\" -> \"", out->f);
		put_quoted(out->f, task_text(text, out, &e->to), "\\\"", "\\\\");
		fputs("\" [label=\"", out->f);
		put_quoted(out->f, label_text(text, out, e), "\\\"", "\\\\");
		fprintf(out->f, "\\n%s\"%s];\n", count_text(text, out, e),
			e->sure ? "" : " style=dashed");
	}
	fputs("}\n", out->f);
}

static void put_mermaid(struct out *out, const struct out_graph *g)
{
	char text[GRAPH_NAME];
	size_t i;

	put_head(out, g, "%% ");
	fputs("flowchart LR\n", out->f);
	for (i = 0; i < g->n; i++) {
		const struct out_edge *e = &g->edge[i];

		fprintf(out->f, "\tt%u[\"", e->from.tid);
		put_quoted(out->f, task_text(text, out, &e->from), "#quot;", "#92;");
		fprintf(out->f, "\"] %s|\"", e->sure ? "-->" : "-.->");
		put_quoted(out->f, label_text(text, out, e), "#quot;", "#92;");
		fprintf(out->f, " %s\"| t%u[\"", count_text(text, out, e), e->to.tid);
		put_quoted(out->f, task_text(text, out, &e->to), "#quot;", "#92;");
		fputs("\"]\n", out->f);
	}
}

static int by_sender(const void *a, const void *b)
{
	const struct out_edge *x = a, *y = b;

	if (x->from.tid != y->from.tid)
		return x->from.tid < y->from.tid ? -1 : 1;
	return x->count > y->count ? -1 : x->count < y->count;
}

/* Senders, and below each those to whom it leads. */
static void put_text(struct out *out, const struct out_graph *g)
{
	const struct out_edge *last = NULL;
	char text[GRAPH_NAME];
	size_t i;

	put_head(out, g, "");
	qsort(g->edge, g->n, sizeof(*g->edge), by_sender);
	for (i = 0; i < g->n; i++) {
		const struct out_edge *e = &g->edge[i];

		if (!last || last->from.tid != e->from.tid)
			fprintf(out->f, "%s\n", task_text(text, out, &e->from));
		fprintf(out->f, "  %s %-20s ", e->sure ? "->" : "?>", task_text(text, out, &e->to));
		fprintf(out->f, "%10s  ", count_text(text, out, e));
		fprintf(out->f, "%s\n", label_text(text, out, e));
		last = e;
	}
}

int out_graph(struct out *out, const struct out_graph *g)
{
	switch (g->kind) {
	case OUT_GRAPH_DOT:
		put_dot(out, g);
		break;
	case OUT_GRAPH_MERMAID:
		put_mermaid(out, g);
		break;
	default:
		put_text(out, g);
		break;
	}
	out->reports++;
	return out_check(out);
}
