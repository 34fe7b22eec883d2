// SPDX-License-Identifier: GPL-2.0
/* Saved JSON reports, read within bounds of size and memory. */
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report_read.h"
#include "util.h"

#define REPORT_BYTES_MAX	(64U << 20)
#define JSON_BYTES_MAX		(512U << 20)	/* of reports in memory */

int report_refuse(const char *path, const char *why)
{
	return err_msg(-EINVAL, "%s: no report of oscope: %s", path, why);
}

/* What jansson makes of reports that are alive: nobody shall fill our memory with brackets. */
static size_t json_bytes;

static void *json_alloc(size_t bytes)
{
	void *p = json_bytes < JSON_BYTES_MAX ? malloc(bytes) : NULL;

	json_bytes += p ? malloc_usable_size(p) : 0;
	return p;
}

/* What is older than the first report is freed here, too. */
static void json_free(void *p)
{
	size_t bytes = p ? malloc_usable_size(p) : 0;

	json_bytes -= bytes < json_bytes ? bytes : json_bytes;
	free(p);
}

static size_t space(const char *text, size_t bytes)
{
	size_t n = 0;

	while (n < bytes && strchr(" \t\r\n", text[n]) && text[n])
		n++;
	return n;
}

static void move_on(struct report_text *text, size_t bytes)
{
	text->at += bytes;
	text->left -= bytes;
}

static int check(const struct report_text *text, const json_t *report)
{
	const char *schema = json_string_value(json_object_get(report, "schema"));

	if (!schema || strncmp(schema, "oscope.", 7) ||
	    !json_is_array(json_object_get(report, "rows")) ||
	    !json_is_array(json_object_get(report, "keys")))
		return report_refuse(text->path, "it has no schema, keys or rows");
	return 1;
}

int report_next(struct report_text *text, json_t **report)
{
	json_error_t error;
	size_t most;
	int err;

	move_on(text, space(text->at, text->left));
	if (!text->left)
		return 0;
	json_set_alloc_funcs(json_alloc, json_free);
	most = text->left < REPORT_BYTES_MAX ? text->left : REPORT_BYTES_MAX;
	*report = json_loadb(text->at, most, JSON_DISABLE_EOF_CHECK | JSON_REJECT_DUPLICATES,
			     &error);
	if (!*report && json_error_code(&error) == json_error_out_of_memory)
		return err_sys(-ENOMEM, "reading %s", text->path);
	if (!*report)
		return report_refuse(text->path, error.text);
	move_on(text, error.position);
	err = check(text, *report);
	if (err < 0) {
		json_decref(*report);
		*report = NULL;
	}
	return err;
}

const char *member_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

bool member_yes(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

double member_number(const json_t *object, const char *key)
{
	const json_t *number = json_object_get(object, key);

	return json_is_number(number) ? json_number_value(number) : NAN;
}
