// SPDX-License-Identifier: GPL-2.0
/*
 * Words of the command line: numbers, times, lists of ids and CPUs, users; each taken whole or
 * refused, with nothing stored.
 */
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "kselftest_harness.h"

#include "parse.h"

#define ANY		0, UINT64_MAX
#define UNTOUCHED	4711
#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static int number(const char *word, uint64_t min, uint64_t max, uint64_t *to)
{
	*to = UNTOUCHED;
	return parse_u64(word, min, max, to);
}

TEST(numbers)
{
	static const struct { const char *word; uint64_t value; } good[] = {
		{ "0", 0 }, { "7", 7 }, { "007", 7 }, { "4294967296", 1ULL << 32 },
		{ "18446744073709551615", UINT64_MAX },
	};
	uint64_t n;
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		EXPECT_EQ(0, number(good[i].word, ANY, &n)) TH_LOG("'%s'", good[i].word);
		EXPECT_EQ(good[i].value, n);
	}
}

TEST(words_that_are_no_numbers)
{
	static const char *const bad[] = {
		"", " ", "x", "-", "-1", "+1", " 1", "1 ", "1x", "1.0", "1,2", "0x10", "1e3",
		"\xff",
		"\xd9\xa1",	/* a digit, but an Arabic one */
	};
	uint64_t n;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		EXPECT_EQ(-EINVAL, number(bad[i], ANY, &n)) TH_LOG("'%s'", bad[i]);
		EXPECT_EQ(UNTOUCHED, n);
	}
}

TEST(numbers_out_of_range)
{
	uint64_t n;

	EXPECT_EQ(-ERANGE, number("18446744073709551616", ANY, &n));
	EXPECT_EQ(-ERANGE, number("99999999999999999999999999", ANY, &n));
	EXPECT_EQ(-ERANGE, number("1", 2, 4, &n));
	EXPECT_EQ(-ERANGE, number("5", 2, 4, &n));
	EXPECT_EQ(UNTOUCHED, n);
	EXPECT_EQ(0, number("2", 2, 4, &n));
	EXPECT_EQ(0, number("4", 2, 4, &n));
	EXPECT_EQ(4, n);
}

static int duration(const char *word, uint64_t min, uint64_t max, uint64_t *to)
{
	*to = UNTOUCHED;
	return parse_duration(word, min, max, to);
}

TEST(times_with_each_unit)
{
	static const struct { const char *word; uint64_t ns; } good[] = {
		{ "500ns", 500 }, { "10us", 10000 }, { "1.5ms", 1500000 }, { "2s", 2000000000 },
		{ "3m", 180000000000 }, { "1h", 3600000000000 }, { "2", 2000000000 },
		{ "1.5", 1500000000 }, { "1.5s", 1500000000 }, { "0.5m", 30000000000 },
		{ "0", 0 }, { "0s", 0 }, { "0.000s", 0 }, { "00.10us", 100 },
		{ "1.000000001s", 1000000001 }, { "0.123456789", 123456789 },
		{ "31536000s", 31536000000000000 }, { "8760h", 31536000000000000 },
		/* Beyond what a double holds exactly. */
		{ "9007199254740993ns", 9007199254740993 }, { "9223372036s", 9223372036000000000 },
		{ "31536000000000.001us", 31536000000000001 },
		/* To the nearest ns. */
		{ "0.4ns", 0 }, { "0.6ns", 1 }, { "1.0004us", 1000 }, { "1.0006us", 1001 },
		{ "0.99999999999999999999999999999s", 1000000000 },
	};
	uint64_t ns;
	size_t i;

	for (i = 0; i < COUNT(good); i++) {
		EXPECT_EQ(0, duration(good[i].word, ANY, &ns)) TH_LOG("'%s'", good[i].word);
		EXPECT_EQ(good[i].ns, ns) TH_LOG("'%s'", good[i].word);
	}
}

TEST(words_that_are_no_times)
{
	static const char *const bad[] = {
		"", "s", "ms", ".", ".5", "1.", "1.s", "-1", "-1s", "+1s", " 1s", "1s ", "1 s",
		"1sx", "1S", "1MS", "1sec", "1d", "1.5.5s", "1,5s", "1e3", "1e-3s", "1m30s", "inf",
		"nan",
		"0x1s", "1\xc2\xb5s",
	};
	uint64_t ns;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		EXPECT_EQ(-EINVAL, duration(bad[i], ANY, &ns)) TH_LOG("'%s'", bad[i]);
		EXPECT_EQ(UNTOUCHED, ns);
	}
}

TEST(times_out_of_range)
{
	static const char *const huge[] = {
		"99999999999999999999", "18446744073709551615s", "18446744073709551615h",
		"10000000000s", "18446744073709551616ns", "2600000h", "9223372036854775808ns",
	};
	uint64_t ns;
	size_t i;

	for (i = 0; i < COUNT(huge); i++) {
		EXPECT_EQ(-ERANGE, duration(huge[i], ANY, &ns)) TH_LOG("'%s'", huge[i]);
		EXPECT_EQ(UNTOUCHED, ns);
	}
	EXPECT_EQ(-ERANGE, duration("0", 1, 1000, &ns));
	EXPECT_EQ(-ERANGE, duration("0.4ns", 1, 1000, &ns));
	EXPECT_EQ(-ERANGE, duration("1001ns", 1, 1000, &ns));
	EXPECT_EQ(-ERANGE, duration("1.001us", 1, 1000, &ns));
	EXPECT_EQ(UNTOUCHED, ns);
	EXPECT_EQ(0, duration("1ns", 1, 1000, &ns));
	EXPECT_EQ(0, duration("1us", 1, 1000, &ns));
	EXPECT_EQ(1000, ns);
}

TEST(lists_of_ids)
{
	pid_t *ids = NULL;
	size_t n = 0;

	ASSERT_EQ(0, parse_pids("12", &ids, &n));
	EXPECT_EQ(1, n);
	EXPECT_EQ(12, ids[0]);
	free(ids);
	ASSERT_EQ(0, parse_pids("12,1,2147483647,12", &ids, &n));
	ASSERT_EQ(4, n);
	EXPECT_EQ(12, ids[0]);
	EXPECT_EQ(1, ids[1]);
	EXPECT_EQ(INT_MAX, ids[2]);
	EXPECT_EQ(12, ids[3]);
	free(ids);
}

TEST(long_list_of_ids_is_taken_whole)
{
	char word[5 * 1000 + 1];
	pid_t *ids = NULL;
	size_t n = 0, i;

	for (i = 0; i < 1000; i++)
		sprintf(word + 5 * i, "%s%d", i ? "," : "", i ? 1000 + (int)i : 10000);
	ASSERT_EQ(0, parse_pids(word, &ids, &n));
	ASSERT_EQ(1000, n);
	EXPECT_EQ(10000, ids[0]);
	for (i = 1; i < n; i++)
		ASSERT_EQ(1000 + i, ids[i]);
	free(ids);
}

TEST(lists_of_ids_that_are_none)
{
	static const struct { const char *word; int err; } bad[] = {
		{ "", -EINVAL }, { ",", -EINVAL }, { "1,", -EINVAL }, { ",1", -EINVAL },
		{ "1,,2", -EINVAL }, { "1 2", -EINVAL }, { "1, 2", -EINVAL }, { "1-3", -EINVAL },
		{ "12x", -EINVAL }, { "-1", -EINVAL }, { "x", -EINVAL },
		{ "0", -ERANGE }, { "1,0", -ERANGE }, { "2147483648", -ERANGE },
		{ "4294967297", -ERANGE }, { "18446744073709551617", -ERANGE },
	};
	pid_t *const untouched = (pid_t *)bad;
	pid_t *ids = untouched;
	size_t n = UNTOUCHED, i;

	for (i = 0; i < COUNT(bad); i++) {
		EXPECT_EQ(bad[i].err, parse_pids(bad[i].word, &ids, &n))
			TH_LOG("'%s'", bad[i].word);
		EXPECT_EQ(untouched, ids);
		EXPECT_EQ(UNTOUCHED, n);
	}
}

#define CPUS 8

/* The CPUs of word as bits; all of them: refused. */
static unsigned int cpus(const char *word)
{
	bool set[CPUS + 1] = { false };
	unsigned int bits = 0, i;

	if (parse_cpus(word, set, CPUS, NULL))
		return ~0U;
	for (i = 0; i <= CPUS; i++)
		bits |= set[i] << i;
	return bits;
}

TEST(lists_of_cpus)
{
	EXPECT_EQ(0x01, cpus("0"));
	EXPECT_EQ(0x80, cpus("7"));
	EXPECT_EQ(0x0d, cpus("0,2-3"));
	EXPECT_EQ(0xff, cpus("0-7"));
	EXPECT_EQ(0x20, cpus("5-5"));
	EXPECT_EQ(0x3e, cpus("4-5,1-3"));
	EXPECT_EQ(0x3e, cpus("1-4,3-5,2,2"));
	EXPECT_EQ(0x05, cpus("00,02"));
}

TEST(list_of_cpus_may_be_checked_only)
{
	EXPECT_EQ(0, parse_cpus("0-7", NULL, CPUS, NULL));
	EXPECT_EQ(-ERANGE, parse_cpus("0-8", NULL, CPUS, NULL));
	EXPECT_EQ(-EINVAL, parse_cpus("0-", NULL, CPUS, NULL));
}

TEST(lists_of_cpus_that_are_none)
{
	static const char *const bad[] = {
		"", ",", "-", "0,", ",0", "0,,1", "0-", "-1", "0--1", "0-1-2", "3-1", "x", "0x1",
		"1 ", " 1", "1;2", "1.2", "all", "0-3:2",
	};
	uint32_t cpu = UNTOUCHED;
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		EXPECT_EQ(-EINVAL, parse_cpus(bad[i], NULL, CPUS, &cpu)) TH_LOG("word %zu", i);
	EXPECT_EQ(UNTOUCHED, cpu);
}

TEST(first_cpu_out_of_range_is_named)
{
	static const struct { const char *word; uint32_t cpu; } bad[] = {
		{ "8", 8 }, { "9", 9 }, { "0,11,12", 11 }, { "8-9", 8 }, { "10-12", 10 },
		{ "6-9", 8 }, { "0-4294967295", 8 }, { "4294967295", UINT32_MAX },
		/* What no 32 bits hold. */
		{ "4294967296", UINT32_MAX }, { "4294967296-4294967297", UINT32_MAX },
		{ "7-18446744073709551615", 8 },
	};
	uint32_t cpu;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		cpu = UNTOUCHED;
		EXPECT_EQ(-ERANGE, parse_cpus(bad[i].word, NULL, CPUS, &cpu));
		EXPECT_EQ(bad[i].cpu, cpu) TH_LOG("'%s'", bad[i].word);
	}
}

TEST(users_by_name_and_number)
{
	struct passwd *me = getpwuid(0);
	long uid = -1;

	EXPECT_EQ(0, parse_user("12345", &uid));
	EXPECT_EQ(12345, uid);
	EXPECT_EQ(0, parse_user("0", &uid));
	EXPECT_EQ(0, uid);
	EXPECT_EQ(0, parse_user("4294967294", &uid));
	EXPECT_EQ(UINT32_MAX - 1, uid);
	if (!me)
		SKIP(return, "user 0 has no name here");
	EXPECT_EQ(0, parse_user(me->pw_name, &uid));
	EXPECT_EQ(0, uid);
}

TEST(users_that_are_none)
{
	long uid = UNTOUCHED;

	EXPECT_EQ(-ENOENT, parse_user("no-such-user-here", &uid));
	EXPECT_EQ(-ENOENT, parse_user("", &uid));
	EXPECT_EQ(-ENOENT, parse_user("-1", &uid));
	EXPECT_EQ(-ENOENT, parse_user("1x", &uid));
	EXPECT_EQ(-ERANGE, parse_user("4294967295", &uid));
	EXPECT_EQ(-ERANGE, parse_user("4294967296", &uid));
	EXPECT_EQ(UNTOUCHED, uid);
}

TEST_HARNESS_MAIN
