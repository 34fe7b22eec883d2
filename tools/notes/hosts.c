// SPDX-License-Identifier: GPL-2.0
/* Two hosts as far as the network goes, joined by a cable. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "notes/hosts.h"
#include "util.h"

#define END_HERE	"oscope-here"
#define END_THERE	"oscope-there"
#define NETMASK		0xffffff00
#define CARRIES_NS	2000000000ULL	/* far more than it takes */

int hosts_begin(void)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	return 0;
}

int hosts_join(void)
{
	return hosts_begin();
}

/* A message to the kernel as it grows: attributes, some of which have others inside. */
struct message {
	struct nlmsghdr head;
	struct ifinfomsg link;
	char attributes[512];
};

static struct rtattr *attribute(struct message *m, unsigned short type, const void *data,
				size_t bytes)
{
	struct rtattr *a = (struct rtattr *)((char *)m + NLMSG_ALIGN(m->head.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(bytes);
	if (bytes)
		memcpy(RTA_DATA(a), data, bytes);
	m->head.nlmsg_len = (uint32_t)(NLMSG_ALIGN(m->head.nlmsg_len) + RTA_ALIGN(a->rta_len));
	return a;
}

static void attribute_end(const struct message *m, struct rtattr *outer)
{
	outer->rta_len = (unsigned short)((const char *)m + m->head.nlmsg_len - (char *)outer);
}

/* What ip(8) calls: link add oscope-here type veth peer name oscope-there netns PID. */
static void cable_describe(struct message *m, pid_t there)
{
	static const struct ifinfomsg none = { .ifi_family = AF_UNSPEC };
	struct rtattr *info, *data, *peer;
	uint32_t pid = (uint32_t)there;

	memset(m, 0, sizeof(*m));
	m->head.nlmsg_len = NLMSG_LENGTH(sizeof(m->link));
	m->head.nlmsg_type = RTM_NEWLINK;
	m->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
	attribute(m, IFLA_IFNAME, END_HERE, sizeof(END_HERE));
	info = attribute(m, IFLA_LINKINFO, NULL, 0);
	attribute(m, IFLA_INFO_KIND, "veth", 4);
	data = attribute(m, IFLA_INFO_DATA, NULL, 0);
	peer = attribute(m, VETH_INFO_PEER, &none, sizeof(none));
	attribute(m, IFLA_IFNAME, END_THERE, sizeof(END_THERE));
	attribute(m, IFLA_NET_NS_PID, &pid, sizeof(pid));
	attribute_end(m, peer);
	attribute_end(m, data);
	attribute_end(m, info);
}

static int answer(int fd)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr error;
		char rest[512];
	} a;
	ssize_t n = recv(fd, &a, sizeof(a), 0);

	if (n < 0)
		return -errno;
	if ((size_t)n < NLMSG_LENGTH(sizeof(a.error)) || a.head.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return a.error.error;
}

static int cable_make(pid_t there)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), err;
	struct message m;

	if (fd < 0)
		return -errno;
	cable_describe(&m, there);
	err = send(fd, &m, m.head.nlmsg_len, 0) < 0 ? -errno : answer(fd);
	close(fd);
	return err;
}

struct sockaddr_in hosts_address(uint32_t host, uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(host),
	};
}

static int address_set(int fd, struct ifreq *end, unsigned long what, uint32_t value)
{
	struct sockaddr_in address = hosts_address(value, 0);

	memcpy(&end->ifr_addr, &address, sizeof(address));
	return ioctl(fd, what, end) ? -errno : 0;
}

static int end_up(int fd, struct ifreq *end, uint32_t host)
{
	int err = address_set(fd, end, SIOCSIFADDR, host);

	if (!err)
		err = address_set(fd, end, SIOCSIFNETMASK, NETMASK);
	if (err || ioctl(fd, SIOCGIFFLAGS, end))
		return err ? err : -errno;
	end->ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, end) ? -errno : 0;
}

/* Packets that are sent before that are thrown away. */
static int end_carries(int fd, struct ifreq *end)
{
	uint64_t deadline = now_ns() + CARRIES_NS;

	do {
		if (ioctl(fd, SIOCGIFFLAGS, end))
			return -errno;
		if (end->ifr_flags & IFF_RUNNING)
			return 0;
		sched_yield();
	} while (now_ns() < deadline);
	return -ENETDOWN;
}

/* Up, with its address; and until the other end is up, too. */
static int end_prepare(const char *name, uint32_t host, bool waits)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;
	struct ifreq end = { 0 };

	if (fd < 0)
		return -errno;
	snprintf(end.ifr_name, sizeof(end.ifr_name), "%s", name);
	err = end_up(fd, &end, host);
	if (!err && waits)
		err = end_carries(fd, &end);
	close(fd);
	return err;
}

int hosts_cable(pid_t there)
{
	int err = cable_make(there);

	return err ? err : end_prepare(END_HERE, HOSTS_HERE, false);
}

int hosts_carries(void)
{
	return end_prepare(END_THERE, HOSTS_THERE, true);
}
