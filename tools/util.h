/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every file of the tool needs: messages, the machine's facts, the nearest name.
 *
 * Messages go to stderr, one line each, as "oscope: ...". Bytes that are not printable are escaped,
 * so that a hostile task or file name cannot drive the terminal.
 */
#ifndef OSCOPE_UTIL_H
#define OSCOPE_UTIL_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Kernel types have no place in user space, but for what the contract's own header declares. */
#pragma GCC poison u8 u16 u32 u64 s8 s16 s32 s64

/* Wrong usage: the only error that means exit status 2. No call of the kernel's gives it. */
#define EUSAGE	EBADRQC

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Not captured, for a number that would otherwise be 0. See out.h. */
#define NOT_CAPTURED	UINT64_MAX

/* Set once by the option parser: -v and -q. */
extern bool verbose;
extern bool quiet;

/*
 * Print one line and give back err, so that a failure is one statement:
 *	return err_msg(-EOPNOTSUPP, "no BTF: the kernel needs CONFIG_DEBUG_INFO_BTF");
 */
int err_msg(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same with ": " and what errno -err means at the end. */
int err_sys(int err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A line that is no failure; not printed with -q. */
void warn_msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A line that is printed with -v only. */
void verbose_msg(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Keep libbpf's own messages off the terminal unless -v is given. */
void libbpf_quiet(void);

/* CLOCK_MONOTONIC in ns: the timeline of every record. */
uint64_t now_ns(void);

/* What uname -r says. */
const char *kernel_release(void);

/*
 * Signal mask and treatment of SIGPIPE as oscope found them at its start; programs that it starts
 * get them back.
 */
void inherited_save(void);
void inherited_restore(void);

/* CPUs that can ever be there (highest number + 1), or 0 if that cannot be read. */
uint32_t cpus_possible(void);

/* The same, for the size of what there is one of for each CPU: 0, or -EIO with a line printed. */
int cpus_known(uint32_t *cpus);

/* CPUs that run now. */
uint32_t cpus_online(void);

/*
 * The whole first line of a small text file, without its newline.
 * Returns its length, or -errno. buf is always terminated.
 */
int file_line(const char *path, char *buf, size_t bytes);

/*
 * The name nearest to word, of names that ends with NULL; NULL if none is near enough to be meant.
 */
const char *nearest_name(const char *word, const char *const *names);

#endif /* OSCOPE_UTIL_H */
