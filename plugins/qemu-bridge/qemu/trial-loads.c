/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks QEMU to end a load that never began.  It calls load_cleanup of all handlers: RAM's frees
 * what load_setup has made, which is nothing.
 */
#include "hw-api/device/error.h"
#include "plugins/qemu-bridge/qemu/learn-api.h"
#include "plugins/qemu-bridge/qemu/trial.h"

#define NAME   "outboard/trial"
#define PLACES 32 /* more than SaveVMHandlers has in any release */

static struct {
    uint32_t calls;
    uint32_t place; /* the last call came from it */
    const void *argument;
} seen;

static int called(uint32_t place, const void *argument)
{
    seen.calls++;
    seen.place = place;
    seen.argument = argument;
    return 0;
}

/* clang-format off */
#define PLACE(n)  static int place_##n(void *argument) { return called((n), argument); }
#define EIGHT(m)  m(0) m(1) m(2) m(3) m(4) m(5) m(6) m(7)
#define REST(m)   m(8) m(9) m(10) m(11) m(12) m(13) m(14) m(15) m(16) m(17) m(18) m(19) m(20) \
                  m(21) m(22) m(23) m(24) m(25) m(26) m(27) m(28) m(29) m(30) m(31)
#define HANDLER(n) place_##n,

EIGHT(PLACE) REST(PLACE)

static int (*const handlers[PLACES])(void *argument) = { EIGHT(HANDLER) REST(HANDLER) };
/* clang-format on */

bool qemu_trial_loads(uint32_t *load_setup, HwError *error)
{
    static char opaque;

    seen.calls = 0;
    register_savevm_live(NAME, 0, 1, handlers, &opaque);
    qemu_loadvm_state_cleanup(migration_incoming_get_current());
    unregister_savevm(NULL, NAME, &opaque);
    if (seen.calls != 1 || seen.argument != &opaque || seen.place == 0) {
        return hw_error_set(error,
                            "this emulator's layout of SaveVMHandlers can't be learned: the end "
                            "of a load called %u of our functions, expected load_cleanup alone",
                            seen.calls);
    }
    *load_setup = (seen.place - 1) * (uint32_t)sizeof(handlers[0]);
    return true;
}
