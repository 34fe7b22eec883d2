// SPDX-License-Identifier: GPL-2.0
/* A procedure that is called by ONC RPC, with libtirpc, which is loaded when it is wanted. */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <rpc/rpc.h>

#include "notes/rpc.h"

#define PROGRAM		0x20000f05U	/* of those for users (RFC 5531, 8.3) */
#define VERSION		1U
#define PROCEDURE	1U

static const struct timeval patience = { .tv_sec = 5 };

/* What is used of it, by its names. */
static struct {
	__typeof__(clnttcp_create) *client;
	__typeof__(svc_vc_create) *server;
	__typeof__(svc_register) *provide;
	__typeof__(svc_run) *run;
	__typeof__(svc_sendreply) *reply;
	__typeof__(xdr_int) *number;
	__typeof__(xdr_opaque) *bytes;
} tirpc;

int32_t onc_procedure(const struct onc_args *a)
{
	int32_t sum = a->nth;
	size_t i;

	for (i = 0; i < RPC_BYTES; i++)
		sum += a->data[i];
	return sum;
}

/* Once loaded it stays. */
int onc_load(void)
{
	static void *lib;

	lib = dlopen("libtirpc.so.3", RTLD_NOW);
	if (!lib)
		return -ENOPKG;
	tirpc.client = dlsym(lib, "clnttcp_create");
	tirpc.server = dlsym(lib, "svc_vc_create");
	tirpc.provide = dlsym(lib, "svc_register");
	tirpc.run = dlsym(lib, "svc_run");
	tirpc.reply = dlsym(lib, "svc_sendreply");
	tirpc.number = dlsym(lib, "xdr_int");
	tirpc.bytes = dlsym(lib, "xdr_opaque");
	return tirpc.client && tirpc.server && tirpc.provide && tirpc.run && tirpc.reply &&
	       tirpc.number && tirpc.bytes ? 0 : -ENOPKG;
}

static bool_t xdr_args(XDR *x, void *args)
{
	struct onc_args *a = args;

	return tirpc.number(x, &a->nth) && tirpc.bytes(x, a->data, RPC_BYTES);
}

static bool_t xdr_result(XDR *x, void *result)
{
	return tirpc.number(x, result);
}

static uint64_t *called;

static void dispatch(struct svc_req *r, SVCXPRT *x)
{
	struct onc_args a = { 0 };
	int32_t result;

	if (r->rq_proc != PROCEDURE ||
	    !svc_getargs(x, (xdrproc_t)xdr_args, (caddr_t)&a))
		return;
	result = onc_procedure(&a);
	/* Before who called can look. */
	++*called;
	tirpc.reply(x, (xdrproc_t)xdr_result, &result);
}

/* Protocol 0: the system's list of programs is not to know of it. */
int onc_serve(int listener, uint64_t *calls)
{
	SVCXPRT *x = tirpc.server(listener, 0, 0);

	called = calls;
	if (!x || !tirpc.provide(x, PROGRAM, VERSION, dispatch, 0))
		return -EPROTO;
	tirpc.run();
	return -EPIPE;
}

struct onc_client *onc_connect(uint32_t host, uint16_t port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(host),
	};
	int fd = RPC_ANYSOCK;

	return (struct onc_client *)tirpc.client(&to, PROGRAM, VERSION, &fd, 0, 0);
}

int onc_call(struct onc_client *c, const struct onc_args *a, int32_t *result)
{
	struct onc_args copy = *a;

	return clnt_call((CLIENT *)c, PROCEDURE, (xdrproc_t)xdr_args, (caddr_t)&copy,
			 (xdrproc_t)xdr_result, (caddr_t)result, patience) == RPC_SUCCESS ?
		       0 : -EREMOTEIO;
}
