// SPDX-License-Identifier: GPL-2.0
/*
 * Run a program and write what the kernel's scheduler said of each task of its tree, by probes that share
 * no code with the tracer: a line each,
 *
 *	TID START_NS END_NS RUNTIME_NS RUN_DELAY_NS STOLEN_NS SLEEPS KEPT_AWAKE WAKINGS
 *
 * as witness.h says. Its status is the program's.
 *
 * usage: witness FILE PROGRAM [ARG...]
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "witness.h"

static void fail(const char *what)
{
	perror(what);
	exit(125);
}

/* The probes beside this program; the map of tasks. */
static int attach(void)
{
	struct bpf_object *object = bpf_object__open_file("witness.bpf.o", NULL);
	struct bpf_program *program;

	if (!object || bpf_object__load(object))
		fail("witness.bpf.o");
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__attach(program))
			fail(bpf_program__name(program));
	}
	return bpf_object__find_map_fd_by_name(object, "lives");
}

/* Starts when go is closed. */
static pid_t start(char **program, int go[2])
{
	pid_t pid;
	char byte;

	if (pipe(go))
		fail("pipe");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid)
		return pid;
	close(go[1]);
	if (read(go[0], &byte, 1))
		_exit(127);
	close(go[0]);
	execvp(program[0], program);
	_exit(127);
}

static void lives_print(int map, const char *path)
{
	FILE *f = fopen(path, "w");
	__u32 tid, *last = NULL;
	struct life l;

	if (!f)
		fail(path);
	for (; !bpf_map_get_next_key(map, last, &tid); last = &tid) {
		if (!bpf_map_lookup_elem(map, &tid, &l))
			fprintf(f, "%u %llu %llu %llu %llu %llu %llu %llu %llu\n", tid, l.start_ns,
				l.end_ns, l.runtime_ns, l.run_delay_ns, l.stolen_ns, l.sleeps,
				l.kept_awake, l.wakings);
	}
	if (fclose(f))
		fail(path);
}

int main(int argc, char **argv)
{
	struct life life = { 0 };
	int map, status, go[2];
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: witness FILE PROGRAM [ARG...]\n");
		return 125;
	}
	map = attach();
	pid = start(argv + 2, go);
	if (bpf_map_update_elem(map, &pid, &life, BPF_NOEXIST))
		fail("the first task");
	close(go[0]);
	close(go[1]);
	if (waitpid(pid, &status, 0) != pid)
		fail("waitpid");
	lives_print(map, argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
