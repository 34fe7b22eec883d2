// SPDX-License-Identifier: GPL-2.0
/* A cable between two network namespaces. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "notes/veth.h"
#include "util.h"

#define OTHER_END	"cable"
#define PATIENCE_NS	2000000000ULL

struct request {
	struct nlmsghdr head;
	struct ifinfomsg link;
	char attributes[256];
};

static struct rtattr *attribute(struct request *r, unsigned short type, const void *data, size_t n)
{
	struct rtattr *a = (void *)((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(n);
	if (n)
		memcpy(RTA_DATA(a), data, n);
	r->head.nlmsg_len = (unsigned int)(NLMSG_ALIGN(r->head.nlmsg_len) + RTA_ALIGN(a->rta_len));
	return a;
}

/* What came since is inside. */
static void attribute_end(const struct request *r, struct rtattr *a)
{
	a->rta_len = (unsigned short)((const char *)r + r->head.nlmsg_len - (const char *)a);
}

/* rtnetlink(7): IFLA_LINKINFO { KIND, DATA { VETH_INFO_PEER { ifinfomsg, ... } } } */
static void request_fill(struct request *r, pid_t pid, const char *name)
{
	const struct ifinfomsg peer = { .ifi_family = AF_UNSPEC };
	struct rtattr *info, *data, *other;
	uint32_t of = (uint32_t)pid;

	*r = (struct request){
		.head = {
			.nlmsg_len = NLMSG_LENGTH(sizeof(r->link)), .nlmsg_type = RTM_NEWLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL,
		},
		.link.ifi_family = AF_UNSPEC,
	};
	attribute(r, IFLA_IFNAME, name, strlen(name) + 1);
	info = attribute(r, IFLA_LINKINFO, NULL, 0);
	attribute(r, IFLA_INFO_KIND, "veth", 4);
	data = attribute(r, IFLA_INFO_DATA, NULL, 0);
	other = attribute(r, VETH_INFO_PEER, &peer, sizeof(peer));
	attribute(r, IFLA_IFNAME, OTHER_END, sizeof(OTHER_END));
	attribute(r, IFLA_NET_NS_PID, &of, sizeof(of));
	attribute_end(r, other);
	attribute_end(r, data);
	attribute_end(r, info);
}

static int request_send(const struct request *r)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr err;
		char rest[512];
	} answer;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), err;

	if (fd < 0)
		return -errno;
	if (send(fd, r, r->head.nlmsg_len, 0) < 0 || recv(fd, &answer, sizeof(answer), 0) < 0)
		err = -errno;
	else
		err = answer.head.nlmsg_type == NLMSG_ERROR ? answer.err.error : -EPROTO;
	close(fd);
	return err;
}

static const char *here(char name[IFNAMSIZ], unsigned int nth)
{
	snprintf(name, IFNAMSIZ, "cable%u", nth);
	return name;
}

/* Its address, in a network of 24 bits, and up. netdevice(7) */
static int end_up(const char *name, uint32_t address)
{
	struct ifreq addr = { 0 }, mask = { 0 }, flags = { .ifr_flags = IFF_UP };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(address) };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0)
		return -errno;
	snprintf(addr.ifr_name, sizeof(addr.ifr_name), "%s", name);
	snprintf(mask.ifr_name, sizeof(mask.ifr_name), "%s", name);
	snprintf(flags.ifr_name, sizeof(flags.ifr_name), "%s", name);
	memcpy(&addr.ifr_addr, &in, sizeof(in));
	in.sin_addr.s_addr = htonl(0xffffff00U);
	memcpy(&mask.ifr_netmask, &in, sizeof(in));
	if (ioctl(fd, SIOCSIFADDR, &addr) || ioctl(fd, SIOCSIFNETMASK, &mask) ||
	    ioctl(fd, SIOCSIFFLAGS, &flags))
		err = -errno;
	close(fd);
	return err;
}

int veth_make(pid_t pid, unsigned int nth)
{
	char name[IFNAMSIZ];
	struct request r;

	request_fill(&r, pid, here(name, nth));
	return request_send(&r);
}

int veth_up(unsigned int nth)
{
	return end_up(OTHER_END, VETH_THERE(nth));
}

int veth_plug(unsigned int nth)
{
	char name[IFNAMSIZ];

	return end_up(here(name, nth), VETH_HERE(nth));
}

/*
 * The end that was up first has no queue until a worker has seen that its carrier came
 * (linkwatch_do_dev(), net/core/link_watch.c): what is sent before is lost, a SYN for a second.
 */
int veth_wait(void)
{
	const struct timespec moment = { .tv_nsec = 100000 };
	struct ifreq flags = { .ifr_name = OTHER_END };
	uint64_t until = now_ns() + PATIENCE_NS;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0)
		return -errno;
	while (!err && !(flags.ifr_flags & IFF_RUNNING)) {
		nanosleep(&moment, NULL);
		err = ioctl(fd, SIOCGIFFLAGS, &flags) ? -errno : now_ns() > until ? -ETIMEDOUT : 0;
	}
	/* It says so first, and gets its queue under the same lock, which this takes, too. */
	flags.ifr_flags = IFF_UP;
	if (!err && ioctl(fd, SIOCSIFFLAGS, &flags))
		err = -errno;
	close(fd);
	return err;
}
