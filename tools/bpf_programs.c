// SPDX-License-Identifier: GPL-2.0
/*
 * The table of the probes' programs.
 */
#include "../kmod/uapi/oscope_ipc.h"
#include "bpf_probes.h"
#include "bpf_programs.h"
#include "util.h"

/* What io_uring may move something by. */
#define BY_RING	(OSCOPE_IPC_SOCKETS | OSCOPE_IPC_BIT(PIPE) | OSCOPE_IPC_BIT(FIFO) | \
		 OSCOPE_IPC_BIT(EVENTFD) | OSCOPE_IPC_BIT(SIGNAL))

const struct probe_program probe_programs[] = {
	{ "on_sched_waking", "sched_waking", OSCOPE_FEAT_WAKING, PROBES_WAKE },
	{ "on_sched_wakeup_new", "sched_wakeup_new", OSCOPE_FEAT_WAKING, PROBES_WAKE },
	{ "on_sched_migrate_task", "sched_migrate_task", OSCOPE_FEAT_MIGRATE, PROBES_WAKE },
	{ "on_task_newtask", "task_newtask", OSCOPE_FEAT_LIFE, PROBES_TASK },
	{ "on_task_rename", "task_rename", OSCOPE_FEAT_RENAME, PROBES_TASK, .reads = true },
	{ "on_sched_process_exec", "sched_process_exec", OSCOPE_FEAT_LIFE, PROBES_TASK },
	{ "on_sched_process_exit", "sched_process_exit", OSCOPE_FEAT_LIFE, PROBES_TASK },
	{ "on_first_run", "sched_switch", OSCOPE_FEAT_RUN, PROBES_TASK, .records = RECORD(RUN) },
	{ "on_spawn_enter", "sys_enter", OSCOPE_FEAT_SPAWN, PROBES_TASK,
	  .records = RECORD(SPAWNED) },
	{ "on_spawn_exit", "sys_exit", OSCOPE_FEAT_SPAWN, PROBES_TASK,
	  .records = RECORD(SPAWNED) },
	{ "on_signal_generate", "signal_generate", OSCOPE_FEAT_ZOMBIE, PROBES_TASK, .reads = true,
	  .records = RECORD(ZOMBIE) },
	{ "on_sched_process_wait", "sched_process_wait", OSCOPE_FEAT_ZOMBIE, PROBES_TASK,
	  .records = RECORD(WAITING), .ledger = true },
	{ "on_sched_process_free", "sched_process_free", OSCOPE_FEAT_ZOMBIE, PROBES_TASK,
	  .records = RECORD(FREE), .rows = true },
	{ "on_release_task", NULL, OSCOPE_FEAT_REAP, PROBES_TASK, .reads = true,
	  .function = "release_task", .records = RECORD(REAP), .ledger = true,
	  .refused = "no kprobe on release_task: who reaps is taken from waits" },
	{ "on_sys_exit", "sys_exit", 0, PROBES_TASK, .records = RECORD(WAITED),
	  .unless = OSCOPE_FEAT_REAP },
	{ "on_sched_entry", "sched_entry_tp", OSCOPE_FEAT_DIRECT_SCHED, PROBES_ENTRY },
	{ "on_sched_exit", "sched_exit_tp", OSCOPE_FEAT_DIRECT_SCHED, PROBES_EXIT },
	{ "on_finish_task_switch", NULL, OSCOPE_FEAT_DIRECT_FINISH, PROBES_EXIT,
	  .function = "finish_task_switch",
	  .refused = "no kprobe on finish_task_switch: direct cost not captured" },
	{ "calibrate_turn", "sched_entry_tp", 0, PROBES_TURN },
	{ "calibrate_bracket", "sched_exit_tp", 0, PROBES_BRACKET },
	/* Ends first: a call whose end was missed would stay open. */
	{ "on_ipc_waking", "sched_waking", 0, PROBES_IPC },
	{ "on_ipc_switch", "sched_switch", 0, PROBES_IPC },
	{ "on_ipc_exit", "sys_exit", 0, PROBES_IPC, .reads = true },
	{ "on_ipc_enter", "sys_enter", 0, PROBES_IPC, .reads = true },
	{ "on_ipc_signal_deliver", "signal_deliver", 0, PROBES_IPC,
	  .ipc = OSCOPE_IPC_BIT(SIGNAL) },
	{ "on_ipc_signal", "signal_generate", 0, PROBES_IPC, .reads = true,
	  .ipc = OSCOPE_IPC_BIT(SIGNAL) },
	{ "on_ipc_uring", "io_uring_submit_req", 0, PROBES_IPC, .reads = true, .ipc = BY_RING },
	{ "on_ipc_uring_sqe", "io_uring_submit_sqe", 0, PROBES_IPC, .reads = true, .ipc = BY_RING },
	{ "on_ipc_skb_consumed", "consume_skb", 0, PROBES_IPC, .reads = true,
	  .ipc = OSCOPE_IPC_DATAGRAMS },
	{ "on_ipc_data_ready", "sk_data_ready", 0, PROBES_IPC, .reads = true,
	  .ipc = OSCOPE_IPC_BIT(UDP) },
	{ "on_ipc_net_queue", "net_dev_queue", 0, PROBES_IPC, .reads = true,
	  .ipc = OSCOPE_IPC_BIT(UDP) },
	{ "on_ipc_fork", "sched_process_fork", 0, PROBES_IPC, .reads = true,
	  .ipc = OSCOPE_IPC_SEGMENTS },
	{ "on_ipc_exec", "sched_process_exec", 0, PROBES_IPC, .reads = true,
	  .ipc = OSCOPE_IPC_SEGMENTS },
	{ "on_ipc_process_exit", "sched_process_exit", 0, PROBES_IPC, .reads = true,
	  .ipc = OSCOPE_IPC_SEGMENTS },
	{ "seed_ipc", NULL, 0, PROBES_IPC, .iterator = true },
	{ "seed_ipc_shares", NULL, 0, PROBES_IPC, .reads = true, .iterator = true,
	  .ipc = OSCOPE_IPC_SEGMENTS },
	{ "on_ledger_switch", "sched_switch", 0, PROBES_SWITCH, .records = RECORD(BLOCKED),
	  .ledger = true },
	{ "on_sched_switch", "sched_switch", 0, PROBES_SWITCH },
};

const size_t probe_programs_count = ARRAY_SIZE(probe_programs);
