// SPDX-License-Identifier: GPL-2.0
/*
 * A known load for calibration: two processes on one CPU that hand a byte back and forth.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pingpong.h"
#include "util.h"

/* Sends back whatever comes, until the other end is closed. */
static void peer_main(int in, int out, pid_t parent)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	while (read(in, &byte, 1) == 1) {
		if (write(out, &byte, 1) != 1)
			_exit(1);
	}
	_exit(0);
}

static int pin_self(struct pingpong *pp)
{
	cpu_set_t one;
	int cpu;

	if (sched_getaffinity(0, sizeof(pp->before), &pp->before))
		return -errno;
	cpu = sched_getcpu();
	if (cpu < 0)
		return -errno;
	pp->cpu = cpu;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

static int peer_start(struct pingpong *pp)
{
	int there[2], back[2], err;
	pid_t parent = getpid();

	if (pipe2(there, O_CLOEXEC))
		return -errno;
	if (pipe2(back, O_CLOEXEC)) {
		err = -errno;
		goto close_there;
	}
	pp->peer = fork();
	if (pp->peer < 0) {
		err = -errno;
		goto close_back;
	}
	if (!pp->peer) {
		close(there[1]);
		close(back[0]);
		peer_main(there[0], back[1], parent);
	}
	close(there[0]);
	close(back[1]);
	pp->to_peer = there[1];
	pp->from_peer = back[0];
	return 0;

close_back:
	close(back[0]);
	close(back[1]);
close_there:
	close(there[0]);
	close(there[1]);
	return err;
}

int pingpong_begin(struct pingpong *pp)
{
	int err;

	err = pin_self(pp);
	if (err)
		return err_sys(err, "calibration: choosing a CPU");
	err = peer_start(pp);
	if (!err)
		return 0;
	sched_setaffinity(0, sizeof(pp->before), &pp->before);
	return err_sys(err, "calibration: starting the second process");
}

uint64_t pingpong_run(struct pingpong *pp, uint32_t rounds)
{
	uint64_t start = now_ns();
	char byte = 0;
	uint32_t i;

	for (i = 0; i < rounds; i++) {
		if (write(pp->to_peer, &byte, 1) != 1 || read(pp->from_peer, &byte, 1) != 1)
			return 0;
	}
	return rounds ? (now_ns() - start) / (2ULL * rounds) : 0;
}

void pingpong_end(struct pingpong *pp)
{
	close(pp->to_peer);
	close(pp->from_peer);
	while (waitpid(pp->peer, NULL, 0) < 0 && errno == EINTR)
		;
	sched_setaffinity(0, sizeof(pp->before), &pp->before);
}
