/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The register of pvpanic, which both forms of the device share. */
#include "devices/misc/pvpanic.h"
#include "hw-api/device/error.h"
#include "hw-api/ext/draft/guest-state.h"

/* Bits of the port (QEMU's docs/specs/pvpanic), in the order in which they are looked at. */
enum { PANICKED, CRASH_LOADED, SHUTDOWN, EVENTS };

uint64_t pvpanic_read(HwDevice *dev, uint64_t offset, uint32_t size)
{
    (void)offset;
    (void)size;
    return HW_DEVICE(PvPanic, dev)->events;
}

/* A guest tells one event at a time: if it sets more bits, the lowest counts.  Like QEMU, bits
 * that the port does not show count as well. */
void pvpanic_write(HwDevice *dev, uint64_t offset, uint64_t value, uint32_t size)
{
    static const uint32_t news[EVENTS] = {
        [PANICKED] = HW_GUEST_PANICKED,
        [CRASH_LOADED] = HW_GUEST_CRASH_LOADED,
        [SHUTDOWN] = HW_GUEST_SHUTS_DOWN,
    };

    (void)offset;
    (void)size;
    if (value & ~PVPANIC_EVENTS) {
        hw_log(dev, HW_LOG_GUEST_ERROR, "unknown events 0x%02x, expected bits of 0x%02x",
               (unsigned)value, PVPANIC_EVENTS);
    }
    for (uint32_t i = 0; i < EVENTS; i++) {
        if (value & HW_BIT(i)) {
            hw_guest_state(dev)->tell(dev, news[i]);
            return;
        }
    }
}
