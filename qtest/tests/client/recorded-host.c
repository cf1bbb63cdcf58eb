/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/client/recorded-host.h"

#include "qtest/client/transport.h"

enum { PORT_ADDRESS = 0xcf8, PORT_DATA = 0xcfc };

/* -------------------------------------------------------------------------- bytes */

static uint64_t key_of(const RecordedHost *host, HwSpace space, uint64_t address)
{
    if (space == HW_SPACE_IO && address >= PORT_DATA && address < PORT_DATA + 4) {
        uint64_t selected = recorded_get(host, HW_SPACE_IO, PORT_ADDRESS, 4) & 0x7fffffff;

        return key_of(host, RECORDED_CONFIG, selected + address - PORT_DATA);
    }
    return address | (uint64_t)space << 62;
}

void recorded_put(RecordedHost *host, HwSpace space, uint64_t address, uint64_t value,
                  uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        uint64_t *key = g_new(uint64_t, 1);

        *key = key_of(host, space, address + i);
        g_hash_table_insert(host->bytes, key, GUINT_TO_POINTER(value >> 8 * i & 0xff));
    }
}

void recorded_put_bytes(RecordedHost *host, uint64_t address, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        recorded_put(host, HW_SPACE_MEMORY, address + i, ((const uint8_t *)bytes)[i], 1);
    }
}

uint64_t recorded_get(const RecordedHost *host, HwSpace space, uint64_t address, uint32_t size)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < size; i++) {
        uint64_t key = key_of(host, space, address + i);

        value |= (uint64_t)GPOINTER_TO_UINT(g_hash_table_lookup(host->bytes, &key)) << 8 * i;
    }
    return value;
}

/* ---------------------------------------------------------------------- transport */

static uint64_t host_load(void *link, HwSpace space, uint64_t address, uint32_t size)
{
    RecordedHost *host = link;

    if (host->loading) {
        host->loading(host, space, address, size);
    }
    return recorded_get(host, space, address, size);
}

static void host_store(void *link, HwSpace space, uint64_t address, uint64_t value, uint32_t size)
{
    RecordedHost *host = link;

    recorded_put(host, space, address, value, size);
    if (host->stored) {
        host->stored(host, space, address, value);
    }
}

static void host_read(void *link, uint64_t address, void *buffer, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)buffer)[i] = (uint8_t)recorded_get(link, HW_SPACE_MEMORY, address + i, 1);
    }
}

static void host_write(void *link, uint64_t address, const void *buffer, size_t size)
{
    RecordedHost *host = link;

    recorded_put_bytes(host, address, buffer, size);
    if (host->stored) {
        host->stored(host, HW_SPACE_MEMORY, address, 0);
    }
}

static void host_fill(void *link, uint64_t address, uint8_t byte, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        recorded_put(link, HW_SPACE_MEMORY, address + i, byte, 1);
    }
}

static bool host_poll(void *link)
{
    recorded_note(link, "  poll");
    return false;
}

static void access_note(ObClient *client, const ObAccess *access, void *opaque)
{
    RecordedHost *host = opaque;
    g_autofree char *line = ob_client_describe(client, access);

    host->accesses++;
    recorded_note(host, "  %s", line);
}

void recorded_note(RecordedHost *host, const char *format, ...)
{
    va_list args;

    if (!host->counts) {
        va_start(args, format);
        g_string_append_vprintf(host->record, format, args);
        va_end(args);
        g_string_append_c(host->record, '\n');
    }
}

static ObTransport transport;

RecordedHost *recorded_host_new(void)
{
    RecordedHost *host = g_new0(RecordedHost, 1);

    transport = ob_transport_dead;
    transport.load = host_load;
    transport.store = host_store;
    transport.read = host_read;
    transport.write = host_write;
    transport.fill = host_fill;
    transport.poll = host_poll;
    host->record = g_string_new(NULL);
    host->bytes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    host->client = ob_client_new(&transport, host);
    ob_client_observe(host->client, access_note, host);
    return host;
}

void recorded_host_free(RecordedHost *host)
{
    ob_client_free(host->client);
    g_hash_table_destroy(host->bytes);
    g_string_free(host->record, TRUE);
    g_free(host);
}
