// SPDX-License-Identifier: GPL-2.0
/*
 * Loads and unloads a module again and again, before all other tasks and without the programs that do it
 * otherwise, whose start is most of the time that a cycle takes in an emulator.
 *
 * usage: cycle MODULE-FILE N	prints "CYCLES BUSY": how many were done, how often it was in use
 *        cycle MODULE-FILE N SEED	with readers; prints "CYCLES BUSY PASSES USES MET VAIN": how often
 *					all files were read wholly and the device was used, how many
 *					unloads came upon an open file, how many waited in vain
 *        cycle MODULE-FILE unload	only that, of a module that is there: "1 BUSY"
 *
 * Readers: a thread on each CPU reads every file, one more uses the device. Of eight unloads one comes when
 * one of them has opened a file, one when one has read all files, the others at once; in an order that the
 * seed says.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "kmod/uapi/oscope.h"

#define READERS_MAX	8
#define WAIT_MS		2000		/* at most for readers, in a cycle */
#define MOMENTS		8		/* cycles that have each moment of an unload */
#define ABSENT_US	500		/* between looks for a module that is not there */

static const char *const dirs[] = { "/proc/oscope", "/sys/kernel/oscope" };

static atomic_ulong opened, passes, uses;	/* so far */
static atomic_int inside;			/* readers that have a file open now */
static atomic_bool stop;

/* Who waits for readers; they tell of each file that they open, and of each pass. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news;

static void tell(atomic_ulong *count)
{
	pthread_mutex_lock(&lock);
	++*count;
	pthread_cond_signal(&news);
	pthread_mutex_unlock(&lock);
}

/* What a call may say when the module is not there, or has gone meanwhile. */
static bool is_gone(int error)
{
	return error == ENOENT || error == ENODEV || error == EIO;
}

/* Whether the file was read to its end. */
static bool file_read(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[1 << 14];
	ssize_t n, all = 0;

	if (fd < 0 && errno == EACCES)		/* one that is only written; root may, but sysfs says no */
		return true;
	if (fd < 0) {
		if (!is_gone(errno))
			err(1, "%s", path);
		return false;
	}
	inside++;
	tell(&opened);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		all += n;
	if (n < 0 && !is_gone(errno))
		err(1, "read %s", path);
	inside--;
	close(fd);
	if (!n && !all)
		errx(1, "%s is empty", path);
	return !n;
}

/* Every file of a folder: how many there are, or -1 if one could not be read. */
static int dir_read(const char *name)
{
	struct dirent *entry;
	char path[300];
	int n = 0;
	DIR *dir = opendir(name);

	while (dir && n >= 0 && (entry = readdir(dir))) {
		if (entry->d_type != DT_REG)
			continue;
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		n = file_read(path) ? n + 1 : -1;
	}
	if (dir)
		closedir(dir);
	return n;
}

static void *reader(void *unused)
{
	while (!stop) {
		if (dir_read(dirs[0]) > 0 && dir_read(dirs[1]) > 0)
			tell(&passes);
		else
			usleep(ABSENT_US);
	}
	return unused;
}

/* Maps the counters, and now and then has a ring and reads the header of its stream. */
static void device_use(int fd, bool ring)
{
	static char bytes[1 << 14];
	struct oscope_area_info *area;
	struct oscope_info info;
	void *at;

	if (ioctl(fd, OSCOPE_IOC_INFO, &info))
		err(1, "OSCOPE_IOC_INFO");
	area = &info.area[OSCOPE_AREA_COUNTERS];
	at = mmap(NULL, area->bytes, PROT_READ, MAP_SHARED, fd, area->offset);
	if (at == MAP_FAILED)
		err(1, "mmap");
	munmap(at, area->bytes);
	if (ring && read(fd, bytes, sizeof(bytes)) <= 0)
		err(1, "read %s", OSCOPE_DEVICE);
}

static void *user(void *unused)
{
	int fd;

	while (!stop) {
		fd = open(OSCOPE_DEVICE, O_RDWR | O_CLOEXEC);
		if (fd < 0 && !is_gone(errno))
			err(1, "%s", OSCOPE_DEVICE);
		if (fd < 0) {
			usleep(ABSENT_US);
			continue;
		}
		device_use(fd, uses % 8 == 0);
		close(fd);
		uses++;
	}
	return unused;
}

/* One on each CPU that reads, and one that uses the device. */
static int readers_start(pthread_t *thread)
{
	int cpus = sysconf(_SC_NPROCESSORS_ONLN), n = 0;
	cpu_set_t cpu;

	for (; n < cpus && n < READERS_MAX - 1; n++) {
		CPU_ZERO(&cpu);
		CPU_SET(n, &cpu);
		if (pthread_create(&thread[n], NULL, reader, NULL) ||
		    pthread_setaffinity_np(thread[n], sizeof(cpu), &cpu))
			errx(1, "pthread_create");
	}
	if (pthread_create(&thread[n], NULL, user, NULL))
		errx(1, "pthread_create");
	return n + 1;
}

/* Until *count is at least `want`; false if that takes too long. */
static bool wait_for(atomic_ulong *count, unsigned long want)
{
	struct timespec until;
	int error = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += WAIT_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&lock);
	while (*count < want && !error)
		error = pthread_cond_timedwait(&news, &lock, &until);
	pthread_mutex_unlock(&lock);
	return !error;
}

/* The moment of the unload of cycle i. */
static bool moment_wait(unsigned long i, unsigned int *seed)
{
	static unsigned int first, apart;	/* which of these cycles waits, how far on the other is */

	if (i % MOMENTS == 0) {
		first = rand_r(seed) % MOMENTS;
		apart = 1 + rand_r(seed) % (MOMENTS - 1);
	}
	if (i % MOMENTS == first)
		return wait_for(&opened, opened + 1);
	if (i % MOMENTS == (first + apart) % MOMENTS)
		return wait_for(&passes, passes + 1);
	return true;
}

/* Until nobody has it open any more; what is refused otherwise ends us. */
static void unload(const char *name, unsigned long *busy)
{
	while (syscall(SYS_delete_module, name, O_NONBLOCK)) {
		if (errno != EWOULDBLOCK && errno != EBUSY)
			err(1, "delete_module %s", name);
		++*busy;
		usleep(100);	/* who has it needs the CPU to give it back */
	}
}

/* The name of the module in FILE: what stands before the dot. */
static const char *module_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	static char name[64];

	snprintf(name, sizeof(name), "%s", slash ? slash + 1 : file);
	name[strcspn(name, ".")] = '\0';
	return name;
}

static void load(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(1, "%s", file);
	if (syscall(SYS_finit_module, fd, "", 0))
		err(1, "finit_module %s", file);
	close(fd);
}

static void first_of_all(void)
{
	const struct sched_param first = { .sched_priority = 1 };

	if (sched_setscheduler(0, SCHED_FIFO, &first))
		err(1, "sched_setscheduler");
}

int main(int argc, char **argv)
{
	unsigned long i, n, busy = 0, met = 0, vain = 0;
	bool only_unload = argc == 3 && !strcmp(argv[2], "unload");
	unsigned int seed = argc == 4 ? strtoul(argv[3], NULL, 0) : 0;
	pthread_t thread[READERS_MAX];
	int readers = 0, left;
	pthread_condattr_t clock;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: cycle MODULE-FILE N [SEED] | MODULE-FILE unload\n");
		return 2;
	}
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&news, &clock);
	n = only_unload ? 1 : strtoul(argv[2], NULL, 0);
	if (argc == 4)
		readers = readers_start(thread);
	first_of_all();
	for (i = 0; i < n; i++) {
		if (!only_unload)
			load(argv[1]);
		vain += readers && !moment_wait(i, &seed);
		met += inside > 0;
		unload(module_name(argv[1]), &busy);
	}
	stop = true;
	for (left = readers; left; left--)
		pthread_join(thread[left - 1], NULL);
	printf("%lu %lu", i, busy);
	if (readers)
		printf(" %lu %lu %lu %lu", passes, uses, met, vain);
	putchar('\n');
	return 0;
}
