// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers to places: each key keeps the place it got first, whatever keys somebody chose.
 */
#include "kselftest_harness.h"

#include "map.h"

#define KEYS	100000ULL

/* Keys as hostile recordings have them: all bits low, high, far apart, or both halves equal. */
static uint64_t key_of(int kind, uint64_t i)
{
	switch (kind) {
	case 0:
		return i;
	case 1:
		return i << 44;
	case 2:
		return i * 0x9e3779b97f4a7c15ULL;
	default:
		return i << 32 | i;
	}
}

TEST(keys_get_places_in_turn_and_keep_them)
{
	struct map m = { 0 };
	uint64_t i;
	int kind;

	for (kind = 0; kind < 4; kind++) {
		for (i = 0; i < KEYS; i++)
			ASSERT_EQ(i, map_place(&m, key_of(kind, i)));
		for (i = KEYS; i-- > 0;)
			ASSERT_EQ(i, map_place(&m, key_of(kind, i)));
		EXPECT_EQ(KEYS, m.n);
		EXPECT_EQ(key_of(kind, KEYS - 1), m.key[KEYS - 1]);
		map_free(&m);
		EXPECT_EQ(0, m.n);
	}
}

TEST(two_maps_have_two_secrets)
{
	struct map a = { 0 }, b = { 0 };

	map_place(&a, 1);
	map_place(&b, 1);
	EXPECT_TRUE(a.secret[0] != b.secret[0] || a.secret[1] != b.secret[1]);
	map_free(&a);
	map_free(&b);
}

TEST(an_array_grows_and_what_is_new_is_zero)
{
	uint32_t *array = NULL;
	size_t room = 0, n;

	for (n = 0; n < 1000; n++) {
		ASSERT_EQ(0, array_room(&array, &room, n, sizeof(*array)));
		ASSERT_LT(n, room);
		ASSERT_EQ(0, array[n]);
		array[n] = n;
	}
	for (n = 0; n < 1000; n++)
		EXPECT_EQ(n, array[n]);
	free(array);
}

/* Elements come in any order: one far behind the others has room, too. */
TEST(an_array_has_room_for_any_element)
{
	uint64_t *array = NULL;
	size_t room = 0;

	ASSERT_EQ(0, array_room(&array, &room, 1000, sizeof(*array)));
	ASSERT_GT(room, 1000);
	EXPECT_EQ(0, array[1000]);
	array[1000] = 1;
	ASSERT_EQ(0, array_room(&array, &room, 100000, sizeof(*array)));
	ASSERT_GT(room, 100000);
	EXPECT_EQ(1, array[1000]);
	EXPECT_EQ(0, array[100000]);
	free(array);
}

TEST_HARNESS_MAIN
