// SPDX-License-Identifier: GPL-2.0
/*
 * Rows by placement, from made-up machines and made-up numbers: which placements sysfs gives, that
 * no time is told whose gate failed, unpinned none without its migrations, and that a saved row
 * comes back.
 */
#include <ftw.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "notes_feed.h"
#include "notes_told.h"

#include "../kmod/core/hist.h"
#include "notes/html.h"
#include "notes/parts.h"
#include "notes/placed.h"
#include "notes/reasons.h"
#include "notes/report.h"
#include "notes/saved.h"
#include "opts.h"

FIXTURE(sysfs)
{
	char root[64];
	cpu_set_t allowed;
	struct place_found place[PLACES];
};

FIXTURE_SETUP(sysfs)
{
	int cpu;

	snprintf(self->root, sizeof(self->root), "/tmp/oscope-places.XXXXXX");
	ASSERT_NE(mkdtemp(self->root), NULL);
	CPU_ZERO(&self->allowed);
	for (cpu = 0; cpu < 8; cpu++)
		CPU_SET(cpu, &self->allowed);
}

static int unmake(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return remove(path);
}

FIXTURE_TEARDOWN(sysfs)
{
	nftw(self->root, unmake, 16, FTW_DEPTH | FTW_PHYS);
}

static void file_make(const char *root, const char *name, const char *line)
{
	char path[256], *slash;
	FILE *f;

	snprintf(path, sizeof(path), "%s/sys/devices/system/cpu/cpu1/%s", root, name);
	for (slash = path + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		mkdir(path, 0700);
		*slash = '/';
	}
	f = fopen(path, "w");
	if (!f || fprintf(f, "%s\n", line) < 0 || fclose(f))
		abort();
}

/* 0 and 1 are a core, 0 to 3 share the last cache, and 4 to 7 have another one. */
TEST_F(sysfs, each_placement_is_found)
{
	file_make(self->root, "topology/core_cpus_list", "0-1");
	file_make(self->root, "cache/index0/level", "1");
	file_make(self->root, "cache/index0/shared_cpu_list", "0-1");
	file_make(self->root, "cache/index1/level", "3");
	file_make(self->root, "cache/index1/shared_cpu_list", "0-3");
	places_look(self->place, 1, &self->allowed, self->root);
	EXPECT_EQ(self->place[PLACE_SAME_CPU].cpu, 1);
	EXPECT_EQ(self->place[PLACE_SMT].cpu, 0);
	EXPECT_EQ(self->place[PLACE_SAME_CACHE].cpu, 2);
	EXPECT_EQ(self->place[PLACE_OTHER_CACHE].cpu, 4);
	EXPECT_EQ(self->place[PLACE_UNTOLD].cpu, -1);
	EXPECT_EQ(self->place[PLACE_UNPINNED].cpu, 1);
	EXPECT_STREQ(self->place[PLACE_SAME_CACHE].why, "CPU 2 shares the L3 cache");
	/* An older kernel's name, and a CPU that may not be used. */
	CPU_CLR(2, &self->allowed);
	places_look(self->place, 1, &self->allowed, self->root);
	EXPECT_EQ(self->place[PLACE_SAME_CACHE].cpu, 3);
}

TEST_F(sysfs, what_is_lacking_is_said)
{
	file_make(self->root, "topology/thread_siblings_list", "1");
	file_make(self->root, "cache/index0/level", "2");
	file_make(self->root, "cache/index0/shared_cpu_list", "0-7");
	places_look(self->place, 1, &self->allowed, self->root);
	EXPECT_EQ(self->place[PLACE_SMT].cpu, -1);
	EXPECT_STREQ(self->place[PLACE_SMT].why, "this machine has no SMT sibling that may be used");
	EXPECT_EQ(self->place[PLACE_SAME_CACHE].cpu, 0);
	EXPECT_EQ(self->place[PLACE_OTHER_CACHE].cpu, -1);
	EXPECT_NE(self->place[PLACE_OTHER_CACHE].why[0], 0);
}

/* A guest that is told of no caches: another CPU is another CPU, and that is all. */
TEST_F(sysfs, caches_that_are_not_told_are_not_guessed)
{
	places_look(self->place, 1, &self->allowed, self->root);
	EXPECT_EQ(self->place[PLACE_SAME_CACHE].cpu, -1);
	EXPECT_EQ(self->place[PLACE_OTHER_CACHE].cpu, -1);
	EXPECT_EQ(self->place[PLACE_UNTOLD].cpu, 0);
	EXPECT_STREQ(self->place[PLACE_UNTOLD].why, "CPU 0, of whose caches sysfs says nothing");
}

enum { SAME, APART, IDLE, FREE, FED };

/* A row that passes: 10 samples, and two switches an operation, on one CPU or half on each. */
static void row_feed(struct placed_raw *raw, enum placement place, bool idle)
{
	static const double us[] = { 5, 5.1, 4.9, 5.05, 4.95, 5, 5.2, 5.1, 4.8, 5 };
	struct arm_counted *c = &raw->counted;

	*raw = (struct placed_raw){ .place = place, .idle = idle };
	for (raw->timed.n = 0; raw->timed.n < 10; raw->timed.n++)
		raw->timed.value[raw->timed.n] = 1000 * us[raw->timed.n];
	c->counted = true;
	c->n = 2;
	c->ops = c->turns = OPS;
	c->features = OSCOPE_FEAT_MIGRATE;
	c->sum = calloc(1, sizeof(*c->sum));
	c->sum->voluntary = c->sum->events = (idle ? 3 : 2) * OPS;
	c->at_cpu = c->at_partner = c->sum->voluntary / 2;
	if (place == PLACE_SAME_CPU)
		c->at_cpu = c->sum->voluntary;
	else
		c->sum->kind[OSCOPE_KIND_FROM_IDLE] = c->sum->voluntary;
}

static struct placed_row *fed(struct note *n)
{
	struct preflight *machine = (struct preflight *)n->machine;
	struct note_placed *p;

	feed(n, "switch.thread-cheaper");
	machine->cpu = 1;
	machine->place[PLACE_SMT].cpu = machine->place[PLACE_OTHER_CACHE].cpu = -1;
	machine->place[PLACE_UNTOLD].cpu = -1;
	snprintf(machine->place[PLACE_SMT].why, sizeof(machine->place[PLACE_SMT].why),
		 "this machine has no SMT sibling that may be used");
	p = placed_of(n);
	p->n = FED;
	row_feed(&p->raw[SAME], PLACE_SAME_CPU, false);
	row_feed(&p->raw[APART], PLACE_SAME_CACHE, false);
	row_feed(&p->raw[IDLE], PLACE_SAME_CACHE, true);
	row_feed(&p->raw[FREE], PLACE_UNPINNED, false);
	return p->row;
}

TEST_F(note, rows_have_their_times_and_intervals)
{
	struct placed_row *row = fed(self->n);
	size_t i;

	judged(self->n);
	ASSERT_EQ(self->n->placed->n_rows, FED + 1);
	for (i = 0; i < FED; i++) {
		EXPECT_TRUE(row[i].ok) {
			TH_LOG("row %zu: %s", i, row[i].why);
		}
		EXPECT_STREQ(row[i].why, "");
		EXPECT_TRUE(row[i].lo <= row[i].median && row[i].median <= row[i].hi);
		EXPECT_GT(row[i].n_gates, 2);
	}
	EXPECT_STREQ(row[IDLE].state, "after idle");
	EXPECT_STREQ(row[FREE].place, "unpinned");
	/* What the machine lacks is a row, too. */
	EXPECT_STREQ(row[FED].place, "SMT sibling");
	EXPECT_EQ(row[FED].what, NULL);
	EXPECT_STREQ(row[FED].why, "this machine has no SMT sibling that may be used");
}

static void hist_fill(struct oscope_hist *h, uint64_t ns)
{
	int i;

	for (i = 0; i < 100; i++)
		oscope_hist_add(h, ns);
}

/* A hand-over of 2500 ns: calls 300, wake-up 400, work 50, and what the probes measured. */
static void parts_feed(struct placed_raw *raw, enum oscope_kind kind, uint64_t switch_ns)
{
	static const double part[] = {
		[PART_CALLS] = 300, [PART_WAKEUP] = 400, [PART_WORK] = 50,
	};
	unsigned int what;

	for (what = 0; what < PARTS_SEEN; what++)
		raw->timed.seen[what] = (struct arm_seen){ 10, 0, 0, 10 * part[what] };
	raw->counted.sum->kind[kind] = 2 * OPS;
	hist_fill(&raw->counted.sum->direct[kind], switch_ns);
	hist_fill(&raw->counted.sum->wait[OSCOPE_WAIT_WOKEN], 1472);
}

TEST_F(note, parts_add_up_or_the_rest_is_said)
{
	struct placed_row *row = fed(self->n);
	struct placed_raw *raw = self->n->placed->raw;

	parts_feed(&raw[SAME], OSCOPE_KIND_SAME_MM, 200);
	parts_feed(&raw[APART], OSCOPE_KIND_FROM_IDLE, 200);
	parts_feed(&raw[IDLE], OSCOPE_KIND_FROM_IDLE, 200);
	judged(self->n);
	EXPECT_TRUE(fabs(row[APART].part[PLACED_WHOLE] - row[APART].median / 2) < 1e-9);
	/* On two CPUs coming out of idle is most of it, and nothing is left: within a bucket. */
	EXPECT_TRUE(fabs(row[APART].part[PLACED_IDLE_EXIT] - 1472) < 40);
	EXPECT_TRUE(fabs(row[APART].part[PLACED_REST]) < 0.1);
	EXPECT_EQ(row[APART].n_parts, PLACED_PARTS);
	/* On one CPU there is no such part, and what is not explained is said. */
	EXPECT_TRUE(isnan(row[SAME].part[PLACED_IDLE_EXIT]));
	EXPECT_TRUE(fabs(row[SAME].part[PLACED_REST] - 1550 / 2500.0) < 0.02);
	EXPECT_EQ(row[SAME].n_parts, PLACED_PARTS - 1);
	/* Where one is not known there is no rest. */
	memset(&raw[APART].counted.sum->direct[OSCOPE_KIND_FROM_IDLE], 0,
	       sizeof(struct oscope_hist));
	judged(self->n);
	EXPECT_TRUE(isnan(row[APART].part[PLACED_REST]));
	/* None after idle, where a round is no two equal hand-overs, and none without a time. */
	EXPECT_EQ(row[IDLE].n_parts, 0);
	raw[SAME].counted.turns = 0;
	judged(self->n);
	EXPECT_EQ(row[SAME].n_parts, 0);
}

/* The row's gate takes its time away, and leaves the others', and the verdict. */
static bool refused(struct note *n, size_t i, const char *gate)
{
	enum verdict before = judged(n);
	const struct placed_row *row = &n->placed->row[i];

	return !row->ok && isnan(row->median) && strstr(row->why, gate) && n->verdict == before &&
	       n->placed->row[(i + 1) % FED].ok;
}

TEST_F(note, a_failed_gate_takes_its_time_away)
{
	struct placed_raw *raw;

	fed(self->n);
	raw = self->n->placed->raw;
	raw[SAME].counted.sum->voluntary = 3 * OPS;
	EXPECT_TRUE(refused(self->n, SAME, "voluntary switches/op"));
	raw[SAME].counted.sum->voluntary = 2 * OPS;
	raw[APART].counted.at_partner = 0;
	EXPECT_TRUE(refused(self->n, APART, "switches on its CPUs"));
	raw[APART].counted.at_cpu *= 2;
	EXPECT_TRUE(refused(self->n, APART, "switches on the second CPU"));
	raw[APART].counted.at_cpu = raw[APART].counted.at_partner = OPS;
	raw[APART].counted.sum->migrations = 100;
	EXPECT_TRUE(refused(self->n, APART, "migrations/sample"));
	raw[APART].counted.sum->migrations = 2;
	raw[APART].counted.turns--;
	EXPECT_TRUE(refused(self->n, APART, "turns/op"));
	raw[APART].counted.turns++;
	/* Others have its CPU: it does not idle while the task sleeps. */
	raw[APART].counted.sum->kind[OSCOPE_KIND_FROM_IDLE] = 0;
	EXPECT_TRUE(refused(self->n, APART, "idle exits/sleep"));
	raw[IDLE].counted.sum->kind[OSCOPE_KIND_FROM_IDLE] = 0;
	EXPECT_TRUE(refused(self->n, IDLE, "idle exits/op"));
	raw[IDLE].counted.lost = OPS;
	EXPECT_TRUE(refused(self->n, IDLE, "lost events"));
}

TEST_F(note, unpinned_has_no_time_without_its_migrations)
{
	struct placed_row *row = fed(self->n);

	self->n->placed->raw[FREE].counted.sum->migrations = 5;
	judged(self->n);
	EXPECT_TRUE(fabs(row[FREE].migrations - 5.0 / OPS) < 1e-9);
	self->n->placed->raw[FREE].counted.features = 0;
	judged(self->n);
	EXPECT_TRUE(isnan(row[FREE].median));
	EXPECT_NE(strstr(row[FREE].why, "not captured"), NULL);
}

TEST_F(note, rows_that_were_not_counted_have_no_time)
{
	struct placed_row *row = fed(self->n);
	struct placed_raw *raw = self->n->placed->raw;

	raw[SAME].counted.counted = false;
	raw[APART].timed.n = 2;
	snprintf(raw[IDLE].failed, sizeof(raw[IDLE].failed), "a sample could not be taken: x");
	judged(self->n);
	EXPECT_NE(strstr(row[SAME].why, "no time was left"), NULL);
	EXPECT_NE(strstr(row[APART].why, "2 samples have no interval"), NULL);
	EXPECT_STREQ(row[IDLE].why, "a sample could not be taken: x");
	EXPECT_TRUE(isnan(row[SAME].median) && isnan(row[APART].median) && isnan(row[IDLE].median));
	snprintf(self->machine.no_times, sizeof(self->machine.no_times), "an emulator");
	judged(self->n);
	EXPECT_STREQ(row[FREE].why, "an emulator");
	EXPECT_TRUE(isnan(row[FREE].median));
}

TEST_F(note, rows_come_back_from_a_saved_run)
{
	struct note *again = calloc(1, sizeof(*again));
	char *first, *second;
	json_t *report;

	fed(self->n);
	self->n->placed->raw[IDLE].counted.turns = 0;
	parts_feed(&self->n->placed->raw[APART], OSCOPE_KIND_FROM_IDLE, 200);
	snprintf(self->n->source, sizeof(self->n->source), "bpf");
	judged(self->n);
	first = run_json(self->n, &self->machine);
	ASSERT_EQ(saved_parse("memory", first, strlen(first), &report), 0);
	ASSERT_EQ(saved_note("memory", json_array_get(json_object_get(report, "rows"), 0), "bpf",
			     again), 0);
	second = run_json(again, &self->machine);
	EXPECT_STREQ(first, second);
	EXPECT_NE(strstr(first, "\"SMT sibling\""), NULL);
	EXPECT_NE(strstr(first, "\"idle_exit_ns\""), NULL);
	json_decref(report);
	note_free(again);
	free(again);
	free(first);
	free(second);
}

/* On the page and in text each is said, in the reader's language. */
TEST_F(note, rows_are_told_in_both_languages)
{
	static const char *const words[] = {
		"By placement of two tasks", "after idle", "SMT sibling", "unpinned",
		"this machine has no SMT sibling that may be used",
	};
	char *page, why[REASON_TEXT];
	enum lang lang;
	size_t i;

	fed(self->n);
	judged(self->n);
	for (lang = 0; lang < LANGS; lang++) {
		page = page_of(self->n, &self->machine, lang);
		for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			const char *here = said(lang, words[i]);

			if (here == words[i])
				here = reason_said(lang, words[i], why);
			EXPECT_NE(strstr(page, here), NULL) {
				TH_LOG("%s", here);
			}
			EXPECT_EQ(strcmp(here, words[i]) == 0, lang == LANG_EN);
		}
		free(page);
	}
}

TEST_HARNESS_MAIN
