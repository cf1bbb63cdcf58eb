/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The object /outboard: QMP's and HMP's qom-set and qom-get are the way to a reload. */
#include "plugins/qemu-bridge/reload.h"

#include <stdlib.h>

#include "plugins/qemu-bridge/qemu/learn-api.h"
#include "plugins/qemu-bridge/qemu/log.h"

#define TYPE     "outboard"
#define SENTENCE 1024

typedef void Accessor(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                      QemuError **errp);

static void text_visit(QemuVisitor *visitor, const char *name, const char *text, QemuError **errp)
{
    char *value = (char *)(uintptr_t)text;

    visit_type_str(visitor, name, &value, errp);
}

static void plugin_get(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                       QemuError **errp)
{
    (void)object;
    (void)opaque;
    text_visit(visitor, name, hw_plugin_set_path(bridge.set), errp);
}

/* The property acts, and has no value of its own. */
static void reload_get(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                       QemuError **errp)
{
    (void)object;
    (void)opaque;
    text_visit(visitor, name, "", errp);
}

static void reload_set(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                       QemuError **errp)
{
    HW_ERROR(error, SENTENCE);
    char *path = NULL;

    (void)object;
    (void)opaque;
    if (visit_type_str(visitor, name, &path, errp) && !bridge_reload(path, &error)) {
        bridge_fail(errp, error.text);
    }
    free(path);
}

static void devices_get(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                        QemuError **errp)
{
    uint64_t devices = bridge_reloaded.devices;

    (void)object;
    (void)opaque;
    visit_type_uint64(visitor, name, &devices, errp);
}

static void pause_get(QemuObject *object, QemuVisitor *visitor, const char *name, void *opaque,
                      QemuError **errp)
{
    uint64_t pause = (uint64_t)bridge_reloaded.pause;

    (void)object;
    (void)opaque;
    visit_type_uint64(visitor, name, &pause, errp);
}

static const struct {
    const char *name;
    const char *type;
    Accessor *get;
    Accessor *set;
    const char *description;
} properties[] = {
    { "plugin", "str", plugin_get, NULL, "the file that the devices' code is from" },
    { "reload", "str", reload_get, reload_set,
      "set: loads this file in the plugin's place; empty: its own file again" },
    { "devices", "uint64", devices_get, NULL, "devices of the last reload" },
    { "pause-ns", "uint64", pause_get, NULL, "ns for which no vCPU could reach a device" },
};

static void class_init(QemuObjectClass *cls, const void *data)
{
    (void)data;
    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        object_class_property_add(cls, properties[i].name, properties[i].type, properties[i].get,
                                  properties[i].set, NULL, NULL);
        object_class_property_set_description(cls, properties[i].name, properties[i].description);
    }
}

static void machine_done(QemuNotifier *notifier, void *data)
{
    QemuObject *object = object_new(TYPE);

    (void)notifier;
    (void)data;
    object_property_add_child(object_get_root(), TYPE, object);
    object_unref(object);
}

void bridge_reload_offer(void)
{
    static QemuNotifier done = { .notify = machine_done };

    type_register_static(
        &(QemuTypeInfo) { .name = TYPE, .parent = "object", .class_init = class_init });
    qemu_add_machine_init_done_notifier(&done);
}
