// SPDX-License-Identifier: GPL-2.0
/*
 * What the probes ask of the kernel's types.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf_btf.h"

#define TRACEPOINT	"btf_trace_"	/* begins the name of its type */

static struct btf *types;
static const char **tracepoints;	/* in types, sorted */
static size_t n_tracepoints;

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The name of the tracepoint whose type this is, or NULL. */
static const char *tracepoint_of(uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(types, id);
	const char *name;

	if (!btf_is_typedef(type))
		return NULL;
	name = btf__name_by_offset(types, type->name_off);
	return strncmp(name, TRACEPOINT, strlen(TRACEPOINT)) ? NULL : name + strlen(TRACEPOINT);
}

/* All of them in one pass: libbpf looks through all types for each name. */
static int tracepoints_collect(void)
{
	uint32_t id, n = btf__type_cnt(types);
	size_t room = 0;
	const char *name;

	for (id = 1; id < n; id++)
		room += !!tracepoint_of(id);
	tracepoints = calloc(room + 1, sizeof(*tracepoints));
	if (!tracepoints)
		return -ENOMEM;
	for (id = 1; id < n; id++) {
		name = tracepoint_of(id);
		if (name)
			tracepoints[n_tracepoints++] = name;
	}
	qsort(tracepoints, n_tracepoints, sizeof(*tracepoints), compare);
	return 0;
}

const struct btf *kernel_btf(void)
{
	if (types)
		return types;
	types = btf__load_vmlinux_btf();
	if (types && tracepoints_collect()) {
		kernel_btf_free();
		errno = ENOMEM;
	}
	return types;
}

void kernel_btf_free(void)
{
	free(tracepoints);
	tracepoints = NULL;
	n_tracepoints = 0;
	btf__free(types);
	types = NULL;
}

bool kernel_has_tracepoint(const char *name)
{
	return kernel_btf() && bsearch(&name, tracepoints, n_tracepoints, sizeof(name), compare);
}

bool btf_has_function(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

/* base, and where a member is in a struct of that type, perhaps in an unnamed one; -1: nowhere. */
static int64_t member_place(const struct btf *btf, uint32_t id, const char *name, int64_t base)
{
	const struct btf_type *type = btf__type_by_id(btf, id);
	const struct btf_member *m;
	int64_t at;
	int i;

	while (btf_is_mod(type) || btf_is_typedef(type))
		type = btf__type_by_id(btf, type->type);
	if (!btf_is_composite(type))
		return -1;
	m = btf_members(type);
	for (i = 0; i < btf_vlen(type); i++) {
		at = base + btf_member_bit_offset(type, i) / 8;
		if (!strcmp(btf__name_by_offset(btf, m[i].name_off), name))
			return at;
		if (!m[i].name_off) {
			at = member_place(btf, m[i].type, name, at);
			if (at >= 0)
				return at;
		}
	}
	return -1;
}

/* Where a variable of each CPU lies among these, relative to them only; -1: nowhere. */
static int64_t percpu_place(const struct btf *btf, const char *name, const char *member)
{
	int section = btf__find_by_name_kind(btf, ".data..percpu", BTF_KIND_DATASEC), i, n;
	const struct btf_var_secinfo *var;
	const struct btf_type *type;

	if (section < 0)
		return -1;
	type = btf__type_by_id(btf, section);
	var = btf_var_secinfos(type);
	n = btf_vlen(type);
	for (i = 0; i < n; i++) {
		type = btf__type_by_id(btf, var[i].type);
		if (strcmp(btf__name_by_offset(btf, type->name_off), name))
			continue;
		return member ? member_place(btf, type->type, member, var[i].offset) :
				var[i].offset;
	}
	return -1;
}

int64_t btf_preempt_count(const struct btf *btf)
{
	int64_t queue = percpu_place(btf, "runqueues", NULL);
	int64_t count = percpu_place(btf, "__preempt_count", NULL);

	if (count < 0)
		count = percpu_place(btf, "pcpu_hot", "preempt_count");
	return queue < 0 || count < 0 ? 0 : count - queue;
}
