/* SPDX-License-Identifier: GPL-2.0 */
/* Interpreters that few systems have: whether they are there, or which package has them. */
#ifndef OSCOPE_NOTES_INSTALLED_H
#define OSCOPE_NOTES_INSTALLED_H

#include "notes/sample.h"

/* 0, or -ENOENT with s->why. The package is Debian's. */
int installed(struct sample *s, const char *path, const char *package);

#endif /* OSCOPE_NOTES_INSTALLED_H */
