/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer target: a hostile guest's accesses to fw_cfg's ports and DMA descriptors, while files
 * are added, removed and changed.  The input is a list of 20-byte steps; see step().
 */
#include <glib.h>
#include <string.h>

#include "hw-api/device/bytes.h"
#include "hw-api/host/run/state.h"
#include "qtest/machine/board.h"
#include "qtest/machine/core/host-internal.h"
#include "qtest/machine/parts/fw-cfg-internal.h"

/* A step: operation, width, offset (2 bytes), control (4), length (4), address (8). */
#define STEP_SIZE  20
#define RAM_SIZE   (64u << 10)
#define DESCRIPTOR 0x1000
#define PORTS      0x500
#define REACH      0x30
#define DMA        0x514
#define GUARD      0xa5

static uint8_t plain[] = "read-only";
static uint8_t zone[64]; /* a writable file of 32 bytes between guards */
static uint8_t changing[256];

static ObHost *host;
static ObFwCfg *fw_cfg;
static uint32_t next_size;

static void change(void *opaque)
{
    (void)opaque;
    ob_fw_cfg_replace(fw_cfg, "opt/changing", changing, next_size);
}

/* fw_cfg may report only writes within the file. */
static void stored(void *opaque, uint32_t offset, uint32_t length)
{
    (void)opaque;
    g_assert_cmpuint(length, >, 0);
    g_assert_cmpuint(offset, <, 32);
    g_assert_cmpuint(length, <=, 32 - offset);
}

static void host_make(void)
{
    const ObHostConfig config = { .architecture = "x86_64",
                                  .machine = "q35",
                                  .ram_size = RAM_SIZE };
    const ObFwCfgFile files[] = {
        { "opt/plain", plain, sizeof(plain), .written = stored },
        { "opt/zone", zone + 16, 32, .guest_writable = true, .written = stored },
        { "opt/changing", changing, 16, .guest_writable = true, .selected = change },
        { "opt/zeros", NULL, 0x10000, .guest_writable = true },
    };

    host = ob_host_new(&config, NULL);
    fw_cfg = ob_host_fw_cfg(host);
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_assert_true(ob_fw_cfg_add(fw_cfg, &files[i], NULL));
    }
}

static void descriptor_run(const uint8_t *bytes)
{
    uint8_t descriptor[16];

    hw_store_be32(descriptor, (uint32_t)hw_load_le(bytes, 4));
    hw_store_be32(descriptor + 4, (uint32_t)hw_load_le(bytes + 4, 4));
    hw_store_be32(descriptor + 8, (uint32_t)hw_load_le(bytes + 12, 4));
    hw_store_be32(descriptor + 12, (uint32_t)hw_load_le(bytes + 8, 4));
    ob_host_write(host, DESCRIPTOR, descriptor, sizeof(descriptor));
    ob_host_store(host, HW_SPACE_IO, DMA + 4, GUINT32_SWAP_LE_BE((uint32_t)DESCRIPTOR), 4);
}

static void file_come_or_go(uint8_t number, uint32_t size)
{
    g_autofree char *name = g_strdup_printf("%c%u", 'a' + number % 26, number);

    if (ob_fw_cfg_find(fw_cfg, name)) {
        ob_fw_cfg_remove(fw_cfg, name);
    } else {
        ob_fw_cfg_add_copy(fw_cfg, name, changing, size % sizeof(changing), NULL);
    }
}

static void step(const uint8_t *bytes)
{
    uint32_t width = 1u << (bytes[1] & 3);
    uint16_t offset = (uint16_t)hw_load_le(bytes + 2, 2);
    uint64_t port = PORTS + offset % REACH;
    uint64_t value = hw_load_le(bytes + 4, 8);

    switch (bytes[0] % 12) {
    case 0:
        ob_host_reset(host);
        break;
    case 1:
        ob_host_load(host, HW_SPACE_IO, port, width);
        break;
    case 2:
        ob_host_store(host, HW_SPACE_IO, port, value, width);
        break;
    case 3:
        hw_state_load(hw_instance_of(&fw_cfg->dev), 2, bytes + 2, 6, NULL);
        break;
    case 4:
        next_size = offset % (sizeof(changing) + 1);
        break;
    case 5:
        file_come_or_go(bytes[1], offset);
        break;
    case 6:
        ob_host_store(host, HW_SPACE_IO, DMA, value, 4);
        break;
    case 7: /* selects an existing key, by DMA's control word or by the port */
        ob_host_store(host, HW_SPACE_IO, PORTS + 0x10, offset % (FW_CFG_KEYS + 1), 2);
        break;
    default:
        descriptor_run(bytes + 4);
        break;
    }
}

/* These must hold after each step. */
static void check(void)
{
    uint8_t count[4];

    g_assert_cmpstr((const char *)plain, ==, "read-only");
    for (size_t i = 0; i < 16; i++) {
        g_assert_cmphex(zone[i], ==, GUARD);
        g_assert_cmphex(zone[sizeof(zone) - 1 - i], ==, GUARD);
    }
    ob_fw_cfg_read(fw_cfg, FW_CFG_DIRECTORY, 0, count, sizeof(count));
    g_assert_cmpuint(hw_load_be32(count), ==, fw_cfg->file_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!host) {
        host_make();
    }
    memset(zone, GUARD, sizeof(zone));
    next_size = 16;
    ob_host_reset(host);
    for (; size >= STEP_SIZE; data += STEP_SIZE, size -= STEP_SIZE) {
        step(data);
    }
    check();
    for (unsigned number = 0; number < 256; number++) {
        g_autofree char *name = g_strdup_printf("%c%u", 'a' + number % 26, number);

        ob_fw_cfg_remove(fw_cfg, name);
    }
    return 0;
}
