// SPDX-License-Identifier: GPL-2.0
/*
 * BPF side: definitions of what all probes share.
 */
#define OSCOPE_SHARED_BPF_C
#include "shared.bpf.h"
#include "ipc.bpf.h"

const volatile struct probe_config config = {};
const volatile __u32 ipc_rules[OSCOPE_IPC_CALL_LAST + 1] = {};
struct probe_globals globals = {};

char LICENSE[] SEC("license") = "GPL";
