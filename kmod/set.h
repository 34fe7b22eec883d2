/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables that files add rows to by themselves, so that a new hook, self test or /proc file touches
 * no other file. A set is a linker section of pointers between set_first.o and set_last.o.
 */
#ifndef OSCOPE_SET_H
#define OSCOPE_SET_H

#include <linux/compiler.h>

#define SET_SECTION(set)	__used __section("oscope_set_" #set) __aligned(sizeof(void *))

/* Declares the bounds of a set of `type`. */
#define SET_DECLARE(set, type) \
	extern type *const set##_first[]; \
	extern type *const set##_last[]

/* Adds `object` to the set. */
#define SET_ADD(set, object) \
	static typeof(object) *const SET_SECTION(set) set##_of_##object = &(object)

/* it: pointer to a pointer to an element. In link order. */
#define set_for_each(it, set)	for ((it) = set##_first; (it) < set##_last; (it)++)
#define set_for_each_reverse(it, set) \
	for ((it) = set##_last; (it)-- > set##_first;)

#endif /* OSCOPE_SET_H */
