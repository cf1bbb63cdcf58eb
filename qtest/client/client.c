/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/client/transport.h"

#include <inttypes.h>
#include <string.h>

#include "hw-api/host/plugin-set.h"

#define RECENT_SHOWN 32
#define RECENT_ACCESSES 64      /* a power of two: the ring's index is masked */

typedef struct NamedRegion {
    char *device;
    const HwRegion *region;
    uint64_t address;
} NamedRegion;

struct ObClient {
    const ObTransport *transport;
    void *link;
    const ObTransport *carrier; /* the transport that owns `link`, also when dead */
    uint32_t accesses;
    ObAccess recent[RECENT_ACCESSES];
    void (*observer)(ObClient *client, const ObAccess *access, void *opaque);
    void *observer_opaque;
    ObFailureHandler *failed;
    void *failed_opaque;
    GArray *named;              /* NamedRegion */
};

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
    g_autofree char *report = NULL;
    va_list args;

    if (ob_client_failed(c)) {
        return;
    }
    va_start(args, format);
    reason = g_strdup_vprintf(format, args);
    va_end(args);
    recent = ob_client_recent(c);
    report = g_strdup_printf("%s\nlast accesses, the newest last:\n%s", reason,
                             *recent ? recent : "  none\n");
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
    return access;
}

static inline void access_end(ObClient *c, ObAccess *access)
{
    access->done = true;
    if (G_UNLIKELY(c->observer)) {
        c->observer(c, access, c->observer_opaque);
    }
}

/* A driver that waits reads the same value from the same register again and again:
 * that must not push out what it did before. */
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

#define DEFINE_MEMORY_VERBS(suffix, Type)                                       \
    Type ob_client_read##suffix(ObClient *c, uint64_t address)                  \
    {                                                                           \
        return (Type)client_load(c, HW_SPACE_MEMORY, address, sizeof(Type));    \
    }                                                                           \
    void ob_client_write##suffix(ObClient *c, uint64_t address, Type value)     \
    {                                                                           \
        client_store(c, HW_SPACE_MEMORY, address, value, sizeof(Type));         \
    }

#define DEFINE_PORT_VERBS(suffix, Type)                                         \
    Type ob_client_in##suffix(ObClient *c, uint16_t port)                       \
    {                                                                           \
        return (Type)client_load(c, HW_SPACE_IO, port, sizeof(Type));           \
    }                                                                           \
    void ob_client_out##suffix(ObClient *c, uint16_t port, Type value)          \
    {                                                                           \
        client_store(c, HW_SPACE_IO, port, value, sizeof(Type));                \
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

/* ---------------------------------------------------- verbs that are passed on */

GPid ob_client_pid(const ObClient *c)
{
    return c->transport->pid(c->link);
}

bool ob_client_big_endian(ObClient *c)
{
    return c->transport->big_endian(c->link);
}

bool ob_client_irq_intercept_in(ObClient *c, const char *path)
{
    return c->transport->irq_intercept(c->link, path, false, NULL);
}

bool ob_client_irq_intercept_out(ObClient *c, const char *path, const char *name)
{
    return c->transport->irq_intercept(c->link, path, true, name);
}

bool ob_client_irq_get(ObClient *c, uint32_t line)
{
    return c->transport->irq_get(c->link, line);
}

bool ob_client_set_irq_in(ObClient *c, const char *path, const char *name, uint32_t line,
                          bool level)
{
    return c->transport->irq_set(c->link, path, name, line, level);
}

int64_t ob_client_clock_step(ObClient *c, int64_t nanoseconds)
{
    return c->transport->clock_step(c->link, nanoseconds);
}

int64_t ob_client_clock_step_next(ObClient *c)
{
    return c->transport->clock_step_next(c->link);
}

int64_t ob_client_clock_set(ObClient *c, int64_t now)
{
    return c->transport->clock_set(c->link, now);
}

void ob_client_reset(ObClient *c)
{
    c->transport->reset(c->link);
}

bool ob_client_poll(ObClient *c)
{
    return c->transport->poll(c->link);
}

char *ob_client_qtest(ObClient *c, const char *line)
{
    return c->transport->qtest(c->link, line);
}

bool ob_client_module_load(ObClient *c, const char *prefix, const char *name)
{
    g_autofree char *line = g_strdup_printf("module_load %s %s", prefix, name);
    g_autofree char *answer = ob_client_qtest(c, line);

    return answer && g_str_has_prefix(answer, "OK");
}

/* ------------------------------------------------------------------------ QMP */

json_t *ob_client_qmp_raw(ObClient *c, const char *text)
{
    return c->transport->qmp(c->link, text);
}

json_t *ob_client_qmp_event(ObClient *c, const char *name, uint32_t timeout_ms)
{
    return c->transport->qmp_event(c->link, name, timeout_ms);
}

json_t *ob_client_qmp(ObClient *c, const char *command, json_t *arguments, json_t **error)
{
    json_t *request = json_pack("{s:s, s:o*}", "execute", command, "arguments", arguments);
    char *text = json_dumps(request, JSON_COMPACT);
    json_t *answer = ob_client_qmp_raw(c, text);
    json_t *result = json_incref(json_object_get(answer, "return"));
    json_t *refusal = json_object_get(answer, "error");

    if (error) {
        *error = json_incref(refusal);
    } else if (refusal) {
        ob_client_fail(c, "QMP refused %s: %s", text,
                       json_string_value(json_object_get(refusal, "desc")));
    }
    json_decref(answer);
    json_decref(request);
    free(text);
    return result;
}

/* -------------------------------------------------------------- register names */

void ob_client_name_region(ObClient *c, const char *device, const HwRegion *region,
                           uint64_t address)
{
    NamedRegion named = { g_strdup(device), region, address };

    g_array_append_val(c->named, named);
}

/* The base's default, where the class has a property for it. */
static uint64_t class_default_base(const HwDeviceClass *table, uint32_t base)
{
    for (uint32_t i = 0; i < table->properties.count; i++) {
        const HwProperty *property = &table->properties.entries[i];

        if (property->offset == base && (property->type == HW_PROPERTY_ADDRESS ||
                                         property->type == HW_PROPERTY_U64)) {
            return property->default_value;
        }
    }
    return HW_ADDRESS_AUTO;
}

void ob_client_name_class(ObClient *c, const HwClass *cls, uint64_t base)
{
    for (uint32_t i = 0; i < cls->table.regions.count; i++) {
        const HwRegion *region = &cls->table.regions.entries[i];
        uint64_t start = 0;

        if (region->base) {
            start = base != HW_ADDRESS_AUTO ? base : class_default_base(&cls->table, region->base);
        }
        if (start != HW_ADDRESS_AUTO) {
            ob_client_name_region(c, cls->table.name, region, start + region->offset);
        }
    }
}

const HwRegister *ob_client_register_at(ObClient *c, HwSpace space, uint64_t address,
                                        const char **device)
{
    for (uint32_t i = 0; i < c->named->len; i++) {
        const NamedRegion *named = &g_array_index(c->named, NamedRegion, i);
        uint64_t offset = address - named->address;

        if (named->region->space != (uint32_t)space || offset >= named->region->size) {
            continue;
        }
        for (uint32_t r = 0; r < named->region->registers.count; r++) {
            const HwRegister *reg = &named->region->registers.entries[r];

            if (reg->offset == (offset & ~(uint64_t)3)) {
                *device = named->device;
                return reg;
            }
        }
    }
    return c->carrier->register_at(c->link, space, address, device);
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
