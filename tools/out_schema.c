// SPDX-License-Identifier: GPL-2.0
/* The JSON schema of a report, from the column tables that its JSON is made of. */
#include <string.h>

#include "out_impl.h"

static json_t *schema_table(const struct out_table *t);

static json_t *schema_words(void)
{
	return json_pack("{s:s, s:{s:s}}", "type", "array", "items", "type", "string");
}

static json_t *schema_type(const struct out_column *c)
{
	switch (c->type) {
	case OUT_STR:
		return json_pack("{s:s}", "type", "string");
	case OUT_U64:
	case OUT_NS:
		return json_pack("{s:s, s:i}", "type", "integer", "minimum", 0);
	case OUT_I64:
		return json_pack("{s:s}", "type", "integer");
	case OUT_NUM:
	case OUT_SHARE:
	case OUT_RATE:
		return json_pack("{s:s}", "type", "number");
	case OUT_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case OUT_TASK:
		return json_pack("{s:s, s:[s,s,s,s]}", "type", "object", "required", "tid", "pid",
				 "start_ns", "comm");
	case OUT_HIST:
		return json_pack("{s:s, s:[s]}", "type", "object", "required", "count");
	case OUT_LIST:
		return json_pack("{s:s, s:o}", "type", "array", "items", schema_table(c->sub));
	case OUT_MAP:
		return json_pack("{s:s, s:{s:s}}", "type", "object", "additionalProperties", "type",
				 "number");
	case OUT_WORDS:
		return schema_words();
	case OUT_NUMBERS:
		return json_pack("{s:s, s:{s:s}}", "type", "array", "items", "type", "number");
	}
	return NULL;
}

static void schema_set(json_t *properties, const struct out_column *c)
{
	const char *dot = strchr(c->name, '.');
	json_t *type = schema_type(c), *inner;
	char head[64];

	json_object_set_new(type, "description", json_string(c->help));
	if (!dot) {
		json_object_set_new(properties, c->name, type);
		return;
	}
	snprintf(head, sizeof(head), "%.*s", (int)(dot - c->name), c->name);
	inner = json_object_get(properties, head);
	if (!inner) {
		inner = json_pack("{s:s, s:{}}", "type", "object", "properties");
		json_object_set_new(properties, head, inner);
	}
	json_object_set_new(json_object_get(inner, "properties"), dot + 1, type);
}

static json_t *schema_table(const struct out_table *t)
{
	json_t *properties = json_object();
	size_t i;

	for (i = 0; i < t->n; i++)
		schema_set(properties, &t->column[i]);
	return json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
			 "additionalProperties", 0);
}

/* What every report begins with: type of each, and whether it is always there. */
static const struct {
	const char *name, *type;
	bool required;
} head_properties[] = {
	{ "tool", "string", true }, { "version", "string", true }, { "schema", "string", true },
	{ "command", "string", true }, { "source", "string", true }, { "kernel", "string", true },
	{ "virt", "string", true }, { "cpus", "integer", true }, { "start_ns", "integer", true },
	{ "duration_ns", "integer", true }, { "lost", "object", true },
	{ "own_cost_ns", "integer", false }, { "note", "string", false },
	{ "recorder", "object", false },
};

static json_t *schema_report(const struct out_report *r, const char *id)
{
	json_t *properties = json_object(), *required = json_array();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(head_properties); i++) {
		json_object_set_new(properties, head_properties[i].name,
				    json_pack("{s:s}", "type", head_properties[i].type));
		if (head_properties[i].required)
			json_array_append_new(required, json_string(head_properties[i].name));
	}
	json_object_set_new(json_object_get(properties, "schema"), "const", json_string(id));
	if (r->totals.n)
		json_object_set_new(properties, "totals", schema_table(&r->totals));
	json_object_set_new(properties, "rows", json_pack("{s:s, s:o}", "type", "array", "items",
							  schema_table(&r->rows)));
	json_object_set_new(properties, "keys", schema_words());
	json_object_set_new(properties, "not_captured", schema_words());
	json_array_append_new(required, json_string("keys"));
	json_array_append_new(required, json_string("rows"));
	json_array_append_new(required, json_string("not_captured"));
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties,
			 "required", required, "additionalProperties", 0);
}

int out_schema(const struct out_report *r)
{
	const struct opts o = { 0 };
	struct out out = { .o = &o, .f = stdout, .path = "standard output" };
	json_t *j, *body;
	char id[64];

	out_json_start();
	snprintf(id, sizeof(id), "oscope.%s/%u", r->command, out_version(r));
	j = json_pack("{s:s, s:s}", "$schema", "http://json-schema.org/draft-07/schema#",
		      "title", id);
	body = schema_report(r, id);
	/* Each line by itself: one of the rows, or the report at their end. */
	if (r->stream)
		body = json_pack("{s:[o, o]}", "anyOf", schema_table(&r->rows), body);
	json_object_update_new(j, body);
	return out_json_put(&out, j, false);
}
