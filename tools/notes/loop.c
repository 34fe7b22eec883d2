// SPDX-License-Identifier: GPL-2.0
/* A loop of coroutines in one thread, on timers and epoll. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "notes/coro.h"
#include "notes/loop.h"
#include "util.h"

#define EVENTS	64

struct task {
	struct coro coro;
	void (*fn)(void *arg);
	void *arg;
	struct task *next;		/* of those that are ready, or that sleep */
	uint64_t wake_ns;
	int fd;				/* that the loop waits at for it, -1: at none yet */
	bool waits;			/* for that one, and for nothing else */
};

static struct {
	struct coro self;
	struct task *task, *current;
	struct task *first, **last;	/* ready */
	struct task *sleepers;		/* by their times */
	unsigned int room, made, alive;
	char *stacks;
	size_t stack_bytes;
	uint64_t switches;
	int epoll;
	bool stop;
} loop = { .epoll = -1 };

static void ready(struct task *t)
{
	t->next = NULL;
	*loop.last = t;
	loop.last = &t->next;
}

int loop_begin(unsigned int coroutines, size_t stack_bytes)
{
	memset(&loop, 0, sizeof(loop));
	loop.last = &loop.first;
	loop.room = coroutines;
	loop.stack_bytes = stack_bytes;
	loop.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop.epoll < 0)
		return -errno;
	loop.task = calloc(coroutines, sizeof(*loop.task));
	/* One mapping for all: a guard for each would be two mappings a coroutine. */
	loop.stacks = mmap(NULL, coroutines * stack_bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (!loop.task || loop.stacks == MAP_FAILED)
		return -ENOMEM;
	/* A huge page would be shared by many stacks, and count for none of them. */
	madvise(loop.stacks, coroutines * stack_bytes, MADV_NOHUGEPAGE);
	return 0;
}

void loop_end(void)
{
	munmap(loop.stacks, loop.room * loop.stack_bytes);
	free(loop.task);
	close(loop.epoll);
	loop.epoll = -1;
}

int loop_all(unsigned int coroutines, size_t stack_bytes, void (*fn)(void *arg))
{
	int err = loop_begin(coroutines, stack_bytes);
	unsigned int i;

	for (i = 0; i < coroutines && !err; i++)
		err = loop_add(fn, NULL);
	if (!err)
		err = loop_run();
	loop_end();
	return err;
}

static void leave(void)
{
	loop.switches++;
	coro_switch(&loop.current->coro, &loop.self);
}

static void task_main(void)
{
	struct task *t = loop.current;

	t->fn(t->arg);
	t->fn = NULL;
	leave();
	abort();	/* nobody goes on with one that has ended */
}

int loop_add(void (*fn)(void *arg), void *arg)
{
	struct task *t;
	int err;

	if (!loop.task || loop.made == loop.room)
		return -ENOSPC;
	t = &loop.task[loop.made];
	t->fn = fn;
	t->arg = arg;
	t->fd = -1;
	err = coro_make_on(&t->coro, loop.stacks + loop.made * loop.stack_bytes, loop.stack_bytes,
			   task_main);
	if (err)
		return err;
	loop.made++;
	loop.alive++;
	ready(t);
	return 0;
}

void loop_yield(void)
{
	ready(loop.current);
	leave();
}

void loop_sleep(uint64_t ns)
{
	struct task *t = loop.current, **at = &loop.sleepers;

	t->wake_ns = now_ns() + ns;
	while (*at && (*at)->wake_ns <= t->wake_ns)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
	leave();
}

/* Registered once, edge by edge: an event between two waits is kept by the caller's own read. */
int loop_readable(int fd)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | EPOLLET,
				 .data.ptr = loop.current };

	if (loop.current->fd != fd) {
		if (epoll_ctl(loop.epoll, EPOLL_CTL_ADD, fd, &e))
			return -errno;
		loop.current->fd = fd;
	}
	loop.current->waits = true;
	leave();
	return 0;
}

ssize_t loop_read(int fd, void *data, size_t bytes)
{
	ssize_t n;
	int err;

	while ((n = read(fd, data, bytes)) < 0 && (errno == EAGAIN || errno == EINTR)) {
		err = errno == EAGAIN ? loop_readable(fd) : 0;
		if (err)
			return err;
	}
	return n < 0 ? -errno : n;
}

void loop_stop(void)
{
	loop.stop = true;
}

static void sleepers_wake(void)
{
	uint64_t now = loop.sleepers ? now_ns() : 0;

	while (loop.sleepers && loop.sleepers->wake_ns <= now) {
		struct task *t = loop.sleepers;

		loop.sleepers = t->next;
		ready(t);
	}
}

/* Up to the first timer, rounded up: waking early would be asking again. */
static int timeout_ms(void)
{
	uint64_t now;

	if (loop.first)
		return 0;
	if (!loop.sleepers)
		return -1;
	now = now_ns();
	return loop.sleepers->wake_ns <= now ? 0 :
	       (int)((loop.sleepers->wake_ns - now + 999999) / 1000000);
}

/* What has come; only when nobody is ready, so that yields alone enter no kernel. */
static int wait(void)
{
	struct epoll_event event[EVENTS];
	struct task *t;
	int n, i;

	n = epoll_wait(loop.epoll, event, EVENTS, timeout_ms());
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (i = 0; i < n; i++) {
		t = event[i].data.ptr;
		/*
		 * Who waits for something else reads until there is nothing before it waits here.
		 */
		if (t->waits)
			ready(t);
		t->waits = false;
	}
	return 0;
}

static void run_one(void)
{
	loop.current = loop.first;
	loop.first = loop.current->next;
	if (!loop.first)
		loop.last = &loop.first;
	loop.switches++;
	coro_switch(&loop.self, &loop.current->coro);
	if (!loop.current->fn)
		loop.alive--;
}

int loop_run(void)
{
	int err = 0;

	while (loop.alive && !loop.stop && !err) {
		sleepers_wake();
		if (loop.first)
			run_one();
		else
			err = wait();
	}
	return err;
}

uint64_t loop_switches(void)
{
	return loop.switches;
}
