/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures the first boot of the firmware stand-in, when all memory is untouched.  The machine is
 * q35, with all devices that a machine can have at once.
 *
 *   bench-firmware [--json] SET
 */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "qtest/bench/figures.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host.h"
#include "qtest/machine/firmware/stand-in.h"

enum { ROUNDS = 31 };

static const struct {
    const char *name;
    ObOption option;
} devices[] = {
    { "tpm-crb", { "tpmdev", "tpm0" } },
    { "vmgenid", { "guid", "auto" } },
    { "beacon", { "addr", "0xfe000000" } },
};

static ObHost *host_new(const char *set)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    HW_ERROR(error, 256);
    ObHost *host = ob_host_new(&config, &error);

    if (!host || !ob_host_load_plugins(host, set, &error) ||
        !hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, &error)) {
        g_error("%s", error.text);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(devices); i++) {
        if (!ob_host_add_device(host, devices[i].name, &devices[i].option, 1, &error)) {
            g_error("%s", error.text);
        }
    }
    return host;
}

static double boot_ms(const char *set)
{
    ObHost *host = host_new(set);
    gint64 begin = g_get_monotonic_time();
    double taken;

    if (!ob_firmware_boot(host, NULL, NULL)) {
        g_error("the stand-in has refused a table or a command");
    }
    taken = 1e3 * seconds_since(begin);
    ob_host_free(host);
    return taken;
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && !strcmp(argv[1], "--json");
    double taken[ROUNDS];

    argv += json ? 2 : 1;
    if (!argv[0]) {
        fprintf(stderr, "usage: bench-firmware [--json] SET\n");
        return 1;
    }
    for (int i = 0; i < ROUNDS; i++) {
        taken[i] = boot_ms(argv[0]);
    }
    figures_add("boot of the firmware stand-in, q35", "ms", median(taken, ROUNDS), 0, 1, false);
    figures_print(json);
    return 0;
}
