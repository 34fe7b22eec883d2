// SPDX-License-Identifier: GPL-2.0
/* Under which hypervisor or emulator this kernel runs, by CPUID. */
#include <stdint.h>
#include <string.h>

#include "util.h"
#include "virt.h"

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>

/* Signatures of leaf 0x40000000, 12 bytes in EBX, ECX, EDX. */
static const struct {
	const char *signature, *name;
} hypervisors[] = {
	{ "TCGTCGTCGTCG", "tcg" },
	{ "KVMKVMKVM\0\0\0", "kvm" },
	{ "Linux KVM Hv", "kvm" },
	{ "VMwareVMware", "vmware" },
	{ "Microsoft Hv", "hyperv" },
	{ "XenVMMXenVMM", "xen" },
	{ "VBoxVBoxVBox", "virtualbox" },
	{ "bhyve bhyve ", "bhyve" },
	{ "ACRNACRNACRN", "acrn" },
	{ " lrpepyh  vr", "parallels" },
	{ "QNXQVMBSQG\0\0", "qnx" },
};

#define CPUID_1_ECX_HYPERVISOR (1U << 31)

static const char *detect(void)
{
	uint32_t a, b, c, d, words[3];
	size_t i;

	if (!__get_cpuid(1, &a, &b, &c, &d))
		return "unknown";
	if (!(c & CPUID_1_ECX_HYPERVISOR))
		return "none";
	__cpuid(0x40000000, a, words[0], words[1], words[2]);
	for (i = 0; i < ARRAY_SIZE(hypervisors); i++)
		if (!memcmp(words, hypervisors[i].signature, sizeof(words)))
			return hypervisors[i].name;
	return "unknown";
}
#else
/* Where the kernel's own knowledge is all there is: the firmware's name of the machine. */
static const char *detect(void)
{
	char model[128];

	if (file_line("/sys/class/dmi/id/sys_vendor", model, sizeof(model)) < 0)
		return "unknown";
	return strcmp(model, "QEMU") ? "unknown" : "qemu";
}
#endif

const char *virt_name(void)
{
	static const char *name;

	if (!name)
		name = detect();
	return name;
}

bool virt_emulates(const char *virt)
{
	return !strcmp(virt, "tcg");
}
