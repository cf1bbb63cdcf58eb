/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/client-internal.h"

#include <string.h>

#include "qtest/text/show.h"

static void named_region_clear(void *element)
{
    g_free(((NamedRegion *)element)->device);
}

static void failure_default(ObClient *client, const char *report, void *opaque)
{
    (void)client;
    (void)opaque;
    g_error("%s", report);
}

ObClient *ob_client_new(const ObTransport *transport, void *link)
{
    ObClient *c = g_new0(ObClient, 1);

    c->transport = c->carrier = transport;
    c->link = link;
    c->failed = failure_default;
    c->named = g_array_new(FALSE, FALSE, sizeof(NamedRegion));
    g_array_set_clear_func(c->named, named_region_clear);
    return c;
}

void ob_client_free(ObClient *c)
{
    if (!c) {
        return;
    }
    c->carrier->free(c->link);
    g_array_free(c->named, TRUE);
    g_free(c);
}

/* ------------------------------------------------------------ the failure path */

void ob_client_on_failure(ObClient *c, ObFailureHandler *handler, void *opaque)
{
    c->failed = handler ? handler : failure_default;
    c->failed_opaque = opaque;
}

bool ob_client_failed(const ObClient *c)
{
    return c->transport == &ob_transport_dead;
}

void ob_client_fail(ObClient *c, const char *format, ...)
{
    g_autofree char *reason = NULL;
    g_autofree char *recent = NULL;
    g_autofree char *whole = NULL;
    g_autofree char *report = NULL;
    va_list args;

    if (ob_client_failed(c)) {
        return;
    }
    va_start(args, format);
    reason = g_strdup_vprintf(format, args);
    va_end(args);
    recent = ob_client_recent(c);
    whole = g_strdup_printf("%s\nlast accesses, the newest last:\n%s", reason,
                            *recent ? recent : "  none\n");
    report = ob_text_show(whole, true);
    c->transport = &ob_transport_dead;
    c->failed(c, report, c->failed_opaque);
}

void ob_client_quit(ObClient *c)
{
    g_autofree char *reason = NULL;

    if (!c->transport->quit(c->link, &reason)) {
        ob_client_fail(c, "%s", reason);
    }
    ob_client_free(c);
}

/* ------------------------------------------------------------- guest accesses */

static inline ObAccess *access_begin(ObClient *c, ObAccessKind kind, HwSpace space,
                                     uint64_t address, uint64_t size, uint64_t value)
{
    ObAccess *access = &c->recent[c->accesses++ % RECENT_ACCESSES];

    access->address = address;
    access->value = value;
    access->size = size;
    access->kind = (uint8_t)kind;
    access->space = (uint8_t)space;
    access->done = false;
    access->repeats = 0;
    ob_client_before_access(c);
    return access;
}

static inline void access_end(ObClient *c, ObAccess *access)
{
    access->done = true;
    if (G_UNLIKELY(c->observer)) {
        c->observer(c, access, c->observer_opaque);
    }
}

/* A driver that waits reads the same value from the same register again and again.  These
 * reads count as one, so that earlier accesses stay in the ring. */
static inline void access_merge_repeat(ObClient *c, const ObAccess *access)
{
    ObAccess *last = &c->recent[(c->accesses - 2) % RECENT_ACCESSES];

    if (last->address == access->address && last->value == access->value &&
        last->size == access->size && last->kind == OB_ACCESS_LOAD &&
        last->space == access->space && last->done) {
        last->repeats++;
        c->accesses--;
    }
}

static inline uint64_t client_load(ObClient *c, HwSpace space, uint64_t address, uint32_t size)
{
    ObAccess *access = access_begin(c, OB_ACCESS_LOAD, space, address, size, 0);
    uint64_t value = c->transport->load(c->link, space, address, size);

    access->value = value;
    access_end(c, access);
    access_merge_repeat(c, access);
    return value;
}

static inline void client_store(ObClient *c, HwSpace space, uint64_t address, uint64_t value,
                                uint32_t size)
{
    ObAccess *access = access_begin(c, OB_ACCESS_STORE, space, address, size, value);

    c->transport->store(c->link, space, address, value, size);
    access_end(c, access);
}

#define DEFINE_MEMORY_VERBS(suffix, Type)                                    \
    Type ob_client_read##suffix(ObClient *c, uint64_t address)               \
    {                                                                        \
        return (Type)client_load(c, HW_SPACE_MEMORY, address, sizeof(Type)); \
    }                                                                        \
    void ob_client_write##suffix(ObClient *c, uint64_t address, Type value)  \
    {                                                                        \
        client_store(c, HW_SPACE_MEMORY, address, value, sizeof(Type));      \
    }

#define DEFINE_PORT_VERBS(suffix, Type)                                \
    Type ob_client_in##suffix(ObClient *c, uint16_t port)              \
    {                                                                  \
        return (Type)client_load(c, HW_SPACE_IO, port, sizeof(Type));  \
    }                                                                  \
    void ob_client_out##suffix(ObClient *c, uint16_t port, Type value) \
    {                                                                  \
        client_store(c, HW_SPACE_IO, port, value, sizeof(Type));       \
    }

DEFINE_MEMORY_VERBS(b, uint8_t)
DEFINE_MEMORY_VERBS(w, uint16_t)
DEFINE_MEMORY_VERBS(l, uint32_t)
DEFINE_MEMORY_VERBS(q, uint64_t)
DEFINE_PORT_VERBS(b, uint8_t)
DEFINE_PORT_VERBS(w, uint16_t)
DEFINE_PORT_VERBS(l, uint32_t)

uint64_t ob_client_load(ObClient *c, uint64_t address, uint32_t size)
{
    return client_load(c, HW_SPACE_MEMORY, address, size);
}

void ob_client_store(ObClient *c, uint64_t address, uint64_t value, uint32_t size)
{
    client_store(c, HW_SPACE_MEMORY, address, value, size);
}

static void access_keep_bytes(ObAccess *access, const void *bytes)
{
    if (access->size > 0) {
        memcpy(access->bytes, bytes, MIN(access->size, sizeof(access->bytes)));
    }
}

void ob_client_memread(ObClient *c, uint64_t address, void *buffer, size_t size)
{
    ObAccess *access = access_begin(c, OB_ACCESS_READ, HW_SPACE_MEMORY, address, size, 0);

    c->transport->read(c->link, address, buffer, size);
    access_keep_bytes(access, buffer);
    access_end(c, access);
}

void ob_client_memwrite(ObClient *c, uint64_t address, const void *buffer, size_t size)
{
    ObAccess *access = access_begin(c, OB_ACCESS_WRITE, HW_SPACE_MEMORY, address, size, 0);

    access_keep_bytes(access, buffer);
    c->transport->write(c->link, address, buffer, size);
    access_end(c, access);
}

void ob_client_memset(ObClient *c, uint64_t address, uint8_t byte, size_t size)
{
    ObAccess *access = access_begin(c, OB_ACCESS_FILL, HW_SPACE_MEMORY, address, size, byte);

    c->transport->fill(c->link, address, byte, size);
    access_end(c, access);
}

/* ----------------------------------------------------------- the last accesses */

void ob_client_observe(ObClient *c,
                       void (*observer)(ObClient *client, const ObAccess *access, void *opaque),
                       void *opaque)
{
    c->observer = observer;
    c->observer_opaque = opaque;
}

char *ob_client_recent(ObClient *c)
{
    GString *text = g_string_new(NULL);

    for (uint32_t age = MIN(c->accesses, RECENT_SHOWN); age-- > 0;) {
        const ObAccess *access = &c->recent[(c->accesses - 1 - age) % RECENT_ACCESSES];
        g_autofree char *line = ob_client_describe(c, access);

        g_string_append_printf(text, "  %s\n", line);
    }
    return g_string_free(text, FALSE);
}
