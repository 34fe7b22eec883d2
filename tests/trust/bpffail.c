// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a command, to which the kernel refuses one BPF program: its load or its attachment, whenever
 * that is tried, and in whatever way (libbpf tries several).
 *
 * usage: bpffail list - CMD...		which programs it loads, a name a line on file descriptor 3
 *        bpffail load|attach PROGRAM CMD...
 *        bpffail maps - CMD...		libbpf, which tries that, finds that no array can be mapped
 *
 * Its status is the command's; 99: nothing was refused.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define FDS		4096
#define REFUSED		EINVAL

static enum { LIST, LOAD, ATTACH, MAPS } what;
static const char *program;
static char name_of[FDS][BPF_OBJ_NAME_LEN];	/* of the program behind a descriptor */
static int refused;

static void die(const char *call)
{
	perror(call);
	exit(2);
}

/* The attributes of a call of bpf(2); what is not there is 0. */
static union bpf_attr attr_read(pid_t pid, const struct user_regs_struct *regs)
{
	union bpf_attr attr = { 0 };
	struct iovec to = { &attr, regs->rdx < sizeof(attr) ? regs->rdx : sizeof(attr) };
	struct iovec from = { (void *)regs->rsi, to.iov_len };

	if (process_vm_readv(pid, &to, 1, &from, 1, 0) < 0)
		die("process_vm_readv");
	return attr;
}

static bool is_program(__u32 fd)
{
	return fd < FDS && program && !strcmp(name_of[fd], program);
}

/* Whether this call is the one to refuse. */
static bool refuses(int cmd, const union bpf_attr *attr)
{
	switch (cmd) {
	case BPF_PROG_LOAD:
		return what == LOAD && !strncmp(attr->prog_name, program, BPF_OBJ_NAME_LEN - 1);
	case BPF_MAP_CREATE:
		return what == MAPS && !strcmp(attr->map_name, "libbpf_mmap");
	case BPF_LINK_CREATE:
		return what == ATTACH && is_program(attr->link_create.prog_fd);
	case BPF_RAW_TRACEPOINT_OPEN:
		return what == ATTACH && is_program(attr->raw_tracepoint.prog_fd);
	default:
		return false;
	}
}

static void syscall_wait(pid_t pid, int *status)
{
	int signal = 0;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, 0, signal) || waitpid(pid, status, 0) != pid)
			die("ptrace");
		if (!WIFSTOPPED(*status) || WSTOPSIG(*status) == (SIGTRAP | 0x80))
			return;
		signal = WSTOPSIG(*status) == SIGTRAP ? 0 : WSTOPSIG(*status);
	}
}

static void program_note(const union bpf_attr *attr, long fd)
{
	if (fd < 0 || fd >= FDS)
		return;
	snprintf(name_of[fd], sizeof(name_of[fd]), "%s", attr->prog_name);
	if (what == LIST)
		dprintf(3, "%s\n", name_of[fd]);
}

/* From the entry of one call to its end. */
static void syscall_handle(pid_t pid, int *status)
{
	struct user_regs_struct regs;
	union bpf_attr attr = { 0 };
	bool refuse = false;
	int cmd = -1;

	if (ptrace(PTRACE_GETREGS, pid, 0, &regs))
		die("PTRACE_GETREGS");
	if (regs.orig_rax == SYS_bpf) {
		cmd = regs.rdi;
		attr = attr_read(pid, &regs);
		refuse = refuses(cmd, &attr);
	}
	if (refuse) {
		regs.orig_rax = -1;
		ptrace(PTRACE_SETREGS, pid, 0, &regs);
	}
	syscall_wait(pid, status);
	if (!WIFSTOPPED(*status) || ptrace(PTRACE_GETREGS, pid, 0, &regs))
		return;
	if (refuse) {
		refused++;
		regs.rax = -REFUSED;
		ptrace(PTRACE_SETREGS, pid, 0, &regs);
	} else if (cmd == BPF_PROG_LOAD) {
		program_note(&attr, regs.rax);
	}
}

static int command_trace(char **argv)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))
		die(argv[0]);
	for (;;) {
		syscall_wait(pid, &status);
		if (WIFSTOPPED(status))
			syscall_handle(pid, &status);
		if (WIFEXITED(status))
			return WEXITSTATUS(status);
		if (WIFSIGNALED(status))
			return 128 + WTERMSIG(status);
	}
}

int main(int argc, char **argv)
{
	static const char *const names[] = { "list", "load", "attach", "maps" };
	int status;

	while (argc > 3 && what <= MAPS && strcmp(argv[1], names[what]))
		what++;
	if (argc < 4 || what > MAPS) {
		fprintf(stderr, "usage: bpffail list|load|attach|maps PROGRAM CMD...\n");
		return 2;
	}
	program = argv[2];
	status = command_trace(argv + 3);
	return what == LIST || refused ? status : 99;
}
