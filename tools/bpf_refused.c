// SPDX-License-Identifier: GPL-2.0
/* What it means that the kernel refuses the probes. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bpf_refused.h"
#include "lockdown.h"
#include "util.h"

/* No answer of the kernel's, but what happens when there is too little of something. */
static bool ran_out(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -EIO;
}

int bpf_refused(int err)
{
	return ran_out(err) ? err : -EOPNOTSUPP;
}

int bpf_load_refused(int err)
{
	if (err == -EPERM && lockdown_level() == LOCKDOWN_CONFIDENTIALITY)
		return err_msg(-EPERM, "the kernel is locked down (confidentiality), and refuses "
			       "the BPF probes: boot with lockdown=integrity");
	if (err == -EPERM || err == -EACCES)
		return err_sys(-EPERM, "the kernel refuses the BPF probes (root, or CAP_BPF and "
			       "CAP_PERFMON, needed; see 'oscope doctor')");
	/* What our programs name in the BTF has been looked up: now it could not be read. */
	if (err == -ESRCH)
		return err_msg(-EIO, "the kernel's BTF cannot be read (-v tells more)");
	return bpf_refused(err_sys(err, "loading the BPF probes (-v tells more)"));
}

/* libbpf says ESRCH or ENOENT where there is none, and ESRCH, too, for what it could not read. */
int bpf_no_btf(int err, char *why, size_t bytes)
{
	struct stat st;

	if (err == ESRCH && !stat("/sys/kernel/btf/vmlinux", &st) && st.st_size)
		err = EIO;
	if (ran_out(-err)) {
		snprintf(why, bytes, "the kernel's BTF cannot be read: %s", strerror(err));
		return -err;
	}
	snprintf(why, bytes,
		 "this kernel has no BTF: it needs CONFIG_DEBUG_INFO_BTF (Debian's has it)");
	return -EOPNOTSUPP;
}
