// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: definitions of what all probes share.
 */
#define OSCOPE_SHARED_BPF_C
#include "shared.bpf.h"
#include "ipc.bpf.h"

const volatile struct probe_config config = {};
struct probe_globals globals = {};

char LICENSE[] SEC("license") = "GPL";
