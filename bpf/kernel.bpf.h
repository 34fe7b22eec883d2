/* SPDX-License-Identifier: GPL-2.0 */
/*
 * BPF side: the kernel's structs, reduced to the fields that we read. CO-RE finds their offsets in
 * the running kernel's BTF; what does not exist everywhere is in compat.bpf.h.
 */
#ifndef OSCOPE_KERNEL_BPF_H
#define OSCOPE_KERNEL_BPF_H

#include <linux/types.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct bpf_local_storage;

typedef struct {
	__s64 counter;
} atomic64_t;

struct rb_node {
	unsigned long __rb_parent_color;
};

struct mm_struct {
	atomic64_t pgtables_bytes;
	unsigned long arg_start, arg_end;
	unsigned long start_brk, brk, start_stack;
};

struct linux_binprm {
	unsigned long exec;
};

struct ns_common {
	unsigned int inum;
};

struct xarray {
	void *xa_head;
};

struct idr {
	struct xarray idr_rt;
};

struct pid_namespace {
	struct idr idr;
	struct ns_common ns;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct upid {
	int nr;
	struct pid_namespace *ns;
};

struct pid {
	unsigned int level;
	struct hlist_head tasks[4];
	struct upid numbers[];
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	int level;
	struct kernfs_node *kn;
	struct cgroup *ancestors[];
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct task_struct;

typedef struct {
	int counter;
} atomic_t;

struct list_head {
	struct list_head *next, *prev;
};

struct wait_queue_head {
	struct list_head head;
};

struct sigpending {
	struct list_head list;
};

struct signal_struct {
	struct sigpending shared_pending;
	atomic_t live;
	struct wait_queue_head wait_chldexit;
	unsigned int flags;
	int group_exit_code;
	struct task_struct *group_exec_task;
};

struct sigaction {
	void *sa_handler;
	unsigned long sa_flags;
};

struct k_sigaction {
	struct sigaction sa;
};

struct sighand_struct {
	struct k_sigaction action[64];
};

union __sifields {
	struct {
		int _pid;
	} _sigchld;
};

struct kernel_siginfo {
	struct {
		int si_signo;
		int si_code;
		union __sifields _sifields;
	};
};

struct sigqueue {
	struct list_head list;
	struct kernel_siginfo info;
};

typedef struct {
	unsigned int val;
} kuid_t;

struct cred {
	kuid_t uid;
};

struct thread_info {
	__u32 cpu;
};

struct dentry;
struct sock;

struct in6_addr {
	__u32 words[4];
};

struct net {
	struct ns_common ns;
};

struct xa_node {
	unsigned char shift;
	void *slots[64];
};

struct ipc_ids {
	struct idr ipcs_idr;
};

struct ipc_namespace {
	struct ipc_ids ids[3];
	struct ns_common ns;
};

struct nsproxy {
	struct ipc_namespace *ipc_ns;
};

struct kern_ipc_perm {
	bool deleted;
	int id;
	int key;
};

struct msg_queue {
	struct kern_ipc_perm q_perm;
	unsigned long q_qnum;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	__u32 skc_daddr;
	__u32 skc_rcv_saddr;
	__u16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct socket;

struct sk_buff;

struct sk_buff_head {
	struct sk_buff *next;
	__u32 qlen;
};

struct net_device {
	unsigned int flags;
	int ifindex;
};

struct dst_entry {
	struct net_device *dev;
};

struct sock {
	struct sock_common __sk_common;
	struct sk_buff_head sk_receive_queue;
	struct dst_entry *sk_dst_cache;
	struct socket *sk_socket;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct udp_sock {
	struct sk_buff_head reader_queue;
};

struct sk_buff {
	struct net_device *dev;
	struct sock *sk;
	unsigned int len;
	int skb_iif;
	__u16 transport_header;
	unsigned char *head, *data;
};

struct tcp_sock {
	__u32 copied_seq;
	__u32 rcv_nxt;
	__u64 bytes_sent;
};

struct socket {
	short type;
	struct sock *sk;
};

struct sockaddr_un {
	char sun_path[108];
};

struct unix_address {
	int len;
	struct sockaddr_un name[];
};

struct unix_sock {
	struct sock sk;
	struct unix_address *addr;
	struct sock *peer;
};

struct qstr {
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct eventfd_ctx {
	__u64 count;
	unsigned int flags;
	int id;
};

struct pipe_inode_info {
	unsigned int head;
	unsigned int tail;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_flags;
	unsigned long s_magic;
};

struct address_space {
	unsigned long nrpages;
};

struct inode {
	unsigned short i_mode;
	__u32 i_rdev;
	struct super_block *i_sb;
	struct address_space *i_mapping;
	unsigned long i_ino;
	__u32 i_generation;
	__s64 i_size;
};

struct socket_alloc {
	struct socket socket;
	struct inode vfs_inode;
};

struct mq_attr {
	long mq_curmsgs;
};

struct mqueue_inode_info {
	struct inode vfs_inode;
	struct mq_attr attr;
};

struct file {
	unsigned int f_mode, f_flags;
	const void *f_op;
	struct inode *f_inode;
	void *private_data;
	struct path f_path;
};

struct io_cqe {
	int fd;
};

struct io_ring_ctx;

struct io_kiocb {
	unsigned char opcode;
	unsigned int flags;
	struct io_cqe cqe;
	struct io_ring_ctx *ctx;
};

struct io_splice {
	int splice_fd_in;
	unsigned int flags;
};

struct shmid_kernel {
	struct kern_ipc_perm shm_perm;
	struct file *shm_file;
};

struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	unsigned long vm_flags;
	unsigned long vm_pgoff;
	struct file *vm_file;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct sched_info {
	unsigned long long run_delay;
};

struct rq;

struct cfs_rq {
	struct rq *rq;
};

struct sched_entity {
	__u64 sum_exec_runtime;
	struct cfs_rq *cfs_rq;
};

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	unsigned int flags;
	int on_cpu;
	int on_rq;
	struct sched_entity se;
	struct sched_info sched_info;
	int exit_state;
	int exit_code;
	int exit_signal;
	unsigned int ptrace;
	int pid;
	int tgid;
	unsigned long nvcsw;
	unsigned long nivcsw;
	unsigned long min_flt;
	unsigned long maj_flt;
	__u64 utime;
	__u64 stime;
	__u64 start_time;
	unsigned int in_iowait : 1;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	char comm[16];
	struct mm_struct *mm;
	struct mm_struct *active_mm;
	struct task_struct *real_parent;
	struct task_struct *parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct hlist_node pid_links[4];
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	struct sigpending pending;
	struct bpf_local_storage *bpf_storage;
	const struct cred *cred;
	struct css_set *cgroups;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct bpf_iter__task_vma {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	struct vm_area_struct *vma;
};

#pragma clang attribute pop

#define PF_IDLE		0x00000002
#define PF_EXITING	0x00000004
#define PF_IO_WORKER	0x00000010
#define PF_USER_WORKER	0x00004000	/* since 6.4; before, a bit that new tasks do not have */
#define PF_KTHREAD	0x00200000

#endif /* OSCOPE_KERNEL_BPF_H */
