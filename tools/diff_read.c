// SPDX-License-Identifier: GPL-2.0
/*
 * From JSON reports to numbers by row and column. Whatever is a number is one: totals, cells of
 * rows, parts of histograms; what tells rows apart the report says itself (keys).
 */
#include <stdlib.h>
#include <string.h>

#include "diff_read.h"
#include "map.h"
#include "report_read.h"
#include "util.h"

#define REPORTS_MAX		65536U
#define ROWS_MAX		(1U << 20)
#define COLUMNS_MAX		1024U	/* numbers in a row */
#define DEPTH_MAX		4	/* objects in objects */
#define NAME_MAX_BYTES		512U

static int refuse(const struct diff_side *side, const char *why)
{
	return report_refuse(side->path, why);
}

static int no_room(const struct diff_side *side)
{
	return err_sys(-ENOMEM, "reading %s", side->path);
}

static struct diff_cell *cell_find(struct diff_row *row, const char *column)
{
	size_t i;

	for (i = 0; i < row->n; i++) {
		if (!strcmp(row->cell[i].column, column))
			return &row->cell[i];
	}
	return NULL;
}

static struct diff_cell *cell_make(struct diff_row *row, const char *column)
{
	struct diff_cell *cell;

	if (array_room(&row->cell, &row->room, row->n, sizeof(*row->cell)))
		return NULL;
	cell = &row->cell[row->n];
	cell->column = strdup(column);
	cell->count = NOT_CAPTURED;
	if (!cell->column)
		return NULL;
	row->n++;
	return cell;
}

/* Where the numbers of an object go. */
struct taker {
	struct diff_side *side;
	struct diff_row *row;
	const json_t *keys;		/* names to be left out, or NULL */
	char column[NAME_MAX_BYTES];
	uint64_t count;			/* of the histogram at work, NOT_CAPTURED: none */
};

static int number_take(struct taker *t, double value)
{
	struct diff_cell *cell = cell_find(t->row, t->column);

	if (!cell && t->row->n >= COLUMNS_MAX)
		return refuse(t->side, "too many numbers in a row");
	if (!cell)
		cell = cell_make(t->row, t->column);
	if (!cell || array_room(&cell->value, &cell->room, cell->n, sizeof(*cell->value)))
		return no_room(t->side);
	cell->value[cell->n++] = value;
	if (t->count != NOT_CAPTURED)
		cell->count = cell->count == NOT_CAPTURED ? t->count : cell->count + t->count;
	t->side->values++;
	return 0;
}

static bool is_key(const struct taker *t, const char *name)
{
	const json_t *key;
	size_t i;

	json_array_foreach(t->keys, i, key) {
		if (!strcmp(json_string_value(key), name))
			return true;
	}
	return false;
}

/* A task is who, not how much. */
static bool is_task(const json_t *j)
{
	return json_object_size(j) == 4 && json_object_get(j, "tid") && json_object_get(j, "comm");
}

static bool is_histogram(const json_t *j)
{
	return json_object_get(j, "p50") && json_is_integer(json_object_get(j, "count"));
}

static int object_take(struct taker *t, const json_t *j, int depth);

static int value_take(struct taker *t, const char *name, const json_t *value, int depth)
{
	size_t len = strlen(t->column);
	int err = 0;

	if (len + strlen(name) + 2 > sizeof(t->column))
		return refuse(t->side, "a name is too long");
	snprintf(t->column + len, sizeof(t->column) - len, "%s%s", len ? "." : "", name);
	if (json_is_number(value))
		err = number_take(t, json_number_value(value));
	else if (json_is_object(value) && !is_task(value))
		err = object_take(t, value, depth + 1);
	t->column[len] = 0;
	return err;
}

static int object_take(struct taker *t, const json_t *j, int depth)
{
	const char *name;
	json_t *value;
	int err = 0;

	if (depth > DEPTH_MAX)
		return refuse(t->side, "objects in objects in objects");
	if (is_histogram(j))
		t->count = json_integer_value(json_object_get(j, "count"));
	json_object_foreach((json_t *)j, name, value) {
		if (!err && !(depth == 0 && is_key(t, name)))
			err = value_take(t, name, value, depth);
	}
	t->count = NOT_CAPTURED;
	return err;
}

/* The row of this name, made if there is none. NULL without memory, or if there are too many. */
static struct diff_row *row_place(struct diff_side *side, const char *name, const char *kind)
{
	const json_t *place = json_object_get(side->places, name);
	struct diff_row *row;

	if (place)
		return &side->row[json_integer_value(place)];
	if (side->n >= ROWS_MAX ||
	    array_room(&side->row, &side->room, side->n, sizeof(*side->row)))
		return NULL;
	row = &side->row[side->n];
	row->name = strdup(name);
	row->kind = strdup(kind);
	row->other = DIFF_NONE;
	side->n++;
	if (!row->name || !row->kind ||
	    json_object_set_new(side->places, name, json_integer(side->n - 1)))
		return NULL;
	return row;
}

static int row_take(struct diff_side *side, const char *name, const char *kind, const json_t *j,
		    const json_t *keys)
{
	struct taker t = { .side = side, .keys = keys, .count = NOT_CAPTURED };

	t.row = row_place(side, name, kind);
	return t.row ? object_take(&t, j, 0) : no_room(side);
}

/* One key as words: exactly who, and who that would be in another run. Whether there is room. */
static bool key_words(const json_t *value, char name[NAME_MAX_BYTES], char kind[NAME_MAX_BYTES])
{
	const char *comm = json_string_value(json_object_get(value, "comm")), *word = "-";
	char number[32];

	if (json_is_string(value))
		word = json_string_value(value);
	if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
		word = number;
	}
	if (is_task(value) && comm) {
		snprintf(name, NAME_MAX_BYTES, "%lld@%lld",
			 (long long)json_integer_value(json_object_get(value, "tid")),
			 (long long)json_integer_value(json_object_get(value, "start_ns")));
		return snprintf(kind, NAME_MAX_BYTES, "%s", comm) < (int)NAME_MAX_BYTES;
	}
	snprintf(name, NAME_MAX_BYTES, "%s", word);
	return snprintf(kind, NAME_MAX_BYTES, "%s", word) < (int)NAME_MAX_BYTES;
}

/* Append a word. Whether there is room. */
static bool word_append(char to[NAME_MAX_BYTES], const char *word, char between)
{
	size_t at = strlen(to), len = strlen(word);

	if (at + len + 2 > NAME_MAX_BYTES)
		return false;
	if (at)
		to[at++] = between;
	memcpy(to + at, word, len + 1);
	return true;
}

static int report_row_take(struct diff_side *side, const json_t *row, const json_t *keys)
{
	char name[NAME_MAX_BYTES] = "", kind[NAME_MAX_BYTES] = "";
	char n[NAME_MAX_BYTES], k[NAME_MAX_BYTES];
	const json_t *key;
	size_t i;

	if (!json_is_object(row))
		return refuse(side, "a row is no object");
	json_array_foreach(keys, i, key) {
		if (!key_words(json_object_get(row, json_string_value(key)), n, k) ||
		    !word_append(name, n, ' ') || !word_append(kind, k, ' '))
			return refuse(side, "a key is too long");
	}
	return row_take(side, name, kind, row, keys);
}

static uint64_t lost_of(const json_t *lost, const char *cause)
{
	json_int_t n = json_integer_value(json_object_get(lost, cause));

	return n > 0 ? n : 0;
}

/* What was lost, and what measuring took: beside the numbers. */
static int head_take(struct diff_side *side, const json_t *report)
{
	static const char *const numbers[] = { "duration_ns", "own_cost_ns", NULL };
	const json_t *lost = json_object_get(report, "lost");
	json_t *head = json_object();
	bool missing = false;
	int err, i;

	for (i = 0; numbers[i]; i++) {
		json_t *number = json_object_get(report, numbers[i]);

		missing |= number && json_object_set(head, numbers[i], number);
	}
	missing |= json_object_set_new(head, "lost", json_integer(lost_of(lost, "total"))) != 0;
	side->lost.ring += lost_of(lost, "ring");
	side->lost.missed += lost_of(lost, "missed");
	side->lost.nested += lost_of(lost, "nested");
	side->lost.untracked += lost_of(lost, "untracked");
	side->lost.total += lost_of(lost, "total");
	err = missing ? no_room(side) : row_take(side, "report", "report", head, NULL);
	json_decref(head);
	return err;
}

static int same_word(const struct diff_side *side, char **have, const char *word)
{
	if (*have && strcmp(*have, word))
		return err_msg(-EUSAGE, "%s: holds reports of different kinds: %s and %s",
			       side->path, *have, word);
	if (!*have)
		*have = strdup(word);
	return *have ? 0 : no_room(side);
}

static int keys_name(struct diff_side *side, const json_t *keys)
{
	char words[NAME_MAX_BYTES] = "";
	const json_t *key;
	size_t i;

	json_array_foreach(keys, i, key) {
		if (!json_is_string(key) || !word_append(words, json_string_value(key), ','))
			return refuse(side, "keys that are no names");
	}
	return same_word(side, &side->keys, words);
}

static int report_take(struct diff_side *side, const json_t *report)
{
	const char *schema = json_string_value(json_object_get(report, "schema"));
	const char *kernel = json_string_value(json_object_get(report, "kernel"));
	const json_t *rows = json_object_get(report, "rows"), *row;
	const json_t *keys = json_object_get(report, "keys");
	const json_t *totals = json_object_get(report, "totals");
	size_t i;
	int err;

	if (++side->reports > REPORTS_MAX)
		return refuse(side, "too many reports");
	err = same_word(side, &side->schema, schema);
	if (!err)
		err = keys_name(side, keys);
	if (!err && kernel && !side->kernel) {
		side->kernel = strdup(kernel);
		err = side->kernel ? 0 : no_room(side);
	}
	if (!err && totals)
		err = row_take(side, "totals", "totals", totals, NULL);
	if (!err)
		err = head_take(side, report);
	json_array_foreach(rows, i, row) {
		if (!err)
			err = report_row_take(side, row, keys);
	}
	return err;
}

int diff_read(struct diff_side *side, const char *text, size_t bytes)
{
	struct report_text reports = { side->path, text, bytes };
	json_t *report;
	int err;

	side->places = json_object();
	if (!side->places)
		return no_room(side);
	while ((err = report_next(&reports, &report)) > 0) {
		err = report_take(side, report);
		json_decref(report);
		if (err)
			break;
	}
	return err || side->reports ? err : refuse(side, "it is empty");
}

void diff_free(struct diff_side *side)
{
	size_t i, c;

	for (i = 0; i < side->n; i++) {
		for (c = 0; c < side->row[i].n; c++) {
			free(side->row[i].cell[c].column);
			free(side->row[i].cell[c].value);
		}
		free(side->row[i].cell);
		free(side->row[i].name);
		free(side->row[i].kind);
	}
	free(side->row);
	free(side->schema);
	free(side->keys);
	free(side->kernel);
	json_decref(side->places);
}
