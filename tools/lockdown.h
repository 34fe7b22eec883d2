/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel refuses even to root, because it is locked down or takes signed modules only. */
#ifndef OSCOPE_LOCKDOWN_H
#define OSCOPE_LOCKDOWN_H

enum lockdown {
	LOCKDOWN_NONE,			/* also: unknown, or no such thing */
	LOCKDOWN_INTEGRITY,		/* nothing unsigned gets into the kernel */
	LOCKDOWN_CONFIDENTIALITY,	/* nothing of the kernel gets out, either */
};

/* From securityfs, see kernel_lockdown(7). Can be read by root, or by all where so mounted. */
enum lockdown lockdown_level(void);

/* "none", "integrity", "confidentiality", as the kernel's command line has it. */
const char *lockdown_name(enum lockdown level);

/* Why a module without a trusted signature cannot be loaded here; NULL if it can. */
const char *unsigned_module_refused(void);

#endif /* OSCOPE_LOCKDOWN_H */
