/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The transport into hosts of this process, with a move before every Nth access.  A move saves
 * and frees the host, makes another and loads it.  There is one host at a time, since a process
 * has one libtpms.
 */
#include "hw-api/device/error.h"
#include "qtest/client/client-internal.h"
#include "qtest/client/transport/anywhere.h"
#include "qtest/client/transport/in-process.h"
#include "qtest/machine/core/host.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"

#define LINES 256 /* lines of the interrupt controller that clients can name */

typedef struct InHosts {
    ObInProcess inner; /* first: it is the link of the in-process transport */
    ObTransport transport;
    ObHostMaker maker;
    uint32_t every;
    uint32_t accesses; /* number of accesses since the last move */
} InHosts;

/* ------------------------------------------------------------------------- the move */

/* The test's changes that a stream lacks. */
typedef struct Besides {
    bool driven[LINES]; /* lines that the test raised and no device drove since */
} Besides;

static Besides besides_take(const ObHost *host)
{
    Besides besides = { 0 };

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

/* Raises the test's lines last. */
static bool host_take_over(ObHost *host, const GByteArray *stream, const Besides *besides,
                           HwError *error)
{
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

/* -------------------------------------------------------------------- the transport */

static void hosts_before(void *link)
{
    InHosts *s = link;
    HW_ERROR(error, 1024);

    if (++s->accesses < s->every) {
        return;
    }
    s->accesses = 0;
    if (!hosts_move(s, &error)) {
        ob_client_fail(s->inner.client, "migrate_every: %s", error.text);
    }
}

/* After a failed move there may be no host; the report must not need one. */
static const HwRegister *hosts_register_at(void *link, HwSpace space, uint64_t address,
                                           const char **device)
{
    return ((InHosts *)link)->inner.host
               ? ob_transport_in_process.register_at(link, space, address, device)
               : NULL;
}

static void hosts_free(void *link)
{
    InHosts *s = link;

    ob_host_free(s->inner.host);
    g_free(s);
}

static ObTransport transport_make(bool moves)
{
    ObTransport transport = ob_transport_in_process;

    transport.before = moves ? hosts_before : NULL;
    transport.register_at = hosts_register_at;
    transport.free = hosts_free;
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
    ob_in_process_report_crashes();
    s = g_new0(InHosts, 1);
    s->maker = *maker;
    s->every = every;
    s->transport = transport_make(every > 0);
    s->inner.host = host;
    s->inner.client = ob_client_new(&s->transport, s);
    return s->inner.client;
}
