/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The client's internals.  Only files in qtest/client include this. */
#ifndef OB_CLIENT_INTERNAL_H
#define OB_CLIENT_INTERNAL_H

#include "qtest/client/transport.h"

#define RECENT_SHOWN    32
#define RECENT_ACCESSES 64 /* a power of two: the ring's index is masked */

typedef struct NamedRegion {
    char *device;
    const HwRegion *region;
    uint64_t address;
} NamedRegion;

struct ObClient {
    const ObTransport *transport;
    void *link;
    const ObTransport *carrier; /* the transport that owns `link`, in a dead client too */
    uint32_t accesses;
    ObAccess recent[RECENT_ACCESSES];
    void (*observer)(ObClient *client, const ObAccess *access, void *opaque);
    void *observer_opaque;
    ObFailureHandler *failed;
    void *failed_opaque;
    GArray *named; /* NamedRegion */
};

/* Like ob_client_in_process(), for a library in any program: leaves the program's signals alone. */
ObClient *ob_client_of_host(struct ObHost *host);

static inline void ob_client_before_access(ObClient *c)
{
    if (G_UNLIKELY(c->transport->before)) {
        c->transport->before(c->link);
    }
}

#endif
