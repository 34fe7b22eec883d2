// SPDX-License-Identifier: GPL-2.0
/*
 * Print how many records the rings' chunks of a whole recording hold.
 *
 * usage: records FILE
 */
#include <stdio.h>

#include "kmod/uapi/oscope.h"

static int damaged(const char *path)
{
	fprintf(stderr, "%s: no whole recording\n", path);
	return 1;
}

int main(int argc, char **argv)
{
	struct oscope_file_header header;
	struct oscope_chunk chunk;
	struct oscope_slot slot;
	unsigned long records = 0;
	unsigned int i;
	FILE *f;

	f = argc == 2 ? fopen(argv[1], "rb") : NULL;
	if (!f) {
		fprintf(stderr, "usage: records FILE\n");
		return 2;
	}
	if (fread(&header, sizeof(header), 1, f) != 1 || fseek(f, header.bytes, SEEK_SET))
		return damaged(argv[1]);
	while (fread(&chunk, sizeof(chunk), 1, f) == 1) {
		if (chunk.kind != OSCOPE_CHUNK_SLOTS) {
			fseek(f, chunk.bytes, SEEK_CUR);
			continue;
		}
		for (i = 0; i < chunk.bytes / sizeof(slot); i++) {
			if (fread(&slot, sizeof(slot), 1, f) != 1)
				return damaged(argv[1]);
			records += !(slot.head & OSCOPE_HEAD_CONT);
		}
	}
	if (chunk.kind != OSCOPE_CHUNK_END)
		return damaged(argv[1]);
	printf("%lu\n", records);
	return 0;
}
