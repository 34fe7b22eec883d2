// SPDX-License-Identifier: GPL-2.0
/*
 * What comes before and after an experiment: the checks of the machine and what each forbids,
 * published figures, saved runs read back, fixed texts in Chinese, text on the page that stays text.
 */
#include <ftw.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notes_feed.h"
#include "notes_told.h"

#undef ARRAY_SIZE	/* the harness has its own */
#include "cmd.h"
#include "notes/html_impl.h"
#include "notes/plausible.h"
#include "notes/report.h"
#include "notes/saved.h"
#include "util.h"

/* Files as a kernel would show them, below a directory of our own. */
FIXTURE(machine)
{
	char root[64];
	struct preflight p;
};

static int unmake(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	return remove(path);
}

FIXTURE_SETUP(machine)
{
	snprintf(self->root, sizeof(self->root), "/tmp/oscope-machine.XXXXXX");
	ASSERT_NE(mkdtemp(self->root), NULL);
	self->p = (struct preflight){
		.virt = "none", .clock_source = "tsc", .clock = { 10, 20 }, .clock_call_ns = 200,
		.cpus_allowed = 4, .cpu = 3, .ipis = IPIS_TREE, .moved = true,
	};
}

/* Also of a test that has crashed. */
FIXTURE_TEARDOWN_PARENT(machine)
{
	nftw(self->root, unmake, 16, FTW_DEPTH | FTW_PHYS);
}

static void file_make(const char *root, const char *name, const char *line)
{
	char path[256], *slash;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", root, name);
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0700);
		*slash = '/';
	}
	f = fopen(path, "w");
	if (!f || fprintf(f, "%s\n", line) < 0 || fclose(f))
		abort();
}

static const struct preflight_check *check_of(const struct preflight *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n_checks; i++) {
		if (!strcmp(p->check[i].name, name))
			return &p->check[i];
	}
	abort();
}

TEST_F(machine, quiet_one_forbids_nothing)
{
	size_t i;

	preflight_judge(&self->p, self->root);
	EXPECT_STREQ(self->p.no_times, "");
	EXPECT_TRUE(isinf(self->p.quota));
	EXPECT_GE(self->p.n_checks, 10);
	for (i = 0; i < self->p.n_checks; i++) {
		EXPECT_FALSE(self->p.check[i].forbids);
		if (strcmp(self->p.check[i].name, "limits"))
			EXPECT_EQ(self->p.check[i].means, NULL);
	}
}

TEST_F(machine, emulator_forbids)
{
	self->p.virt = "tcg";
	self->p.emulated = true;
	preflight_judge(&self->p, self->root);
	EXPECT_TRUE(check_of(&self->p, "hypervisor")->forbids);
	EXPECT_NE(strstr(self->p.no_times, "emulator"), NULL);
}

TEST_F(machine, coarse_clock_forbids)
{
	self->p.clock.resolution_ns = 4000000;
	preflight_judge(&self->p, self->root);
	EXPECT_TRUE(check_of(&self->p, "clock source")->forbids);
	EXPECT_NE(strstr(self->p.no_times, "too coarse"), NULL);
}

TEST_F(machine, stolen_time_forbids)
{
	self->p.steal = 0.2;
	preflight_judge(&self->p, self->root);
	EXPECT_STREQ(self->p.no_times, "");
	self->p.steal = 0.3;
	preflight_judge(&self->p, self->root);
	EXPECT_NE(strstr(self->p.no_times, "30 %"), NULL);
}

/* The tightest of all cgroups that it is in. */
TEST_F(machine, quota_below_one_cpu_forbids)
{
	file_make(self->root, "/proc/self/cgroup", "0::/a/b");
	file_make(self->root, "/sys/fs/cgroup/a/b/cpu.max", "max 100000");
	file_make(self->root, "/sys/fs/cgroup/a/cpu.max", "150000 100000");
	preflight_judge(&self->p, self->root);
	EXPECT_EQ(self->p.quota, 1.5);
	EXPECT_STREQ(self->p.no_times, "");
	EXPECT_NE(check_of(&self->p, "CPU quota")->means, NULL);
	file_make(self->root, "/sys/fs/cgroup/a/b/cpu.max", "50000 100000");
	preflight_judge(&self->p, self->root);
	EXPECT_EQ(self->p.quota, 0.5);
	EXPECT_NE(strstr(self->p.no_times, "50 %"), NULL);
}

TEST_F(machine, what_spoils_numbers_is_said)
{
	static const char *const spoilt[] = {
		"vDSO", "CPUs", "governor", "SMT", "other load", "mitigations", "huge pages",
		"interrupts sent", "bytes copied",
	};
	size_t i;

	self->p.clock.cost_ns = 190;
	self->p.cpus_allowed = 1;
	self->p.busy = 0.5;
	self->p.ipis = IPIS_NOT;
	self->p.moved = false;
	file_make(self->root, "/sys/devices/system/cpu/cpu3/cpufreq/scaling_governor",
		  "powersave");
	file_make(self->root, "/sys/devices/system/cpu/smt/control", "on");
	file_make(self->root, "/sys/devices/system/cpu/vulnerabilities/meltdown",
		  "Mitigation: PTI");
	file_make(self->root, "/sys/devices/system/cpu/vulnerabilities/mds", "Vulnerable");
	file_make(self->root, "/sys/kernel/mm/transparent_hugepage/enabled",
		  "always madvise [never]");
	preflight_judge(&self->p, self->root);
	/* The option that /proc/PID/io is made with (fs/proc/base.c). */
	EXPECT_NE(strstr(check_of(&self->p, "bytes copied")->means, "CONFIG_TASK_IO_ACCOUNTING"),
		  NULL);
	for (i = 0; i < ARRAY_SIZE(spoilt); i++) {
		EXPECT_NE(check_of(&self->p, spoilt[i])->means, NULL) {
			TH_LOG("%s", spoilt[i]);
		}
		/* Whatever it means can be said in Chinese. */
		EXPECT_NE(said(LANG_ZH, check_of(&self->p, spoilt[i])->means),
			  check_of(&self->p, spoilt[i])->means);
	}
	EXPECT_STREQ(check_of(&self->p, "mitigations")->value, "1 active, 1 left open");
	EXPECT_STREQ(check_of(&self->p, "huge pages")->value, "never");
	EXPECT_STREQ(self->p.no_times, "");
}

TEST(verdicts_have_chinese_names)
{
	int v;

	for (v = 0; v < VERDICTS; v++)
		EXPECT_NE(said(LANG_ZH, verdict_name(v)), verdict_name(v));
	EXPECT_STREQ(said(LANG_EN, "HOLDS"), "HOLDS");
	EXPECT_STREQ(said(LANG_ZH, "no fixed text"), "no fixed text");
}

/* Whatever is in the catalogue: a page begins each of its parts with this. */
TEST(topics_have_chinese_names)
{
	const struct claim *c = NULL;

	while ((c = claim_next(c))) {
		EXPECT_NE(said(LANG_ZH, c->topic), c->topic) {
			TH_LOG("%s", c->topic);
		}
	}
}

static void switch_feed(struct note *n)
{
	feed(n, "switch.coroutine");
	judged(n);
}

TEST_F(note, far_from_published_is_flagged)
{
	struct plausible figure[PLAUSIBLE_MOST];

	feed(self->n, "switch.coroutine");
	times(self->n, 0, 50, 0.02);
	times(self->n, 1, 6000, 0.02);
	judged(self->n);
	ASSERT_EQ(plausible_of(self->n, figure), 2);
	EXPECT_STREQ(figure[0].evidence, "assembly_ns");
	EXPECT_FALSE(figure[0].far);
	EXPECT_TRUE(figure[1].far);
	times(self->n, 1, 50, 0.02);
	judged(self->n);
	EXPECT_EQ(plausible_of(self->n, figure), 2);
	EXPECT_TRUE(figure[1].far);
}

TEST_F(note, saved_run_comes_back_whole)
{
	struct note *again = calloc(1, sizeof(*again));
	char *first, *second;
	json_t *report;

	switch_feed(self->n);
	snprintf(self->n->source, sizeof(self->n->source), "bpf");
	self->n->timed[1].value[7] *= 100;
	self->n->timed[1].not_flat = 3;
	note_judge(self->n);
	first = run_json(self->n, &self->machine);
	ASSERT_EQ(saved_parse("memory", first, strlen(first), &report), 0);
	ASSERT_EQ(saved_note("memory", json_array_get(json_object_get(report, "rows"), 0), "bpf",
			     again), 0);
	second = run_json(again, &self->machine);
	EXPECT_STREQ(first, second);
	EXPECT_NE(strstr(first, "\"outliers\": 1"), NULL);
	EXPECT_EQ(again->timed[1].n, SAMPLES);
	json_decref(report);
	free(first);
	free(second);
	free(again);
}

/* However long, with what is far from published figures; and in Chinese. */
TEST_F(note, summary_says_all_of_why)
{
	struct opts o = { .format = FORMAT_TEXT };
	struct notes_run run = { .machine = &self->machine, .note = &self->n, .done = 1 };
	struct out *out;
	size_t bytes;
	char *text;

	switch_feed(self->n);
	memset(self->n->reason, 'w', NOTE_TEXT - 1);
	memcpy(self->n->reason + NOTE_TEXT - 5, " end", 4);
	ASSERT_EQ(out_open_memory(&out, &o, &text, &bytes), 0);
	ASSERT_EQ(notes_print_summary(out, &run, LANG_ZH), 0);
	ASSERT_EQ(out_close(out), 0);
	EXPECT_NE(strstr(text, "end;"), NULL);
	EXPECT_NE(strstr(text, "ucontext_ns"), NULL);
	EXPECT_NE(strstr(text, said(LANG_ZH, "VOID")), NULL);
	free(text);
}

TEST_F(note, page_escapes_what_it_is_told)
{
	char *page;

	switch_feed(self->n);
	snprintf(self->n->reason, sizeof(self->n->reason), "<script>'\"&\x1b[2J");
	page = page_of(self->n, &self->machine, LANG_EN);
	EXPECT_EQ(strstr(page, "<script"), NULL);
	EXPECT_EQ(strchr(page, '\x1b'), NULL);
	EXPECT_NE(strstr(page, "&lt;script&gt;&#39;&quot;&amp;\xef\xbf\xbd[2J"), NULL);
	free(page);
}

/* On the page, in both places, and in the summary; not in JSON. */
TEST_F(note, reasons_are_chinese_where_the_rest_is)
{
	static const char english[] = "a fork takes 2 times as long as a thread";
	static const char chinese[] = "fork 用时是线程的 2 倍";
	struct opts o = { .format = FORMAT_TEXT };
	struct notes_run run = { .machine = &self->machine, .note = &self->n, .done = 1 };
	struct out *out;
	size_t bytes;
	char *text, *at;

	ASSERT_NE(setlocale(LC_CTYPE, "C.UTF-8"), NULL);
	switch_feed(self->n);
	snprintf(self->n->reason, sizeof(self->n->reason), "%s", english);
	text = page_of(self->n, &self->machine, LANG_ZH);
	at = strstr(text, chinese);
	ASSERT_NE(at, NULL);
	EXPECT_NE(strstr(at + 1, chinese), NULL);
	EXPECT_EQ(strstr(text, english), NULL);
	free(text);
	text = run_json(self->n, &self->machine);
	EXPECT_NE(strstr(text, english), NULL);
	EXPECT_EQ(strstr(text, chinese), NULL);
	free(text);
	ASSERT_EQ(out_open_memory(&out, &o, &text, &bytes), 0);
	ASSERT_EQ(notes_print_summary(out, &run, LANG_ZH), 0);
	ASSERT_EQ(out_close(out), 0);
	EXPECT_NE(strstr(text, chinese), NULL);
	free(text);
}

/* The dots of a path, from its class on: a stroke that goes on for n units is n + 1 of them. */
static size_t dots_of(const char *path)
{
	const char *end = strstr(path, "\"/>");
	size_t n = 0;

	for (path = strchr(path, 'M'); path < end; path++) {
		if (*path == 'h')
			n += strtoul(path + 1, NULL, 10) + 1;
	}
	return n;
}

static size_t dots_in(const char *page, const char *class)
{
	size_t n = 0;

	for (; (page = strstr(page, class)); page++)
		n += dots_of(page);
	return n;
}

/* Each sample is there once: an outlier's mark has the class of its own. */
TEST_F(note, page_draws_sweeps_and_outliers)
{
	char *page;

	feed(self->n, "create.fork-grows");
	judged(self->n);
	page = page_of(self->n, &self->machine, LANG_EN);
	EXPECT_NE(strstr(page, "class=\"l0\""), NULL);
	EXPECT_NE(strstr(page, "class=\"l1\""), NULL);
	EXPECT_NE(strstr(page, ">huge pages</text>"), NULL);
	EXPECT_EQ(strstr(page, "class=\"far\""), NULL);
	EXPECT_EQ(dots_in(page, "class=\"dots\""), 6 * SAMPLES);
	free(page);
	self->n->timed[0].value[3] = 100;
	page = page_of(self->n, &self->machine, LANG_EN);
	EXPECT_EQ(dots_in(page, "class=\"far\""), 1);
	/* The others are close together then, and some in one place. */
	EXPECT_GT(dots_in(page, "class=\"dots\""), 0);
	EXPECT_LT(dots_in(page, "class=\"dots\""), 6 * SAMPLES - 1);
	free(page);
}

TEST(numbers_have_their_unit)
{
	static const struct {
		double value;
		const char *unit, *text;
	} cases[] = {
		{ 12.345, "ns", "12.3 ns" }, { 12345, "ns", "12.3 \xc2\xb5s" },
		{ 999600, "ns", "1 ms" }, { 999400, "ns", "999 \xc2\xb5s" },
		{ -2e9, "ns", "-2 s" }, { 3100, "ns/MiB", "3.1 \xc2\xb5s/MiB" },
		{ 1.424, "x", "1.42 \xc3\x97" }, { 0.5, "of samples", "50 % of samples" },
		{ 7, "", "7" }, { 4294967295.0, "", "4294967295" }, { 1.23456, "", "1.235" },
		{ 7, "turns", "7 turns" }, { NAN, "ns", "\xe2\x80\x93" },
	};
	struct html h = { .lang = LANG_EN };
	char number[HTML_NUMBER];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		html_number(&h, number, cases[i].value, cases[i].unit);
		EXPECT_STREQ(number, cases[i].text);
	}
}

TEST_HARNESS_MAIN
