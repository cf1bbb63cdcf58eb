/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "hw-api/device/error.h"
#include "hw-api/host/load/default-plugin.h"
#include "qtest/host/options/keyval.h"
#include "qtest/lab/tool/lab.h"

static bool device_parse(LabSetup *s, const char *text, HwError *error)
{
    ObKeyval *keyval = ob_keyval_new(text, "driver", error);
    ObLabDevice device;

    if (!keyval) {
        return false;
    }
    g_ptr_array_add(s->keyvals, keyval);
    device.cls = ob_keyval_take(keyval, "driver");
    if (!device.cls) {
        return hw_error_set(error, "'%s' names no device", text);
    }
    device.options = keyval->options;
    device.option_count = keyval->count;
    g_array_append_val(s->devices, device);
    return true;
}

bool lab_setup_init(LabSetup *setup, const LabArguments *arguments, const GPtrArray *devices,
                    HwError *error)
{
    *setup = (LabSetup) {
        .keyvals = g_ptr_array_new_with_free_func((GDestroyNotify)ob_keyval_free),
        .devices = g_array_new(false, false, sizeof(ObLabDevice)),
    };
    for (guint i = 0; i < devices->len; i++) {
        if (!device_parse(setup, devices->pdata[i], error)) {
            return false;
        }
    }
    if (!arguments->set) {
        setup->set = hw_default_plugin(HW_OWN_PROGRAM);
    }
    setup->setup = (ObLabSetup) {
        .set = arguments->set ? arguments->set
               : setup->set   ? setup->set
                              : "outboard-devices.so",
        .architecture = arguments->architecture,
        .machine = arguments->machine,
        .devices = (const ObLabDevice *)setup->devices->data,
        .device_count = setup->devices->len,
        .tpm = arguments->tpm,
    };
    return true;
}

void lab_setup_clear(LabSetup *setup)
{
    g_ptr_array_unref(setup->keyvals);
    g_array_unref(setup->devices);
    free(setup->set);
}
