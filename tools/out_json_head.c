// SPDX-License-Identifier: GPL-2.0
/*
 * The head of a report as JSON: what was lost, and what a recording says of its writer.
 */
#include "flight_when.h"
#include "out_impl.h"

json_t *out_json_lost(const struct source_lost *l)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "ring", out_natural(l->ring), "missed",
			 out_natural(l->missed), "nested", out_natural(l->nested), "untracked",
			 out_natural(l->untracked), "total", out_natural(l->total), "overwritten",
			 out_natural(l->overwritten));
}

json_t *out_json_writer(const struct oscope_chunk_writer *w)
{
	json_t *j = json_pack("{s:s, s:I, s:I, s:I, s:I}", "trigger",
			      flight_trigger_name(w->trigger), "records", out_natural(w->records),
			      "bytes", out_natural(w->bytes), "user_ns", out_natural(w->user_ns),
			      "system_ns", out_natural(w->system_ns));

	if (w->records)
		json_object_set_new(j, "bytes_per_record",
				    json_real((double)w->bytes / w->records));
	if (w->trigger_ns)
		json_object_set_new(j, "trigger_ns", json_integer(out_natural(w->trigger_ns)));
	if (w->trigger_took_ns) {
		json_object_set_new(j, "took_ns", json_integer(out_natural(w->trigger_took_ns)));
		json_object_set_new(j, "tid", json_integer(out_natural(w->trigger_tid)));
	}
	return j;
}
