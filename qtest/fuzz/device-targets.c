/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/fuzz/device-targets.h"

#include <string.h>

#include "qtest/host/options/keyval.h"

extern const HwPlugin hw_plugin;

const DeviceTarget device_targets[] = {
    { "beacon", "beacon", NULL },
    { "edu", "edu", "fields" }, /* its interrupt status has bits without names */
    { "ib700", "ib700", NULL },
    { "ns16550a", "ns16550a,irq-line=5,addr=0xfe000000", NULL },
    { "ns16550a-isa", "ns16550a-isa", NULL },
    { "pci-beacon", "pci-beacon", NULL },
    { "sand-glass", "sand-glass", NULL },
    { "vmclock", "vmclock", "moved" }, /* these two tell the guest of a load */
    { "vmcoreinfo", "vmcoreinfo", NULL },
    { "vmgenid", "vmgenid", "moved" },
};
const size_t device_target_count = G_N_ELEMENTS(device_targets);

const DeviceTarget *device_target_find(const char *name)
{
    for (size_t i = 0; i < device_target_count; i++) {
        if (strcmp(name, device_targets[i].name) == 0) {
            return &device_targets[i];
        }
    }
    return NULL;
}

const DeviceTarget *device_target_of(const char *program)
{
    g_autofree char *name = g_path_get_basename(program);

    return g_str_has_prefix(name, DEVICE_TARGET_PREFIX)
               ? device_target_find(name + strlen(DEVICE_TARGET_PREFIX))
               : NULL;
}

ObLabTarget *device_target_make(const char *device, const char *set)
{
    HW_ERROR(error, 400);
    ObKeyval *keyval = ob_keyval_new(device, "driver", &error);
    ObLabTarget *target = NULL;

    if (keyval) {
        const ObLabDevice row = { ob_keyval_take(keyval, "driver"), keyval->options,
                                  keyval->count };
        const ObLabSetup setup = {
            .set = set, .linked = set ? NULL : &hw_plugin, .devices = &row, .device_count = 1
        };

        target = ob_lab_target_new(&setup, &error);
        ob_keyval_free(keyval);
    }
    if (!target) {
        g_error("%s", error.text);
    }
    return target;
}
