/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures one update of vmclock's page: a guest that reads meanwhile has to wait so long.
 *
 *   bench-vmclock [--json]
 */
#include <glib.h>
#include <string.h>

#include "devices/vmclock-page.h"
#include "devices/vmclock-regs.h"
#include "qtest/bench/figures.h"

enum { ROUNDS = 21, UPDATES = 20000 };

static double update_ns(uint8_t *page, const VmClockTime *time)
{
    VmClockValues values = { 1, 2 };
    gint64 begin = g_get_monotonic_time();

    for (int i = 0; i < UPDATES; i++) {
        values.marker++;
        vmclock_page_store(page, &values, time, true);
    }
    return 1e9 * seconds_since(begin) / UPDATES;
}

int main(int argc, char **argv)
{
    static _Alignas(VMCLOCK_PAGE) uint8_t page[VMCLOCK_PAGE];
    static const HwGuestTime service = { .abi = HW_ABI(HwGuestTime) };
    static const VmClockTime none;
    static const VmClockTime time = { .service = &service,
                                      .told = { .counter = HW_GUEST_COUNTER_X86_TSC,
                                                .period_ns = 1000000000,
                                                .period_ticks = 2999999999 } };
    double taken[ROUNDS], timed[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        taken[i] = update_ns(page, &none);
        timed[i] = update_ns(page, &time);
    }
    figures_add("update of vmclock's page", "ns", median(taken, ROUNDS), 0, 100, false);
    figures_add("update of vmclock's page, with the time", "ns", median(timed, ROUNDS), 0, 100,
                false);
    figures_print(argc > 1 && !strcmp(argv[1], "--json"));
    return 0;
}
