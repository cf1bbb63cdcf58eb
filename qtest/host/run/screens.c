/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "qtest/host/run/screens.h"

#include <inttypes.h>

#include "hw-api/device/error.h"

HwScreen *ob_screen_first(const ObHost *host)
{
    HwScreen *screen = NULL;

    for (uint32_t i = 0; !screen && ob_host_device_at(host, i); i++) {
        screen = hw_screen_at(ob_host_device_at(host, i), 0);
    }
    return screen;
}

HwScreen *ob_screen_find(const ObHost *host, const char *device, int64_t head, bool *no_device,
                         HwError *error)
{
    const HwInstance *instance = ob_host_find_device(host, device);
    HwScreen *screen = instance && head >= 0 && head <= UINT32_MAX
                           ? hw_screen_at(instance, (uint32_t)head)
                           : NULL;

    if (no_device) {
        *no_device = !instance;
    }
    if (!instance) {
        hw_error_set(error, "Device '%s' not found", device);
    } else if (!screen) {
        hw_error_set(error, "Device '%s' (head %" PRId64 ") is not bound to a QemuConsole", device,
                     head);
    }
    return screen;
}
