/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The transport into hosts of this process, with a move before every Nth access: the host
 * is saved and freed, another is made and loaded.  There is one at a time, since a
 * process has one libtpms.
 */
#include "hw-api/device/error.h"
#include "qtest/client/anywhere.h"
#include "qtest/client/client-internal.h"
#include "qtest/client/in-process.h"
#include "qtest/host/host.h"
#include "qtest/host/load.h"
#include "qtest/host/save.h"

#define LINES 256               /* of the interrupt controller, as clients know them */

typedef struct InHosts {
    ObInProcess inner;          /* first: the other transport's link */
    ObTransport transport;
    ObHostMaker maker;
    uint32_t every;
    uint32_t accesses;          /* since the last move */
} InHosts;

/* ------------------------------------------------------------------------- the move */

/* What a stream does not have, and a test has brought about. */
typedef struct Besides {
    int64_t now;
    bool driven[LINES];         /* lines that the test has raised, and no device since */
} Besides;

static Besides besides_take(const ObHost *host)
{
    Besides besides = { .now = ob_host_clock_now(host) };

    for (uint32_t line = 0; line < LINES; line++) {
        besides.driven[line] = ob_host_irq_level(host, line) && !ob_host_irq_driver(host, line);
    }
    return besides;
}

static bool sink_append(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return true;
}

static bool host_save(ObHost *host, GByteArray *stream, HwError *error)
{
    ObSave *save = ob_save_new(host, sink_append, stream, error);
    bool saved = save && ob_save_finish(save, "running", error);

    ob_save_free(save);
    return saved;
}

static bool host_load(ObHost *host, const GByteArray *stream, HwError *error)
{
    ObLoad *load = ob_load_new(host);
    bool loaded;

    ob_load_feed(load, stream->data, stream->len);
    loaded = ob_load_finish(load);
    if (!loaded && error->capacity > 0) {
        ob_load_explain(load, error->text, error->capacity);
    }
    ob_load_free(load);
    return loaded;
}

/* Timers are restored at the right time; lines that the test holds come last. */
static bool host_take_over(ObHost *host, const GByteArray *stream, const Besides *besides,
                           HwError *error)
{
    ob_host_clock_set(host, besides->now);
    if (!host_load(host, stream, error)) {
        return false;
    }
    for (uint32_t line = 0; line < LINES; line++) {
        if (besides->driven[line]) {
            ob_host_irq_set(host, line, true);
        }
    }
    return true;
}

static bool hosts_move(InHosts *s, HwError *error)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    Besides besides = besides_take(s->inner.host);

    if (!host_save(s->inner.host, stream, error)) {
        return false;
    }
    g_clear_pointer(&s->inner.host, ob_host_free);
    s->inner.host = s->maker.make(s->maker.opaque, error);
    return s->inner.host && host_take_over(s->inner.host, stream, &besides, error);
}

/* False if the move failed. */
static bool access_begins(InHosts *s)
{
    char text[1024] = "";
    HwError error = { text, sizeof(text), 0 };

    if (++s->accesses >= s->every) {
        s->accesses = 0;
        if (!hosts_move(s, &error)) {
            ob_client_fail(s->inner.client, "migrate_every: %s", text);
        }
    }
    return !ob_client_failed(s->inner.client);
}

/* -------------------------------------------------------------------- the transport */

static uint64_t hosts_load(void *link, HwSpace space, uint64_t address, uint32_t size)
{
    return access_begins(link) ? ob_transport_in_process.load(link, space, address, size) : 0;
}

static void hosts_store(void *link, HwSpace space, uint64_t address, uint64_t value,
                        uint32_t size)
{
    if (access_begins(link)) {
        ob_transport_in_process.store(link, space, address, value, size);
    }
}

static void hosts_read(void *link, uint64_t address, void *buffer, size_t size)
{
    (access_begins(link) ? &ob_transport_in_process : &ob_transport_dead)->read(link, address,
                                                                                buffer, size);
}

static void hosts_write(void *link, uint64_t address, const void *buffer, size_t size)
{
    if (access_begins(link)) {
        ob_transport_in_process.write(link, address, buffer, size);
    }
}

static void hosts_fill(void *link, uint64_t address, uint8_t byte, size_t size)
{
    if (access_begins(link)) {
        ob_transport_in_process.fill(link, address, byte, size);
    }
}

static bool hosts_irq_get(void *link, uint32_t line)
{
    return access_begins(link) && ob_transport_in_process.irq_get(link, line);
}

static int64_t hosts_clock_step(void *link, int64_t nanoseconds)
{
    return access_begins(link) ? ob_transport_in_process.clock_step(link, nanoseconds) : 0;
}

static int64_t hosts_clock_step_next(void *link)
{
    return access_begins(link) ? ob_transport_in_process.clock_step_next(link) : 0;
}

static int64_t hosts_clock_set(void *link, int64_t now)
{
    return access_begins(link) ? ob_transport_in_process.clock_set(link, now) : 0;
}

/* For the report of a move of which nothing was left. */
static const HwRegister *hosts_register_at(void *link, HwSpace space, uint64_t address,
                                           const char **device)
{
    return ((InHosts *)link)->inner.host
               ? ob_transport_in_process.register_at(link, space, address, device) : NULL;
}

static void hosts_free(void *link)
{
    InHosts *s = link;

    ob_host_free(s->inner.host);
    g_free(s);
}

/* A machine that stays has the inner transport's verbs. */
static ObTransport transport_make(uint32_t every)
{
    ObTransport transport = ob_transport_in_process;

    transport.free = hosts_free;
    transport.register_at = hosts_register_at;
    if (every) {
        transport.load = hosts_load;
        transport.store = hosts_store;
        transport.read = hosts_read;
        transport.write = hosts_write;
        transport.fill = hosts_fill;
        transport.irq_get = hosts_irq_get;
        transport.clock_step = hosts_clock_step;
        transport.clock_step_next = hosts_clock_step_next;
        transport.clock_set = hosts_clock_set;
    }
    return transport;
}

ObClient *ob_client_in_hosts(const ObHostMaker *maker, HwError *error)
{
    uint32_t every;
    ObHost *host;
    InHosts *s;

    if (!ob_migrate_every(maker->migrate_every, &every, error)) {
        return NULL;
    }
    host = maker->make(maker->opaque, error);
    if (!host) {
        return NULL;
    }
    s = g_new0(InHosts, 1);
    s->maker = *maker;
    s->every = every;
    s->transport = transport_make(every);
    s->inner.host = host;
    s->inner.client = ob_client_new(&s->transport, s);
    return s->inner.client;
}
