/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A host of bytes that a test puts there.  Its client's accesses are told, one in a line. */
#ifndef OB_TESTS_CLIENT_RECORDED_HOST_H
#define OB_TESTS_CLIENT_RECORDED_HOST_H

#include "qtest/client/client.h"

typedef struct RecordedHost RecordedHost;

typedef void RecordedHook(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value);

struct RecordedHost {
    ObClient *client;
    GString *record;
    bool counts; /* the accesses are counted and not told */
    uint32_t accesses;
    RecordedHook *loading; /* before a load, with its size for a value; or NULL */
    RecordedHook *stored;  /* after a store, and a write of bytes; or NULL */
    void *opaque;          /* the hooks' */
    GHashTable *bytes;     /* by space and address; those that are missing read zero */
};

/* Configuration spaces behind the ports 0xcf8 and 0xcfc are a space of their own: function << 8 |
 * offset. */
#define RECORDED_CONFIG ((HwSpace)2)

RecordedHost *recorded_host_new(void);
void recorded_host_free(RecordedHost *host);

/* Not told: the host's own.  `size` is 1, 2, 4 or 8. */
void recorded_put(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value,
                  uint32_t size);
void recorded_put_bytes(RecordedHost *host, uint64_t address, const void *bytes, size_t size);
uint64_t recorded_get(const RecordedHost *host, HwSpace space, uint64_t address, uint32_t size);

/* Adds a line of the test, such as a result, behind the accesses before. */
void recorded_note(RecordedHost *host, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
