// SPDX-License-Identifier: GPL-2.0
/* First process of a lab VM: makes the host's root its own, runs one command, powers off. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest.h"

static int kmsg = -1;

void kmsg_open(void)
{
	kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
}

/* One write a line. Not dprintf(): it asks for the position first, and /dev/kmsg has none to tell. */
static void kmsg_write(int level, const char *text)
{
	char line[1024];
	int len = snprintf(line, sizeof(line), "<%d>oscope-vm: %s\n", level, text);

	if (write(kmsg, line, len) != len)
		fputs(line, stderr);
}

void note(const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	kmsg_write(5, text);
}

void fail(const char *fmt, ...)
{
	int err = errno;
	char text[512], line[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(line, sizeof(line), "error: %s: %s", text, strerror(err));
	kmsg_write(3, line);
	power_off();
}

void power_off(void)
{
	kill(-1, SIGKILL);
	sync();
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

static bool booted_only_to_probe(void)
{
	char line[4096] = "";
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, line, sizeof(line) - 1) < 0)
		fail("/proc/cmdline");
	close(fd);
	return strstr(line, "oscope_vm.probe");
}

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
		note("no loopback: %s", strerror(errno));
	close(fd);
}

static void status_write(int job_dir, int status)
{
	int fd = openat(job_dir, "status", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 || dprintf(fd, "%d\n", status) < 0 || fsync(fd) < 0)
		fail("cannot hand the exit status %d to the host", status);
	close(fd);
}

int main(void)
{
	int job_dir, status;

	mounts_early();
	kmsg_open();
	note("init is up");
	if (booted_only_to_probe())
		power_off();
	modules_load_boot();
	job_dir = mounts_job();
	job_read(job_dir);
	mounts_root();
	mounts_guest();
	loopback_up();
	sethostname("oscope-vm", strlen("oscope-vm"));
	state_start();
	modules_load_job();
	note("command starts");
	status = command_run();
	note("command ended");
	state_note();
	status_write(job_dir, status);
	power_off();
}
