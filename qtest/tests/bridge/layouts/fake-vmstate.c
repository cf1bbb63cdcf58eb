/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A small part of QEMU's migration: enough for a state's fields, hooks and subsections. */
#include "qtest/tests/bridge/layouts/fake-vmstate.h"

#include <glib.h>
#include <string.h>

#include "plugins/qemu-bridge/qemu/learn-api.h"
#include "plugins/qemu-bridge/qemu/signs.h"

#define FIELDS_MAX 8

QemuLayout fake_layout;
uint32_t fake_cleanup_places[2];

static struct {
    uint8_t bytes[256];
    size_t size;
    size_t at;
} stream;

static int channel, file; /* their addresses stand for the only ones */

const QemuVmstateInfo vmstate_info_uint8 = { .name = "uint8" };
const QemuVmstateInfo vmstate_info_uint32 = { .name = "uint32" };

/* --------------------------------------------------------------- the stream */

QemuChannel *qio_channel_buffer_new(size_t capacity)
{
    (void)capacity;
    memset(&stream, 0, sizeof(stream));
    return (QemuChannel *)&channel;
}

int64_t qio_channel_io_seek(QemuChannel *its_channel, int64_t offset, int whence, QemuError **errp)
{
    (void)its_channel;
    (void)whence;
    (void)errp;
    stream.at = (size_t)offset;
    return offset;
}

QemuFile *qemu_file_new_output(QemuChannel *its_channel)
{
    (void)its_channel;
    return (QemuFile *)&file;
}

QemuFile *qemu_file_new_input(QemuChannel *its_channel)
{
    return qemu_file_new_output(its_channel);
}

void qemu_fflush(QemuFile *its_file)
{
    (void)its_file;
}

/* Closes the channel, which drops its bytes. */
void qemu_fclose(QemuFile *its_file)
{
    (void)its_file;
    memset(&stream, 0, sizeof(stream));
}

void object_unref(void *object)
{
    (void)object;
}

static void put(const void *bytes, size_t size)
{
    g_assert_cmpuint(stream.size + size, <=, sizeof(stream.bytes));
    memcpy(stream.bytes + stream.size, bytes, size);
    stream.size += size;
}

static void put_be32(uint32_t value)
{
    value = GUINT32_TO_BE(value);
    put(&value, sizeof(value));
}

size_t qemu_get_buffer(QemuFile *its_file, uint8_t *bytes, size_t size)
{
    (void)its_file;
    size = MIN(size, stream.size - stream.at);
    memcpy(bytes, stream.bytes + stream.at, size);
    stream.at += size;
    return size;
}

int qio_channel_read_all(QemuChannel *its_channel, void *bytes, size_t size, QemuError **errp)
{
    (void)its_channel;
    (void)errp;
    return qemu_get_buffer(NULL, bytes, size) == size ? 0 : -1;
}

int qio_channel_write_all(QemuChannel *its_channel, const void *bytes, size_t size,
                          QemuError **errp)
{
    (void)its_channel;
    (void)errp;
    put(bytes, size);
    return 0;
}

/* -------------------------------------------------------------- descriptions */

static const uint8_t *first_field(const void *description)
{
    return qemu_sign_pointer(description, fake_layout.description.fields);
}

/* A list in a wrong layout has its end mark elsewhere.  QEMU would read on; a field without a name
 * ends the list here. */
static bool is_end(const uint8_t *field)
{
    return !qemu_sign_pointer(field, 0) ||
           (fake_layout.field.end_flag &&
            qemu_sign_value(field, fake_layout.field.flags, 4) == fake_layout.field.end_flag);
}

static int int_of(const void *description, uint32_t at)
{
    return (int)qemu_sign_value(description, at, 4);
}

static uint64_t elements(const uint8_t *field)
{
    return qemu_sign_value(field, fake_layout.field.flags, 4) == QEMU_VMS_ARRAY
               ? qemu_sign_value(field, fake_layout.field.count, 4)
               : 1;
}

/* Saves or loads the fields that the version has. */
static void fields_pass(const void *description, uint8_t *opaque, bool is_save)
{
    const QemuFieldLayout *places = &fake_layout.field;
    int version = int_of(description, fake_layout.description.version_id);
    const uint8_t *field = first_field(description);

    for (int i = 0; i < FIELDS_MAX && !is_end(field); i++, field += places->size) {
        uint8_t *at = opaque + (uint8_t)qemu_sign_value(field, places->offset, 8);
        bool is_byte = qemu_sign_pointer(field, places->info) == &vmstate_info_uint8;

        for (uint64_t n = 0; n < elements(field) && int_of(field, places->version_id) <= version;
             n++, at += (uint8_t)qemu_sign_value(field, places->element_size, 8)) {
            uint32_t word;

            if (is_byte && is_save) {
                put(at, 1);
            } else if (is_byte) {
                qemu_get_buffer(NULL, at, 1);
            } else if (is_save) {
                memcpy(&word, at, sizeof(word));
                put_be32(word);
            } else {
                qemu_get_buffer(NULL, (uint8_t *)&word, sizeof(word));
                word = GUINT32_FROM_BE(word);
                memcpy(at, &word, sizeof(word));
            }
        }
    }
}

static bool hook(const void *description, uint32_t at, void *opaque, int version)
{
    int (*function)(void *, int) = (int (*)(void *, int))(uintptr_t)qemu_sign_pointer(description,
                                                                                      at);

    return !function || function(opaque, version) == 0;
}

static const void *const *subsections_of(const void *description)
{
    static const void *const none[] = { NULL };
    const void *list = qemu_sign_pointer(description, fake_layout.description.subsections);

    return list ? list : none;
}

static bool is_needed(const void *description, void *opaque)
{
    bool (*needed)(void *) = (bool (*)(void *))(
        uintptr_t)qemu_sign_pointer(description, fake_layout.description.needed);

    return !needed || needed(opaque);
}

void vmstate_save_state(QemuFile *its_file, const void *description, void *opaque, void *json,
                        QemuError **errp)
{
    const QemuDescriptionLayout *places = &fake_layout.description;

    if (!hook(description, places->pre_save, opaque, 0)) {
        return;
    }
    fields_pass(description, opaque, true);
    for (const void *const *sub = subsections_of(description); *sub; sub++) {
        const char *name = qemu_sign_pointer(*sub, 0);

        if (is_needed(*sub, opaque)) {
            put("\5", 1);
            put(&(uint8_t) { (uint8_t)strlen(name) }, 1);
            put(name, strlen(name));
            put_be32((uint32_t)int_of(*sub, places->version_id));
            vmstate_save_state(its_file, *sub, opaque, json, errp);
        }
    }
}

/* Loads the only subsection that the trial needs, its second. */
void vmstate_load_state(QemuFile *its_file, const void *description, void *opaque, int version,
                        QemuError **errp)
{
    const QemuDescriptionLayout *places = &fake_layout.description;
    const void *const *subsections = subsections_of(description);

    if (!hook(description, places->pre_load, opaque, 0)) {
        return;
    }
    fields_pass(description, opaque, false);
    if (subsections[0] && subsections[1]) {
        stream.at += 2 + strlen(qemu_sign_pointer(subsections[1], 0)) + 4;
        vmstate_load_state(its_file, subsections[1], opaque, 2, errp);
    }
    hook(description, places->post_load, opaque, version);
}

/* --------------------------------------------------------------------- loads */

static const void *registered;
static void *registered_opaque;

int register_savevm_live(const char *name, uint32_t instance, int version, const void *handlers,
                         void *opaque)
{
    (void)name;
    (void)instance;
    (void)version;
    registered = handlers;
    registered_opaque = opaque;
    return 0;
}

void unregister_savevm(void *object, const char *name, void *opaque)
{
    (void)object;
    (void)name;
    g_assert_true(opaque == registered_opaque);
    registered = NULL;
}

void *migration_incoming_get_current(void)
{
    return NULL;
}

void qemu_loadvm_state_cleanup(void *incoming)
{
    (void)incoming;
    for (size_t i = 0; i < G_N_ELEMENTS(fake_cleanup_places); i++) {
        if (fake_cleanup_places[i]) {
            hook(registered, fake_cleanup_places[i], registered_opaque, 0);
        }
    }
}
