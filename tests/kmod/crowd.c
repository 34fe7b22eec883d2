// SPDX-License-Identifier: GPL-2.0
/*
 * Many threads that are there and do nothing, until the input ends. Says "ready" when all are there.
 *
 * usage: crowd THREADS
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *idle(void *arg)
{
	for (;;)
		pause();
	return arg;
}

int main(int argc, char **argv)
{
	int i, n = argc > 1 ? atoi(argv[1]) : 0;
	pthread_attr_t small;
	pthread_t thread;
	char byte;

	if (n < 1) {
		fprintf(stderr, "usage: crowd THREADS\n");
		return 2;
	}
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 1 << 16);
	for (i = 0; i < n; i++) {
		if (pthread_create(&thread, &small, idle, NULL)) {
			perror("crowd");
			return 1;
		}
	}
	puts("ready");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
