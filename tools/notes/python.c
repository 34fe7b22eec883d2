// SPDX-License-Identifier: GPL-2.0
/* Arms in Python: which interpreter, and with which options. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "notes/python.h"

/* Not the first one on the PATH, which may be a shell script that looks for another. */
#define DISTRIBUTION	"/usr/bin/python3"

const char *python_given;

static int missing(struct sample *s, const char *path)
{
	if (python_given)
		snprintf(s->why, sizeof(s->why), "%s: %s: --python PATH wants an interpreter",
			 path, strerror(errno));
	else
		snprintf(s->why, sizeof(s->why),
			 "%s is not there: apt-get install python3, or --python PATH", path);
	return -ENOENT;
}

/* What it imports is no part of the standard library. */
static bool lacks_module(const struct sample *s)
{
	return strstr(s->why, "ModuleNotFoundError");
}

int python_run(struct sample *s, const struct python *p, struct foreign_number *numbers)
{
	const char *path = python_given ? python_given : DISTRIBUTION;
	struct foreign f = {
		.script = p->script,
		.argv = { path, "-I", "-B", p->package ? NULL : "-S" },
		.family = p->family,
	};
	char said[SAMPLE_WHY];
	int err;

	if (access(path, X_OK))
		return missing(s, path);
	memcpy(f.args, p->args, sizeof(f.args));
	err = foreign_run(s, &f, numbers);
	if (!err || !p->package || !lacks_module(s))
		return err;
	memcpy(said, s->why, sizeof(said));
	snprintf(s->why, sizeof(s->why), "apt-get install %s: %.100s", p->package, said);
	return -ENOENT;
}

struct python_version python_version(const struct note *n, size_t arm, unsigned int what)
{
	long version = lround(note_seen(n, arm, what).max);
	struct python_version v;

	snprintf(v.text, sizeof(v.text), "%ld.%ld", version / 100, version % 100);
	return v;
}
