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

static double update_ns(uint8_t *page)
{
    static const VmClockTime none;
    VmClockValues values = { 1, 2 };
    gint64 begin = g_get_monotonic_time();

    for (int i = 0; i < UPDATES; i++) {
        values.marker++;
        vmclock_page_store(page, &values, &none, true);
    }
    return 1e9 * seconds_since(begin) / UPDATES;
}

int main(int argc, char **argv)
{
    static _Alignas(VMCLOCK_PAGE) uint8_t page[VMCLOCK_PAGE];
    double taken[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        taken[i] = update_ns(page);
    }
    figures_add("update of vmclock's page", "ns", median(taken, ROUNDS), 0, 100, false);
    figures_print(argc > 1 && !strcmp(argv[1], "--json"));
    return 0;
}
