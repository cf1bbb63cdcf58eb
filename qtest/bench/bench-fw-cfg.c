/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures a guest's transfers from fw_cfg, in process.
 *
 *   bench-fw-cfg [--json]
 */
#include <glib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "qtest/bench/figures.h"
#include "qtest/machine/board.h"
#include "qtest/machine/parts/fw-cfg.h"

#define SIZE       (1u << 20)
#define BUFFER     UINT64_C(0x1000000)
#define DESCRIPTOR UINT64_C(0x8000)
#define PORT_DMA   0x514
#define CONTROL    0x0a /* select and read */

enum { ROUNDS = 21, TRANSFERS = 100 };

static void transfer(ObHost *host, uint16_t key, uint32_t size)
{
    uint8_t descriptor[16] = { 0 };

    hw_store_be32(descriptor, (uint32_t)key << 16 | CONTROL);
    hw_store_be32(descriptor + 4, size);
    hw_store_be32(descriptor + 12, (uint32_t)BUFFER);
    ob_host_write(host, DESCRIPTOR, descriptor, sizeof(descriptor));
    ob_host_store(host, HW_SPACE_IO, PORT_DMA, 0, 4);
    ob_host_store(host, HW_SPACE_IO, PORT_DMA + 4, GUINT32_SWAP_LE_BE((uint32_t)DESCRIPTOR), 4);
    g_assert_cmphex(ob_host_load(host, HW_SPACE_MEMORY, DESCRIPTOR, 4), ==, 0);
}

/* The median of all rounds: seconds per transfer. */
static double measure(ObHost *host, uint16_t key, uint32_t size)
{
    double taken[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        gint64 begin = g_get_monotonic_time();

        for (int j = 0; j < TRANSFERS; j++) {
            transfer(host, key, size);
        }
        taken[i] = seconds_since(begin) / TRANSFERS;
    }
    return median(taken, ROUNDS);
}

int main(int argc, char **argv)
{
    const ObHostConfig config = { .architecture = "x86_64", .machine = "q35" };
    bool json = argc > 1 && !strcmp(argv[1], "--json");
    ObHost *host = ob_host_new(&config, NULL);
    ObFwCfg *fw_cfg = ob_host_fw_cfg(host);
    g_autofree uint8_t *bytes = g_malloc(SIZE);
    double speed;

    memset(bytes, 0x5a, SIZE);
    g_assert_true(ob_fw_cfg_add_copy(fw_cfg, "opt/large", bytes, SIZE, NULL));
    transfer(host, ob_fw_cfg_key(fw_cfg, "opt/large"), SIZE);
    speed = SIZE / measure(host, ob_fw_cfg_key(fw_cfg, "opt/large"), SIZE) / 1e9;
    figures_add("fw_cfg DMA read of 1 MiB, in process", "GB/s", speed, 0, 5, true);
    figures_print(json);
    ob_host_free(host);
    return 0;
}
