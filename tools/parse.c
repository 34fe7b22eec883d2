// SPDX-License-Identifier: GPL-2.0
/* Words of the command line to values: parsed whole, with a range, or refused. */
#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"
#include "util.h"

/* Digits at *s, which is moved behind them. */
static int digits(const char **s, uint64_t *to)
{
	uint64_t value = 0;

	if (!isdigit((unsigned char)**s))
		return -EINVAL;
	for (; isdigit((unsigned char)**s); (*s)++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(**s - '0'), &value))
			return -ERANGE;
	*to = value;
	return 0;
}

int parse_u64(const char *word, uint64_t min, uint64_t max, uint64_t *to)
{
	uint64_t value;
	int err = digits(&word, &value);

	if (err)
		return err;
	if (*word)
		return -EINVAL;
	if (value < min || value > max)
		return -ERANGE;
	*to = value;
	return 0;
}

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "", 1000000000 },
	{ "m", 60000000000 },
	{ "h", 3600000000000 },
};

static uint64_t unit_ns(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(name, units[i].name))
			return units[i].ns;
	return 0;
}

int parse_duration(const char *word, uint64_t min_ns, uint64_t max_ns, uint64_t *to)
{
	uint64_t whole, unit, ns;
	double part = 0, scale = 1;
	int err = digits(&word, &whole);

	if (err)
		return err;
	if (*word == '.') {
		for (word++; isdigit((unsigned char)*word); word++)
			part += (*word - '0') * (scale /= 10);
		if (scale == 1)
			return -EINVAL;
	}
	unit = unit_ns(word);
	if (!unit)
		return -EINVAL;
	/* Whole units are exact, also where a double would not be. */
	if (__builtin_mul_overflow(whole, unit, &ns) ||
	    __builtin_add_overflow(ns, (uint64_t)round(part * (double)unit), &ns) ||
	    ns > INT64_MAX || ns < min_ns || ns > max_ns)
		return -ERANGE;
	*to = ns;
	return 0;
}

int parse_pids(const char *word, pid_t **to, size_t *n)
{
	pid_t *list = NULL, *more;
	size_t count = 0;
	uint64_t pid;
	int err;

	for (;; word++) {
		err = digits(&word, &pid);
		if (!err && (*word && *word != ','))
			err = -EINVAL;
		if (!err && (!pid || pid > INT_MAX))
			err = -ERANGE;
		if (err)
			break;
		more = reallocarray(list, count + 1, sizeof(*list));
		if (!more) {
			err = -ENOMEM;
			break;
		}
		list = more;
		list[count++] = pid;
		if (!*word) {
			*to = list;
			*n = count;
			return 0;
		}
	}
	free(list);
	return err;
}

/* "2" or "0-3" at *s. */
static int cpu_range(const char **s, uint64_t *first, uint64_t *last)
{
	int err = digits(s, first);

	if (err)
		return err;
	*last = *first;
	if (**s == '-') {
		(*s)++;
		err = digits(s, last);
	}
	if (!err && *last < *first)
		err = -EINVAL;
	return err;
}

int parse_cpus(const char *word, bool *set, uint32_t n, uint32_t *bad)
{
	uint64_t first, last;
	int err;

	for (;; word++) {
		err = cpu_range(&word, &first, &last);
		if (err)
			return err;
		if (last >= n) {
			if (first < n)
				first = n;
			if (bad)
				*bad = first > UINT32_MAX ? UINT32_MAX : first;
			return -ERANGE;
		}
		for (; set && first <= last; first++)
			set[first] = true;
		if (!*word)
			return 0;
		if (*word != ',')
			return -EINVAL;
	}
}

int parse_user(const char *word, long *uid)
{
	struct passwd *user = getpwnam(word);
	uint64_t number;
	int err;

	if (user) {
		*uid = user->pw_uid;
		return 0;
	}
	/* (uid_t)-1 means nobody at all. */
	err = parse_u64(word, 0, UINT32_MAX - 1, &number);
	if (err)
		return err == -EINVAL ? -ENOENT : err;
	*uid = number;
	return 0;
}
