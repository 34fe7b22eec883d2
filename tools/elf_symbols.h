/* SPDX-License-Identifier: GPL-2.0 */
/* Variables of programs and libraries, by where they lie. */
#ifndef OSCOPE_ELF_SYMBOLS_H
#define OSCOPE_ELF_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The variable at an offset of the file of that path, if it has that inode number: its name, and
 * how far into it. What follows the file's end in memory, zeros at first, counts on from there.
 * Returns false if there is none. What was read once is kept.
 */
bool elf_symbol(const char *path, uint64_t ino, uint64_t offset, char *to, size_t bytes);

#endif /* OSCOPE_ELF_SYMBOLS_H */
