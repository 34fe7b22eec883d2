// SPDX-License-Identifier: GPL-2.0
/*
 * Timelines from made-up spans: what is cut to the sample, what is left out and counted, names, and
 * that a saved one and the page have all of it.
 */
#include "notes_feed.h"
#include "notes_told.h"

#include "notes/html.h"
#include "notes/report.h"
#include "notes/saved.h"
#include "notes/timelines.h"
#include "opts.h"

static const struct timeline_name names[] = {
	{ 10, "maker" }, { 11, "worker" }, { 12, "worker" }, { 13, "<b>&" },
};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

static struct arm_timeline line_of(const struct timeline_raw *raw, size_t n)
{
	struct arm_timeline t = { .arm = "two" };

	timeline_make(&t, raw, n, names, N_NAMES, 1000, 2000);
	return t;
}

TEST(spans_are_cut_to_the_sample)
{
	static const struct timeline_raw raw[] = {
		{ 500, 900, 10, 0 }, { 900, 1100, 11, 0 }, { 1100, 1500, 12, 1 },
		{ 1900, 2500, 11, 1 }, { 2500, 2600, 12, 0 },
	};
	struct arm_timeline t = line_of(raw, 5);

	ASSERT_EQ(t.n, 3);
	EXPECT_EQ(t.span[0].from_ns, 0);
	EXPECT_EQ(t.span[0].to_ns, 100);
	EXPECT_EQ(t.span[1].from_ns, 100);
	EXPECT_EQ(t.span[1].cpu, 1);
	EXPECT_EQ(t.span[2].to_ns, 1000);
	EXPECT_EQ(t.span[2].task, t.span[0].task);
	EXPECT_EQ(t.left_out + t.tasks_left_out, 0);
	EXPECT_EQ(t.shown_ns, 1000);
	/* Who was only there before has no row; two of a name are told apart. */
	ASSERT_EQ(t.n_tasks, 2);
	EXPECT_STREQ(t.names, "worker");
	EXPECT_STREQ(t.names + 7, "worker 2");
	EXPECT_EQ(t.name_bytes, 7 + 9);
}

TEST(what_there_is_no_room_for_is_counted)
{
	static struct timeline_raw raw[TIMELINE_SPANS + 30];
	struct arm_timeline t;
	size_t i;

	for (i = 0; i < TIMELINE_SPANS + 30; i++)
		raw[i] = (struct timeline_raw){ 1000 + 4 * i, 1003 + 4 * i, 11 + i % 2, 0 };
	t = line_of(raw, TIMELINE_SPANS + 30);
	EXPECT_EQ(t.n, TIMELINE_SPANS - TIMELINE_TASKS);
	EXPECT_EQ(t.left_out, 30 + TIMELINE_TASKS);
	EXPECT_EQ(t.tasks_left_out, 0);
	EXPECT_EQ(t.shown_ns, t.span[t.n - 1].to_ns);
	EXPECT_EQ(t.whole_ns, 1000);
	/* Who runs through on another CPU comes last, and is there. */
	raw[TIMELINE_SPANS + 29] = (struct timeline_raw){ 1000, 1990, 13, 1 };
	t = line_of(raw, TIMELINE_SPANS + 30);
	ASSERT_EQ(t.n, TIMELINE_SPANS - TIMELINE_TASKS + 1);
	EXPECT_EQ(t.left_out, 29 + TIMELINE_TASKS);
	EXPECT_EQ(t.n_tasks, 3);
	EXPECT_EQ(t.span[t.n - 1].to_ns, t.shown_ns);
	EXPECT_EQ(t.span[t.n - 1].cpu, 1);
	for (i = 0; i < 20; i++)
		raw[i].tid = 100 + i;
	t = line_of(raw, 20);
	EXPECT_EQ(t.n, TIMELINE_TASKS);
	EXPECT_EQ(t.n_tasks, TIMELINE_TASKS);
	EXPECT_EQ(t.left_out, 20 - TIMELINE_TASKS);
	EXPECT_EQ(t.tasks_left_out, 20 - TIMELINE_TASKS);
	EXPECT_STREQ(t.names, "?");
}

static void timeline_feed(struct note *n)
{
	static const struct timeline_raw raw[] = {
		{ 1000, 1400, 11, 0 }, { 1100, 1500, 13, 3 }, { 1600, 1900, 11, 3 },
	};

	feed(n, "parallel.many-cpu");
	n->timelines = calloc(1, sizeof(*n->timelines));
	n->timelines->n = 1;
	n->timelines->arm[0] = line_of(raw, 3);
	n->timelines->arm[0].left_out = 17;
	n->timelines->arm[0].lost = 2;
	snprintf(n->source, sizeof(n->source), "bpf");
	judged(n);
}

TEST_F(note, timelines_come_back_from_a_saved_run)
{
	struct note *again = calloc(1, sizeof(*again));
	char *first, *second;
	json_t *report, *row;

	timeline_feed(self->n);
	first = run_json(self->n, &self->machine);
	ASSERT_EQ(saved_parse("memory", first, strlen(first), &report), 0);
	row = json_array_get(json_object_get(report, "rows"), 0);
	ASSERT_EQ(saved_note("memory", row, "bpf", again), 0);
	second = run_json(again, &self->machine);
	EXPECT_STREQ(first, second);
	note_free(again);
	/* A span of a task that there is not is no report of ours. */
	json_object_set_new(json_array_get(json_object_get(json_array_get(json_object_get(row,
			    "timelines"), 0), "spans"), 0), "task", json_integer(7));
	EXPECT_NE(saved_note("memory", row, "bpf", again), 0);
	json_decref(report);
	note_free(again);
	free(again);
	free(first);
	free(second);
}

/* Each CPU has a path, named for who cannot see it; names are text, and what is left out is said. */
TEST_F(note, page_draws_timelines)
{
	char *page;

	timeline_feed(self->n);
	page = page_of(self->n, &self->machine, LANG_EN);
	EXPECT_NE(strstr(page, "parallel.many-cpu: when its tasks ran</title>\n<desc>two: "), NULL);
	EXPECT_NE(strstr(page, "in each row from the top: 0, 3."), NULL);
	EXPECT_NE(strstr(page, "Times left out: 17."), NULL);
	EXPECT_NE(strstr(page, "Events lost: 2."), NULL);
	EXPECT_EQ(strstr(page, "Tasks left out: "), NULL);
	EXPECT_NE(strstr(page, "class=\"bar t0\" d=\"M"), NULL);
	EXPECT_NE(strstr(page, "class=\"bar t1\" d=\"M"), NULL);
	EXPECT_EQ(strstr(page, "class=\"bar t2\""), NULL);
	EXPECT_NE(strstr(page, "&lt;b&gt;&amp;"), NULL);
	EXPECT_EQ(strstr(page, "<b>"), NULL);
	free(page);
	page = page_of(self->n, &self->machine, LANG_ZH);
	EXPECT_NE(strstr(page, "各任务何时运行</title>"), NULL);
	EXPECT_NE(strstr(page, "未画出的次数: 17."), NULL);
	EXPECT_EQ(strstr(page, "when its tasks ran"), NULL);
	free(page);
}

/* None is made for who has none, and claims on other things want none. */
TEST_F(note, claims_on_parallelism_and_states_have_them)
{
	char *page;

	EXPECT_TRUE(timelines_wanted(claim_find("parallel.one-cpu")));
	EXPECT_TRUE(timelines_wanted(claim_find("state.three")));
	EXPECT_FALSE(timelines_wanted(claim_find("create.thread-cheaper")));
	feed(self->n, "parallel.one-cpu");
	judged(self->n);
	page = page_of(self->n, &self->machine, LANG_EN);
	EXPECT_EQ(strstr(page, "class=\"bar"), NULL);
	free(page);
}

TEST_HARNESS_MAIN
