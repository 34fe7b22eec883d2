// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of sockets, and whether what is at their other end is here.
 */
#include <arpa/inet.h>
#include <stdio.h>

#include "ipc.h"

/* "10.0.0.1:80", "[::1]:80". */
static size_t endpoint_text(char *to, size_t bytes, const __u32 address[4], unsigned int port)
{
	bool v4 = !address[0] && !address[1] && address[2] == htonl(0xffff);
	char text[INET6_ADDRSTRLEN];

	inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? &address[3] : address, text, sizeof(text));
	return snprintf(to, bytes, v4 ? "%s:%u" : "[%s]:%u", text, port);
}

/* From where to where it leads. */
static void connection_text(const struct oscope_ipc_object *o, char to[IPC_NAME_MAX])
{
	size_t len = endpoint_text(to, IPC_NAME_MAX, o->remote, o->remote_port);

	len += snprintf(to + len, IPC_NAME_MAX - len, ">");
	endpoint_text(to + len, IPC_NAME_MAX - len, o->local, o->local_port);
}

/* Its own address, and what it is connected to. */
static void datagrams_text(const struct oscope_ipc_object *o, char to[IPC_NAME_MAX])
{
	size_t len = endpoint_text(to, IPC_NAME_MAX, o->local, o->local_port);

	if (!o->remote_port)
		return;
	len += snprintf(to + len, IPC_NAME_MAX - len, "->");
	endpoint_text(to + len, IPC_NAME_MAX - len, o->remote, o->remote_port);
}

bool ipc_address_name(const struct oscope_ipc_object *o, char to[IPC_NAME_MAX])
{
	bool udp = o->mechanism == OSCOPE_IPC_UDP + 1;

	if (!o->local_port || (!udp && o->mechanism != OSCOPE_IPC_TCP + 1))
		return false;
	if (udp)
		datagrams_text(o, to);
	else
		connection_text(o, to);
	return true;
}

const char *ipc_peer(const struct ipc_reading *r, uint32_t object)
{
	const struct oscope_ipc_object *o;

	switch (ipc_mechanism(r, object)) {
	case OSCOPE_IPC_UDP:
	case OSCOPE_IPC_TCP:
		o = &r->object[object - 1];
		if (!o->remote_port)
			return NULL;
		return o->flags & OSCOPE_IPC_OBJECT_REMOTE ? "remote" : "local";
	default:
		return NULL;
	}
}

bool ipc_from_elsewhere(uint32_t mechanism)
{
	return mechanism == OSCOPE_IPC_TCP || mechanism == OSCOPE_IPC_UDP;
}
