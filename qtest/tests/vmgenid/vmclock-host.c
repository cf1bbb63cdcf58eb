/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/tests/vmgenid/vmclock-host.h"

#include <string.h>

#include "devices/vmclock-regs.h"
#include "hw-api/host/run/property.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"
#include "qtest/tests/lib/stream-files.h"

#define MIB       (UINT64_C(1) << 20)
#define CLOCK_GPE (1 << VMCLOCK_GPE)
#define GPE0      0xafe0 /* PIIX4's block 0 (QEMU's docs/specs/acpi_pci_hotplug.rst) */

void host_start(Clock *f)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "pc",
                                  .ram_size = 4 * MIB,
                                  .log = f->log,
                                  .opaque = f->opaque };
    HW_ERROR(error, 500);

    f->host = ob_host_new(&config, &error);
    ob_host_load_plugins(f->host, g_getenv("OUTBOARD_SET"), &error);
    g_assert_cmpstr(error.text, ==, "");
}

bool clock_try(Clock *f, const ObOption *options, uint32_t count, HwError *error)
{
    ObOption all[4] = { { "addr", "0xfeffb000" } };

    memcpy(all + 1, options, count * sizeof(*options));
    host_start(f);
    f->instance = ob_host_add_device(f->host, "vmclock", all, count + 1, error);
    return f->instance != NULL;
}

void clock_start(Clock *f, const char *name, const char *value)
{
    HW_ERROR(error, 500);
    const ObOption option = { name, value };

    clock_try(f, &option, name != NULL, &error);
    g_assert_cmpstr(error.text, ==, "");
    ob_host_reset(f->host);
}

void clock_end(Clock *f)
{
    ob_host_free(f->host);
}

uint64_t number(const Clock *f, uint32_t offset, uint32_t size)
{
    return ob_host_load(f->host, HW_SPACE_MEMORY, PAGE + offset, size);
}

uint64_t marker(const Clock *f)
{
    return number(f, VMCLOCK_DISRUPTION_MARKER, 8);
}

uint64_t counter(const Clock *f)
{
    return number(f, VMCLOCK_GENERATION_COUNTER, 8);
}

uint32_t sequence(const Clock *f)
{
    return (uint32_t)number(f, VMCLOCK_SEQ_COUNT, 4);
}

bool notified(const Clock *f)
{
    return ob_host_load(f->host, HW_SPACE_IO, GPE0, 1) & CLOCK_GPE;
}

bool property_set(Clock *f, const char *name, const char *value, HwError *error)
{
    return hw_instance_set(f->instance, name, value, error);
}

GByteArray *clock_save(Clock *f)
{
    GByteArray *stream = g_byte_array_new();
    ObSave *save = ob_save_new(f->host, stream_sink, stream, NULL);

    g_assert_true(ob_save_finish(save, "paused", NULL));
    ob_save_free(save);
    return stream;
}

bool clock_load(Clock *f, const GByteArray *stream, HwError *error)
{
    ObLoad *load = ob_load_new(f->host);
    bool loaded;

    ob_load_feed(load, stream->data, stream->len);
    loaded = ob_load_finish(load);
    if (!loaded) {
        ob_load_explain(load, error->text, error->capacity);
    }
    ob_load_free(load);
    return loaded;
}
