/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures how fast a machine in process is put back, reset, and given a rebuilt plugin.
 *
 *   bench-snapshot [--json] PLUGIN
 */
#include <string.h>

#include "qtest/bench/figures.h"
#include "qtest/machine/snapshot/snapshot.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/reload.h"

enum { ROUNDS = 21, TRIES = 2000, PAGES = 100, PAGE = 4096 };

static ObHost *host_new(const char *plugin)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    ObHost *host = ob_host_new(&config, NULL);

    g_assert_true(ob_host_load_plugins(host, plugin, NULL));
    return host;
}

static void device_add(ObHost *host, const char *cls, const char *key, const char *value)
{
    const ObOption option = { key, value };

    g_assert_nonnull(ob_host_add_device(host, cls, &option, 1, NULL));
}

static ObHost *with_beacon(const char *plugin)
{
    ObHost *host = host_new(plugin);

    device_add(host, "beacon", "addr", "0xfed80000");
    return host;
}

/* The TPM has been started, and nobody sends it a command. */
static ObHost *with_three(const char *plugin)
{
    ObHost *host = with_beacon(plugin);

    g_assert_true(hw_tpm_add(ob_host_tpms(host), "libtpms", "tpm0", NULL, 0, NULL));
    device_add(host, "tpm-crb", "tpmdev", "tpm0");
    device_add(host, "vmgenid", "id", "v");
    return host;
}

/* Stores to so many pages, then puts the machine back; only that is timed.  The median of the
 * rounds' means, in us. */
static double restore_us(ObHost *host, uint32_t pages)
{
    ObSnapshot *snapshot = ob_snapshot_new(host, NULL);
    double taken[ROUNDS];

    g_assert_nonnull(snapshot);
    for (int i = 0; i < ROUNDS; i++) {
        double sum = 0;

        for (int j = 0; j < TRIES; j++) {
            gint64 begin;

            for (uint32_t page = 0; page < pages; page++) {
                ob_host_store(host, HW_SPACE_MEMORY, 0x100000 + PAGE * page, 1, 4);
            }
            begin = g_get_monotonic_time();
            for (int again = 0; again < (pages ? 1 : 100); again++) {
                ob_snapshot_restore(snapshot, NULL);
            }
            sum += seconds_since(begin) / (pages ? 1 : 100);
        }
        taken[i] = sum / TRIES * 1e6;
    }
    ob_snapshot_free(snapshot);
    return median(taken, ROUNDS);
}

static double reset_us(ObHost *host)
{
    double taken[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        gint64 begin = g_get_monotonic_time();

        for (int j = 0; j < TRIES; j++) {
            ob_host_reset(host);
        }
        taken[i] = seconds_since(begin) / TRIES * 1e6;
    }
    return median(taken, ROUNDS);
}

/* The pause of a reload in us; loading the file comes before it. */
static double reload_us(ObHost *host)
{
    double taken[ROUNDS];
    HwReloadResult result;

    for (int i = 0; i < ROUNDS; i++) {
        g_assert_true(ob_host_reload_plugin(host, NULL, NULL, &result, NULL));
        taken[i] = (double)result.pause / 1e3;
    }
    return median(taken, ROUNDS);
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    const char *plugin;
    ObHost *host;
    double none, pages;

    if (argc != 2 + json) {
        g_error("usage: bench-snapshot [--json] PLUGIN");
    }
    plugin = argv[1 + json];
    host = with_beacon(plugin);
    none = restore_us(host, 0);
    pages = restore_us(host, PAGES);
    figures_add("put a machine with a beacon back", "us", none, 0, 0.1, false);
    figures_add("the same, more for each page", "us", (pages - none) / PAGES, 0, 0.1, false);
    figures_add("reset a machine with a beacon", "us", reset_us(host), 0, 0, false);
    ob_host_free(host);
    host = with_three(plugin);
    figures_add("put tpm-crb, vmgenid and a beacon back", "us", restore_us(host, 0), 0, 1, false);
    figures_add("pause of a reload of these three", "us", reload_us(host), 0, 100, false);
    ob_host_free(host);
    figures_print(json);
    return 0;
}
