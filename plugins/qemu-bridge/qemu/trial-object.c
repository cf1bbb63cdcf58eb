/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saves and loads a state with a field that points to an object of another description. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/description.h"
#include "plugins/qemu-bridge/qemu/learn-api.h"
#include "plugins/qemu-bridge/qemu/trial.h"

typedef struct Inner {
    uint32_t before;
    uint32_t word;
} Inner;

typedef struct Outer {
    uint32_t tail;
    Inner *inner;
} Outer;

/* clang-format off */
static const QemuField inner_field = { .name = "word", .offset = offsetof(Inner, word), .size = 4,
                                       .count = 1, .info = &vmstate_info_uint32 };
/* clang-format on */

static void *outer_new(const void *inner)
{
    const QemuField fields[] = {
        { .name = "inner", .offset = offsetof(Outer, inner), .count = 1, .vmsd = inner },
        { .name = "tail", .size = 4, .count = 1, .info = &vmstate_info_uint32 },
    };

    return qemu_description_new(&(QemuDescription) { .name = "trial",
                                                     .version_id = 1,
                                                     .minimum_version_id = 1,
                                                     .fields = fields,
                                                     .field_count = 2 });
}

/* The object's field comes first, as the list says.  The state is saved twice: once to compare the
 * bytes, and once to load it. */
static bool object_try(QemuChannel *channel, const void *description)
{
    static const uint8_t expected[] = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
    Inner inner = { 1, 0x11223344 }, empty = { 0 };
    Outer saved = { 0x55667788, &inner }, loaded = { 0, &empty };
    QemuFile *out = qemu_file_new_output(channel);
    uint8_t bytes[sizeof(expected)] = { 0 };
    QemuFile *in;
    bool is_same;

    vmstate_save_state(out, description, &saved, NULL, NULL);
    vmstate_save_state(out, description, &saved, NULL, NULL);
    qemu_fflush(out);
    qio_channel_io_seek(channel, 0, SEEK_SET, NULL);
    in = qemu_file_new_input(channel);
    is_same = qemu_get_buffer(in, bytes, sizeof(bytes)) == sizeof(bytes) &&
              memcmp(bytes, expected, sizeof(bytes)) == 0;
    if (is_same) {
        vmstate_load_state(in, description, &loaded, 1, NULL);
    }
    qemu_fclose(in);
    qemu_fclose(out);
    return is_same && loaded.tail == saved.tail && empty.word == inner.word && empty.before == 0;
}

bool qemu_trial_object(HwError *error)
{
    void *inner = qemu_description_new(&(QemuDescription) { .name = "trial-inner",
                                                            .version_id = 1,
                                                            .minimum_version_id = 1,
                                                            .fields = &inner_field,
                                                            .field_count = 1 });
    void *outer = inner ? outer_new(inner) : NULL;
    QemuChannel *channel = outer ? qio_channel_buffer_new(64) : NULL;
    bool works = channel && object_try(channel, outer);

    if (channel) {
        object_unref(channel);
    }
    free(outer);
    free(inner);
    return works ||
           hw_error_set(error, "this emulator's layout of VMStateField is not as learned: an "
                               "object on trial is not saved and loaded by vmsd");
}
