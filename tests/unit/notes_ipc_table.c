// SPDX-License-Identifier: GPL-2.0
/* The rules of the claims on all ways to talk, fed with made-up cells. */
#include "notes_feed.h"

#include "notes/ways.h"

#define TABLE_SAMPLES	20
#define OTHERS_NS	1000.0		/* a round trip of any way that is no shared memory */

static void cell_feed(struct note *n, size_t arm, size_t i, double ns)
{
	const struct way *w = n->cells->list.cell[i].way;
	struct note_cells *c = n->cells;
	size_t k;

	for (k = 0; k < TABLE_SAMPLES; k++) {
		double by = 1 + 0.02 * ((double)(k * 7 % TABLE_SAMPLES) / TABLE_SAMPLES - 0.5);

		c->timed[arm][i][CELL_RT_NS][k] = ns * by;
		c->timed[arm][i][CELL_ONE_NS][k] = ns * by / 2;
		c->timed[arm][i][CELL_CPU_NS][k] = ns;
		c->timed[arm][i][CELL_SWITCHES][k] = 2;
		c->timed[arm][i][CELL_RIGHT][k] = 1;
		c->timed[arm][i][CELL_ROUNDS][k] = 100;
	}
	c->counted[arm][i][CELL_CALLS] = w->calls;
	c->counted[arm][i][CELL_RIGHT] = 1;
	c->rounds_least[arm][i] = 100;
	c->n_counted[arm] = 2;
}

/* Shared memory takes so long, of who spins and of all others, against OTHERS_NS. */
static void table(struct note *n, const char *id, double spin, double waiting)
{
	size_t arm, i;

	feed(n, id);
	if (!cells_of(n))
		abort();
	for (arm = 0; arm < CELL_ARMS; arm++) {
		n->timed[arm].n = TABLE_SAMPLES;
		for (i = 0; i < n->cells->list.n; i++) {
			const struct cell *c = &n->cells->list.cell[i];

			cell_feed(n, arm, i, c->way->kind != WAY_MEMORY ? OTHERS_NS :
				  cells_wait_by(c, "spin") ? spin : waiting);
		}
	}
}

static const char *const ids[] = { "ipc.table", "ipc.shm-fastest" };
#define IDS	(sizeof(ids) / sizeof(ids[0]))

TEST_F(note, table_holds_when_shared_memory_always_wins)
{
	size_t i;

	for (i = 0; i < IDS; i++) {
		self->machine.cpus_allowed = 2;
		note_free(self->n);
		table(self->n, ids[i], 500, 900);
		EXPECT_EQ(judged(self->n), VERDICT_HOLDS);
		EXPECT_EQ(self->n->effect.value, 1);
	}
}

TEST_F(note, table_false_when_it_never_does)
{
	size_t i;

	for (i = 0; i < IDS; i++) {
		self->machine.cpus_allowed = 2;
		note_free(self->n);
		table(self->n, ids[i], 1100, 1300);
		EXPECT_EQ(judged(self->n), VERDICT_FALSE);
		EXPECT_EQ(self->n->effect.value, 0);
	}
}

/* As fast is neither. */
TEST_F(note, table_inconclusive_when_some_cannot_be_told)
{
	size_t i;

	for (i = 0; i < IDS; i++) {
		self->machine.cpus_allowed = 2;
		note_free(self->n);
		table(self->n, ids[i], OTHERS_NS, 1300);
		EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
		EXPECT_EQ(self->n->effect.lo, 0);
		EXPECT_GT(self->n->effect.hi, 0);
	}
}

TEST_F(note, table_holds_if_it_spins)
{
	size_t i;

	for (i = 0; i < IDS; i++) {
		self->machine.cpus_allowed = 2;
		note_free(self->n);
		table(self->n, ids[i], 500, 1300);
		EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
		EXPECT_NE(strstr(self->n->reason, "futex 0 of"), NULL);
		EXPECT_EQ(strstr(self->n->reason, "spin 0 of"), NULL);
	}
}

TEST_F(note, table_inconclusive_with_one_cpu)
{
	self->machine.cpus_allowed = 1;
	table(self->n, "ipc.table", 500, 1300);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

TEST_F(note, table_inconclusive_where_times_mean_nothing)
{
	self->machine.cpus_allowed = 2;
	strcpy(self->machine.no_times, "an emulator");
	table(self->n, "ipc.table", 500, 1300);
	EXPECT_EQ(judged(self->n), VERDICT_INCONCLUSIVE);
}

/* One cell of all is not as it must be, and the gate says which. */
static void void_by_cell(struct note *n, const char *name)
{
	if (judged(n) != VERDICT_VOID || !strstr(n->reason, name)) {
		fprintf(stderr, "%s: %s\n", verdict_name(n->verdict), n->reason);
		abort();
	}
}

TEST_F(note, table_void_when_a_message_is_lost)
{
	size_t cell;

	self->machine.cpus_allowed = 2;
	table(self->n, "ipc.table", 500, 1300);
	ASSERT_TRUE(cells_find(self->n, "udp", 64, &cell));
	self->n->cells->timed[CELLS_CROSS][cell][CELL_RIGHT][3] = 0;
	void_by_cell(self->n, "cross: udp 64: all came");
}

TEST_F(note, table_void_when_nobody_is_switched_to)
{
	size_t cell, k;

	self->machine.cpus_allowed = 2;
	table(self->n, "ipc.table", 500, 1300);
	ASSERT_TRUE(cells_find(self->n, "pipe", 1, &cell));
	for (k = 0; k < TABLE_SAMPLES; k++)
		self->n->cells->timed[CELLS_SAME][cell][CELL_SWITCHES][k] = 1;
	void_by_cell(self->n, "same: pipe 1: switches");
}

TEST_F(note, table_void_when_it_is_switched_through)
{
	size_t cell, k;

	self->machine.cpus_allowed = 2;
	table(self->n, "ipc.table", 500, 1300);
	ASSERT_TRUE(cells_find(self->n, "tcp", 64, &cell));
	for (k = 0; k < TABLE_SAMPLES; k++)
		self->n->cells->timed[CELLS_SAME][cell][CELL_SWITCHES][k] = 4;
	void_by_cell(self->n, "same: tcp 64: switches");
}

TEST_F(note, table_void_with_other_calls)
{
	size_t cell;

	self->machine.cpus_allowed = 2;
	table(self->n, "ipc.table", 500, 1300);
	ASSERT_TRUE(cells_find(self->n, "memfd-spin", 4096, &cell));
	self->n->cells->counted[CELLS_CROSS][cell][CELL_CALLS] = 2;
	void_by_cell(self->n, "cross: memfd-spin 4096: syscalls");
	self->n->cells->counted[CELLS_CROSS][cell][CELL_CALLS] = 0;
	ASSERT_TRUE(cells_find(self->n, "eventfd", 0, &cell));
	self->n->cells->counted[CELLS_CROSS][cell][CELL_CALLS] = 2;
	void_by_cell(self->n, "cross: eventfd: syscalls");
}

/* Across CPUs nobody may need to sleep; on one CPU somebody must. */
TEST_F(note, table_fewer_calls_of_a_futex_are_right_across_cpus)
{
	size_t cell;

	self->machine.cpus_allowed = 2;
	table(self->n, "ipc.table", 500, 1300);
	ASSERT_TRUE(cells_find(self->n, "memfd-futex", 64, &cell));
	self->n->cells->counted[CELLS_CROSS][cell][CELL_CALLS] = 0.5;
	EXPECT_EQ(judged(self->n), VERDICT_HOLDS_IF);
	self->n->cells->counted[CELLS_SAME][cell][CELL_CALLS] = 0.5;
	void_by_cell(self->n, "same: memfd-futex 64: syscalls");
}

TEST_F(note, table_rows_have_ranks_and_throughput)
{
	const struct cell_row *row;
	size_t cell;

	self->machine.cpus_allowed = 2;
	table(self->n, "ipc.table", 500, 1300);
	judged(self->n);
	EXPECT_EQ(self->n->cells->n_rows, CELL_ARMS * self->n->cells->list.n);
	ASSERT_TRUE(cells_find(self->n, "memfd-spin", 4096, &cell));
	row = &self->n->cells->row[cell];
	EXPECT_EQ(row->rank, 1);
	EXPECT_GT(row->mb_per_s, 15000);
	EXPECT_LT(row->mb_per_s, 17000);
	EXPECT_LT(row->rt_lo, row->rt_hi);
	ASSERT_TRUE(cells_find(self->n, "signal", 0, &cell));
	EXPECT_TRUE(isnan(self->n->cells->row[cell].mb_per_s));
}

TEST_F(note, table_every_way_has_its_sizes)
{
	size_t cell;

	table(self->n, "ipc.table", 500, 1300);
	EXPECT_TRUE(cells_find(self->n, "pipe", 1048576, &cell));
	EXPECT_FALSE(cells_find(self->n, "udp", 65536, &cell));
	EXPECT_FALSE(cells_find(self->n, "eventfd", 64, &cell));
	EXPECT_LT(self->n->cells->list.n, (size_t)CELLS_MOST);
	EXPECT_LT(2 * 27 + 8, NOTE_GATES);
}

TEST_HARNESS_MAIN
