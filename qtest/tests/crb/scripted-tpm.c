/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/crb/scripted-tpm.h"

#include <glib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "hw-api/ext/guest-memory.h"
#include "hw-api/ext/tpm-backend.h"
#include "hw-api/host/run/property.h"

static ScriptedTpm *of(HwDevice *dev)
{
    return hw_instance_of(dev)->owner;
}

/* A backend handle is the test's own struct. */
static ScriptedTpm *of_backend(HwTpmBackend *backend)
{
    return (ScriptedTpm *)backend;
}

static HwTpmCompleted *completed;

/* ------------------------------------------------------------- guest memory */

static void *memory_region_pointer(HwDevice *dev, uint32_t region)
{
    return hw_instance_of(dev)->regions[region].ram;
}

static void memory_region_dirty(HwDevice *dev, uint32_t region, uint64_t offset, uint64_t size)
{
    (void)region;
    (void)offset;
    (void)size;
    of(dev)->dirty++;
}

static void memory_clear(HwDevice *dev)
{
    of(dev)->clears++;
}

static const HwGuestMemory memory_service = {
    .abi = HW_ABI(HwGuestMemory),
    .region_pointer = memory_region_pointer,
    .region_dirty = memory_region_dirty,
    .clear = memory_clear,
};

/* ------------------------------------------------------------------ backend */

static HwTpmBackend *tpm_open(HwDevice *dev, const char *id, HwTpmCompleted *function,
                              HwError *error)
{
    if (strcmp(id, "tpm0") != 0) {
        hw_error_set(error, "%s: no -tpmdev '%s'", dev->id, id);
        return NULL;
    }
    completed = function;
    of(dev)->open = true;
    return (HwTpmBackend *)of(dev);
}

static void tpm_close(HwTpmBackend *backend)
{
    of_backend(backend)->closes++;
    of_backend(backend)->open = false;
}

static uint32_t tpm_version(HwTpmBackend *backend)
{
    (void)backend;
    return HW_TPM_VERSION_2_0;
}

static uint32_t tpm_buffer_size(HwTpmBackend *backend)
{
    return of_backend(backend)->buffer_size;
}

static void tpm_restart(HwTpmBackend *backend, uint32_t buffer_size)
{
    ScriptedTpm *s = of_backend(backend);

    s->restarts++;
    s->restart_size = buffer_size;
    s->running = false;
}

static bool tpm_submit(HwTpmBackend *backend, uint8_t locality, const uint8_t *command,
                       uint32_t size, uint32_t capacity)
{
    ScriptedTpm *s = of_backend(backend);

    if (s->running || s->refuses_submit) {
        return false;
    }
    g_assert_cmpuint(size, <=, sizeof(s->command));
    memcpy(s->command, command, size);
    s->command_size = size;
    s->locality = locality;
    s->capacity = capacity;
    s->running = true;
    return true;
}

static void tpm_cancel(HwTpmBackend *backend)
{
    of_backend(backend)->cancels++;
}

static void tpm_finish(HwTpmBackend *backend)
{
    of_backend(backend)->finishes++;
}

static bool tpm_established(HwTpmBackend *backend)
{
    return of_backend(backend)->established;
}

static const HwTpmBackendService backend_service = {
    .abi = HW_ABI(HwTpmBackendService),
    .open = tpm_open,
    .close = tpm_close,
    .version = tpm_version,
    .buffer_size = tpm_buffer_size,
    .restart = tpm_restart,
    .submit = tpm_submit,
    .cancel = tpm_cancel,
    .finish = tpm_finish,
    .established = tpm_established,
};

/* --------------------------------------------------------------------- host */

static const void *host_query(const HwHost *host, const char *service)
{
    (void)host;
    if (strcmp(service, HW_GUEST_MEMORY) == 0) {
        return &memory_service;
    }
    return strcmp(service, HW_TPM_BACKEND) == 0 ? &backend_service : NULL;
}

static void host_log(HwDevice *dev, uint32_t level, const char *text)
{
    (void)level;
    g_strlcpy(of(dev)->log, text, sizeof(of(dev)->log));
}

static void host_irq_set(HwDevice *dev, uint32_t line, bool level)
{
    of(dev)->irq_line = line;
    of(dev)->irq_level = level;
}

static ScriptedTpm *create(const char *class_name, const char *const *properties,
                           uint32_t buffer_size, HwError *error)
{
    ScriptedTpm *s = g_new0(ScriptedTpm, 1);
    HW_ERROR(load_error, 256);

    s->host = (HwHost) { HW_ABI(HwHost), "test", host_query, host_log, host_irq_set };
    s->buffer_size = buffer_size;
    s->set = hw_plugin_set_load(g_getenv("OUTBOARD_SET"), &s->host, NULL, 0, &load_error);
    g_assert_cmpstr(load_error.text, ==, "");
    s->instance = hw_instance_new(&s->host, hw_plugin_set_find(s->set, class_name), NULL, s);
    for (; *properties; properties += 2) {
        g_assert_true(hw_instance_set(s->instance, properties[0], properties[1], NULL));
    }
    if (!hw_instance_realize(s->instance, error)) {
        scripted_tpm_free(s);
        return NULL;
    }
    hw_instance_reset(s->instance);
    return s;
}

ScriptedTpm *scripted_tpm_new(const char *class_name, const char *const *properties)
{
    return scripted_tpm_new_sized(class_name, properties, 4096);
}

ScriptedTpm *scripted_tpm_new_sized(const char *class_name, const char *const *properties,
                                    uint32_t buffer_size)
{
    ScriptedTpm *s = create(class_name, properties, buffer_size, NULL);

    g_assert_nonnull(s);
    return s;
}

void scripted_tpm_free(ScriptedTpm *s)
{
    hw_instance_free(s->instance);
    hw_plugin_set_free(s->set);
    g_free(s);
}

char *scripted_tpm_refusal(const char *class_name, const char *const *properties)
{
    HW_ERROR(error, 256);

    g_assert_null(create(class_name, properties, 4096, &error));
    return g_strdup(error.text);
}

void scripted_tpm_complete(ScriptedTpm *s, const void *response, uint32_t size)
{
    g_assert_true(s->running);
    s->running = false;
    completed(s->instance->dev, response, size);
    hw_instance_update(s->instance);
}

/* Returns the region at an offset from the page's start, where the first region lies. */
static HwRegionState *region_at(ScriptedTpm *s, uint64_t *offset)
{
    uint64_t address = s->instance->regions[0].address + *offset;

    for (uint32_t i = 0; i < s->instance->region_count; i++) {
        HwRegionState *region = &s->instance->regions[i];

        if (region->enabled && region->table->space == HW_SPACE_MEMORY &&
            address - region->address < region->size) {
            *offset = address - region->address;
            return region;
        }
    }
    g_assert_not_reached();
}

uint64_t scripted_tpm_read(ScriptedTpm *s, uint64_t offset, uint32_t size)
{
    HwRegionState *region = region_at(s, &offset);

    return hw_region_read(region, offset, size);
}

void scripted_tpm_write(ScriptedTpm *s, uint64_t offset, uint64_t value, uint32_t size)
{
    HwRegionState *region = region_at(s, &offset);

    hw_region_write(region, offset, value, size);
}
