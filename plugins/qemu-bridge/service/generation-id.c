/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's query-vm-generation-id takes the only object of the type "vmgenid" for its own
 * structure, and reads the GUID in the object's memory.
 *
 * If QEMU has such a type, an object of it that is never realized shows our GUID.  QEMU builds
 * ACPI tables for it, so it is out of the tree while QEMU builds tables.
 *
 * If QEMU has the command but not the type, the object is our own device.  The place of the
 * GUID in its memory is learned by a pattern, and proven.
 */
#include "plugins/qemu-bridge/service/services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/device/error.h"
#include "hw-api/host/run/property.h"
#include "plugins/qemu-bridge/qemu/log.h"

#define TYPE        "vmgenid"
#define CHILD       "outboard-generation-id"
#define GUID_SIZE   16
#define GUID_TEXT   40
#define OBJECT_SIZE 40 /* QEMU's Object, which the query reads; the pattern comes after it */

static struct {
    QemuObject *shown; /* an object of QEMU's type, or NULL */
    bool is_in_tree;
    uint8_t *place; /* in our own object's memory, or NULL */
} s;

static void guid_text(const BridgeDevice *device, char text[GUID_TEXT])
{
    hw_instance_get(device->instance, hw_instance_property(device->instance, "guid"), text,
                    GUID_TEXT);
}

/* The bytes in the order of the text, as QEMU has them. */
static bool guid_bytes(const char *text, uint8_t bytes[GUID_SIZE])
{
    for (int i = 0; i < GUID_SIZE; i++) {
        unsigned value;

        text += *text == '-';
        if (sscanf(text, "%2x", &value) != 1) {
            return false;
        }
        bytes[i] = (uint8_t)value;
        text += 2;
    }
    return *text == '\0';
}

/* Returns false if QEMU has no answer. */
static bool query(char text[GUID_TEXT])
{
    QemuError *error = NULL;
    QemuGuidInfo *info = qmp_query_vm_generation_id(&error);

    if (!info) {
        error_free(error);
        return false;
    }
    snprintf(text, GUID_TEXT, "%s", info->guid);
    qapi_free_GuidInfo(info);
    return true;
}

static void changed(BridgeDevice *device)
{
    char text[GUID_TEXT];
    QemuError *error = NULL;

    guid_text(device, text);
    if (s.shown) {
        object_property_set_str(s.shown, "guid", text, &error);
        error_free(error);
    }
    if (s.place) {
        guid_bytes(text, s.place);
    }
}

/* --------------------------------------------------------- QEMU has the type */

void bridge_generation_id_show(void)
{
    if (s.shown && !s.is_in_tree) {
        object_property_add_child(qdev_get_machine(), CHILD, s.shown);
        s.is_in_tree = true;
    }
}

void bridge_generation_id_hide(void)
{
    if (s.is_in_tree) {
        object_unparent(s.shown);
        s.is_in_tree = false;
    }
}

static bool type_is_in_tree(void)
{
    bool several = false;

    return object_resolve_path_type("", TYPE, &several) || several;
}

/* QEMU would abort for a file of fw_cfg that exists twice. */
static void machine_done(QemuNotifier *notifier, void *data)
{
    (void)notifier;
    (void)data;
    if (type_is_in_tree()) {
        bridge_report("the machine has two vmgenids, ours and QEMU's, expected at most one");
        exit(1);
    }
}

/* ------------------------------------------------- our device has the name */

/* Each pair of bytes has its own number.  Returns 0 if the text is not from the pattern. */
static uint32_t pattern_place(const char *text)
{
    uint8_t bytes[GUID_SIZE];
    uint32_t first;

    if (!guid_bytes(text, bytes)) {
        return 0;
    }
    first = hw_load_be16(bytes);
    for (uint32_t i = 1; i < GUID_SIZE / 2; i++) {
        if (hw_load_be16(bytes + 2 * i) != first + i) {
            return 0;
        }
    }
    return 2 * first + GUID_SIZE <= QEMU_OBJECT_ROOM ? 2 * first : 0;
}

/* Nobody else reads the object meanwhile: this runs under QEMU's big lock. */
static bool query_pattern(uint8_t *object, char text[GUID_TEXT])
{
    uint8_t kept[QEMU_OBJECT_ROOM];
    bool answers;

    memcpy(kept, object, sizeof(kept));
    for (uint32_t at = OBJECT_SIZE; at < sizeof(kept); at += 2) {
        hw_store_be16(object + at, (uint16_t)(at / 2));
    }
    answers = query(text);
    memcpy(object + OBJECT_SIZE, kept + OBJECT_SIZE, sizeof(kept) - OBJECT_SIZE);
    return answers;
}

static bool place_prove(BridgeDevice *device, uint8_t *object, HwError *error)
{
    static const uint8_t zeros[GUID_SIZE];
    char seen[GUID_TEXT];
    char expected[GUID_TEXT];
    uint32_t place;

    if (!query_pattern(object, seen)) {
        return true;
    }
    guid_text(device, expected);
    place = pattern_place(seen);
    if (place && memcmp(object + place, zeros, GUID_SIZE) == 0) {
        s.place = object + place;
        changed(device);
        if (query(seen) && strcmp(seen, expected) == 0) {
            return true;
        }
    }
    return hw_error_set(error, "%s: query-vm-generation-id shows '%s', expected '%s'",
                        device->instance->id, seen, expected);
}

/* ------------------------------------------------------------------- device */

static bool is_generation_id(const BridgeDevice *device)
{
    return hw_class_is_in_group(device->instance->cls, HW_GROUP_VMGENID);
}

static bool has_name(const BridgeDevice *device)
{
    return strcmp(device->type->name, TYPE) == 0;
}

/* QEMU's own device is in the tree, and ours is not of its type. */
bool bridge_generation_id_is_free(const BridgeDevice *device)
{
    return !is_generation_id(device) || has_name(device) || !object_class_by_name(TYPE) ||
           !type_is_in_tree();
}

bool bridge_generation_id_prove(BridgeDevice *device, HwError *error)
{
    if (!is_generation_id(device) || !has_name(device)) {
        return true;
    }
    return place_prove(device, (uint8_t *)device->object, error);
}

void bridge_generation_id_add(BridgeDevice *device)
{
    static QemuNotifier done = { .notify = machine_done };

    if (!is_generation_id(device)) {
        return;
    }
    device->changed = changed;
    if (!has_name(device) && object_class_by_name(TYPE)) {
        s.shown = object_new(TYPE);
        changed(device);
        qemu_add_machine_init_done_notifier(&done);
    }
}
