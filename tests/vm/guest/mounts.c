// SPDX-License-Identifier: GPL-2.0
/* The file systems of a lab VM: the host's root over 9p under a tmpfs overlay, and the kernel's. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "guest.h"

#define NINEP	"trans=virtio,version=9p2000.L,msize=512000"	/* the transport's most */

static const struct guest_mount {
	const char *dir, *type, *data;
	bool optional;		/* not every kernel has it */
} guest_mounts[] = {
	{ "/dev", "devtmpfs", "mode=0755" },
	{ "/dev/pts", "devpts", "mode=0620,ptmxmode=0666,gid=5" },
	{ "/dev/shm", "tmpfs", "mode=1777" },
	{ "/proc", "proc", NULL },
	{ "/run", "tmpfs", "mode=0755" },
	{ "/sys", "sysfs", NULL },
	{ "/sys/fs/bpf", "bpf", "mode=0700", true },
	{ "/sys/fs/cgroup", "cgroup2", NULL, true },
	{ "/sys/kernel/debug", "debugfs", NULL, true },
	{ "/sys/kernel/security", "securityfs", NULL, true },
	{ "/sys/kernel/tracing", "tracefs", NULL, true },
};

static void mount_or_fail(const char *from, const char *dir, const char *type,
			  unsigned long flags, const char *data)
{
	if (mount(from, dir, type, flags, data) < 0)
		fail("cannot mount %s (%s) on %s", from, type, dir);
}

static void make_dirs(const char *path)
{
	char part[PATH_MAX];
	size_t i;

	for (i = 1; path[i - 1] && i < sizeof(part); i++) {
		if (path[i] && path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			fail("cannot make %s", part);
	}
}

void mounts_early(void)
{
	mkdir("/dev", 0755);
	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
}

int mounts_job(void)
{
	int fd;

	make_dirs("/job");
	mount_or_fail("job", "/job", "9p", MS_NODEV, NINEP);
	fd = open("/job", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		fail("/job");
	return fd;
}

void mounts_root(void)
{
	make_dirs("/host");
	make_dirs("/ram");
	make_dirs("/new");
	mount_or_fail("root", "/host", "9p", MS_RDONLY, NINEP ",cache=loose");
	mount_or_fail("ram", "/ram", "tmpfs", 0, "size=75%,mode=0755");
	make_dirs("/ram/upper");
	make_dirs("/ram/work");
	mount_or_fail("root", "/new", "overlay", 0,
		      "lowerdir=/host,upperdir=/ram/upper,workdir=/ram/work");
	if (chdir("/new") < 0)
		fail("/new");
	mount_or_fail(".", "/", NULL, MS_MOVE, NULL);
	if (chroot(".") < 0 || chdir("/") < 0)
		fail("cannot enter the root");
}

/* What udev makes elsewhere, and shells need. */
static void make_dev_links(void)
{
	static const char * const links[][2] = {
		{ "/proc/self/fd", "/dev/fd" }, { "/proc/self/fd/0", "/dev/stdin" },
		{ "/proc/self/fd/1", "/dev/stdout" }, { "/proc/self/fd/2", "/dev/stderr" },
	};
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(*links); i++)
		if (symlink(links[i][0], links[i][1]) < 0 && errno != EEXIST)
			fail("cannot make %s", links[i][1]);
}

/* modprobe and 'make -C /lib/modules/…/build' work when the modules lie where they belong. */
static void mount_modules(void)
{
	struct utsname uts;
	char dir[PATH_MAX];
	char *from = job_get("moddir");

	if (!from)
		return;
	uname(&uts);
	snprintf(dir, sizeof(dir), "/lib/modules/%s", uts.release);
	make_dirs(dir);
	mount_or_fail(from, dir, NULL, MS_BIND, NULL);
}

/* share=TAG:DIR */
static void mount_shares(void)
{
	char *share, *dir;

	for (share = job_get("share"); share; share = job_next("share", dir)) {
		dir = strchr(share, ':');
		*dir++ = '\0';
		make_dirs(dir);
		mount_or_fail(share, dir, "9p", 0, NINEP ",cache=mmap");
	}
}

void mounts_guest(void)
{
	const struct guest_mount *m = guest_mounts;
	const struct guest_mount *end = m + sizeof(guest_mounts) / sizeof(*guest_mounts);

	for (; m < end; m++) {
		if (!m->optional || !access(m->dir, F_OK))
			mkdir(m->dir, 0755);
		if (mount(m->type, m->dir, m->type, 0, m->data) < 0 && !m->optional)
			fail("cannot mount %s", m->dir);
	}
	make_dev_links();
	mount_modules();
	mount_shares();
}
