// SPDX-License-Identifier: GPL-2.0
/* One claim for people, as soon as it is done: verdict, reason, gates, all that was measured. */
#include <math.h>
#include <stdlib.h>

#include "notes/page.h"
#include "notes/report.h"
#include "util.h"

static bool get_name(const void *evidence, struct out_value *v)
{
	v->str = ((const struct evidence *)evidence)->name;
	return true;
}

static const struct out_column evidence_columns[] = {
	{ .name = "name", .title = "EVIDENCE", .type = OUT_STR, .help = "arm and what was measured",
	  .get = get_name, .flags = OUT_KEY },
	{ .name = "value", .title = "VALUE", .type = OUT_NUM, .help = "how much",
	  .offset = OUT_FIELD(struct evidence, value) },
};

static const struct out_report gates_report = {
	.command = "notes-gates",
	.rows = OUT_TABLE(notes_gate_columns),
};

static const struct out_report evidence_report = {
	.command = "notes-evidence",
	.rows = OUT_TABLE(evidence_columns),
};

static int table_print(struct out *out, const struct out_report *report, const void *rows, size_t n,
		       size_t stride)
{
	struct out_data data = {
		.report = report,
		/* The page before it has said whose times these are. */
		.head = { .source = "none", .virt = "none", .own_cost_ns = NOT_CAPTURED },
		.rows = rows,
		.n_rows = n,
		.stride = stride,
	};

	return n ? out_print(out, &data) : 0;
}

static void effect_add(struct page *p, const struct note *n)
{
	const struct interval *e = &n->effect;
	const char *unit = n->effect_unit;

	if (isnan(e->value))
		return;
	page_add(p, "effect", OUT_PLAIN, "%.4g %s, 95 %% interval %.4g to %.4g", e->value, unit,
		 e->lo, e->hi);
}

/* The slow-down between the passes, arm by arm. */
static void passes_add(struct page *p, const struct note *n)
{
	size_t a;

	if (!n->timed[0].n)
		return;
	page_add(p, "samples", OUT_PLAIN, "%zu of each arm timed, %zu counted (source %s), %.1f s",
		 n->timed[0].n, n->counted[0].n, n->source, (double)n->duration_ns / 1e9);
	for (a = 0; a < claim_arms(n->claim); a++) {
		const struct arm_timed *t = &n->timed[a];
		const struct arm_counted *c = &n->counted[a];

		if (!t->n || !c->counted || !n->claim->value)
			continue;
		page_add(p, a ? "" : "passes", OUT_PLAIN,
			 "%s: %.4g %s timed, %.4g with the probes on: %.2f times",
			 n->claim->arm[a].name, stats_median(t->value, t->n), n->claim->value,
			 c->value, c->value / stats_median(t->value, t->n));
	}
}

static struct page *detail_page(const struct note *n)
{
	struct page *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	page_add(p, "claim", OUT_PLAIN, "%s", n->claim->id);
	page_add(p, "", OUT_PLAIN, "%s", n->claim->claim);
	page_add(p, "verdict", verdict_tone(n->verdict), "%s", verdict_name(n->verdict));
	page_add(p, "reason", OUT_PLAIN, "%s", n->reason);
	effect_add(p, n);
	passes_add(p, n);
	page_add(p, "placement", OUT_PLAIN, "%s, seed %llu", n->placement,
		 (unsigned long long)n->seed);
	return p;
}

int notes_print_detail(struct out *out, const struct note *n, bool evidence)
{
	struct page *p = detail_page(n);
	int err;

	if (!p)
		return err_sys(-ENOMEM, "report");
	err = page_print(out, p);
	free(p);
	if (!err)
		err = table_print(out, &gates_report, n->gate, n->n_gates, sizeof(n->gate[0]));
	if (!err && evidence)
		err = table_print(out, &evidence_report, n->evidence, n->n_evidence,
				  sizeof(n->evidence[0]));
	return err;
}
