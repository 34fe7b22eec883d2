// SPDX-License-Identifier: GPL-2.0
/* Files that appear when they are whole: what has a name like theirs stays as it is. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "whole.h"

FIXTURE(whole)
{
	char dir[64];
};

FIXTURE_SETUP(whole)
{
	snprintf(self->dir, sizeof(self->dir), "/tmp/oscope-whole.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	ASSERT_EQ(0, chdir(self->dir));
}

FIXTURE_TEARDOWN(whole)
{
	ASSERT_EQ(0, chdir("/"));
	EXPECT_EQ(0, rmdir(self->dir));
}

static void make(const char *path)
{
	close(open(path, O_WRONLY | O_CREAT | O_EXCL, 0600));
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

TEST_F(whole, replaces_its_name_and_no_other)
{
	char dump[32], temp[32];
	int fd = whole_open("rec", 0600);

	if (fd < 0)
		SKIP(return, "no files without a name here");
	/* A file of this number may be another dump; of the other name, of one that was killed. */
	snprintf(dump, sizeof(dump), "rec.%d", getpid());
	snprintf(temp, sizeof(temp), "rec.%d-0.tmp", getpid());
	make("rec");
	make(dump);
	make(temp);
	EXPECT_EQ(1, write(fd, "1", 1));
	EXPECT_EQ(0, whole_name(fd, "rec"));
	EXPECT_EQ(1, size_of("rec"));
	EXPECT_EQ(0, size_of(dump));
	EXPECT_EQ(0, size_of(temp));
	EXPECT_EQ(0, unlink("rec"));
	EXPECT_EQ(0, unlink(dump));
	EXPECT_EQ(0, unlink(temp));
	close(fd);
}

TEST_HARNESS_MAIN
