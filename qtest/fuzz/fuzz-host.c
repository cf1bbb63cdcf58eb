/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/fuzz/fuzz-host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <glib.h>

#include "hw-api/host/load/tables.h"
#include "qtest/machine/board.h"
#include "qtest/machine/state/load.h"
#include "qtest/machine/state/save.h"

#define TOLD 10000000

static uint64_t accesses;

static void accesses_tell(void)
{
    fprintf(stderr, "accesses: %" PRIu64 "\n", accesses);
}

/* libFuzzer runs no atexit() handlers if it is told to end. */
void fuzz_access(void)
{
    if (!accesses++) {
        atexit(accesses_tell);
    } else if (accesses % TOLD == 0) {
        accesses_tell();
    }
}

/* Classes outlive the hosts of all inputs. */
static HwClass *class_of(const HwDeviceClass *cls)
{
    static HwClass classes[4];
    HwClass *found = classes;

    while (found->original && found->original != cls) {
        found++;
        g_assert(found < classes + G_N_ELEMENTS(classes));
    }
    found->table = *cls;
    found->original = cls;
    return found;
}

void fuzz_host_add(ObHost *host, const HwDeviceClass *cls, const ObOption *options, uint32_t count)
{
    HW_ERROR(error, 256);

    if (!ob_host_add_class(host, class_of(cls), &error) ||
        !ob_host_add_device(host, cls->name, options, count, &error)) {
        g_error("%s", error.text);
    }
}

ObHost *fuzz_host_new(void)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35", .ram_size = 4 << 20 };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    if (!host) {
        g_error("%s", error.text);
    }
    return host;
}

static bool stream_append(void *opaque, const uint8_t *bytes, size_t size)
{
    g_byte_array_append(opaque, bytes, (guint)size);
    return true;
}

void fuzz_host_move(ObHost *host, uint32_t damage)
{
    g_autoptr(GByteArray) stream = g_byte_array_new();
    ObSave *save = ob_save_new(host, stream_append, stream, NULL);
    uint32_t number = damage;
    ObLoad *load;
    bool loaded;

    g_assert_true(save && ob_save_finish(save, "running", NULL));
    ob_save_free(save);
    for (uint32_t i = 0; damage && i < 1 + damage % 8; i++) {
        number = number * 1664525 + 1013904223;
        stream->data[number % stream->len] ^= (uint8_t)(number >> 24);
    }
    load = ob_load_new(host);
    ob_load_feed(load, stream->data, stream->len);
    loaded = ob_load_finish(load);
    g_assert_true(loaded || damage);
    ob_load_free(load);
}
