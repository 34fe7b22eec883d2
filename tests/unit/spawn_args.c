// SPDX-License-Identifier: GPL-2.0
/*
 * What is executed, from pieces: whole, mixed with another task's, incomplete, impossible.
 */
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "spawn_args.h"

FIXTURE(args)
{
	struct spawn_args a;
	char *text;
	const char *file;
	struct out_words words;
};

FIXTURE_SETUP(args)
{
	memset(self, 0, sizeof(*self));
}

FIXTURE_TEARDOWN(args)
{
	free(self->text);
	spawn_args_free(&self->a);
}

static void piece(FIXTURE_DATA(args) *self, uint32_t tid, uint32_t n, const char *eight)
{
	struct event e = { .id = OSCOPE_REC_ARGS, .flags = n, .w = { tid } };

	memcpy(&e.w[1], eight, 8);
	spawn_args_add(&self->a, &e);
}

static void exec(FIXTURE_DATA(args) *self, uint32_t tid, uint32_t flags, uint32_t bytes)
{
	struct event e = { .id = OSCOPE_REC_EXEC, .flags = flags, .w = { tid, tid, bytes } };

	free(self->text);
	self->text = NULL;
	self->file = NULL;
	memset(&self->words, 0, sizeof(self->words));
	spawn_args_take(&self->a, &e, &self->text, &self->file, &self->words);
}

TEST_F(args, nothing_told_is_nothing)
{
	exec(self, 5, 0, 0);
	EXPECT_EQ(self->text, NULL);
	EXPECT_EQ(self->words.at, NULL);
	EXPECT_FALSE(self->words.cut);
}

TEST_F(args, an_empty_argument_is_one)
{
	piece(self, 5, 0, "/f\0a\0\0\0\0");
	exec(self, 5, 0, 6);
	EXPECT_STREQ(self->file, "/f");
	EXPECT_EQ(self->words.bytes, 3);
	EXPECT_EQ(memcmp(self->words.at, "a\0", 3), 0);
	EXPECT_FALSE(self->words.cut);
	EXPECT_EQ(self->a.n, 0);
}

TEST_F(args, a_file_and_no_argument)
{
	piece(self, 5, 0, "/f\0junk");
	exec(self, 5, OSCOPE_EXEC_CUT, 3);
	EXPECT_STREQ(self->file, "/f");
	EXPECT_EQ(self->words.bytes, 0);
	EXPECT_NE(self->words.at, NULL);
	EXPECT_TRUE(self->words.cut);
}

TEST_F(args, a_new_beginning_replaces_what_had_no_end)
{
	piece(self, 5, 0, "/old-one");
	piece(self, 5, 1, "/old-two");
	piece(self, 5, 0, "/new\0a\0");
	exec(self, 5, 0, 16);
	EXPECT_STREQ(self->file, "/new");
	EXPECT_TRUE(self->words.cut);	/* the second piece was the old one's */
	EXPECT_EQ(self->words.bytes, 3);
}

TEST_F(args, no_piece_lies_behind_the_end)
{
	char eight[9];
	uint32_t i;

	for (i = 0; i < 2 * SPAWN_ARGS_TEXT / 8; i++) {
		snprintf(eight, sizeof(eight), "%08u", i);
		piece(self, 5, i, eight);
	}
	exec(self, 5, 0, 0xffffffff);
	EXPECT_EQ(strlen(self->file), SPAWN_ARGS_TEXT);
	EXPECT_EQ(self->words.bytes, 0);
	EXPECT_TRUE(self->words.cut);
}

TEST_F(args, those_without_an_exec_are_not_kept_for_ever)
{
	uint32_t tid;

	for (tid = 1; tid <= 5000; tid++)
		piece(self, tid, 0, "/f\0a\0\0\0\0");
	EXPECT_LE(self->a.n, 1024);
	exec(self, 1, 0, 5);
	EXPECT_TRUE(self->words.cut);
	exec(self, 5000, 0, 5);
	EXPECT_STREQ(self->file, "/f");
	EXPECT_FALSE(self->words.cut);
}

TEST_HARNESS_MAIN
