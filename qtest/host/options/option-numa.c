/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -numa: taken at the end of the command line, since it needs -smp and -machine. */
#include "qtest/host/options/option-table.h"

#include "hw-api/device/error.h"
#include "qtest/host/options/numa.h"

bool ob_option_numa(ObOptions *options, const char *argument, HwError *error)
{
    ObKeyval *keyval = ob_option_keyval(options, argument, "type", error);

    if (!keyval || !ob_numa_check(keyval, error)) {
        return false;
    }
    g_ptr_array_add(options->numa_uses, keyval);
    return true;
}

/* With -preconfig more nodes may come by QMP. */
bool ob_option_numa_end(ObOptions *options, HwError *error)
{
    HW_ERROR(reason, 512);

    if (!options->numa_uses->len && !options->preconfig) {
        return true;
    }
    options->numa = ob_numa_new(&options->topology, options->hmat);
    for (guint i = 0; i < options->numa_uses->len; i++) {
        if (!ob_numa_take(options->numa, options->numa_uses->pdata[i], &reason)) {
            return hw_error_set(error, "-numa: %s", reason.text);
        }
    }
    return options->preconfig || ob_numa_complete(options->numa, &reason) ||
           hw_error_set(error, "-numa: %s", reason.text);
}
