/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A procedure that is called by ONC RPC (RFC 5531), as libtirpc does it: its arguments and its
 * result are XDR, and it is found by its host, port and number. The library is loaded when it is
 * wanted. Errors: -errno, -ENOPKG: it is not installed.
 */
#ifndef OSCOPE_NOTES_RPC_H
#define OSCOPE_NOTES_RPC_H

#include <stdint.h>

#define RPC_PACKAGE	"libtirpc3"
#define RPC_BYTES	60

/* With its number it is what a message of the raw socket is, too. */
struct onc_args {
	int32_t nth;
	char data[RPC_BYTES];
};

/* The procedure itself, wherever it runs. */
int32_t onc_procedure(const struct onc_args *a);

int onc_load(void);
/* In a process of its own: serve at a socket that listens, and count. Returns where that fails. */
int onc_serve(int listener, uint64_t *calls);

struct onc_client;
/* NULL: it could not connect; for the sample's lifetime. The host is in host byte order. */
struct onc_client *onc_connect(uint32_t host, uint16_t port);
/* Call it there. 0, or -EREMOTEIO: what came back was no result. */
int onc_call(struct onc_client *c, const struct onc_args *a, int32_t *result);

#endif /* OSCOPE_NOTES_RPC_H */
