/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Servers that send back what they get, over TCP on loopback, each made in another way; and the
 * clients that ask them. A server is a process of its own with whatever it makes, pinned to the
 * sample's CPU; the clients are the sample itself, on another CPU if there is one.
 */
#ifndef OSCOPE_NOTES_ECHO_H
#define OSCOPE_NOTES_ECHO_H

#include <stdint.h>
#include <sys/types.h>

#include "notes/sample.h"

#define ECHO_BYTES	64	/* a request, and its answer */

enum echo_way {
	ECHO_PROCESS,		/* a process for each connection */
	ECHO_THREAD,		/* a thread for each */
	ECHO_PREFORK,		/* as many processes as connections, made beforehand */
	ECHO_URING,		/* one thread and io_uring */
	ECHO_EPOLL,		/* one thread and epoll */
	ECHO_COROUTINES,	/* one thread, a coroutine for each, on epoll */
	ECHO_PROCESSES,		/* a process a CPU, with coroutines in each */
};

/* What a server's tasks add up, in memory that all share. */
struct echo_sums {
	uint64_t cpu_ns;	/* of all tasks from their first request, and of who accepts */
	uint64_t switches;	/* the same */
	uint64_t answered;	/* requests */
	uint64_t accepted, closed; /* connections; those that came to their end */
	uint32_t ready;		/* it listens, and what is made beforehand is made */
	int32_t err;		/* -errno: what kept it from going on */
};

struct echo_plan {
	enum echo_way way;
	unsigned int connections;	/* that are open at once */
	unsigned int rounds;		/* requests on each */
};

/* What the clients saw. */
struct echo_result {
	struct echo_sums sums;
	unsigned int connected;
	int limit;			/* -errno: why no more connected, or were served; 0: all */
	uint64_t answers;		/* that were what had been asked */
	double p50_ns, p99_ns;		/* from request to answer */
};

/* Serve and ask. 0, or -errno where not even one connection came about. */
int echo_run(const struct sample *s, const struct echo_plan *plan, struct echo_result *r);

/* For servers: listen on a port of loopback that the kernel chooses. The descriptor, or -errno. */
int echo_listen(uint16_t *port);
/* A connection to a port of a host, which is in host byte order; or -errno. */
int echo_dial(uint32_t host, uint16_t port);
/* All of it, or -errno; 0: the other side has closed. */
ssize_t echo_read(int fd, void *data, size_t bytes);

/* The server's process: serves so many connections, adds up, and ends. echo_server.c */
struct echo_server {
	enum echo_way way;
	unsigned int connections;
	int listener;
	struct echo_sums *sums;
};
void echo_serve(struct echo_server *e) __attribute__((noreturn));

#endif /* OSCOPE_NOTES_ECHO_H */
