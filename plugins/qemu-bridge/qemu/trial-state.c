/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Saves and loads a state by a description of the learned layout. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/description.h"
#include "plugins/qemu-bridge/qemu/learn-api.h"
#include "plugins/qemu-bridge/qemu/trial.h"

#define VERSION 5
#define MINIMUM 3

typedef struct Sample {
    uint32_t word;
    uint8_t bytes[3];
    uint32_t later;  /* a field of a later version: not in the stream */
    uint32_t extra;  /* in a subsection */
    uint32_t absent; /* in a subsection that is not needed */
    unsigned pre_saves;
    unsigned pre_loads;
    unsigned post_loads;
    int loaded_version;
} Sample;

static int pre_save(void *opaque)
{
    ((Sample *)opaque)->pre_saves++;
    return 0;
}

static int pre_load(void *opaque)
{
    ((Sample *)opaque)->pre_loads++;
    return 0;
}

static int post_load(void *opaque, int version)
{
    Sample *sample = opaque;

    sample->post_loads++;
    sample->loaded_version = version;
    return 0;
}

static bool is_needed(void *opaque)
{
    (void)opaque;
    return true;
}

static bool is_not_needed(void *opaque)
{
    (void)opaque;
    return false;
}

/* clang-format off */
#define FIELD(member, size_, count_, version) \
    { #member, offsetof(Sample, member), (size_), (count_), (version), \
      (size_) == 1 ? &vmstate_info_uint8 : &vmstate_info_uint32 }
/* clang-format on */

static void *subsection_new(const char *name, const QemuField *field, bool (*needed)(void *opaque))
{
    return qemu_description_new(&(QemuDescription) {
        .name = name,
        .version_id = 2,
        .minimum_version_id = 1,
        .needed = needed,
        .fields = field,
        .field_count = 1,
    });
}

/* The subsections' list ends with NULL. */
static void *trial_new(void **subsections)
{
    const QemuField fields[] = { FIELD(word, 4, 1, 0), FIELD(bytes, 1, 3, 4),
                                 FIELD(later, 4, 1, VERSION + 1) };
    const QemuField extra = FIELD(extra, 4, 1, 2);
    const QemuField absent = FIELD(absent, 4, 1, 0);

    subsections[0] = subsection_new("trial/absent", &absent, is_not_needed);
    subsections[1] = subsection_new("trial/extra", &extra, is_needed);
    if (!subsections[0] || !subsections[1]) {
        return NULL;
    }
    return qemu_description_new(&(QemuDescription) {
        .name = "trial",
        .version_id = VERSION,
        .minimum_version_id = MINIMUM,
        .pre_save = pre_save,
        .pre_load = pre_load,
        .post_load = post_load,
        .fields = fields,
        .field_count = sizeof(fields) / sizeof(fields[0]),
        .subsections = (const void **)subsections,
    });
}

/* The fields, then a subsection: 5, its name with the length, its version, its field. */
static const uint8_t expected[] = {
    0x11, 0x22, 0x33, 0x44, 7,   8,   9, 5, 11, 't', 'r',  'i',  'a',  'l',
    '/',  'e',  'x',  't',  'r', 'a', 0, 0, 0,  2,   0x55, 0x66, 0x77, 0x88,
};

static const Sample saved = {
    .word = 0x11223344,
    .bytes = { 7, 8, 9 },
    .later = 1,
    .extra = 0x55667788,
    .absent = 1,
};

static bool stream_is_as_expected(QemuChannel *channel)
{
    uint8_t bytes[sizeof(expected)] = { 0 };

    qio_channel_io_seek(channel, 0, SEEK_SET, NULL);
    return qio_channel_read_all(channel, bytes, sizeof(bytes), NULL) == 0 &&
           memcmp(bytes, expected, sizeof(bytes)) == 0;
}

static bool stream_is_at_its_end(QemuFile *file)
{
    uint8_t byte;

    return qemu_get_buffer(file, &byte, sizeof(byte)) == 0;
}

static bool save(QemuChannel *channel, const void *description)
{
    QemuFile *file = qemu_file_new_output(channel);
    Sample sample = saved;
    bool is_saved;

    vmstate_save_state(file, description, &sample, NULL, NULL);
    qemu_fflush(file);
    is_saved = sample.pre_saves == 1 && sample.pre_loads == 0 && sample.post_loads == 0 &&
               stream_is_as_expected(channel);
    qemu_fclose(file);
    return is_saved;
}

static bool load(QemuChannel *channel, const void *description)
{
    QemuFile *file = qemu_file_new_input(channel);
    Sample sample = { 0 };
    bool is_loaded;

    vmstate_load_state(file, description, &sample, VERSION, NULL);
    is_loaded = sample.word == saved.word && memcmp(sample.bytes, saved.bytes, 3) == 0 &&
                sample.later == 0 && sample.extra == saved.extra && sample.absent == 0 &&
                sample.pre_saves == 0 && sample.pre_loads == 1 && sample.post_loads == 1 &&
                sample.loaded_version == VERSION && stream_is_at_its_end(file);
    qemu_fclose(file);
    return is_loaded;
}

/* Closing a file drops the channel's bytes. */
static void stream_refill(QemuChannel *channel)
{
    qio_channel_write_all(channel, expected, sizeof(expected), NULL);
    qio_channel_io_seek(channel, 0, SEEK_SET, NULL);
}

/* Returns the verb for what failed, or NULL.  A QEMUFile is large, and new memory is slow: the
 * second file comes after the first is closed, and gets its memory. */
static const char *state_try(QemuChannel *channel, const void *description)
{
    if (!save(channel, description)) {
        return "saved";
    }
    stream_refill(channel);
    return load(channel, description) ? NULL : "loaded";
}

static const char *trial_run(const void *description)
{
    QemuChannel *channel = qio_channel_buffer_new(sizeof(expected));
    const char *failed = state_try(channel, description);

    object_unref(channel);
    return failed;
}

bool qemu_trial_state(HwError *error)
{
    void *subsections[3] = { NULL };
    void *description = trial_new(subsections);
    bool is_made = description != NULL;
    const char *failed = is_made ? trial_run(description) : NULL;

    free(description);
    free(subsections[0]);
    free(subsections[1]);
    if (!is_made) {
        return hw_error_set(error, "out of memory");
    }
    return !failed || hw_error_set(error,
                                   "this emulator's layout of VMStateDescription is not as "
                                   "learned: a state on trial is not %s as described",
                                   failed);
}
