/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/machine/snapshot/snapshot-internal.h"

#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/run/state.h"
#include "hw-api/host/run/intake/watch.h"

#define SUBSECTION 5 /* a byte in front of each, as in QEMU's streams */

struct ObKeptDevice {
    HwInstance *instance;
    uint8_t *bytes;    /* the whole instance; NULL: the class is not flat */
    GByteArray *state; /* NULL: the class is flat, or has no state */
    uint64_t outputs;
};

/* ------------------------------------------------------------------ by state */

static void field_append(void *opaque, const HwStateField *field, const uint8_t *bytes)
{
    g_byte_array_append(opaque, bytes, field->size * field->count);
}

static void subsection_append(void *opaque, const HwState *state)
{
    const uint8_t head[2] = { SUBSECTION, (uint8_t)strlen(state->name) };
    uint8_t version[4];

    hw_store_be32(version, state->version);
    g_byte_array_append(opaque, head, sizeof(head));
    g_byte_array_append(opaque, (const uint8_t *)state->name, head[1]);
    g_byte_array_append(opaque, version, sizeof(version));
}

static void subsection_end(void *opaque)
{
    (void)opaque;
}

static bool state_keep(ObKeptDevice *kept, HwError *error)
{
    HwStateSink sink = { NULL, field_append, subsection_append, subsection_end };

    if (!hw_instance_state(kept->instance)) {
        return hw_error_set(error,
                            "snapshot: '%s': class '%s' has no state table and is not flat, "
                            "expected one of both",
                            kept->instance->id, kept->instance->cls->table.name);
    }
    kept->state = g_byte_array_new();
    sink.opaque = kept->state;
    return hw_state_save(kept->instance, &sink, error);
}

/* ----------------------------------------------------------------- instances */

/* The host has queues and positions for these that have no copy. */
static const char *without_copy(const HwInstance *instance)
{
    const HwDeviceClass *table = &instance->cls->table;

    return table->i2c          ? "an I2C target"
           : instance->screens ? "a screen"
           : table->pci && !(table->flags & HW_CLASS_FLAT)
               ? "a PCI function of a class that is not flat"
               : NULL;
}

/* The host bridge and fw_cfg have members that the host changes. */
static bool is_kept_elsewhere(const HwInstance *instance)
{
    const ObHost *host = ob_host_of(instance->dev);
    const void *dev = instance->dev;

    return dev == (const void *)host->fw_cfg || dev == (const void *)host->pci;
}

bool ob_kept_device_new(HwInstance *instance, ObKeptDevice **kept, HwError *error)
{
    const HwDeviceClass *table = &instance->cls->table;
    const char *without = without_copy(instance);
    ObKeptDevice *s;

    *kept = NULL;
    if (is_kept_elsewhere(instance)) {
        return true;
    }
    if (without) {
        return hw_error_set(error, "snapshot: '%s' is %s, which can't be put back", instance->id,
                            without);
    }
    s = g_new0(ObKeptDevice, 1);
    *kept = s;
    s->instance = instance;
    s->outputs = instance->outputs;
    if (!(table->flags & HW_CLASS_FLAT)) {
        return state_keep(s, error);
    }
    s->bytes = g_memdup2(instance->dev, table->instance_size);
    return true;
}

void ob_kept_device_restore(ObKeptDevice *kept)
{
    HwInstance *instance = kept->instance;

    hw_watch_leave(&instance->watch);
    if (kept->bytes) {
        memcpy(instance->dev, kept->bytes, instance->cls->table.instance_size);
    } else {
        /* The device itself has saved this state. */
        hw_state_load(instance, hw_instance_state(instance)->version, kept->state->data,
                      kept->state->len, NULL);
    }
    instance->outputs = kept->outputs;
}

void ob_kept_device_free(ObKeptDevice *kept)
{
    if (kept) {
        g_free(kept->bytes);
        if (kept->state) {
            g_byte_array_unref(kept->state);
        }
        g_free(kept);
    }
}
